package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.Elements;
import org.hashgrad.tensor.Fetch;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.HammingScan;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Peak;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.RowReplacement;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.TripletLogistic;
import org.hashgrad.tensor.UnaryOp;
import org.hashgrad.tensor.WinogradMode;
import org.jocl.Pointer;

/**
 * Tensors on one OpenCL device. Operations are enqueued on one in-order queue and run asynchronously; reading a value or
 * {@link #synchronize()} waits. Every sum has a fixed order, so a run repeats bit for bit on one device. Not thread-safe.
 */
public final class OpenClBackend extends Backend {
    private final Engine engine;
    private final Movement movement;
    private final Elementwise elementwise;
    private final Reduction reduction;
    private final Gemm gemm;
    private final Convolution convolution;
    private final Pooling pooling;
    private final Bias bias;
    private final BatchNorm batchNorm;
    private final Pairwise pairwise;
    private final Triplet triplet;
    private final LogCosh logCosh;
    private final Softmax softmax;
    private final Response response;
    private final Optimizer optimizer;

    OpenClBackend(Engine engine) {
        this(engine, WinogradMode.DEFAULT);
    }

    OpenClBackend(Engine engine, WinogradMode winograd) {
        this(engine, new Reduction(engine), winograd);
    }

    private OpenClBackend(Engine engine, Reduction reduction, WinogradMode winograd) {
        this(engine, reduction, Gemm.of(engine, reduction), Convolution.of(engine, reduction, winograd));
    }

    OpenClBackend(Engine engine, Reduction reduction, Gemm gemm, Convolution convolution) {
        super(OpenClProvider.NAME + ":" + engine.device().name(), engine.precision());
        this.engine = engine;
        engine.serve(this);
        movement = new Movement(engine);
        elementwise = new Elementwise(engine, movement);
        this.reduction = reduction;
        this.gemm = gemm;
        this.convolution = convolution;
        pooling = new Pooling(engine);
        bias = new Bias(engine, reduction);
        batchNorm = BatchNorm.of(engine);
        pairwise = Pairwise.of(engine, gemm);
        triplet = Triplet.of(engine, gemm);
        logCosh = new LogCosh(engine);
        softmax = new Softmax(engine);
        response = new Response(engine);
        optimizer = new Optimizer(engine);
    }

    /** At most one per kernel file and set of defines. */
    @Override
    public int programBuilds() {
        return engine.builds();
    }

    /** What was enqueued since the backend was opened: launches by kernel, and copies on the device as {@code copy}. */
    public SortedMap<String, Long> launches() {
        return engine.launches();
    }

    /** How often the host waited for the device since the backend was opened: for values, in {@link #synchronize()}, and for memory. */
    public long waits() {
        return engine.transfers().waits();
    }

    /** Buffers, on the device and for copies on the host, allocated since the backend was opened. */
    public long allocations() {
        return engine.allocations();
    }

    /** Bytes of free buffers kept for reuse. */
    public long pooledBytes() {
        return engine.pooledBytes();
    }

    @Override
    public WinogradMode winograd() {
        return convolution.winograd();
    }

    @Override
    public WinogradMode winograd(Shape x, Shape w, ConvGeometry geometry) {
        return convolution.winograd(x, w, geometry);
    }

    @Override
    public Optional<Peak> peak() {
        return Optional.of(Ceiling.measure(engine));
    }

    @Override
    public Optional<HammingScan> hammingScan() {
        return Optional.of((planes, n) -> new Hamming(engine, planes, n));
    }

    Engine engine() {
        return engine;
    }

    @Override
    public void synchronize() {
        engine.transfers().finish();
    }

    @Override
    public void close() {
        super.close();
        engine.close();
    }

    @Override
    protected boolean runsAtOnce() {
        return false;
    }

    @Override
    protected void setProfiled(boolean profiled) {
        engine.takeTimes(profiled, activity());
    }

    // ------------------------------------------------------------------ host transfer

    @Override
    protected Storage upload(Shape shape, Consumer<Elements> fill) {
        return engine.make(shape, to -> engine.transfers().send(to, shape.size(), precision(), fill));
    }

    @Override
    protected Fetch startFetch(List<Tensor> xs) {
        long[] bytes = xs.stream()
                .mapToLong(x -> (long) x.shape().size() * precision().bytes())
                .toArray();
        if (!engine.transfers().fits(bytes)) {
            return super.startFetch(xs);
        }
        return engine.transfers().fetch(xs.stream().map(Engine::of).toList(), bytes, precision() == Precision.F64);
    }

    @Override
    protected void download(Tensor x, double[] values) {
        if (precision() == Precision.F64) {
            engine.transfers().read(Engine.of(x), Pointer.to(values), 8L * values.length);
            return;
        }
        float[] held = new float[values.length];
        engine.transfers().read(Engine.of(x), Pointer.to(held), 4L * held.length);
        for (int i = 0; i < held.length; i++) {
            values[i] = held[i];
        }
    }

    @Override
    protected void download(Tensor x, float[] values) {
        if (precision() == Precision.F32) {
            engine.transfers().read(Engine.of(x), Pointer.to(values), 4L * values.length);
            return;
        }
        double[] held = new double[values.length];
        engine.transfers().read(Engine.of(x), Pointer.to(held), 8L * held.length);
        for (int i = 0; i < held.length; i++) {
            values[i] = (float) held[i];
        }
    }

    // ------------------------------------------------------------------ primitives

    @Override
    protected Storage fillKernel(Shape shape, double value) {
        return elementwise.fill(shape, value);
    }

    @Override
    protected Storage unaryKernel(UnaryOp op, Tensor x) {
        return elementwise.unary(op, x);
    }

