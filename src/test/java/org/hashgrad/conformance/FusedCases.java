package org.hashgrad.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.hashgrad.conformance.Case.Draw;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Primitives;
import org.hashgrad.tensor.RowReplacement;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.TripletLogistic;

/** The table of fused primitives and their gradients. */
final class FusedCases {
    private static final int[][] IMAGES = {
        {1, 1}, {3, 5}, {2, 17}, {65, 16}, {2, 3, 1, 1}, {2, 3, 5, 7}, {9, 4, 4, 4}, {1, 2, 63}, {2, 2, 65}
    };

    private final List<Fused> all = new ArrayList<>();

    /** A case and the primitive it runs. */
    record Fused(FusedPrimitive primitive, Case at) {
        @Override
        public String toString() {
            return at.name();
        }
    }

    private FusedCases() {}

    static List<Fused> all() {
        FusedCases cases = new FusedCases();
        cases.channels();
        cases.manyPixels();
        cases.convolutions();
        cases.codes();
        cases.triplets();
        cases.softmax();
        cases.responses();
        cases.updates();
        cases.rows();
        return cases.all;
    }

    /**
     * A loss and then its gradient, by a cotangent of ones and by another: a backend may make the gradient along with the loss and keep it, or
     * what it is made of. Sizes about the edges of blocks of 32 and of eight such blocks, and more than 2²⁰ pairs, of which nothing is kept.
     */
    static List<Case> keeping() {
        List<Case> cases = new ArrayList<>();
        for (int[] nk : new int[][] {{33, 17}, {65, 48}, {97, 5}, {257, 12}, {1025, 2}}) {
            int[] u = {nk[0], nk[1]};
            int[] pairs = {nk[0], nk[0]};
            List<Draw> draws = List.of(Draw.REAL, Draw.LABEL, Draw.POSITIVE, Draw.REAL);
            int[] one = {1, 1};
            for (int[] w : nk[0] > 1024 ? List.of(one) : List.of(pairs, one)) {
                String name = "pairs within " + Shape.of(u) + " with weights " + Shape.of(w);
                cases.add(Cases.of(name, FusedCases::within, draws, u, pairs, w, new int[] {nk[0]}));
            }
        }
        List<Draw> draws = List.of(Draw.REAL, Draw.REAL, Draw.LABEL, Draw.POSITIVE, Draw.REAL);
        int[][] between = {{513, 2}, {2049, 2}, {513, 2049}, {1, 1}, {513}};
        cases.add(Cases.of("pairs between (513, 2) and (2049, 2)", FusedCases::between, draws, between));
        for (int[] z : new int[][] {{3, 5}, {33, 64}, {65, 63}}) {
            String name = "log cosh of " + Shape.of(z) + " with its slopes";
            cases.add(Cases.of(name, FusedCases::logCosh, List.of(Draw.REAL), z, new int[] {z[0]}));
        }
        return cases;
    }

    /** Inputs (u, s, w, gy). */
    private static <T> List<T> within(Primitives<T> on, List<T> in) {
        T u = in.get(0);
        T y = on.fused(new PairwiseLogistic(0.5), List.of(u, u, in.get(1), in.get(2)))
                .get(0);
        return twice(on, new PairwiseLogistic.Within(0.5), List.of(u, in.get(1), in.get(2)), y, in.get(3));
    }

    /** Inputs (u, v, s, w, gy). */
    private static <T> List<T> between(Primitives<T> on, List<T> in) {
        List<T> pairs = in.subList(0, 4);
        T y = on.fused(new PairwiseLogistic(0.5), pairs).get(0);
        return twice(on, new PairwiseLogistic.Gradient(0.5, 2), pairs, y, in.get(4));
    }

    /** Inputs (z, gy). */
    private static <T> List<T> logCosh(Primitives<T> on, List<T> in) {
        T y = on.fused(new LogCoshToSign(), in.subList(0, 1)).get(0);
        return twice(on, gradient(new LogCoshToSign()), in.subList(0, 1), y, in.get(1));
    }

    /** y and its gradients: by gy first, for which something has to be left for the one by ones. */
    private static <T> List<T> twice(Primitives<T> on, FusedPrimitive gradient, List<T> in, T y, T gy) {
        List<T> results = new ArrayList<>(List.of(y));
        for (T cotangent : List.of(gy, on.fill(on.shape(gy), 1), gy)) {
            List<T> with = new ArrayList<>(in);
            with.add(y);
            with.add(cotangent);
            results.addAll(on.fused(gradient, with));
        }
        return results;
    }

