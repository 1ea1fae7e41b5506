package org.hashgrad.autograd.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.op.Arithmetic;
import org.hashgrad.autograd.op.Convolution;
import org.hashgrad.autograd.op.Elementwise;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.autograd.op.Indexing;
import org.hashgrad.autograd.op.Linalg;
import org.hashgrad.autograd.op.Movement;
import org.hashgrad.autograd.op.Op;
import org.hashgrad.autograd.op.Pooling;
import org.hashgrad.autograd.op.Reduction;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.TripletLogistic;

/**
 * Every differentiable op and fused primitive with the shapes, domains and kinks at which its gradients are checked. A test compares the
 * table with the sealed families, so an op without a row does not go unnoticed.
 */
public final class OpTable {
    /**
     * One op at one set of shapes.
     *
     * @param covers the op's record, or the fused primitive's
     * @param gradient the check itself
     */
    public record Row(Class<?> covers, GradientCheck gradient) {
        public String name() {
            return gradient.name();
        }

        /** Numeric, both orders, on an F64 backend. */
        public CheckReport check(Backend backend) {
            return gradient.run(backend);
        }

        /** Value and gradients on {@code other} against {@code reference}. */
        public CheckReport compare(Backend reference, Backend other) {
            return gradient.compare(reference, other);
        }

        /** The name. */
        @Override
        public String toString() {
            return name();
        }
    }

    /** How an argument is called, drawn and shaped. */
    private record Drawn(String name, Domain domain, boolean differentiated, Shape shape) {}

    private static final Domain WIDE = Domain.between(-2, 2);
    private static final Domain POSITIVE = Domain.between(0.25, 3);
    private static final Domain NONZERO = WIDE.awayFrom(0, 1e-2);
    private static final Domain POLE = WIDE.awayFrom(0, 0.25);
    private static final Domain DISTINCT = WIDE.distinct();
    private static final Domain EVEN = Domain.steps(-2, 2, 0.5);
    private static final Domain ODD = Domain.steps(-1.75, 1.75, 0.5);
    private static final Domain WHOLE = Domain.steps(-2, 2, 1);
    private static final Domain PROBABILITY = Domain.between(0.05, 0.95);
    private static final Domain LABEL = Domain.steps(0, 1, 1);

    private final List<Row> rows = new ArrayList<>();

    private OpTable() {
        elementwise();
        arithmetic();
        reductions();
        movement();
        indexing();
        matmul();
        convolution();
        pooling();
        fused();
    }

    /** All rows, family by family. */
    public static List<Row> rows() {
        return List.copyOf(new OpTable().rows);
    }

    private static Drawn in(String name, Domain domain, int... extents) {
        return new Drawn(name, domain, true, Shape.of(extents));
    }

    private static Drawn fixed(String name, Domain domain, int... extents) {
        return new Drawn(name, domain, false, Shape.of(extents));
    }

    private void row(Op op, String variant, Drawn... arguments) {
        Object subject = op instanceof Fused fused ? fused.primitive() : op;
        StringBuilder title = new StringBuilder(subject.getClass().getSimpleName());
        for (Drawn argument : arguments) {
            title.append(' ').append(argument.shape);
        }
        if (!variant.isEmpty()) {
            title.append(' ').append(variant);
        }
        GradientCheck check = GradientCheck.of(
                        title.toString(), in -> in.get(0).pass().apply(op, in))
                .kind("op")
                .seed(rows.size());
        for (Drawn argument : arguments) {
            if (argument.differentiated) {
                check.input(argument.name, argument.shape, argument.domain);
            } else {
                check.constant(argument.name, argument.shape, argument.domain);
            }
        }
        rows.add(new Row(subject.getClass(), check));
    }

    // ------------------------------------------------------------------ elementwise

    private void elementwise() {
        unary(new Elementwise.Negate(), WIDE);
        unary(new Elementwise.Abs(), NONZERO);
        unary(new Elementwise.Sgn(), NONZERO);
        unary(new Elementwise.Square(), WIDE);
        unary(new Elementwise.Sqrt(), POSITIVE);
        unary(new Elementwise.Reciprocal(), POLE);
        unary(new Elementwise.Exp(), WIDE);
        unary(new Elementwise.Log(), POSITIVE);
        unary(new Elementwise.Relu(), NONZERO);
        for (Op bounded : List.of(
                new Elementwise.Tanh(),
                new Elementwise.Sigmoid(),
                new Elementwise.Softplus(),
                new Elementwise.LogCosh())) {
            unary(bounded, WIDE);
            row(bounded, "saturated", in("x", Domain.between(-30, 30), 17));
        }
    }

