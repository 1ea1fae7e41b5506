package org.hashgrad.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A place where tensors live and are computed, of one {@link Precision}. The public methods check shapes, so that every backend raises
 * the same error before any kernel runs, and hand the result to the innermost {@link Scope}; the protected methods are what an
 * implementation provides. A backend belongs to one thread. Operations may run asynchronously; reading a value waits.
 */
public abstract class Backend implements Primitives<Tensor>, AutoCloseable {
    private final String name;
    private final Precision precision;
    private final Deque<Scope> scopes = new ArrayDeque<>();
    private final Activity activity = new Activity();
    private long liveBytes;

    protected Backend(String name, Precision precision) {
        this.name = name;
        this.precision = precision;
        scopes.push(new Scope(this));
    }

    /** For example {@code cpu} or {@code opencl:pthread-skylake-avx512}. */
    public final String name() {
        return name;
    }

    public final Precision precision() {
        return precision;
    }

    /** Which algorithm convolutions use where it suits their shapes. */
    public WinogradMode winograd() {
        return WinogradMode.OFF;
    }

    /** What {@link #conv2d} of these shapes and its gradient to x are computed with: for all but OFF, {@link WinogradBound} bounds the errors. */
    public WinogradMode winograd(Shape x, Shape w, ConvGeometry geometry) {
        return WinogradMode.OFF;
    }

    // ------------------------------------------------------------------ lifetimes

    /** Opens a scope inside the current one. */
    public final Scope openScope() {
        Scope scope = new Scope(this);
        scopes.push(scope);
        return scope;
    }

    final void closeScope(Scope scope) {
        if (scopes.peek() != scope) {
            throw new IllegalStateException("scope: closed while an inner scope is open, or on another backend");
        }
        scopes.pop();
    }

    final Scope enclosing(Scope scope) {
        Iterator<Scope> inward = scopes.iterator();
        while (inward.hasNext()) {
            if (inward.next() == scope && inward.hasNext()) {
                return inward.next();
            }
        }
        throw new IllegalStateException("scope: not open, nothing to keep a tensor in");
    }

    final void addLiveBytes(long bytes) {
        liveBytes += bytes;
    }

    /** Bytes behind tensors that are still open, in every form that a backend keeps of them; pooled free buffers do not count. */
    public final long liveBytes() {
        return liveBytes;
    }

    /** Waits until everything enqueued is done. */
    public void synchronize() {}

    // ------------------------------------------------------------------ profiling

    /**
     * Tells {@code profiler} from now on what runs, null: nobody. Values are the same bits with and without. Waits until everything enqueued is done.
     */
    public final void profile(@Nullable Profiler profiler) {
        synchronize();
        activity.hear(profiler);
        try {
            setProfiled(profiler != null);
        } catch (RuntimeException | Error e) {
            activity.hear(null);
            throw e;
        }
    }

    /** The layer that operations now belong to in a profile; empty outside of all. */
    public final String layer() {
        return activity.layer();
    }

    /** From now on operations belong to the layer {@code name}, for its gradients or not. */
    public final void enterLayer(String name, boolean backward) {
        activity.enter(name, backward);
    }

    /** What a profiler is told. */
    protected final Activity activity() {
        return activity;
    }

    /** Whether an operation runs as a whole before its method returns; else the backend reports its kernels through {@link #activity}. */
    protected boolean runsAtOnce() {
        return true;
    }

    /** Somebody begins or ceases to listen. */
    protected void setProfiled(boolean profiled) {}

    /** The most that this device reaches, measured now by kernels of its own; empty where there is nothing to compare with. */
    public Optional<Peak> peak() {
        return Optional.empty();
    }

    /** Programs of kernels built since the backend was opened; 0 on one that builds none. */
    public int programBuilds() {
        return 0;
    }

    /** The device's own comparison of packed codes; empty where that of the host, {@code tensor.cpu.HammingKernel}, is as good. */
    public Optional<HammingScan> hammingScan() {
        return Optional.empty();
    }

    /** Closes what is left in the outermost scope and gives the device back. Closing twice is harmless. */
    @Override
    public void close() {
        while (scopes.size() > 1) {
            scopes.peek().close();
        }
        Scope root = scopes.peek();
        if (root != null) {
            root.close();
        }
    }

