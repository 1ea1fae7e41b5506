package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.Activation;

/**
 * Bias and batch normalisation of tensors with the channels last, that is of matrices (rows, channels). Rows are cut into pieces by shape alone;
 * a piece adds in float over a few rows, then in double, and pieces are added in order.
 */
final class CpuChannels {
    /** Elements of a piece: it is visited more than once while it is in the second-level cache. */
    private static final int PIECE = 1 << 15;

    /** Elements between two functions over the same stretch. */
    private static final int STRETCH = 1 << 12;

    private final Workers workers;
    private final Kernels kernels;

    CpuChannels(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
    }

    /** Rows and channels of a tensor, and the rows of a piece. */
    record Rows(int count, int channels) {
        int perPiece() {
            return Math.max(1, PIECE / channels);
        }

        int pieces() {
            return (count - 1) / perPiece() + 1;
        }

        int first(int piece) {
            return piece * perPiece();
        }

        int end(int piece) {
            return Math.min(count, first(piece) + perPiece());
        }
    }

    /** Sums per channel of two things, in double. */
    private record Sums(double[] first, double[] second) {
        static Sums of(int channels) {
            return new Sums(new double[channels], new double[channels]);
        }

        void add(Sums other) {
            for (int c = 0; c < first.length; c++) {
                first[c] += other.first[c];
                second[c] += other.second[c];
            }
        }
    }

    private interface PieceSums {
        void add(int from, int to, Sums sums);
    }

    private Sums overPieces(Rows rows, PieceSums work) {
        Sums[] parts = new Sums[rows.pieces()];
        workers.run(parts.length, 1, (from, to) -> {
            for (int piece = from; piece < to; piece++) {
                parts[piece] = Sums.of(rows.channels);
                work.add(rows.first(piece), rows.end(piece), parts[piece]);
            }
        });
        for (int piece = 1; piece < parts.length; piece++) {
            parts[0].add(parts[piece]);
        }
        return parts[0];
    }

    /** Cuts rows into stretches that stay in the first-level cache. */
    private static void stretches(Rows rows, int from, int to, Workers.Range work) {
        int step = Math.max(1, STRETCH / rows.channels);
        for (int row = from; row < to; row += step) {
            work.run(row, Math.min(to, row + step));
        }
    }

    private void share(Rows rows, Workers.Range work) {
        workers.run(
                rows.count, CpuElementwise.rowsPerGrain(rows.channels), (from, to) -> stretches(rows, from, to, work));
    }

