package org.hashgrad.tensor.cpu;

import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.UnaryOp;

/** Batch normalisation and local response normalisation. Statistics are added in double, the variance around the mean. */
final class CpuNormalization {
    private final Workers workers;
    private final Kernels kernels;

    CpuNormalization(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
    }

    /** Means and biased variances of channels first … last − 1, in double, and the means rounded to float. */
    private record Statistics(double[] mean, float[] center, double[] variance) {
        double inverseDeviation(int slot, double epsilon) {
            return 1 / Math.sqrt(variance[slot] + epsilon);
        }
    }

    private Statistics statistics(float[] x, ChannelRuns runs, int first, int last) {
        int slots = last - first;
        double[] mean = new double[slots];
        float[] center = new float[slots];
        double[] variance = new double[slots];
        runs.visit(first, last, (channel, n, at) -> runs.addTo(mean, channel - first, x, at, n));
        for (int slot = 0; slot < slots; slot++) {
            mean[slot] /= runs.count();
            center[slot] = (float) mean[slot];
        }
        runs.visit(
                first,
                last,
                (channel, n, at) -> addProducts(runs, x, center, x, center, channel - first, at, n, variance));
        for (int slot = 0; slot < slots; slot++) {
            variance[slot] /= runs.count();
        }
        return new Statistics(mean, center, variance);
    }

    /** sums[slot] += Σ (x − center)(z − centerZ) over a run. */
    private void addProducts(
            ChannelRuns runs,
            float[] x,
            float[] center,
            float[] z,
            float[] centerZ,
            int slot,
            int at,
            int n,
            double[] sums) {
        if (runs.inner() == 1) {
            for (int i = 0; i < n; i++) {
                sums[slot + i] += (double) (x[at + i] - center[slot + i]) * (z[at + i] - centerZ[slot + i]);
            }
        } else {
            sums[slot] += kernels.dot(x, at, center[slot], z, at, centerZ[slot], n);
        }
    }

    /** Inputs x, mean, variance; outputs both moved towards those of x. */
    void moments(float[][] in, ChannelRuns runs, double rate, double varianceRate, float[][] out) {
        runs.shareChannels(workers, (first, last) -> {
            Statistics statistics = statistics(in[0], runs, first, last);
            for (int c = first; c < last; c++) {
                out[0][c] = (float) ((1 - rate) * in[1][c] + rate * statistics.mean[c - first]);
                out[1][c] = (float) ((1 - rate) * in[2][c] + varianceRate * statistics.variance[c - first]);
            }
        });
    }

    /** y = f(γ (x − μ)/√(σ² + ε) + β) over the runs of channels first … last − 1. Inputs x, γ, β. */
    private void normalize(
            BatchNormalization batch, float[][] in, ChannelRuns runs, Statistics statistics, int first, float[] y) {
        float[] x = in[0];
        float[] mean = statistics.center;
        float[] scale = new float[mean.length];
        for (int slot = 0; slot < scale.length; slot++) {
            scale[slot] = (float) (in[1][first + slot] * statistics.inverseDeviation(slot, batch.epsilon()));
        }
        runs.visit(first, first + scale.length, (channel, n, at) -> {
            if (runs.inner() == 1) {
                kernels.binary(BinaryOp.SUB, x, at, 1, mean, 0, 1, y, at, n);
                kernels.binary(BinaryOp.MUL, y, at, 1, scale, 0, 1, y, at, n);
                kernels.binary(BinaryOp.ADD, y, at, 1, in[2], channel, 1, y, at, n);
            } else {
                int slot = channel - first;
                kernels.affine(x, at, mean[slot], scale[slot], in[2][channel], y, at, n);
            }
            kernels.activate(batch.activation(), y, at, n);
        });
    }

    /** Inputs x, γ, β. */
    void normalize(BatchNormalization batch, float[][] in, ChannelRuns runs, float[] y) {
        runs.shareChannels(
                workers, (first, last) -> normalize(batch, in, runs, statistics(in[0], runs, first, last), first, y));
    }

