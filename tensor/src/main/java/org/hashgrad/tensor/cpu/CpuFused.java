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

    private final List<Answer<?>> answers = new ArrayList<>();

    CpuFused(Workers workers, Kernels kernels, Floats.Pool pool, CpuGemm gemm) {
        this.workers = workers;
        this.kernels = kernels;
        this.pool = pool;
        this.response = new CpuResponse(workers, kernels);
        this.channels = new CpuChannels(workers, kernels);
        this.pairwise = new CpuPairwise(workers, kernels, pool);
        this.triplet = new CpuTriplet(workers, kernels, pool, gemm);
        this.update = new CpuUpdate(workers);
        answerThoseOfChannels();
        answerThoseOfRows();
    }

    /**
     * A primitive that is run, of its inputs and their arrays.
     *
     * @param x the shape of the first input
     * @param y the arrays of the outputs
     */
    private record Call(List<Tensor> inputs, float[][] in, Shape x, List<Floats> results, float[][] y) {
        /** A first input with the channels last as a matrix. */
        CpuChannels.Rows rows() {
            return new CpuChannels.Rows(x.size() / x.dim(1), x.dim(1));
        }
    }

    private interface Kernel<P extends FusedPrimitive> {
        void run(P primitive, Call call);
    }

    /** @param ofChannels whether the primitive treats the pixels of a channel alike, wherever they lie */
    private record Answer<P extends FusedPrimitive>(Class<P> of, boolean ofChannels, Kernel<P> kernel) {
        void run(FusedPrimitive primitive, Call call) {
            kernel.run(of.cast(primitive), call);
        }
    }

    private <P extends FusedPrimitive> void channels(Class<P> primitive, Kernel<P> kernel) {
        answers.add(new Answer<>(primitive, true, kernel));
    }

    private <P extends FusedPrimitive> void rows(Class<P> primitive, Kernel<P> kernel) {
        answers.add(new Answer<>(primitive, false, kernel));
    }

    private void answerThoseOfChannels() {
        channels(
                BiasActivation.class,
                (of, c) -> channels.biasActivation(of.activation(), c.in[0], c.rows(), c.in[1], c.y[0]));
        channels(
                BiasActivation.Gradient.class,
                (of, c) ->
                        channels.biasActivationGradient(of.activation(), c.in[2], c.in[3], c.rows(), c.y[0], c.y[1]));
        channels(MovingMoments.class, (of, c) -> channels.move(c.in, c.rows(), of.rate(), of.varianceRate(c.x), c.y));
        channels(
                BatchNormalization.class,
                (of, c) -> channels.normalize(of.activation(), of.epsilon(), c.in, c.rows(), c.y[0]));
        channels(
                BatchNormalization.Gradient.class,
                (of, c) -> channels.normalizeGradient(of.activation(), of.epsilon(), c.in, c.rows(), c.y));
    }

    private void answerThoseOfRows() {
        rows(LocalResponseNormalization.class, (of, c) -> response.localResponse(of, c.in[0], Planes.of(c.x), c.y[0]));
        rows(
                LocalResponseNormalization.Gradient.class,
                (of, c) -> response.localResponseGradient(of.of(), c.in, Planes.of(c.x), c.y[0]));
        rows(PairwiseLogistic.class, (of, c) -> pairwise.rows(of, c.inputs, c.results.get(0)));
        rows(PairwiseLogistic.Gradient.class, (of, c) -> pairwise.gradient(of, c.inputs, c.y));
        rows(
                TripletLogistic.class,
                (of, c) -> triplet.rows(of, c.in, c.x, c.inputs.get(1).shape(), c.y[0]));
        rows(
                TripletLogistic.Gradient.class,
                (of, c) -> triplet.gradient(of, c.in, c.x, c.inputs.get(1).shape(), c.y));
        rows(LogCoshToSign.class, (of, c) -> logCoshToSign(c.in[0], c.x, c.y[0]));
        rows(LogCoshToSign.Gradient.class, (of, c) -> logCoshToSignGradient(c.in[0], c.x, c.in[2], c.y[0]));
        rows(LogSoftmax.class, (of, c) -> logSoftmax(c.in[0], c.x, c.y[0]));
        rows(LogSoftmax.Gradient.class, (of, c) -> logSoftmaxGradient(c.in[1], c.in[2], c.x, c.y[0]));
        rows(OptimizerUpdate.class, (of, c) -> update.run(of, c.in, c.x.size(), c.y));
        rows(RowReplacement.class, (of, c) -> replaceRows(of.rows(), c.in, c.x, c.y[0]));
    }

    /** What there is no kernel for is found out before any input is asked for: a tensor keeps every form that it was asked for in. */
    Optional<List<Storage>> run(FusedPrimitive primitive, List<Tensor> inputs, List<Shape> out) {
        return answers.stream()
                .filter(answer -> answer.of.isInstance(primitive))
                .findFirst()
                .map(answer -> run(answer, primitive, inputs, out));
    }

    private List<Storage> run(Answer<?> answer, FusedPrimitive primitive, List<Tensor> inputs, List<Shape> out) {
        Shape first = inputs.get(0).shape();
        float[][] in = inputs.stream()
                .map(x -> answer.ofChannels && x.shape().equals(first) ? Floats.channelsLast(x) : Floats.of(x))
                .toArray(float[][]::new);
        List<Floats> results = new ArrayList<>(out.size());
        try {
            out.forEach(shape -> results.add(
                    answer.ofChannels && shape.equals(first) ? pool.channelsLast(shape) : pool.storage(shape.size())));
            float[][] y = results.stream().map(Floats::values).toArray(float[][]::new);
            answer.run(primitive, new Call(inputs, in, first, results, y));
            return List.copyOf(results);
        } catch (Throwable e) {
            results.forEach(Floats::release);
            throw e;
        }
    }

    /** y ← f(y + b) for a range of the rows of a convolution's output, (N · OH · OW, O), with bias (O). */
    Workers.Range finish(Activation f, Tensor bias, float[] y) {
        return channels.biasActivation(f, y, bias.shape().size(), Floats.of(bias), y);
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