    // ------------------------------------------------------------------ host transfer

    /** Row-major values, rounded to the backend's precision. @throws ShapeException when the count differs */
    public final Tensor tensor(Shape shape, double... values) {
        requireCount(shape, values.length);
        return tensor(shape, elements -> {
            for (int i = 0; i < values.length; i++) {
                elements.set(i, values[i]);
            }
        });
    }

    /** Row-major values. @throws ShapeException when the count differs */
    public final Tensor tensor(Shape shape, float[] values) {
        requireCount(shape, values.length);
        return tensor(shape, elements -> elements.set(0, values, 0, values.length));
    }

    /**
     * A tensor whose elements {@code fill} writes, every one, before this returns: without an array between. Does not wait for what was
     * enqueued.
     */
    public final Tensor tensor(Shape shape, Consumer<Elements> fill) {
        requireOpen();
        activity.begin("upload", 0);
        return own(shape, upload(shape, fill));
    }

    /** Starts copying tensors to the host and goes on; they may be closed at once. Values are those at this point of the queue. */
    public final Fetch fetch(Tensor... xs) {
        List<Tensor> all = List.of(xs);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("fetch: no tensors");
        }
        all.forEach(x -> mine("fetch", x));
        Fetch fetch = startFetch(all);
        activity.end(0, runsAtOnce());
        return fetch;
    }

    private static void requireCount(Shape shape, int count) {
        if (shape.size() != count) {
            throw new ShapeException(
                    "tensor: shape " + shape + " has " + shape.size() + " elements, got " + count + " values");
        }
    }

    final double[] toDoubles(Tensor x) {
        double[] values = new double[x.shape().size()];
        x.storage();
        download(x, values);
        return values;
    }

    final float[] toFloats(Tensor x) {
        float[] values = new float[x.shape().size()];
        x.storage();
        download(x, values);
        return values;
    }

    // ------------------------------------------------------------------ the vocabulary

    @Override
    public final Shape shape(Tensor x) {
        return x.shape();
    }

    @Override
    public final Tensor fill(Shape shape, double value) {
        requireOpen();
        activity.begin("fill", 0);
        return own(shape, fillKernel(shape, value));
    }

    @Override
    public final Tensor unary(UnaryOp op, Tensor x) {
        mine("unary", x);
        activity.name(op);
        return own(x.shape(), unaryKernel(op, x));
    }

    @Override
    public final Tensor binary(BinaryOp op, Tensor a, Tensor b) {
        Shape out = Shape.broadcast(op.name().toLowerCase(java.util.Locale.ROOT), a.shape(), b.shape());
        mine("binary", a);
        mine("binary", b);
        activity.name(op);
        return own(out, binaryKernel(op, a, b, out));
    }

    @Override
    public final Tensor affine(Tensor x, double scale, double shift) {
        return own(x.shape(), affineKernel(mine("affine", x), scale, shift));
    }

    @Override
    public final Tensor reduce(ReduceOp op, Tensor x, int... axes) {
        if (axes.length == 0) {
            throw new ShapeException("reduce: no axes, x is " + x.shape());
        }
        Shape out = x.shape();
        boolean[] reduced = new boolean[out.rank()];
        for (int axis : axes) {
            int positive = axis < 0 ? axis + reduced.length : axis;
            if (positive < 0 || positive >= reduced.length || reduced[positive]) {
                throw new ShapeException("reduce: axes " + Arrays.toString(axes) + " of x " + x.shape()
                        + "; need distinct axes below " + reduced.length);
            }
            reduced[positive] = true;
            out = out.with(positive, 1);
        }
        return own(out, reduceKernel(op, mine("reduce", x), reduced, out));
    }

    @Override
    public final Tensor reshape(Tensor x, Shape shape) {
        if (x.shape().size() != shape.size()) {
            throw new ShapeException("reshape: x is " + x.shape() + " with "
                    + x.shape().size() + " elements, target " + shape + " has " + shape.size());
        }
        Storage storage = reshapeKernel(mine("reshape", x), shape);
        boolean shared = storage == x.storage();
        Tensor reshaped = held(shape, storage);
        activity.end(bytes(shape), runsAtOnce() && !shared);
        return reshaped;
    }

    @Override
    public final Tensor permute(Tensor x, int... order) {
        int rank = x.shape().rank();
        int[] extents = new int[rank];
        boolean[] seen = new boolean[rank];
        boolean valid = order.length == rank;
        for (int i = 0; valid && i < rank; i++) {
            valid = order[i] >= 0 && order[i] < rank && !seen[order[i]];
            if (valid) {
                seen[order[i]] = true;
                extents[i] = x.shape().dim(order[i]);
            }
        }
        if (!valid) {
            throw new ShapeException("permute: order " + Arrays.toString(order) + " is not a permutation of the " + rank
                    + " axes of x " + x.shape());
        }
        Shape out = Shape.of(extents);
        return own(out, permuteKernel(mine("permute", x), order.clone(), out));
    }

    @Override
    public final Tensor broadcastTo(Tensor x, Shape shape) {
        if (!Shape.broadcast("broadcastTo", x.shape(), shape).equals(shape)) {
            throw new ShapeException("broadcastTo: x is " + x.shape() + ", can't be stretched to " + shape);
        }
        return own(shape, broadcastKernel(mine("broadcastTo", x), shape));
    }

    @Override
    public final Tensor slice(Tensor x, int[] from, int[] to) {
        int rank = x.shape().rank();
        boolean valid = from.length == rank && to.length == rank;
        int[] extents = new int[rank];
        for (int axis = 0; valid && axis < rank; axis++) {
            valid = from[axis] >= 0
                    && from[axis] < to[axis]
                    && to[axis] <= x.shape().dim(axis);
            extents[axis] = to[axis] - from[axis];
        }
        if (!valid) {
            throw new ShapeException("slice: from " + Arrays.toString(from) + " to " + Arrays.toString(to) + " of x "
                    + x.shape() + "; need 0 <= from < to <= extent on every axis");
        }
        Shape out = Shape.of(extents);
        return own(out, sliceKernel(mine("slice", x), from.clone(), out));
    }

    @Override
    public final Tensor pad(Tensor x, int[] before, int[] after) {
        int rank = x.shape().rank();
        boolean valid = before.length == rank && after.length == rank;
        int[] extents = x.shape().toArray();
        for (int axis = 0; valid && axis < rank; axis++) {
            valid = before[axis] >= 0 && after[axis] >= 0;
            long extent = (long) extents[axis] + before[axis] + after[axis];
            extents[axis] = Shape.checkedExtent("pad: extent", extent);
        }
        if (!valid) {
            throw new ShapeException("pad: before " + Arrays.toString(before) + ", after " + Arrays.toString(after)
                    + " of x " + x.shape() + "; need one count >= 0 per axis");
        }
        Shape out = Shape.of(extents);
        return own(out, padKernel(mine("pad", x), before.clone(), out));
    }

    @Override
    public final Tensor concat(int axis, List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw new ShapeException("concat: no parts");
        }
        Shape first = parts.get(0).shape();
        int positive = axis < 0 ? axis + first.rank() : axis;
        if (positive < 0 || positive >= first.rank()) {
            throw new ShapeException("concat: axis " + axis + " of parts " + first);
        }
        long extent = 0;
        for (Tensor part : parts) {
            mine("concat", part);
            if (part.shape().rank() != first.rank()
                    || !part.shape().with(positive, 1).equals(first.with(positive, 1))) {
                throw new ShapeException("concat: along axis " + positive + " parts " + first + " and " + part.shape()
                        + " differ on another axis");
            }
            extent += part.shape().dim(positive);
        }
        Shape out = first.with(positive, Shape.checkedExtent("concat: extent", extent));
        return own(out, concatKernel(positive, List.copyOf(parts), out));
    }

    @Override
    public final Tensor gatherRows(Tensor x, IndexTensor rows) {
        requireRank("gatherRows", "x", x, 1);
        rows.requireBelow(x.shape().dim(0), "gatherRows");
        if (rows.size() == 0) {
            throw new ShapeException("gatherRows: no rows, x is " + x.shape());
        }
        Shape out = x.shape().with(0, rows.size());
        return own(out, gatherRowsKernel(mine("gatherRows", x), rows, out));
    }

    @Override
    public final Tensor scatterAddRows(Tensor x, IndexTensor rows, int rowCount) {
        requireRank("scatterAddRows", "x", x, 1);
        rows.requireBelow(rowCount, "scatterAddRows");
        if (rows.size() != x.shape().dim(0)) {
            throw new ShapeException("scatterAddRows: x is " + x.shape() + ", got " + rows.size() + " row indices");
        }
        Shape out = x.shape().with(0, rowCount);
        return own(out, scatterAddRowsKernel(mine("scatterAddRows", x), rows, out));
    }

    private static void requireRank(String operation, String argument, Tensor x, int least) {
        if (x.shape().rank() < least) {
            throw new ShapeException(operation + ": " + argument + " is " + x.shape() + ", need rank >= " + least);
        }
    }

    @Override
    public final Tensor matmul(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
        Shape sa = a.shape();
        Shape sb = b.shape();
        if (sa.rank() != 2 || sb.rank() != 2) {
            throw new ShapeException("matmul: need two matrices, got a " + sa + ", b " + sb);
        }
        int inner = sa.dim(transposeA ? 0 : 1);
        int innerB = sb.dim(transposeB ? 1 : 0);
        if (inner != innerB) {
            throw new ShapeException("matmul: inner sizes differ: a is " + sa + (transposeA ? " transposed" : "")
                    + ", b is " + sb + (transposeB ? " transposed" : "") + "; need a.cols = b.rows, got " + inner
                    + " and " + innerB);
        }
        Shape out = Shape.of(sa.dim(transposeA ? 1 : 0), sb.dim(transposeB ? 0 : 1));
        mine("matmul", a);
        mine("matmul", b);
        activity.work(2.0 * inner * out.size());
        return own(out, matmulKernel(a, b, transposeA, transposeB, out));
    }

    @Override
    public final Tensor conv2d(Tensor x, Tensor w, ConvGeometry geometry) {
        Shape out = geometry.output(x.shape(), w.shape());
        mine("conv2d", x);
        mine("conv2d", w);
        activity.work(convolutionFlops(out, w.shape()));
        return own(out, conv2dKernel(x, w, geometry, out));
    }

    @Override
    public final Tensor conv2dInputGradient(Tensor gy, Tensor w, Shape input, ConvGeometry geometry) {
        requireShape("conv2dInputGradient", "gy", gy, geometry.output(input, w.shape()));
        mine("conv2dInputGradient", gy);
        mine("conv2dInputGradient", w);
        activity.work(convolutionFlops(gy.shape(), w.shape()));
        return own(input, conv2dInputGradientKernel(gy, w, geometry, input));
    }

    @Override
    public final Tensor conv2dWeightGradient(Tensor x, Tensor gy, Shape weights, ConvGeometry geometry) {
        requireShape("conv2dWeightGradient", "gy", gy, geometry.output(x.shape(), weights));
        mine("conv2dWeightGradient", x);
        mine("conv2dWeightGradient", gy);
        activity.work(convolutionFlops(gy.shape(), weights));
        return own(weights, conv2dWeightGradientKernel(x, gy, geometry, weights));
    }

    /** Of the convolution and of both its gradients: y (N, O, OH, OW), w (O, C/groups, KH, KW). */
    private static double convolutionFlops(Shape y, Shape w) {
        long terms = w.size() / w.dim(0);
        return 2.0 * y.size() * terms;
    }

    @Override
    public final Tensor maxPool(Tensor x, PoolGeometry geometry) {
        Shape out = geometry.output(x.shape());
        return own(out, maxPoolKernel(mine("maxPool", x), geometry, out));
    }

    @Override
    public final Tensor maxPoolGradient(Tensor x, Tensor gy, PoolGeometry geometry) {
        requireShape("maxPoolGradient", "gy", gy, geometry.output(x.shape()));
        return own(x.shape(), maxPoolGradientKernel(mine("maxPoolGradient", x), mine("maxPoolGradient", gy), geometry));
    }

    @Override
    public final Tensor maxPoolSelect(Tensor x, Tensor values, PoolGeometry geometry) {
        requireShape("maxPoolSelect", "values", values, x.shape());
        Shape out = geometry.output(x.shape());
        return own(out, maxPoolSelectKernel(mine("maxPoolSelect", x), mine("maxPoolSelect", values), geometry, out));
    }

    @Override
    public final Tensor averagePool(Tensor x, PoolGeometry geometry) {
        Shape out = geometry.output(x.shape());
        return own(out, averagePoolKernel(mine("averagePool", x), geometry, out));
    }

    @Override
    public final Tensor averagePoolGradient(Tensor gy, Shape input, PoolGeometry geometry) {
        requireShape("averagePoolGradient", "gy", gy, geometry.output(input));
        return own(input, averagePoolGradientKernel(mine("averagePoolGradient", gy), geometry, input));
    }

    @Override
    public final List<Tensor> fused(FusedPrimitive primitive, List<Tensor> inputs) {
        return fused(primitive, inputs, null);
    }

    /** @param spare a storage that the kernel, if there is one, may write in */
    private List<Tensor> fused(FusedPrimitive primitive, List<Tensor> inputs, @Nullable Storage spare) {
        List<Shape> shapes = new ArrayList<>(inputs.size());
        for (Tensor input : inputs) {
            shapes.add(mine("fused", input).shape());
        }
        List<Shape> out = primitive.outputShapes(shapes);
        activity.name(primitive);
        if (primitive instanceof ConvolutionActivation) {
            activity.work(convolutionFlops(out.get(0), shapes.get(1)));
        }
        Optional<List<Storage>> answered = spare == null
                ? fusedKernel(primitive, inputs, out)
                : spare.whileGivenUp(() -> fusedKernel(primitive, inputs, out));
        if (answered.isEmpty()) {
            activity.end(0, false);
            return composite(primitive, inputs);
        }
        List<Tensor> results = new ArrayList<>(out.size());
        for (int i = 0; i < out.size(); i++) {
            results.add(held(out.get(i), answered.get().get(i)));
        }
        activity.end(out.stream().mapToLong(this::bytes).sum(), runsAtOnce());
        return results;
    }

    /**
     * The output of a primitive that has one, for a first input that the caller gives up: it is closed, and where no other tensor has its memory, a
     * backend's kernel may write the output there. An operation that is refused leaves it as it was.
     *
     * @throws IllegalArgumentException for a primitive of several outputs
     */
    public final Tensor fusedInPlace(FusedPrimitive primitive, Tensor first, Tensor... others) {
        List<Tensor> inputs = new ArrayList<>(List.of(first));
        inputs.addAll(List.of(others));
        Storage storage = first.storage();
        boolean readTwice = Arrays.stream(others).anyMatch(other -> other.storage() == storage);
        int outputs = primitive
                .outputShapes(inputs.stream().map(Tensor::shape).toList())
                .size();
        if (outputs != 1) {
            throw new IllegalArgumentException("fusedInPlace: " + primitive + " has " + outputs + " outputs; need 1");
        }
        Tensor output = fused(primitive, inputs, readTwice ? null : storage).get(0);
        first.close();
        return output;
    }

    /** Runs a fused primitive's definition, whether or not this backend has a kernel for it; its intermediates are freed. */
    public final List<Tensor> composite(FusedPrimitive primitive, List<Tensor> inputs) {
        try (Scope scope = openScope()) {
            List<Tensor> kept = new ArrayList<>();
            for (Tensor result : primitive.composite(this, inputs)) {
                kept.add(scope.keep(result));
            }
            return kept;
        }
    }

    private static void requireShape(String operation, String argument, Tensor x, Shape expected) {
        if (!x.shape().equals(expected)) {
            throw new ShapeException(operation + ": " + argument + " is " + x.shape() + ", need " + expected);
        }
    }

    private Tensor mine(String operation, Tensor x) {
        if (x.backend() != this) {
            throw new IllegalArgumentException(operation + ": tensor " + x.shape() + " lives on backend "
                    + x.backend().name() + ", this is " + name + "; copy it through the host");
        }
        x.storage();
        requireOpen();
        activity.begin(operation, bytes(x.shape()));
        return x;
    }

    private Tensor own(Shape shape, Storage storage) {
        Tensor tensor = held(shape, storage);
        activity.end(bytes(shape), runsAtOnce());
        return tensor;
    }

    private Tensor held(Shape shape, Storage storage) {
        Tensor tensor = new Tensor(this, shape, storage);
        innermost().add(tensor);
        return tensor;
    }

    private long bytes(Shape shape) {
        return (long) shape.size() * precision.bytes();
    }

    private Scope innermost() {
        Scope innermost = scopes.peek();
        if (innermost == null) {
            throw new IllegalStateException("backend " + name + ": used after it was closed");
        }
        return innermost;
    }

    private void requireOpen() {
        innermost();
    }

    // ------------------------------------------------------------------ what an implementation provides
    // Each method returns a new storage (one reference) or, where it can share, a retained one. Arguments have been
    // checked.

    protected abstract Storage upload(Shape shape, Consumer<Elements> fill);

    protected abstract void download(Tensor x, double[] values);

    protected abstract void download(Tensor x, float[] values);

    /** Copies at once; a backend that runs behind the host enqueues the copies. */
    protected Fetch startFetch(List<Tensor> xs) {
        List<double[]> values = xs.stream().map(this::toDoubles).toList();
        return values::get;
    }

    protected abstract Storage fillKernel(Shape shape, double value);

    protected abstract Storage unaryKernel(UnaryOp op, Tensor x);

    protected abstract Storage binaryKernel(BinaryOp op, Tensor a, Tensor b, Shape out);

    protected abstract Storage affineKernel(Tensor x, double scale, double shift);

    protected abstract Storage reduceKernel(ReduceOp op, Tensor x, boolean[] reduced, Shape out);

    /** Row-major storages are shared; a backend with other layouts converts here. */
    protected Storage reshapeKernel(Tensor x, Shape out) {
        return x.storage().retain();
    }

    protected abstract Storage permuteKernel(Tensor x, int[] order, Shape out);

    protected abstract Storage broadcastKernel(Tensor x, Shape out);

    protected abstract Storage sliceKernel(Tensor x, int[] from, Shape out);

    protected abstract Storage padKernel(Tensor x, int[] before, Shape out);

    protected abstract Storage concatKernel(int axis, List<Tensor> parts, Shape out);

    protected abstract Storage gatherRowsKernel(Tensor x, IndexTensor rows, Shape out);

    protected abstract Storage scatterAddRowsKernel(Tensor x, IndexTensor rows, Shape out);

    protected abstract Storage matmulKernel(Tensor a, Tensor b, boolean transposeA, boolean transposeB, Shape out);

    protected abstract Storage conv2dKernel(Tensor x, Tensor w, ConvGeometry geometry, Shape out);

    protected abstract Storage conv2dInputGradientKernel(Tensor gy, Tensor w, ConvGeometry geometry, Shape input);

    protected abstract Storage conv2dWeightGradientKernel(Tensor x, Tensor gy, ConvGeometry geometry, Shape weights);

    /** Selects x itself at its maxima. */
    protected Storage maxPoolKernel(Tensor x, PoolGeometry geometry, Shape out) {
        return maxPoolSelectKernel(x, x, geometry, out);
    }

    protected abstract Storage maxPoolGradientKernel(Tensor x, Tensor gy, PoolGeometry geometry);

    protected abstract Storage maxPoolSelectKernel(Tensor x, Tensor values, PoolGeometry geometry, Shape out);

    protected abstract Storage averagePoolKernel(Tensor x, PoolGeometry geometry, Shape out);

    protected abstract Storage averagePoolGradientKernel(Tensor gy, PoolGeometry geometry, Shape input);

    /** The outputs of a kernel for this primitive, or empty when the composite should run. */
    protected Optional<List<Storage>> fusedKernel(FusedPrimitive primitive, List<Tensor> inputs, List<Shape> out) {
        return Optional.empty();
    }
}