    private void unary(Op op, Domain domain) {
        row(op, "", in("x", domain));
        row(op, "", in("x", domain, 1, 5));
        row(op, "", in("x", domain, 2, 3, 4));
    }

    // ------------------------------------------------------------------ two arguments

    private void arithmetic() {
        unary(new Arithmetic.Affine(-1.5, 0.25), WIDE);
        binary(new Arithmetic.Add(), WIDE, WIDE);
        binary(new Arithmetic.Subtract(), WIDE, WIDE);
        binary(new Arithmetic.Multiply(), WIDE, WIDE);
        binary(new Arithmetic.Divide(), WIDE, POLE);
        binary(new Arithmetic.Maximum(), EVEN, ODD);
        binary(new Arithmetic.Minimum(), EVEN, ODD);
        binary(new Arithmetic.Greater(), EVEN, ODD);
        binary(new Arithmetic.Equal(), EVEN, ODD);
        binary(new Arithmetic.TanhGradient(), WIDE, Domain.between(-0.95, 0.95));
        binary(new Arithmetic.SigmoidGradient(), WIDE, PROBABILITY);
        binary(new Arithmetic.ReluGradient(), WIDE, NONZERO);
    }

    private void binary(Op op, Domain a, Domain b) {
        row(op, "", in("a", a, 4, 3), in("b", b, 4, 3));
        row(op, "", in("a", a), in("b", b));
        row(op, "", in("a", a, 4, 3), in("b", b, 3));
        row(op, "", in("a", a, 1, 3), in("b", b, 4, 1));
        row(op, "", in("a", a), in("b", b, 2, 3));
        row(op, "", in("a", a, 3, 1), in("b", b, 2, 1, 4));
        row(op, "", fixed("a", a, 4, 3), in("b", b, 4, 1));
        row(op, "", in("a", a, 3), fixed("b", b, 4, 3));
    }

    // ------------------------------------------------------------------ reductions

    private void reductions() {
        for (int[] axes : new int[][] {{0}, {1}, {-1}, {0, 2}, {0, 1, 2}}) {
            String variant = "over " + Arrays.toString(axes);
            row(new Reduction.Sum(axes), variant, in("x", WIDE, 2, 3, 4));
            row(new Reduction.Mean(axes), variant, in("x", WIDE, 2, 3, 4));
            row(new Reduction.Max(axes), variant, in("x", DISTINCT, 2, 3, 4));
        }
        row(new Reduction.Sum(1), "over one element", in("x", WIDE, 3, 1));
        row(new Reduction.Mean(1), "over one element", in("x", WIDE, 3, 1));
        row(new Reduction.Max(0), "batch 1", in("x", WIDE, 1, 5));
    }

    // ------------------------------------------------------------------ movement and indexing

    private void movement() {
        row(new Movement.Reshape(Shape.of(3, 4)), "to (3, 4)", in("x", WIDE, 2, 6));
        row(new Movement.Reshape(Shape.of(1, 1)), "to (1, 1)", in("x", WIDE));
        row(new Movement.Permute(1, 0), "to [1, 0]", in("x", WIDE, 3, 5));
        row(new Movement.Permute(2, 0, 1), "to [2, 0, 1]", in("x", WIDE, 2, 3, 4));
        row(new Movement.Permute(0, 3, 1, 2), "to [0, 3, 1, 2]", in("x", WIDE, 1, 2, 3, 4));
        row(new Movement.BroadcastTo(Shape.of(4, 3)), "to (4, 3)", in("x", WIDE, 3));
        row(new Movement.BroadcastTo(Shape.of(2, 4, 3)), "to (2, 4, 3)", in("x", WIDE, 4, 1));
        row(new Movement.BroadcastTo(Shape.of(2, 3)), "to (2, 3)", in("x", WIDE));
        row(new Movement.Slice(new int[] {1, 0}, new int[] {3, 2}), "inside", in("x", WIDE, 4, 5));
        row(new Movement.Slice(new int[] {0, 2, 3}, new int[] {1, 3, 4}), "corner", in("x", WIDE, 1, 3, 4));
        row(new Movement.Pad(new int[] {1, 0}, new int[] {0, 2}), "uneven", in("x", WIDE, 3, 2));
        row(new Movement.Pad(new int[] {0, 2, 1}, new int[] {0, 1, 1}), "three axes", in("x", WIDE, 1, 2, 3));
        row(new Movement.Concat(0), "axis 0", in("a", WIDE, 1, 3), in("b", WIDE, 2, 3), fixed("c", WIDE, 3, 3));
        row(new Movement.Concat(1), "axis 1", in("a", WIDE, 2, 3, 2), in("b", WIDE, 2, 1, 2));
        row(new Movement.Concat(-1), "axis -1", in("a", WIDE, 2, 3), in("b", WIDE, 2, 1));
    }

