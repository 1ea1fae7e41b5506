package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.Elements;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.Peak;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;

/**
 * The embedded default: F32 in pure Java on all cores, with SIMD inner loops where the JVM was started with {@code --add-modules
 * jdk.incubator.vector}. The order of every sum depends on shapes only: results are the same bits from run to run and for any number
 * of threads.
 */
public final class CpuBackend extends Backend {
    private final Workers workers;
    private final Kernels kernels;
    private final Floats.Pool pool;
    private final CpuElementwise elementwise;
    private final CpuReduction reduction;
    private final CpuGemm gemm;
    private final CpuConvolution convolution;
    private final CpuPooling pooling;
    private final CpuFused fused;

    /** @param threads including the caller's; 0 = one per processor */
    public CpuBackend(int threads) {
        this(threads, CpuProvider.kernels());
    }

    CpuBackend(int threads, Kernels kernels) {
        super("cpu", Precision.F32);
        workers = new Workers(threads);
        this.kernels = kernels;
        pool = new Floats.Pool(this, workers, Runtime.getRuntime().maxMemory() / 4);
        elementwise = new CpuElementwise(workers, kernels);
        reduction = new CpuReduction(workers);
        gemm = new CpuGemm(workers, kernels, pool);
        convolution = new CpuConvolution(workers, kernels, pool);
        pooling = new CpuPooling(workers, kernels);
        fused = new CpuFused(workers, kernels, pool, gemm);
    }

    @Override
    public void close() {
        super.close();
        workers.close();
        pool.close();
    }

    @Override
    public Optional<Peak> peak() {
        return Optional.of(CpuPeak.measure(workers, kernels));
    }

    private static float[] values(Tensor x) {
        return Floats.of(x);
    }

    /** A row-major storage that {@code fill} writes; given back when that throws. */
    private Storage make(Shape shape, Consumer<float[]> fill) {
        return filled(pool.storage(shape.size()), fill);
    }

    /** {@link #make} with the channels last. */
    private Storage makeImages(Shape shape, Consumer<float[]> fill) {
        return filled(pool.channelsLast(shape), fill);
    }

    private static Storage filled(Floats y, Consumer<float[]> fill) {
        try {
            fill.accept(y.values());
            return y;
        } catch (Throwable e) {
            y.release();
            throw e;
        }
    }

    // ------------------------------------------------------------------ host transfer

    @Override
    protected Storage upload(Shape shape, Consumer<Elements> fill) {
        return make(shape, to -> {
            fill.accept(new Elements() {
                @Override
                public void set(int at, double value) {
                    to[at] = (float) value;
                }

                @Override
                public void set(int at, float[] values, int from, int count) {
                    System.arraycopy(values, from, to, at, count);
                }

                @Override
                public void setFlags(int at, int[] flags, int from, int count) {
                    for (int i = 0; i < count; i++) {
                        to[at + i] = flags[from + i] == 0 ? 0 : 1;
                    }
                }
            });
        });
    }

    @Override
    protected void download(Tensor x, double[] values) {
        float[] held = values(x);
        for (int i = 0; i < values.length; i++) {
            values[i] = held[i];
        }
    }

    @Override
    protected void download(Tensor x, float[] values) {
        System.arraycopy(values(x), 0, values, 0, values.length);
    }

    // ------------------------------------------------------------------ elementwise and reductions

    @Override
    protected Storage fillKernel(Shape shape, double value) {
        return make(shape, to -> {
            elementwise.fill(to, shape.size(), (float) value);
        });
    }

    /** An elementwise function of x in the layout of x. */
    private Storage alike(Tensor x, BiConsumer<float[], float[]> function) {
        if (Floats.isChannelsLast(x)) {
            return makeImages(x.shape(), to -> function.accept(Floats.channelsLast(x), to));
        }
        return make(x.shape(), to -> function.accept(values(x), to));
    }

    @Override
    protected Storage unaryKernel(UnaryOp op, Tensor x) {
        return alike(x, (from, to) -> elementwise.unary(op, from, to, x.shape().size()));
    }

    @Override
    protected Storage binaryKernel(BinaryOp op, Tensor a, Tensor b, Shape out) {
        boolean images = Floats.isChannelsLast(a) || Floats.isChannelsLast(b);
        if (images && a.shape().equals(out) && b.shape().equals(out)) {
            Shape flat = Shape.of(out.size());
            return makeImages(out, to -> {
                elementwise.binary(op, Floats.channelsLast(a), flat, Floats.channelsLast(b), flat, to, flat);
            });
        }
        return make(out, to -> {
            elementwise.binary(op, values(a), a.shape(), values(b), b.shape(), to, out);
        });
    }

    @Override
    protected Storage affineKernel(Tensor x, double scale, double shift) {
        int n = x.shape().size();
        return alike(x, (from, to) -> elementwise.affine(from, (float) scale, (float) shift, to, n));
    }

    @Override
    protected Storage reduceKernel(ReduceOp op, Tensor x, boolean[] reduced, Shape out) {
        return make(out, to -> {
            reduction.reduce(op, values(x), x.shape(), reduced, to, out);
        });
    }

    // ------------------------------------------------------------------ movement

    /** y over {@code out}, read from x with strides. */
    private Storage pick(Tensor x, Shape out, int offset, int[] strides) {
        return make(out, to -> {
            elementwise.copy(out, values(x), offset, strides, to, 0, out.strides());
        });
    }