    private void add(FusedPrimitive primitive, List<Draw> draws, int[]... extents) {
        List<String> shapes = new ArrayList<>();
        for (int[] extent : extents) {
            shapes.add(Shape.of(extent).toString());
        }
        String name = primitive + " of " + String.join(", ", shapes);
        all.add(new Fused(primitive, Cases.of(name, Formula.fused(primitive), draws, extents)));
    }

    private static FusedPrimitive gradient(FusedPrimitive primitive) {
        return primitive.gradient().orElseThrow();
    }

    private void channels() {
        List<Draw> real = List.of(Draw.REAL);
        for (int[] x : IMAGES) {
            int[] c = {x[1]};
            for (Activation activation : Activation.values()) {
                FusedPrimitive bias = new BiasActivation(activation);
                add(bias, real, x, c);
                add(gradient(bias), real, x, c, x, x);
            }
            if (Shape.of(x).size() > x[1]) {
                add(new MovingMoments(0.125), real, x, c, c);
            }
            for (Activation activation : Activation.values()) {
                FusedPrimitive norm = new BatchNormalization(0.125, activation);
                add(norm, real, x, c, c);
                add(gradient(norm), real, x, c, c, x, x);
            }
        }
    }

    /** Channels of so many values that kernels cut them into parts. */
    private void manyPixels() {
        int[] x = {5, 3, 50, 51};
        int[] c = {3};
        List<Draw> draws = List.of(Draw.REAL, Draw.REAL, Draw.REAL, Draw.REAL, Draw.POSITIVE);
        add(new MovingMoments(0.125), draws, x, c, c);
        FusedPrimitive norm = new BatchNormalization(0.125, Activation.RELU);
        add(norm, draws, x, c, c);
        add(gradient(norm), draws, x, c, c, x, x);
        FusedPrimitive bias = new BiasActivation(Activation.TANH);
        add(bias, draws, x, c);
        add(gradient(bias), draws, x, c, x, x);
    }

    private void convolutions() {
        for (Activation activation : Activation.values()) {
            ConvGeometry same = ConvGeometry.of(1, 1);
            convolution(same, activation, new int[] {2, 3, 5, 7}, new int[] {4, 3, 3, 3});
            convolution(same, activation, new int[] {2, 17, 5, 3}, new int[] {33, 17, 1, 2});
            convolution(same, activation, new int[] {4, 16, 15, 13}, new int[] {49, 16, 3, 3});
            convolution(same, activation, new int[] {4, 16, 15, 13}, new int[] {49, 16, 5, 5});
            convolution(ConvGeometry.of(2, 2), activation, new int[] {3, 1, 9, 8}, new int[] {65, 1, 5, 5});
            ConvGeometry groups = new ConvGeometry(1, 2, 0, 1, 2);
            convolution(groups, activation, new int[] {2, 32, 4, 6}, new int[] {32, 16, 2, 3});
            convolution(groups, activation, new int[] {1, 18, 4, 6}, new int[] {20, 9, 2, 3});
        }
    }

    private void convolution(ConvGeometry geometry, Activation activation, int[] x, int[] w) {
        add(new ConvolutionActivation(geometry, activation), List.of(Draw.REAL), x, w, new int[] {w[0]});
    }

    private void codes() {
        int[][] sizes = {{1, 1, 1}, {2, 3, 5}, {7, 9, 48}, {17, 65, 16}, {64, 64, 48}, {15, 8, 63}, {3, 1100, 5}};
        for (int[] nmk : sizes) {
            int[] u = {nmk[0], nmk[2]};
            int[] v = {nmk[1], nmk[2]};
            int[] pairs = {nmk[0], nmk[1]};
            int[] rows = {nmk[0]};
            List<Draw> draws = List.of(Draw.REAL, Draw.REAL, Draw.LABEL, Draw.POSITIVE, Draw.REAL);
            for (double kappa : new double[] {0.5, 1}) {
                FusedPrimitive pairwise = new PairwiseLogistic(kappa);
                add(pairwise, draws, u, v, pairs, pairs);
                add(gradient(pairwise), draws, u, v, pairs, pairs, rows, rows);
            }
            int[] one = {1, 1};
            FusedPrimitive uniform = new PairwiseLogistic(0.25);
            add(uniform, draws, u, v, pairs, one);
            for (int inputs = 1; inputs <= 2; inputs++) {
                add(uniform.gradient(inputs).orElseThrow(), draws, u, v, pairs, one, rows, rows);
            }
            int[] within = {nmk[0], nmk[0]};
            List<Draw> ofOne = List.of(Draw.REAL, Draw.LABEL, Draw.POSITIVE, Draw.REAL);
            add(new PairwiseLogistic.Within(0.5), ofOne, u, within, within, rows, rows);
            add(new PairwiseLogistic.Within(0.25), ofOne, u, within, one, rows, rows);
            FusedPrimitive quantization = new LogCoshToSign();
            add(quantization, List.of(Draw.REAL), u);
            add(gradient(quantization), List.of(Draw.REAL), u, rows, rows);
        }
    }

