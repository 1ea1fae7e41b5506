package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Elements;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;

/** The oracle: F64, one thread, naive loops that read like the definitions. Normative where backends differ; slow on purpose. */
public final class ReferenceBackend extends Backend {
    public ReferenceBackend() {
        super("reference", Precision.F64);
    }

    private final class Doubles extends Storage {
        private final double[] values;

        Doubles(double[] values) {
            super(ReferenceBackend.this, 8L * values.length);
            this.values = values;
        }

        @Override
        protected void free() {
            Arrays.fill(values, Double.NaN);
        }
    }

    private static double[] values(Tensor x) {
        return ((Doubles) x.storage()).values;
    }

    private Storage made(double[] values) {
        return new Doubles(values);
    }

    @Override
    protected Storage upload(Shape shape, Consumer<Elements> fill) {
        double[] out = new double[shape.size()];
        fill.accept(new Elements() {
            @Override
            public void set(int at, double value) {
                out[at] = value;
            }

            @Override
            public void set(int at, float[] values, int from, int count) {
                for (int i = 0; i < count; i++) {
                    out[at + i] = values[from + i];
                }
            }

            @Override
            public void setFlags(int at, int[] flags, int from, int count) {
                for (int i = 0; i < count; i++) {
                    out[at + i] = flags[from + i] == 0 ? 0 : 1;
                }
            }
        });
        return made(out);
    }

    @Override
    protected void download(Tensor x, double[] values) {
        System.arraycopy(values(x), 0, values, 0, values.length);
    }

