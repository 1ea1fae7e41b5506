package org.hashgrad.tensor.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.RowReplacement;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.TripletLogistic;
import org.hashgrad.tensor.UnaryOp;
import org.hashgrad.tensor.cpu.CpuResponse.Planes;

/** The fused primitives: which kernel answers which, and those that work on rows of a matrix. */
final class CpuFused {
    private final Workers workers;
    private final Kernels kernels;
    private final Floats.Pool pool;
    private final CpuResponse response;
    private final CpuChannels channels;
    private final CpuPairwise pairwise;
    private final CpuTriplet triplet;
    private final CpuUpdate update;

    CpuFused(Workers workers, Kernels kernels, Floats.Pool pool, CpuGemm gemm) {
        this.workers = workers;
        this.kernels = kernels;
        this.pool = pool;
        this.response = new CpuResponse(workers, kernels);
        this.channels = new CpuChannels(workers, kernels);
        this.pairwise = new CpuPairwise(workers, kernels, pool);
        this.triplet = new CpuTriplet(workers, kernels, pool, gemm);
        this.update = new CpuUpdate(workers);
    }

    /** What there is no kernel for is found out before any input is asked for: a tensor keeps every form that it was asked for in. */
    Optional<List<Storage>> run(FusedPrimitive primitive, List<Tensor> inputs, List<Shape> out) {
        if (primitive instanceof PairwiseLogistic.Within) {
            return Optional.empty();
        }
        Shape image = inputs.get(0).shape();
        boolean last = isOfChannels(primitive);
        float[][] in = inputs.stream()
                .map(x -> last && x.shape().equals(image) ? Floats.channelsLast(x) : Floats.of(x))
                .toArray(float[][]::new);
        List<Floats> results = new ArrayList<>(out.size());
        try {
            out.forEach(shape ->
                    results.add(last && shape.equals(image) ? pool.channelsLast(shape) : pool.storage(shape.size())));
            run(primitive, inputs, in, results);
            return Optional.of(List.copyOf(results));
        } catch (Throwable e) {
            results.forEach(Floats::release);
            throw e;
        }
    }

    /** y ← f(y + b) for a range of the rows of a convolution's output, (N · OH · OW, O), with bias (O). */
    Workers.Range finish(Activation f, Tensor bias, float[] y) {
        return channels.biasActivation(f, y, bias.shape().size(), Floats.of(bias), y);
    }

    /** A tensor with the channels last as a matrix. */
    private static CpuChannels.Rows rows(Shape shape) {
        return new CpuChannels.Rows(shape.size() / shape.dim(1), shape.dim(1));
    }

    /** Whether a primitive treats the pixels of a channel alike, wherever they lie. */
    private static boolean isOfChannels(FusedPrimitive primitive) {
        return primitive instanceof BiasActivation
                || primitive instanceof BiasActivation.Gradient
                || primitive instanceof MovingMoments
                || primitive instanceof BatchNormalization
                || primitive instanceof BatchNormalization.Gradient;
    }

    private void run(FusedPrimitive primitive, List<Tensor> inputs, float[][] in, List<Floats> results) {
        float[][] y = results.stream().map(Floats::values).toArray(float[][]::new);
        Shape x = inputs.get(0).shape();
        if (primitive instanceof BiasActivation bias) {
            channels.biasActivation(bias.activation(), in[0], rows(x), in[1], y[0]);
        } else if (primitive instanceof BiasActivation.Gradient bias) {
            channels.biasActivationGradient(bias.activation(), in[2], in[3], rows(x), y[0], y[1]);
        } else if (primitive instanceof MovingMoments moments) {
            channels.move(in, rows(x), moments.rate(), moments.varianceRate(x), y);
        } else if (primitive instanceof BatchNormalization batch) {
            channels.normalize(batch.activation(), batch.epsilon(), in, rows(x), y[0]);
        } else if (primitive instanceof BatchNormalization.Gradient batch) {
            channels.normalizeGradient(batch.activation(), batch.epsilon(), in, rows(x), y);
        } else if (primitive instanceof LocalResponseNormalization local) {
            response.localResponse(local, in[0], Planes.of(x), y[0]);
        } else if (primitive instanceof LocalResponseNormalization.Gradient local) {
            response.localResponseGradient(local.of(), in, Planes.of(x), y[0]);
        } else if (primitive instanceof PairwiseLogistic pairs) {
            pairwise.rows(pairs, inputs, results.get(0));
        } else if (primitive instanceof PairwiseLogistic.Gradient pairs) {
            pairwise.gradient(pairs, inputs, y);
        } else if (primitive instanceof TripletLogistic triplets) {
            triplet.rows(triplets, in, x, inputs.get(1).shape(), y[0]);
        } else if (primitive instanceof TripletLogistic.Gradient triplets) {
            triplet.gradient(triplets, in, x, inputs.get(1).shape(), y);
        } else if (primitive instanceof LogCoshToSign) {
            logCoshToSign(in[0], x, y[0]);
        } else if (primitive instanceof LogCoshToSign.Gradient) {
            logCoshToSignGradient(in[0], x, in[2], y[0]);
        } else if (primitive instanceof LogSoftmax) {
            logSoftmax(in[0], x, y[0]);
        } else if (primitive instanceof LogSoftmax.Gradient) {
            logSoftmaxGradient(in[1], in[2], x, y[0]);
        } else if (primitive instanceof OptimizerUpdate step) {
            update.run(step, in, x.size(), y);
        } else if (primitive instanceof RowReplacement replacement) {
            replaceRows(replacement.rows(), in, x, y[0]);
        } else {
            throw new IllegalStateException("cpu: no kernel answers " + primitive);
        }
    }

