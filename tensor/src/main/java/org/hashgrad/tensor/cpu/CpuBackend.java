package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.IndexTensor;
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
        pool = new Floats.Pool(this, Runtime.getRuntime().maxMemory() / 4);
        elementwise = new CpuElementwise(workers, kernels);
        reduction = new CpuReduction(workers);
        gemm = new CpuGemm(workers, kernels, pool);
        convolution = new CpuConvolution(workers, kernels, pool);
        pooling = new CpuPooling(workers);
        fused = new CpuFused(workers, kernels, pool, gemm);
    }

    @Override
    public void close() {
        super.close();
        workers.close();
        pool.close();
    }

    private static float[] values(Tensor x) {
        return Floats.of(x);
    }

    private Floats make(Shape shape) {
        return pool.storage(shape.size());
    }

    // ------------------------------------------------------------------ host transfer

    @Override
    protected Storage upload(Shape shape, double[] values) {
        Floats y = make(shape);
        for (int i = 0; i < values.length; i++) {
            y.values()[i] = (float) values[i];
        }
        return y;
    }

    @Override
    protected Storage upload(Shape shape, float[] values) {
        Floats y = make(shape);
        System.arraycopy(values, 0, y.values(), 0, values.length);
        return y;
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
        Floats y = make(shape);
        elementwise.fill(y.values(), shape.size(), (float) value);
        return y;
    }

    @Override
    protected Storage unaryKernel(UnaryOp op, Tensor x) {
        Floats y = make(x.shape());
        elementwise.unary(op, values(x), y.values(), x.shape().size());
        return y;
    }

    @Override
    protected Storage binaryKernel(BinaryOp op, Tensor a, Tensor b, Shape out) {
        Floats y = make(out);
        elementwise.binary(op, values(a), a.shape(), values(b), b.shape(), y.values(), out);
        return y;
    }

    @Override
    protected Storage affineKernel(Tensor x, double scale, double shift) {
        Floats y = make(x.shape());
        elementwise.affine(
                values(x), (float) scale, (float) shift, y.values(), x.shape().size());
        return y;
    }

    @Override
    protected Storage reduceKernel(ReduceOp op, Tensor x, boolean[] reduced, Shape out) {
        Floats y = make(out);
        reduction.reduce(op, values(x), x.shape(), reduced, y.values(), out);
        return y;
    }

    // ------------------------------------------------------------------ movement

    /** y over {@code out}, read from x with strides. */
    private Storage pick(Tensor x, Shape out, int offset, int[] strides) {
        Floats y = make(out);
        elementwise.copy(out, values(x), offset, strides, y.values(), 0, out.strides());
        return y;
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
        Floats y = make(out);
        elementwise.fill(y.values(), out.size(), 0);
        elementwise.copy(
                x.shape(), values(x), 0, x.shape().strides(), y.values(), Index.offset(out, before), out.strides());
        return y;
    }

    @Override
    protected Storage concatKernel(int axis, List<Tensor> parts, Shape out) {
        Floats y = make(out);
        int offset = 0;
        for (Tensor part : parts) {
            Shape shape = part.shape();
            elementwise.copy(shape, values(part), 0, shape.strides(), y.values(), offset, out.strides());
            offset += shape.dim(axis) * out.strides()[axis];
        }
        return y;
    }

    @Override
    protected Storage gatherRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        Floats y = make(out);
        int row = out.size() / out.dim(0);
        workers.run(rows.size(), CpuElementwise.rowsPerGrain(row), (from, to) -> {
            for (int i = from; i < to; i++) {
                System.arraycopy(values(x), rows.get(i) * row, y.values(), i * row, row);
            }
        });
        return y;
    }

    @Override
    protected Storage scatterAddRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        Floats y = make(out);
        float[] in = values(x);
        float[] sums = y.values();
        Arrays.fill(sums, 0, out.size(), 0);
        int row = out.size() / out.dim(0);
        for (int i = 0; i < rows.size(); i++) {
            int source = i * row;
            int target = rows.get(i) * row;
            for (int j = 0; j < row; j++) {
                sums[target + j] += in[source + j];
            }
        }
        return y;
    }

    // ------------------------------------------------------------------ products and windows

    @Override
    protected Storage matmulKernel(Tensor a, Tensor b, boolean transposeA, boolean transposeB, Shape out) {
        Floats y = make(out);
        int inner = a.shape().dim(transposeA ? 0 : 1);
        gemm.multiply(values(a), transposeA, values(b), transposeB, out.dim(0), out.dim(1), inner, y.values());
        return y;
    }

    @Override
    protected Storage conv2dKernel(Tensor x, Tensor w, ConvGeometry geometry, Shape out) {
        Floats y = make(out);
        convolution.forward(values(x), x.shape(), values(w), w.shape(), geometry, y.values(), out);
        return y;
    }

    @Override
    protected Storage conv2dInputGradientKernel(Tensor gy, Tensor w, ConvGeometry geometry, Shape input) {
        Floats gx = make(input);
        convolution.inputGradient(values(gy), gy.shape(), values(w), w.shape(), geometry, gx.values(), input);
        return gx;
    }

    @Override
    protected Storage conv2dWeightGradientKernel(Tensor x, Tensor gy, ConvGeometry geometry, Shape weights) {
        Floats gw = make(weights);
        convolution.weightGradient(values(x), x.shape(), values(gy), gy.shape(), geometry, gw.values(), weights);
        return gw;
    }

    @Override
    protected Storage maxPoolKernel(Tensor x, PoolGeometry geometry, Shape out) {
        return maxPoolSelectKernel(x, x, geometry, out);
    }

    @Override
    protected Storage maxPoolGradientKernel(Tensor x, Tensor gy, PoolGeometry geometry) {
        Floats gx = make(x.shape());
        pooling.maxGradient(values(x), values(gy), x.shape(), geometry, gx.values(), gy.shape());
        return gx;
    }

    @Override
    protected Storage maxPoolSelectKernel(Tensor x, Tensor values, PoolGeometry geometry, Shape out) {
        Floats y = make(out);
        pooling.select(values(x), values(values), x.shape(), geometry, y.values(), out);
        return y;
    }

    @Override
    protected Storage averagePoolKernel(Tensor x, PoolGeometry geometry, Shape out) {
        Floats y = make(out);
        pooling.average(values(x), x.shape(), geometry, y.values(), out);
        return y;
    }

    @Override
    protected Storage averagePoolGradientKernel(Tensor gy, PoolGeometry geometry, Shape input) {
        Floats gx = make(input);
        pooling.averageGradient(values(gy), input, geometry, gx.values(), gy.shape());
        return gx;
    }

    @Override
    protected Optional<List<Storage>> fusedKernel(FusedPrimitive primitive, List<Tensor> inputs, List<Shape> out) {
        return fused.run(primitive, inputs, out);
    }
}