    @Override
    protected Storage binaryKernel(BinaryOp op, Tensor a, Tensor b, Shape out) {
        return elementwise.binary(op, a, b, out);
    }

    @Override
    protected Storage affineKernel(Tensor x, double scale, double shift) {
        return elementwise.affine(x, scale, shift);
    }

    @Override
    protected Storage reduceKernel(ReduceOp op, Tensor x, boolean[] reduced, Shape out) {
        return reduction.reduce(op, x, reduced, out);
    }

    @Override
    protected Storage permuteKernel(Tensor x, int[] order, Shape out) {
        return movement.permute(x, order, out);
    }

    @Override
    protected Storage broadcastKernel(Tensor x, Shape out) {
        return movement.broadcast(x, out);
    }

    @Override
    protected Storage sliceKernel(Tensor x, int[] from, Shape out) {
        return movement.slice(x, from, out);
    }

    @Override
    protected Storage padKernel(Tensor x, int[] before, Shape out) {
        return movement.pad(x, before, out, elementwise);
    }

    @Override
    protected Storage concatKernel(int axis, List<Tensor> parts, Shape out) {
        return movement.concat(axis, parts, out);
    }

    @Override
    protected Storage gatherRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        return movement.gatherRows(x, rows, out);
    }

    @Override
    protected Storage scatterAddRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        return movement.scatterAddRows(x, rows, out);
    }

    @Override
    protected Storage matmulKernel(Tensor a, Tensor b, boolean transposeA, boolean transposeB, Shape out) {
        return gemm.matmul(a, b, transposeA, transposeB, out);
    }

    @Override
    protected Storage conv2dKernel(Tensor x, Tensor w, ConvGeometry geometry, Shape out) {
        return convolution.forward(x, w, geometry, out);
    }

    @Override
    protected Storage conv2dInputGradientKernel(Tensor gy, Tensor w, ConvGeometry geometry, Shape input) {
        return convolution.inputGradient(gy, w, geometry, input);
    }

    @Override
    protected Storage conv2dWeightGradientKernel(Tensor x, Tensor gy, ConvGeometry geometry, Shape weights) {
        return convolution.weightGradient(x, gy, geometry, weights);
    }

    @Override
    protected Storage maxPoolKernel(Tensor x, PoolGeometry geometry, Shape out) {
        return pooling.max(x, geometry, out);
    }

    @Override
    protected Storage maxPoolGradientKernel(Tensor x, Tensor gy, PoolGeometry geometry) {
        return pooling.maxGradient(x, gy, geometry);
    }

    @Override
    protected Storage maxPoolSelectKernel(Tensor x, Tensor values, PoolGeometry geometry, Shape out) {
        return pooling.maxSelect(x, values, geometry, out);
    }

    @Override
    protected Storage averagePoolKernel(Tensor x, PoolGeometry geometry, Shape out) {
        return pooling.average(x, geometry, out);
    }

    @Override
    protected Storage averagePoolGradientKernel(Tensor gy, PoolGeometry geometry, Shape input) {
        return pooling.averageGradient(gy, geometry, input);
    }

    @Override
    protected Optional<List<Storage>> fusedKernel(FusedPrimitive primitive, List<Tensor> in, List<Shape> out) {
        if (primitive instanceof BiasActivation p) {
            return Optional.of(bias.forward(p.activation(), in.get(0), in.get(1), out));
        } else if (primitive instanceof BiasActivation.Gradient p) {
            return Optional.of(bias.gradient(p.activation(), in.get(2), in.get(3), out));
        } else if (primitive instanceof ConvolutionActivation p) {
            return convolution.activated(p, in, out.get(0));
        } else if (primitive instanceof MovingMoments p) {
            return Optional.of(batchNorm.moments(p, in, out));
        } else if (primitive instanceof BatchNormalization p) {
            return Optional.of(batchNorm.forward(p, in, out));
        } else if (primitive instanceof BatchNormalization.Gradient p) {
            return Optional.of(batchNorm.gradient(p, in, out));
        } else if (primitive instanceof PairwiseLogistic p) {
            return Optional.of(pairwise.rows(p, in, out));
        } else if (primitive instanceof PairwiseLogistic.Gradient p) {
            return Optional.of(pairwise.gradient(p, in, out));
        } else if (primitive instanceof PairwiseLogistic.Within p) {
            return pairwise.within(p, in, out);
        } else if (primitive instanceof TripletLogistic p) {
            return Optional.of(triplet.rows(p, in, out));
        } else if (primitive instanceof TripletLogistic.Gradient p) {
            return Optional.of(triplet.gradient(p, in, out));
        } else if (primitive instanceof LogCoshToSign) {
            return Optional.of(logCosh.rows(in.get(0), out));
        } else if (primitive instanceof LogCoshToSign.Gradient) {
            return Optional.of(logCosh.gradient(in.get(0), in.get(1), in.get(2), out));
        } else if (primitive instanceof LogSoftmax) {
            return Optional.of(softmax.forward(in.get(0), out));
        } else if (primitive instanceof LogSoftmax.Gradient) {
            return Optional.of(softmax.gradient(in.get(1), in.get(2), out));
        } else if (primitive instanceof LocalResponseNormalization p) {
            return Optional.of(response.forward(p, in.get(0), out));
        } else if (primitive instanceof LocalResponseNormalization.Gradient p) {
            return Optional.of(response.gradient(p.of(), in.get(0), in.get(1), in.get(2), out));
        } else if (primitive instanceof OptimizerUpdate p) {
            return Optional.of(optimizer.update(p, in, out));
        } else if (primitive instanceof RowReplacement p) {
            return Optional.of(List.of(movement.replaceRows(in.get(0), in.get(1), p.rows())));
        }
        return Optional.empty();
    }
}