    // ------------------------------------------------------------------ rows

    private static void replaceRows(IndexTensor rows, float[][] in, Shape shape, float[] y) {
        int width = shape.size() / shape.dim(0);
        System.arraycopy(in[0], 0, y, 0, shape.size());
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(in[1], i * width, y, rows.get(i) * width, width);
        }
    }

    private void logCoshToSign(float[] z, Shape shape, float[] y) {
        int k = shape.dim(1);
        workers.run(shape.dim(0), CpuElementwise.rowsPerGrain(k), (from, to) -> {
            float[] row = new float[k];
            for (int i = from; i < to; i++) {
                kernels.unary(UnaryOp.ABS, z, i * k, row, 0, k);
                kernels.affine(row, 0, 1, 1, 0, row, 0, k);
                kernels.unary(UnaryOp.LOG_COSH, row, 0, row, 0, k);
                y[i] = (float) CpuReduction.sum(row, 0, k);
            }
        });
    }

    private void logCoshToSignGradient(float[] z, Shape shape, float[] gy, float[] gz) {
        int k = shape.dim(1);
        workers.run(shape.dim(0), CpuElementwise.rowsPerGrain(k), (from, to) -> {
            float[] sign = new float[k];
            for (int i = from; i < to; i++) {
                int row = i * k;
                kernels.unary(UnaryOp.ABS, z, row, gz, row, k);
                kernels.affine(gz, row, 1, 1, 0, gz, row, k);
                kernels.unary(UnaryOp.TANH, gz, row, gz, row, k);
                kernels.unary(UnaryOp.SGN, z, row, sign, 0, k);
                kernels.binary(BinaryOp.MUL, gz, row, 1, sign, 0, 1, gz, row, k);
                kernels.binary(BinaryOp.MUL, gz, row, 1, gy, i, 0, gz, row, k);
            }
        });
    }

    private void logSoftmax(float[] x, Shape shape, float[] y) {
        int c = shape.dim(1);
        workers.run(shape.dim(0), CpuElementwise.rowsPerGrain(c), (from, to) -> {
            float[] exp = new float[c];
            for (int i = from; i < to; i++) {
                int row = i * c;
                float largest = x[row];
                for (int j = 1; j < c; j++) {
                    largest = Math.max(largest, x[row + j]);
                }
                kernels.affine(x, row, largest, 1, 0, y, row, c);
                kernels.unary(UnaryOp.EXP, y, row, exp, 0, c);
                kernels.affine(y, row, (float) Math.log(CpuReduction.sum(exp, 0, c)), 1, 0, y, row, c);
            }
        });
    }

    private void logSoftmaxGradient(float[] y, float[] gy, Shape shape, float[] gx) {
        int c = shape.dim(1);
        workers.run(shape.dim(0), CpuElementwise.rowsPerGrain(c), (from, to) -> {
            for (int i = from; i < to; i++) {
                int row = i * c;
                float sum = (float) CpuReduction.sum(gy, row, c);
                kernels.unary(UnaryOp.EXP, y, row, gx, row, c);
                kernels.affine(gx, row, 0, sum, 0, gx, row, c);
                kernels.binary(BinaryOp.SUB, gy, row, 1, gx, row, 1, gx, row, c);
            }
        });
    }
}