    /** Inputs x, γ, β, y, gy; outputs gx, gγ, gβ. Where there is an activation, gx holds its part of the gradient in between. */
    void normalizeGradient(BatchNormalization.Gradient batch, float[][] in, ChannelRuns runs, float[][] out) {
        float[] x = in[0];
        float[] gx = out[0];
        Activation activation = batch.activation();
        boolean identity = activation == Activation.IDENTITY;
        float[] gy = identity ? in[4] : gx;
        runs.shareChannels(workers, (first, last) -> {
            Statistics statistics = statistics(x, runs, first, last);
            if (!identity) {
                normalize(new BatchNormalization(batch.epsilon(), activation), in, runs, statistics, first, gx);
                runs.visit(first, last, (channel, n, at) -> kernels.activateGradient(activation, in[4], gx, gx, at, n));
            }
            int slots = last - first;
            double[] sum = new double[slots];
            double[] along = new double[slots];
            float[] zero = new float[slots];
            runs.visit(first, last, (channel, n, at) -> {
                runs.addTo(sum, channel - first, gy, at, n);
                addProducts(runs, x, statistics.center, gy, zero, channel - first, at, n, along);
            });
            float[] mean = statistics.center;
            float[] meanGy = new float[slots];
            float[] scale = new float[slots];
            float[] slope = new float[slots];
            for (int slot = 0; slot < slots; slot++) {
                double inverse = statistics.inverseDeviation(slot, batch.epsilon());
                double gamma = in[1][first + slot];
                along[slot] += (mean[slot] - statistics.mean[slot]) * sum[slot];
                out[1][first + slot] = (float) (along[slot] * inverse);
                out[2][first + slot] = (float) sum[slot];
                meanGy[slot] = (float) (sum[slot] / runs.count());
                scale[slot] = (float) (gamma * inverse);
                slope[slot] = (float) (along[slot] * inverse * inverse / runs.count());
            }
            runs.visit(first, last, (channel, n, at) -> {
                int slot = channel - first;
                if (runs.inner() > 1) {
                    kernels.residual(x, at, mean[slot], slope[slot], gy, at, meanGy[slot], scale[slot], gx, at, n);
                    return;
                }
                for (int i = 0; i < n; i++) {
                    float part = (x[at + i] - mean[slot + i]) * slope[slot + i];
                    gx[at + i] = ((gy[at + i] - meanGy[slot + i]) - part) * scale[slot + i];
                }
            });
        });
    }

    // ------------------------------------------------------------------ local response

    void localResponse(LocalResponseNormalization lrn, float[] x, ChannelRuns runs, float[] y) {
        int size = runs.channels() * runs.inner();
        workers.run(runs.images(), CpuElementwise.rowsPerGrain(size), (from, to) -> {
            float[] squares = new float[size];
            for (int image = from; image < to; image++) {
                int at = image * size;
                kernels.unary(UnaryOp.SQUARE, x, at, squares, 0, size);
                windowSum(squares, 0, runs, lrn.radius(), y, at);
                kernels.affine(y, at, 0, (float) lrn.alpha(), (float) lrn.k(), y, at, size);
                power(y, at, -lrn.beta(), size);
                kernels.binary(BinaryOp.MUL, x, at, 1, y, at, 1, y, at, size);
            }
        });
    }

    /** y = y^exponent for positive y. */
    private void power(float[] y, int at, double exponent, int n) {
        kernels.unary(UnaryOp.LOG, y, at, y, at, n);
        kernels.affine(y, at, 0, (float) exponent, 0, y, at, n);
        kernels.unary(UnaryOp.EXP, y, at, y, at, n);
    }

    /** y_c = Σ_{|d − c| ≤ radius} x_d over the channels of one image. */
    private void windowSum(float[] x, int xo, ChannelRuns runs, int radius, float[] y, int yo) {
        int inner = runs.inner();
        for (int c = 0; c < runs.channels(); c++) {
            int target = yo + c * inner;
            int first = Math.max(0, c - radius);
            int last = Math.min(runs.channels() - 1, c + radius);
            System.arraycopy(x, xo + first * inner, y, target, inner);
            for (int d = first + 1; d <= last; d++) {
                kernels.binary(BinaryOp.ADD, y, target, 1, x, xo + d * inner, 1, y, target, inner);
            }
        }
    }

    /** Inputs x, y, gy. */
    void localResponseGradient(LocalResponseNormalization lrn, float[][] in, ChannelRuns runs, float[] gx) {
        float[] x = in[0];
        float[] y = in[1];
        float[] gy = in[2];
        int size = runs.channels() * runs.inner();
        workers.run(runs.images(), CpuElementwise.rowsPerGrain(size), (from, to) -> {
            float[] base = new float[size];
            float[] inner = new float[size];
            for (int image = from; image < to; image++) {
                int at = image * size;
                kernels.unary(UnaryOp.SQUARE, x, at, inner, 0, size);
                windowSum(inner, 0, runs, lrn.radius(), base, 0);
                kernels.affine(base, 0, 0, (float) lrn.alpha(), (float) lrn.k(), base, 0, size);
                kernels.binary(BinaryOp.MUL, gy, at, 1, y, at, 1, inner, 0, size);
                kernels.binary(BinaryOp.DIV, inner, 0, 1, base, 0, 1, inner, 0, size);
                windowSum(inner, 0, runs, lrn.radius(), gx, at);
                float factor = (float) (2 * lrn.alpha() * lrn.beta());
                kernels.affine(gx, at, 0, factor, 0, gx, at, size);
                kernels.binary(BinaryOp.MUL, gx, at, 1, x, at, 1, gx, at, size);
                power(base, 0, -lrn.beta(), size);
                kernels.binary(BinaryOp.MUL, gy, at, 1, base, 0, 1, base, 0, size);
                kernels.binary(BinaryOp.SUB, base, 0, 1, gx, at, 1, gx, at, size);
            }
        });
    }
}
