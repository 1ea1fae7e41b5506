package org.hashgrad.tensor;

import static org.hashgrad.tensor.Tolerances.dot;
import static org.hashgrad.tensor.Tolerances.elementwise;
import static org.hashgrad.tensor.Tolerances.gamma;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The vocabulary on pairs (value, error): the value on the F64 reference, and an absolute bound of what a backend of {@code precision}
 * may be off, carried along every step: what its inputs are off, through the operation, plus its own rounding by {@link Tolerances}. So
 * each comparison has a bound that is derived from the formula itself, element by element (running error analysis; Higham, Accuracy and
 * Stability, section 3.3). A fused primitive has the bound of its definition: a kernel may round in another order, not more often. What
 * intermediates lose by underflow is not in it, see {@link Tolerances#floor}. For those who test a backend or a kernel:
 *
 * <pre>{@code
 * RoundingError vocabulary = new RoundingError(reference, tested);
 * Bounded y = vocabulary.sum(vocabulary.exact(Shape.of(3), 1, 2, 3), 0);
 * Tolerances.close(y.values()[0], computed, y.errors()[0]);
 * }</pre>
 */
public final class RoundingError implements Primitives<RoundingError.Bounded> {
    /** Largest error of √, exp, log, tanh and their compositions: OpenCL 1.2 grants 5 ulp to one and three of at most 3 to the others. */
    private static final double ULPS = 8;

    /** OpenCL 1.2 grants 2.5 ulp to a division in single precision. */
    private static final double DIVISION_ULPS = 2.5;

    /** A value and what it may be off, element by element; both on the reference. */
    public record Bounded(Tensor value, Tensor error) {
        /** Row-major values. */
        public double[] values() {
            return value.toDoubles();
        }

        /** Row-major bounds, absolute. */
        public double[] errors() {
            return error.toDoubles();
        }
    }

    private final Backend reference;
    private final Backend tested;
    private final Precision precision;

    /**
     * @param reference computes values and bounds, in double precision
     * @param tested the backend whose errors are bounded; nothing is computed on it
     */
    public RoundingError(Backend reference, Backend tested) {
        this.reference = reference;
        this.tested = tested;
        this.precision = tested.precision();
    }

    /** A value that every precision represents. */
    public Bounded exact(Shape shape, double... values) {
        return new Bounded(reference.tensor(shape, values), reference.fill(shape, 0));
    }

    private Tensor absolute(Tensor x) {
        return reference.unary(UnaryOp.ABS, x);
    }

    /** |x| + e: the largest the computed value can be. */
    private Tensor most(Bounded x) {
        return reference.add(absolute(x.value), x.error);
    }

    private Bounded moved(Bounded x, UnaryOperator<Tensor> movement) {
        return new Bounded(movement.apply(x.value), movement.apply(x.error));
    }

    /** A sum of products: its inputs' errors through it, and γ of its terms relative to the same sum of magnitudes. */
    private Bounded bilinear(Bounded a, Bounded b, int terms, Product product) {
        return bilinear(a, b, product, reference.scale(product.of(most(a), most(b)), dot(precision, terms + 1)));
    }

    private Bounded bilinear(Bounded a, Bounded b, Product product, Tensor own) {
        Tensor exact = product.of(absolute(a.value), absolute(b.value));
        Tensor carried = reference.subtract(product.of(most(a), most(b)), exact);
        return new Bounded(product.of(a.value, b.value), reference.add(absolute(carried), own));
    }

    /** A sum or mean of elements, likewise. */
    private Bounded linear(Bounded x, int terms, UnaryOperator<Tensor> sum) {
        Tensor own = reference.scale(sum.apply(most(x)), Tolerances.sum(precision, terms + 1));
        return new Bounded(sum.apply(x.value), reference.add(sum.apply(x.error), own));
    }

    private interface Product {
        Tensor of(Tensor a, Tensor b);
    }

    @Override
    public Shape shape(Bounded x) {
        return x.value.shape();
    }

    @Override
    public Bounded fill(Shape shape, double value) {
        return new Bounded(
                reference.fill(shape, value), reference.fill(shape, precision.unitRoundoff() * Math.abs(value)));
    }

    @Override
    public Bounded unary(UnaryOp op, Bounded x) {
        Tensor y = reference.unary(op, x.value);
        double[] values = x.values();
        double[] results = y.toDoubles();
        double[] errors = x.errors();
        for (int i = 0; i < values.length; i++) {
            errors[i] = carried(op, values[i], results[i], errors[i])
                    + own(op, Math.abs(values[i]) + errors[i], Math.abs(results[i]));
        }
        return new Bounded(y, reference.tensor(y.shape(), errors));
    }

    /** Upper bound of |f(x + d) − f(x)| for |d| ≤ e. */
    private static double carried(UnaryOp op, double x, double y, double e) {
        double size = Math.abs(x);
        if (e == 0) {
            return 0;
        }
        return switch (op) {
            case NEG, ABS, TANH, SOFTPLUS, LOG_COSH -> e;
            case RELU -> x < -e ? 0 : e;
            case SGN -> size > e ? 0 : 2;
            case SQUARE -> (2 * size + e) * e;
            case SQRT -> e / y;
            case RECIPROCAL -> e / (size * (size - e));
            case EXP -> y * Math.expm1(e);
            case LOG -> -Math.log1p(-e / size);
            case SIGMOID -> e / 4;
        };
    }

    private double own(UnaryOp op, double size, double y) {
        return switch (op) {
            case NEG, ABS, SGN, RELU -> 0;
            case SQUARE -> precision.unitRoundoff() * y;
            case RECIPROCAL -> elementwise(precision, DIVISION_ULPS) * y;
            case SQRT, EXP, LOG, TANH, SIGMOID -> elementwise(precision, ULPS) * y;
            case SOFTPLUS, LOG_COSH -> elementwise(precision, ULPS) * Math.max(1, size);
        };
    }

    @Override
    public Bounded binary(BinaryOp op, Bounded left, Bounded right) {
        Tensor y = reference.binary(op, left.value, right.value);
        Bounded a = broadcastTo(left, y.shape());
        Bounded b = broadcastTo(right, y.shape());
        double[] av = a.values();
        double[] bv = b.values();
        double[] be = b.errors();
        double[] errors = a.errors();
        double[] results = y.toDoubles();
        for (int i = 0; i < errors.length; i++) {
            errors[i] =
                    error(op, Math.abs(av[i]), errors[i], bv[i], be[i], Math.abs(av[i] - bv[i]), Math.abs(results[i]));
        }
        return new Bounded(y, reference.tensor(y.shape(), errors));
    }

    private double error(BinaryOp op, double a, double ea, double bSigned, double eb, double apart, double y) {
        double b = Math.abs(bSigned);
        double u = precision.unitRoundoff();
        return switch (op) {
            case ADD, SUB -> ea + eb + u * (y + ea + eb);
            case MUL -> a * eb + b * ea + ea * eb + u * (a + ea) * (b + eb);
            case DIV -> (ea + y * eb) / (b - eb) * (1 + u) + elementwise(precision, DIVISION_ULPS) * y;
            case MAX, MIN -> Math.max(ea, eb);
            case GREATER, EQUAL -> ea + eb == 0 || apart > ea + eb ? 0 : 1;
            case TANH_GRADIENT ->
                ea * (1 + b * b)
                        + (a + ea) * (2 * b + eb) * eb
                        + gamma(precision, 4) * (a + ea) * (1 + (b + eb) * (b + eb));
            case SIGMOID_GRADIENT ->
                ea * b * (1 + b)
                        + (a + ea) * (1 + 2 * b + eb) * eb
                        + gamma(precision, 4) * (a + ea) * (b + eb) * (1 + b + eb);
            case RELU_GRADIENT -> ea + (eb > 0 && b <= eb ? a : 0);
        };
    }

    @Override
    public Bounded affine(Bounded x, double scale, double shift) {
        Tensor carried = reference.scale(x.error, Math.abs(scale));
        double g = gamma(precision, 3);
        Tensor own = reference.affine(most(x), g * Math.abs(scale), g * Math.abs(shift));
        return new Bounded(reference.affine(x.value, scale, shift), reference.add(carried, own));
    }

    @Override
    public Bounded reduce(ReduceOp op, Bounded x, int... axes) {
        int terms = x.value.shape().size()
                / reference.reduce(ReduceOp.MAX, x.value, axes).shape().size();
        return switch (op) {
            case SUM, MEAN -> linear(x, terms, t -> reference.reduce(op, t, axes));
            case MAX -> moved(x, t -> reference.reduce(op, t, axes));
        };
    }

    @Override
    public Bounded reshape(Bounded x, Shape shape) {
        return moved(x, t -> reference.reshape(t, shape));
    }

    @Override
    public Bounded permute(Bounded x, int... order) {
        return moved(x, t -> reference.permute(t, order));
    }

    @Override
    public Bounded broadcastTo(Bounded x, Shape shape) {
        return moved(x, t -> reference.broadcastTo(t, shape));
    }

    @Override
    public Bounded slice(Bounded x, int[] from, int[] to) {
        return moved(x, t -> reference.slice(t, from, to));
    }

    @Override
    public Bounded pad(Bounded x, int[] before, int[] after) {
        return moved(x, t -> reference.pad(t, before, after));
    }

    @Override
    public Bounded concat(int axis, List<Bounded> parts) {
        return new Bounded(
                reference.concat(axis, parts.stream().map(Bounded::value).toList()),
                reference.concat(axis, parts.stream().map(Bounded::error).toList()));
    }

    @Override
    public Bounded gatherRows(Bounded x, IndexTensor rows) {
        return moved(x, t -> reference.gatherRows(t, rows));
    }

    @Override
    public Bounded scatterAddRows(Bounded x, IndexTensor rows, int rowCount) {
        int[] all = rows.toArray();
        long most = Arrays.stream(all)
                .mapToLong(row -> IntStream.of(all).filter(r -> r == row).count())
                .max()
                .orElse(0);
        return linear(x, (int) most, t -> reference.scatterAddRows(t, rows, rowCount));
    }

    @Override
    public Bounded matmul(Bounded a, Bounded b, boolean transposeA, boolean transposeB) {
        int inner = shape(a).dim(transposeA ? 0 : 1);
        return bilinear(a, b, inner, (x, y) -> reference.matmul(x, y, transposeA, transposeB));
    }

    @Override
    public Bounded conv2d(Bounded x, Bounded w, ConvGeometry geometry) {
        WinogradMode mode = tested.winograd(shape(x), shape(w), geometry);
        Product product = (a, b) -> reference.conv2d(a, b, geometry);
        return mode == WinogradMode.OFF
                ? bilinear(x, w, shape(w).product(1, 4), product)
                : bilinear(x, w, product, winograd(mode, x, w, geometry));
    }

    @Override
    public Bounded conv2dInputGradient(Bounded gy, Bounded w, Shape input, ConvGeometry geometry) {
        int terms = shape(w).size() / (shape(w).dim(1) * geometry.groups());
        WinogradMode mode = tested.winograd(input, shape(w), geometry);
        Product product = (a, b) -> reference.conv2dInputGradient(a, b, input, geometry);
        if (mode == WinogradMode.OFF) {
            return bilinear(gy, w, terms, product);
        }
        ConvGeometry adjoint =
                new ConvGeometry(1, 1, shape(w).dim(2) - 1 - geometry.padY(), shape(w).dim(3) - 1 - geometry.padX(), 1);
        return bilinear(gy, w, product, winograd(mode, gy, moved(w, this::turned), adjoint));
    }

    /** What the algorithm's own rounding is off. */
    private Tensor winograd(WinogradMode mode, Bounded x, Bounded w, ConvGeometry geometry) {
        Tensor largestX = most(x);
        Tensor largestW = most(w);
        double[] magnitude = WinogradBound.magnitude(
                mode, largestX.shape(), largestX.toDoubles(), largestW.shape(), largestW.toDoubles(), geometry);
        Tensor own = reference.tensor(geometry.output(largestX.shape(), largestW.shape()), magnitude);
        return reference.scale(own, WinogradBound.relative(precision, shape(x).dim(1)));
    }

    /** (O, C, r, r) as (C, O, r, r) with both kernel axes turned round. */
    private Tensor turned(Tensor w) {
        int outs = w.shape().dim(0);
        int ins = w.shape().dim(1);
        int area = w.shape().product(2, 4);
        double[] from = w.toDoubles();
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[(i / area % ins * outs + i / area / ins) * area + area - 1 - i % area] = from[i];
        }
        return reference.tensor(Shape.of(ins, outs, w.shape().dim(2), w.shape().dim(3)), to);
    }

    @Override
    public Bounded conv2dWeightGradient(Bounded x, Bounded gy, Shape weights, ConvGeometry geometry) {
        int terms = shape(gy).size() / shape(gy).dim(1);
        return bilinear(x, gy, terms, (a, b) -> reference.conv2dWeightGradient(a, b, weights, geometry));
    }

    @Override
    public Bounded maxPool(Bounded x, PoolGeometry geometry) {
        return moved(x, t -> reference.maxPool(t, geometry));
    }

    @Override
    public Bounded maxPoolGradient(Bounded x, Bounded gy, PoolGeometry geometry) {
        requireExact(x);
        int windows = geometry.kernelY() * geometry.kernelX();
        return linear(gy, windows, t -> reference.maxPoolGradient(x.value, t, geometry));
    }

    @Override
    public Bounded maxPoolSelect(Bounded x, Bounded values, PoolGeometry geometry) {
        requireExact(x);
        return moved(values, t -> reference.maxPoolSelect(x.value, t, geometry));
    }

    private static void requireExact(Bounded x) {
        if (Arrays.stream(x.errors()).anyMatch(e -> e > 0)) {
            throw new IllegalArgumentException("max pool: where x has its maxima is only known for an exact x");
        }
    }

    @Override
    public Bounded averagePool(Bounded x, PoolGeometry geometry) {
        return linear(x, geometry.kernelY() * geometry.kernelX(), t -> reference.averagePool(t, geometry));
    }

    @Override
    public Bounded averagePoolGradient(Bounded gy, Shape input, PoolGeometry geometry) {
        return linear(
                gy,
                geometry.kernelY() * geometry.kernelX() + 1,
                t -> reference.averagePoolGradient(t, input, geometry));
    }

    @Override
    public List<Bounded> fused(FusedPrimitive primitive, List<Bounded> inputs) {
        return primitive.composite(this, inputs);
    }
}