    @Override
    protected Storage permuteKernel(Tensor x, int[] order, Shape out) {
        int[] strides = x.shape().strides();
        int[] permuted = new int[order.length];
        Arrays.setAll(permuted, axis -> strides[order[axis]]);
        return pick(x, out, 0, permuted);
    }

    @Override
    protected Storage broadcastKernel(Tensor x, Shape out) {
        return pick(x, out, 0, StridedRows.broadcast(x.shape(), out));
    }

    @Override
    protected Storage sliceKernel(Tensor x, int[] from, Shape out) {
        return pick(x, out, Index.offset(x.shape(), from), x.shape().strides());
    }

    @Override
    protected Storage padKernel(Tensor x, int[] before, Shape out) {
        return make(out, to -> {
            elementwise.fill(to, out.size(), 0);
            elementwise.copy(
                    x.shape(), values(x), 0, x.shape().strides(), to, Index.offset(out, before), out.strides());
        });
    }

    @Override
    protected Storage concatKernel(int axis, List<Tensor> parts, Shape out) {
        return make(out, to -> {
            int offset = 0;
            for (Tensor part : parts) {
                Shape shape = part.shape();
                elementwise.copy(shape, values(part), 0, shape.strides(), to, offset, out.strides());
                offset += shape.dim(axis) * out.strides()[axis];
            }
        });
    }

    @Override
    protected Storage gatherRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        return make(out, to -> {
            float[] from = values(x);
            int row = out.size() / out.dim(0);
            workers.run(rows.size(), CpuElementwise.rowsPerGrain(row), (first, last) -> {
                for (int i = first; i < last; i++) {
                    System.arraycopy(from, rows.get(i) * row, to, i * row, row);
                }
            });
        });
    }

    @Override
    protected Storage scatterAddRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        return make(out, to -> {
            float[] in = values(x);
            float[] sums = to;
            Arrays.fill(sums, 0, out.size(), 0);
            int row = out.size() / out.dim(0);
            for (int i = 0; i < rows.size(); i++) {
                int source = i * row;
                int target = rows.get(i) * row;
                for (int j = 0; j < row; j++) {
                    sums[target + j] += in[source + j];
                }
            }
        });
    }

    // ------------------------------------------------------------------ products and windows

    @Override
    protected Storage matmulKernel(Tensor a, Tensor b, boolean transposeA, boolean transposeB, Shape out) {
        return make(out, to -> {
            int inner = a.shape().dim(transposeA ? 0 : 1);
            gemm.multiply(values(a), transposeA, values(b), transposeB, out.dim(0), out.dim(1), inner, to);
        });
    }

    @Override
    protected Storage conv2dKernel(Tensor x, Tensor w, ConvGeometry geometry, Shape out) {
        return convolve(x, w, geometry, out, y -> (from, to) -> {});
    }

    private Storage convolve(
            Tensor x, Tensor w, ConvGeometry geometry, Shape out, Function<float[], Workers.Range> finish) {
        return makeImages(out, to -> {
            float[] images = Floats.channelsLast(x);
            convolution.forward(images, x.shape(), values(w), w.shape(), geometry, to, out, finish.apply(to));
        });
    }

    @Override
    protected Storage conv2dInputGradientKernel(Tensor gy, Tensor w, ConvGeometry geometry, Shape input) {
        return makeImages(input, to -> {
            convolution.inputGradient(Floats.channelsLast(gy), gy.shape(), values(w), w.shape(), geometry, to, input);
        });
    }

    @Override
    protected Storage conv2dWeightGradientKernel(Tensor x, Tensor gy, ConvGeometry geometry, Shape weights) {
        return make(weights, to -> {
            convolution.weightGradient(
                    Floats.channelsLast(x), x.shape(), Floats.channelsLast(gy), gy.shape(), geometry, to, weights);
        });
    }

    @Override
    protected Storage maxPoolGradientKernel(Tensor x, Tensor gy, PoolGeometry geometry) {
        return makeImages(x.shape(), to -> {
            pooling.maxGradient(Floats.channelsLast(x), Floats.channelsLast(gy), x.shape(), geometry, to, gy.shape());
        });
    }

    @Override
    protected Storage maxPoolSelectKernel(Tensor x, Tensor values, PoolGeometry geometry, Shape out) {
        return makeImages(out, to -> {
            pooling.select(Floats.channelsLast(x), Floats.channelsLast(values), x.shape(), geometry, to, out);
        });
    }

    @Override
    protected Storage averagePoolKernel(Tensor x, PoolGeometry geometry, Shape out) {
        return makeImages(out, to -> {
            pooling.average(Floats.channelsLast(x), x.shape(), geometry, to, out);
        });
    }

    @Override
    protected Storage averagePoolGradientKernel(Tensor gy, PoolGeometry geometry, Shape input) {
        return makeImages(input, to -> {
            pooling.averageGradient(Floats.channelsLast(gy), input, geometry, to, gy.shape());
        });
    }

    @Override
    protected Optional<List<Storage>> fusedKernel(FusedPrimitive primitive, List<Tensor> inputs, List<Shape> out) {
        if (primitive instanceof ConvolutionActivation with) {
            Function<float[], Workers.Range> finish = y -> fused.finish(with.activation(), inputs.get(2), y);
            return Optional.of(List.of(convolve(inputs.get(0), inputs.get(1), with.geometry(), out.get(0), finish)));
        }
        return fused.run(primitive, inputs, out);
    }
}