    private void triplets() {
        List<Draw> draws = List.of(Draw.REAL, Draw.REAL, Draw.LABEL, Draw.LABEL, Draw.REAL);
        for (int[] nmk : new int[][] {{1, 1, 1}, {2, 3, 5}, {7, 9, 48}, {17, 65, 16}, {3, 300, 15}}) {
            int[] u = {nmk[0], nmk[2]};
            int[] v = {nmk[1], nmk[2]};
            int[] pairs = {nmk[0], nmk[1]};
            int[] rows = {nmk[0]};
            FusedPrimitive triplets = new TripletLogistic(0.5, 2);
            add(triplets, draws, u, v, pairs, pairs);
            for (int inputs = 1; inputs <= 2; inputs++) {
                add(triplets.gradient(inputs).orElseThrow(), draws, u, v, pairs, pairs, rows, rows);
            }
        }
    }

    private void softmax() {
        FusedPrimitive softmax = new LogSoftmax();
        for (int[] x : new int[][] {{1, 1}, {3, 2}, {5, 10}, {2, 65}, {17, 16}}) {
            add(softmax, List.of(Draw.WIDE), x);
            add(gradient(softmax), List.of(Draw.REAL), x, x, x);
        }
    }

    private void responses() {
        for (int radius : new int[] {0, 1, 2, 7}) {
            FusedPrimitive lrn = new LocalResponseNormalization(radius, 0.0625, 0.75, 2);
            for (int[] x : IMAGES) {
                add(lrn, List.of(Draw.REAL), x);
                add(gradient(lrn), List.of(Draw.REAL), x, x, x);
            }
        }
    }

    /** Elements that are replaced about the edges of a work-group, in another order than they lie; all rows, one row, rows that are images. */
    private void rows() {
        int[][] sizes = {{1, 1, 1}, {5, 5, 3}, {9, 3, 17}, {53, 51, 5}, {17, 16, 16}, {65, 1, 257}};
        for (int[] nmd : sizes) {
            add(replacement(nmd[1]), List.of(Draw.WIDE), new int[] {nmd[0], nmd[2]}, new int[] {nmd[1], nmd[2]});
        }
        add(replacement(2), List.of(Draw.REAL), new int[] {4, 3, 5, 5}, new int[] {2, 3, 5, 5});
        add(replacement(3), List.of(Draw.REAL), new int[] {7}, new int[] {3});
    }

    /** Of the first rows, the last of them first. */
    private static RowReplacement replacement(int rows) {
        return new RowReplacement(
                IndexTensor.of(IntStream.range(0, rows).map(i -> rows - 1 - i).toArray()));
    }

    private void updates() {
        List<OptimizerUpdate> updates = List.of(
                new OptimizerUpdate.Sgd(0.05, 0.9, 5e-4, false),
                new OptimizerUpdate.Sgd(0.05, 0.9, 5e-4, true),
                new OptimizerUpdate.RmsProp(0.01, 0.99, 1e-8, 5e-4),
                new OptimizerUpdate.Adam(0.01, 0.9, 0.999, 1e-8, 5e-4, 3));
        for (OptimizerUpdate update : updates) {
            for (int n : new int[] {1, 15, 16, 17, 255, 257}) {
                int[][] same =
                        Collections.nCopies(update.states() + 2, new int[] {n}).toArray(int[][]::new);
                add(update, List.of(Draw.REAL, Draw.NONZERO, Draw.POSITIVE), same);
            }
        }
    }
}