    private static float[] ones(int n) {
        float[] ones = new float[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    // ------------------------------------------------------------------ bias

    void biasActivation(Activation f, float[] x, Rows rows, float[] b, float[] y) {
        share(rows, biasActivation(f, x, rows.channels, b, y));
    }

    /** y = f(x + b) for the rows of a range, (rows, n); y may be x. */
    Workers.Range biasActivation(Activation f, float[] x, int n, float[] b, float[] y) {
        float[] zeros = new float[n];
        float[] ones = ones(n);
        return (from, to) -> {
            kernels.affineRows(x, from * n, to - from, n, zeros, ones, b, y);
            kernels.activate(f, y, from * n, (to - from) * n);
        };
    }

    void biasActivationGradient(Activation f, float[] y, float[] gy, Rows rows, float[] gx, float[] gb) {
        int n = rows.channels;
        float[] zeros = new float[n];
        Sums sums = overPieces(
                rows,
                (first, end, into) -> stretches(rows, first, end, (from, to) -> {
                    kernels.activateGradient(f, gy, y, gx, from * n, (to - from) * n);
                    kernels.sumRows(gx, zeros, gx, zeros, from * n, to - from, n, into.first, into.second);
                }));
        for (int c = 0; c < n; c++) {
            gb[c] = (float) sums.first[c];
        }
    }

    // ------------------------------------------------------------------ batch normalisation

    /** Means and biased variances in double, and the means rounded to float. */
    record Moments(double[] mean, float[] center, double[] variance) {}

    /** Each piece by its own mean, then joined: within the pieces plus between them. */
    Moments moments(float[] x, Rows rows) {
        int n = rows.channels;
        float[] zeros = new float[n];
        double[][] means = new double[rows.pieces()][n];
        double[][] within = new double[means.length][n];
        workers.run(means.length, 1, (from, to) -> {
            float[] center = new float[n];
            for (int piece = from; piece < to; piece++) {
                int first = rows.first(piece);
                int count = rows.end(piece) - first;
                double[] sums = means[piece];
                double[] products = within[piece];
                kernels.sumRows(x, zeros, x, zeros, first * n, count, n, sums, products);
                for (int c = 0; c < n; c++) {
                    center[c] = (float) (sums[c] / count);
                }
                Arrays.fill(sums, 0);
                Arrays.fill(products, 0);
                kernels.sumRows(x, center, x, center, first * n, count, n, sums, products);
                for (int c = 0; c < n; c++) {
                    double rest = sums[c] / count;
                    products[c] -= rest * sums[c];
                    sums[c] = center[c] + rest;
                }
            }
        });
        double[] mean = new double[n];
        double[] variance = new double[n];
        float[] center = new float[n];
        for (int piece = 0; piece < means.length; piece++) {
            for (int c = 0; c < n; c++) {
                mean[c] += means[piece][c] * (rows.end(piece) - rows.first(piece)) / rows.count;
            }
        }
        for (int piece = 0; piece < means.length; piece++) {
            for (int c = 0; c < n; c++) {
                double off = means[piece][c] - mean[c];
                double between = off * off * (rows.end(piece) - rows.first(piece));
                variance[c] += (Math.max(0, within[piece][c]) + between) / rows.count;
            }
        }
        for (int c = 0; c < n; c++) {
            center[c] = (float) mean[c];
        }
        return new Moments(mean, center, variance);
    }

    /** Inputs x, mean, variance; outputs both moved towards those of x. */
    void move(float[][] in, Rows rows, double rate, double varianceRate, float[][] out) {
        Moments moments = moments(in[0], rows);
        for (int c = 0; c < rows.channels; c++) {
            out[0][c] = (float) ((1 - rate) * in[1][c] + rate * moments.mean[c]);
            out[1][c] = (float) ((1 - rate) * in[2][c] + varianceRate * moments.variance[c]);
        }
    }

    private static float[] scales(Moments moments, float[] gamma, double epsilon) {
        float[] scale = new float[moments.center.length];
        for (int c = 0; c < scale.length; c++) {
            scale[c] = (float) (gamma[c] / Math.sqrt(moments.variance[c] + epsilon));
        }
        return scale;
    }

    /** Inputs x, γ, β. */
    void normalize(Activation f, double epsilon, float[][] in, Rows rows, float[] y) {
        int n = rows.channels;
        Moments moments = moments(in[0], rows);
        float[] scale = scales(moments, in[1], epsilon);
        share(rows, (from, to) -> {
            kernels.affineRows(in[0], from * n, to - from, n, moments.center, scale, in[2], y);
            kernels.activate(f, y, from * n, (to - from) * n);
        });
    }

    /** Inputs x, γ, β, y, gy; outputs gx, gγ, gβ. Where there is an activation, gx holds its part of the gradient in between. */
    void normalizeGradient(Activation f, double epsilon, float[][] in, Rows rows, float[][] out) {
        int n = rows.channels;
        float[] x = in[0];
        float[] gx = out[0];
        float[] g = f == Activation.IDENTITY ? in[4] : gx;
        Moments moments = moments(x, rows);
        float[] scale = scales(moments, in[1], epsilon);
        float[] zeros = new float[n];
        Sums sums = overPieces(
                rows,
                (first, end, into) -> stretches(rows, first, end, (from, to) -> {
                    if (f != Activation.IDENTITY) {
                        kernels.affineRows(x, from * n, to - from, n, moments.center, scale, in[2], gx);
                        kernels.activate(f, gx, from * n, (to - from) * n);
                        kernels.activateGradient(f, in[4], gx, gx, from * n, (to - from) * n);
                    }
                    kernels.sumRows(x, moments.center, g, zeros, from * n, to - from, n, into.first, into.second);
                }));
        float[] mean = new float[n];
        float[] slope = new float[n];
        for (int c = 0; c < n; c++) {
            double inverse = 1 / Math.sqrt(moments.variance[c] + epsilon);
            double along = sums.second[c] + (moments.center[c] - moments.mean[c]) * sums.first[c];
            out[1][c] = (float) (along * inverse);
            out[2][c] = (float) sums.first[c];
            mean[c] = (float) (sums.first[c] / rows.count);
            slope[c] = (float) (along * inverse * inverse / rows.count);
        }
        share(
                rows,
                (from, to) ->
                        kernels.residualRows(x, moments.center, slope, g, mean, scale, from * n, to - from, n, gx));
    }
}