    @Override
    protected void download(Tensor x, float[] values) {
        double[] held = values(x);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) held[i];
        }
    }

    @Override
    protected Storage fillKernel(Shape shape, double value) {
        double[] out = new double[shape.size()];
        Arrays.fill(out, value);
        return made(out);
    }

    // ------------------------------------------------------------------ elementwise

    @Override
    protected Storage unaryKernel(UnaryOp op, Tensor x) {
        double[] in = values(x);
        double[] out = new double[in.length];
        Arrays.setAll(out, i -> apply(op, in[i]));
        return made(out);
    }

    private static double apply(UnaryOp op, double x) {
        return switch (op) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SGN -> Double.isNaN(x) ? x : x >= 0 ? 1 : -1;
            case SQUARE -> x * x;
            case SQRT -> Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            case EXP -> StrictMath.exp(x);
            case LOG -> StrictMath.log(x);
            case TANH -> StrictMath.tanh(x);
            case SIGMOID -> sigmoid(x);
            case SOFTPLUS -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
            case LOG_COSH -> logCosh(Math.abs(x));
            case RELU -> Math.max(x, 0);
        };
    }

    private static double logCosh(double x) {
        double half = StrictMath.sinh(x / 2);
        return x < 1
                ? StrictMath.log1p(2 * half * half)
                : x + StrictMath.log1p(StrictMath.exp(-2 * x)) - StrictMath.log(2);
    }

    private static double sigmoid(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    @Override
    protected Storage affineKernel(Tensor x, double scale, double shift) {
        double[] in = values(x);
        double[] out = new double[in.length];
        Arrays.setAll(out, i -> scale * in[i] + shift);
        return made(out);
    }

    @Override
    protected Storage binaryKernel(BinaryOp op, Tensor a, Tensor b, Shape out) {
        double[] va = values(a);
        double[] vb = values(b);
        IntUnaryOperator ia = Index.broadcast(a.shape(), out);
        IntUnaryOperator ib = Index.broadcast(b.shape(), out);
        double[] result = new double[out.size()];
        Arrays.setAll(result, i -> apply(op, va[ia.applyAsInt(i)], vb[ib.applyAsInt(i)]));
        return made(result);
    }

    private static double apply(BinaryOp op, double a, double b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case GREATER -> a > b ? 1 : 0;
            case EQUAL -> a == b ? 1 : 0;
            case TANH_GRADIENT -> a * (1 - b * b);
            case SIGMOID_GRADIENT -> a * b * (1 - b);
            case RELU_GRADIENT -> Double.isNaN(b) ? b : b > 0 ? a : 0;
        };
    }

    // ------------------------------------------------------------------ reductions and movement

    @Override
    protected Storage reduceKernel(ReduceOp op, Tensor x, boolean[] reduced, Shape out) {
        double[] in = values(x);
        double[] result = new double[out.size()];
        Arrays.fill(result, op == ReduceOp.MAX ? Double.NEGATIVE_INFINITY : 0);
        IntUnaryOperator target = Index.broadcast(out, x.shape());
        double count = (double) in.length / result.length;
        for (int i = 0; i < in.length; i++) {
            int o = target.applyAsInt(i);
            result[o] = op == ReduceOp.MAX ? Math.max(result[o], in[i]) : result[o] + in[i];
        }
        if (op == ReduceOp.MEAN) {
            Arrays.setAll(result, o -> result[o] / count);
        }
        return made(result);
    }

    /** out[i] = in[source(i)]. */
    private Storage pick(Tensor x, Shape out, IntUnaryOperator source) {
        double[] in = values(x);
        double[] result = new double[out.size()];
        Arrays.setAll(result, i -> in[source.applyAsInt(i)]);
        return made(result);
    }

    @Override
    protected Storage permuteKernel(Tensor x, int[] order, Shape out) {
        int[] strides = x.shape().strides();
        int[] permuted = new int[order.length];
        Arrays.setAll(permuted, axis -> strides[order[axis]]);
        return pick(x, out, Index.strided(out, permuted, 0));
    }

    @Override
    protected Storage broadcastKernel(Tensor x, Shape out) {
        return pick(x, out, Index.broadcast(x.shape(), out));
    }

    @Override
    protected Storage sliceKernel(Tensor x, int[] from, Shape out) {
        return pick(x, out, Index.strided(out, x.shape().strides(), Index.offset(x.shape(), from)));
    }

    @Override
    protected Storage padKernel(Tensor x, int[] before, Shape out) {
        double[] result = new double[out.size()];
        place(x, result, Index.strided(x.shape(), out.strides(), Index.offset(out, before)));
        return made(result);
    }

    @Override
    protected Storage concatKernel(int axis, List<Tensor> parts, Shape out) {
        double[] result = new double[out.size()];
        int[] from = new int[out.rank()];
        for (Tensor part : parts) {
            place(part, result, Index.strided(part.shape(), out.strides(), Index.offset(out, from)));
            from[axis] += part.shape().dim(axis);
        }
        return made(result);
    }

    /** result[target(i)] = x[i]. */
    private static void place(Tensor x, double[] result, IntUnaryOperator target) {
        double[] in = values(x);
        for (int i = 0; i < in.length; i++) {
            result[target.applyAsInt(i)] = in[i];
        }
    }

    @Override
    protected Storage gatherRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        int row = out.size() / out.dim(0);
        return pick(x, out, i -> rows.get(i / row) * row + i % row);
    }

    @Override
    protected Storage scatterAddRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        double[] in = values(x);
        double[] result = new double[out.size()];
        int row = out.size() / out.dim(0);
        for (int i = 0; i < in.length; i++) {
            result[rows.get(i / row) * row + i % row] += in[i];
        }
        return made(result);
    }

    @Override
    protected Storage matmulKernel(Tensor a, Tensor b, boolean transposeA, boolean transposeB, Shape out) {
        double[] va = values(a);
        double[] vb = values(b);
        int rows = out.dim(0);
        int columns = out.dim(1);
        int inner = a.shape().dim(transposeA ? 0 : 1);
        double[] result = new double[out.size()];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    double left = va[transposeA ? k * rows + i : i * inner + k];
                    double right = vb[transposeB ? j * inner + k : k * columns + j];
                    sum += left * right;
                }
                result[i * columns + j] = sum;
            }
        }
        return made(result);
    }

    // ------------------------------------------------------------------ convolution and pooling

    @Override
    protected Storage conv2dKernel(Tensor x, Tensor w, ConvGeometry geometry, Shape out) {
        double[] vx = values(x);
        double[] vw = values(w);
        double[] vy = new double[out.size()];
        ReferenceWindows.convolution(x.shape(), w.shape(), geometry, (ix, iw, iy) -> vy[iy] += vx[ix] * vw[iw]);
        return made(vy);
    }

    @Override
    protected Storage conv2dInputGradientKernel(Tensor gy, Tensor w, ConvGeometry geometry, Shape input) {
        double[] vy = values(gy);
        double[] vw = values(w);
        double[] vx = new double[input.size()];
        ReferenceWindows.convolution(input, w.shape(), geometry, (ix, iw, iy) -> vx[ix] += vy[iy] * vw[iw]);
        return made(vx);
    }

    @Override
    protected Storage conv2dWeightGradientKernel(Tensor x, Tensor gy, ConvGeometry geometry, Shape weights) {
        double[] vx = values(x);
        double[] vy = values(gy);
        double[] vw = new double[weights.size()];
        ReferenceWindows.convolution(x.shape(), weights, geometry, (ix, iw, iy) -> vw[iw] += vx[ix] * vy[iy]);
        return made(vw);
    }

    @Override
    protected Storage maxPoolSelectKernel(Tensor x, Tensor values, PoolGeometry geometry, Shape out) {
        return pick(values, out, ReferenceWindows.maxima(values(x), x.shape(), geometry));
    }

    @Override
    protected Storage maxPoolGradientKernel(Tensor x, Tensor gy, PoolGeometry geometry) {
        double[] in = values(gy);
        double[] result = new double[x.shape().size()];
        IntUnaryOperator maximum = ReferenceWindows.maxima(values(x), x.shape(), geometry);
        for (int i = 0; i < in.length; i++) {
            result[maximum.applyAsInt(i)] += in[i];
        }
        return made(result);
    }

    @Override
    protected Storage averagePoolKernel(Tensor x, PoolGeometry geometry, Shape out) {
        double[] in = values(x);
        double[] result = new double[out.size()];
        ReferenceWindows.pooling(x.shape(), geometry, (ix, iy, area) -> result[iy] += in[ix] / area);
        return made(result);
    }

    @Override
    protected Storage averagePoolGradientKernel(Tensor gy, PoolGeometry geometry, Shape input) {
        double[] in = values(gy);
        double[] result = new double[input.size()];
        ReferenceWindows.pooling(input, geometry, (ix, iy, area) -> result[ix] += in[iy] / area);
        return made(result);
    }
}