    private void indexing() {
        IndexTensor rows = IndexTensor.of(2, 0, 2, 3, 2);
        row(new Indexing.GatherRows(rows), "repeated", in("x", WIDE, 5, 3));
        row(new Indexing.GatherRows(rows), "repeated", in("x", WIDE, 4));
        row(new Indexing.GatherRows(IndexTensor.of(0)), "one", in("x", WIDE, 1, 2, 3));
        row(new Indexing.ScatterAddRows(rows, 6), "to 6 rows", in("x", WIDE, 5, 3));
        row(new Indexing.ScatterAddRows(rows, 4), "to 4 rows", in("x", WIDE, 5));
        row(new Indexing.ScatterAddRows(IndexTensor.of(1), 2), "to 2 rows", in("x", WIDE, 1, 2, 3));
    }

    // ------------------------------------------------------------------ products

    private void matmul() {
        for (int[] size : new int[][] {{3, 4, 5}, {1, 7, 1}, {1, 1, 3}}) {
            int m = size[0];
            int k = size[1];
            int n = size[2];
            row(new Linalg.Matmul(false, false), "", in("a", WIDE, m, k), in("b", WIDE, k, n));
            row(new Linalg.Matmul(false, true), "b transposed", in("a", WIDE, m, k), in("b", WIDE, n, k));
            row(new Linalg.Matmul(true, false), "a transposed", in("a", WIDE, k, m), in("b", WIDE, k, n));
            row(new Linalg.Matmul(true, true), "both transposed", in("a", WIDE, k, m), in("b", WIDE, n, k));
        }
        row(new Linalg.Matmul(false, true), "a fixed", fixed("a", WIDE, 2, 3), in("b", WIDE, 4, 3));
        row(new Linalg.Matmul(true, false), "b fixed", in("a", WIDE, 3, 2), fixed("b", WIDE, 3, 4));
    }

    private void convolution() {
        convolution("plain", ConvGeometry.of(1, 0), Shape.of(2, 2, 4, 3), Shape.of(3, 2, 3, 2));
        convolution("batch 1, 1x1", ConvGeometry.of(1, 0), Shape.of(1, 3, 2, 3), Shape.of(2, 3, 1, 1));
        convolution("stride 2, rest dropped", ConvGeometry.of(2, 1), Shape.of(1, 2, 6, 5), Shape.of(2, 2, 3, 3));
        convolution("groups 2", new ConvGeometry(1, 1, 1, 1, 2), Shape.of(1, 4, 3, 3), Shape.of(4, 2, 2, 3));
        convolution("uneven", new ConvGeometry(3, 2, 2, 0, 1), Shape.of(2, 1, 5, 6), Shape.of(2, 1, 4, 3));
    }

    private void convolution(String variant, ConvGeometry geometry, Shape x, Shape w) {
        int[] gy = geometry.output(x, w).toArray();
        Drawn input = in("x", WIDE, x.toArray());
        Drawn weights = in("w", WIDE, w.toArray());
        Drawn cotangent = in("gy", WIDE, gy);
        row(new Convolution.Conv2d(geometry), variant, input, weights);
        row(new Convolution.InputGradient(x, geometry), variant, cotangent, weights);
        row(new Convolution.WeightGradient(w, geometry), variant, input, cotangent);
        for (Activation activation : Activation.values()) {
            // Multiples of ½ plus an odd number of quarters, as for the bias alone.
            row(
                    new Convolution.Activated(geometry, activation),
                    variant + ", " + activation,
                    in("x", EVEN, x.toArray()),
                    in("w", WHOLE, w.toArray()),
                    in("b", ODD, w.dim(0)));
        }
    }

    private void pooling() {
        pooling("2x2", PoolGeometry.of(2, 2, false), Shape.of(2, 2, 4, 4));
        pooling("3x3 stride 2", PoolGeometry.of(3, 2, false), Shape.of(1, 2, 6, 5));
        pooling("3x3 stride 2, ceil", PoolGeometry.of(3, 2, true), Shape.of(1, 1, 6, 8));
        pooling("3x2 padded, ceil", new PoolGeometry(3, 2, 2, 3, 1, 1, true), Shape.of(1, 2, 5, 6));
        pooling("overlapping", PoolGeometry.of(2, 1, false), Shape.of(1, 1, 3, 4));
    }

    private void pooling(String variant, PoolGeometry geometry, Shape input) {
        int[] x = input.toArray();
        int[] y = geometry.output(input).toArray();
        row(new Pooling.MaxPool(geometry), variant, in("x", DISTINCT, x));
        row(new Pooling.MaxPoolGradient(geometry), variant, in("x", DISTINCT, x), in("gy", WIDE, y));
        row(new Pooling.MaxPoolSelect(geometry), variant, in("x", DISTINCT, x), in("values", WIDE, x));
        row(new Pooling.AveragePool(geometry), variant, in("x", WIDE, x));
        row(new Pooling.AveragePoolGradient(input, geometry), variant, in("gy", WIDE, y));
    }

    // ------------------------------------------------------------------ fused primitives

    private void fused() {
        for (Activation activation : Activation.values()) {
            // Multiples of ½ plus an odd number of quarters: never 0, where ReLU has its kink.
            FusedPrimitive bias = new BiasActivation(activation);
            row(new Fused(bias), activation.toString(), in("x", EVEN, 3, 4), in("b", ODD, 4));
            row(new Fused(bias), activation.toString(), in("x", EVEN, 1, 3, 2, 2), in("b", ODD, 3));
            row(new Fused(bias), activation + " x fixed", fixed("x", EVEN, 2, 3), in("b", ODD, 3));
            FusedPrimitive convolution = new ConvolutionActivation(ConvGeometry.of(1, 1), activation);
            Drawn weights = in("w", WHOLE, 3, 2, 3, 2);
            row(new Fused(convolution), activation.toString(), in("x", EVEN, 2, 2, 2, 3), weights, in("b", ODD, 3));
        }
        pairwise(0.5, 4, 3, 5);
        pairwise(1, 1, 1, 1);
        row(
                new Fused(new PairwiseLogistic(0.5)),
                "one weight",
                in("u", WIDE, 3, 2),
                in("v", WIDE, 4, 2),
                fixed("s", LABEL, 3, 4),
                in("w", POSITIVE, 1, 1));
        triplets(0.5, 1.5, 3, 7, 4);
        triplets(1, -1, 1, 2, 1);
        row(new Fused(new LogCoshToSign()), "", in("z", NONZERO, 4, 3));
        row(new Fused(new LogCoshToSign()), "", in("z", NONZERO, 1, 7));
        batchNormalization(4, 3);
        batchNormalization(2, 3, 2, 3);
        batchNormalization(1, 2, 5);
        for (int radius : new int[] {0, 1, 2}) {
            FusedPrimitive lrn = new LocalResponseNormalization(radius, 0.3, 0.75, 2);
            row(new Fused(lrn), "radius " + radius, in("x", WIDE, 2, 5, 2, 1));
            row(new Fused(lrn), "radius " + radius, in("x", WIDE, 1, 1));
        }
        row(new Fused(new LogSoftmax()), "", in("x", DISTINCT, 4, 5));
        row(new Fused(new LogSoftmax()), "", in("x", DISTINCT, 1, 3));
        row(new Fused(new LogSoftmax()), "one class", in("x", DISTINCT, 3, 1));
    }

    private void pairwise(double kappa, int n, int m, int k) {
        row(
                new Fused(new PairwiseLogistic(kappa)),
                "kappa " + kappa,
                in("u", WIDE, n, k),
                in("v", WIDE, m, k),
                fixed("s", LABEL, n, m),
                fixed("w", POSITIVE, n, m));
        row(
                new Fused(new PairwiseLogistic(kappa)),
                "kappa " + kappa + ", v fixed",
                in("u", WIDE, n, k),
                fixed("v", WIDE, m, k),
                fixed("s", LABEL, n, m),
                fixed("w", POSITIVE, n, m));
    }

    private void triplets(double kappa, double margin, int n, int m, int k) {
        Drawn u = in("u", WIDE, n, k);
        Drawn s = fixed("s", LABEL, n, m);
        Drawn d = fixed("d", LABEL, n, m);
        Fused triplets = new Fused(new TripletLogistic(kappa, margin));
        row(triplets, "kappa " + kappa, u, in("v", WIDE, m, k), s, d);
        row(triplets, "kappa " + kappa + ", v fixed", u, fixed("v", WIDE, m, k), s, d);
    }

    private void batchNormalization(int... x) {
        for (Activation activation : Activation.values()) {
            row(
                    new Fused(new BatchNormalization(1e-3, activation)),
                    activation.toString(),
                    in("x", WIDE, x),
                    in("gamma", POSITIVE, x[1]),
                    in("beta", WIDE, x[1]));
        }
    }
}
