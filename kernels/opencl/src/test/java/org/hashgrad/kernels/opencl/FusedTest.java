package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Primitives;
import org.hashgrad.tensor.RowReplacement;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.TripletLogistic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FusedTest extends OnDevice {
    @ParameterizedTest
    @EnumSource(Precision.class)
    void pairwiseLogisticAndItsGradientEqualTheirDefinition(Precision precision) {
        // around ROWS, LANES, COLUMNS, BANK and one, two and four vectors of rows, and so many columns that a slice has
        // several panels
        int[][] sizes = {
            {1, 1, 1},
            {2, 3, 5},
            {7, 9, 48},
            {8, 15, 17},
            {9, 32, 31},
            {16, 33, 32},
            {17, 70, 12},
            {32, 65, 7},
            {33, 129, 9},
            {64, 64, 48},
            {5, 2100, 16},
            {65, 2113, 24},
            {257, 31, 33},
            {1025, 1024, 3}
        };
        for (int[] nmk : sizes) {
            Input u = draw(nmk[0], nmk[2]);
            Input v = draw(nmk[1], nmk[2]);
            Input s = drawn(x -> x > 0 ? 1 : 0, nmk[0], nmk[1]);
            Input y = draw(nmk[0]);
            Input gy = draw(nmk[0]);
            PairwiseLogistic op = new PairwiseLogistic(0.5);
            for (Input w : List.of(drawn(Math::abs, nmk[0], nmk[1]), drawn(Math::abs, 1, 1))) {
                Within.assertFused(precision, op, List.of(u, v, s, w));
                for (int inputs = 1; inputs <= 2; inputs++) {
                    FusedPrimitive gradient = op.gradient(inputs).orElseThrow();
                    Within.assertFused(precision, gradient, List.of(u, v, s, w, y, gy));
                }
            }
        }
    }

    /** With y as the forward pass made it, of the same inputs; similarity and weights are not symmetric. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void gradientsThatTheForwardPassMadeEqualTheirDefinition(Precision precision) {
        PairwiseLogistic op = new PairwiseLogistic(0.5);
        for (int[] nk :
                new int[][] {{1, 1}, {8, 5}, {15, 16}, {16, 17}, {17, 31}, {31, 32}, {33, 33}, {257, 48}, {1025, 3}}) {
            int n = nk[0];
            Input u = draw(nk);
            Input s = drawn(x -> x > 0 ? 1 : 0, n, n);
            Input gy = draw(n);
            for (Input w : List.of(drawn(Math::abs, n, n), drawn(Math::abs, 1, 1))) {
                List<Input> inputs = List.of(u, s, w, gy);
                String of = "gradients with y of " + u.shape() + " in " + precision;
                Within.rounding(precision, inputs, exact -> keptGradients(op, exact.on(), exact.inputs()))
                        .check(precision, of, run(opencl(precision), (on, in) -> keptGradients(op, on, in), inputs));
            }
        }
    }

    /** Both gradients and their sum, with u for u and v. */
    private static <T> List<T> keptGradients(PairwiseLogistic op, Primitives<T> on, List<T> in) {
        T u = in.get(0);
        T s = in.get(1);
        T w = in.get(2);
        T y = on.fused(op, List.of(u, u, s, w)).get(0);
        List<T> gradients = on.fused(op.gradient().orElseThrow(), List.of(u, u, s, w, y, in.get(3)));
        T sum = on.fused(op.gradientOfTwice().orElseThrow(), List.of(u, s, w, y, in.get(3)))
                .get(0);
        return List.of(gradients.get(0), gradients.get(1), sum);
    }

    /** What y keeps belongs to the inputs it was made of. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void theGradientOfOtherInputsIsNotTheOneKeptWithY(Precision precision) {
        PairwiseLogistic op = new PairwiseLogistic(0.5);
        List<Input> inputs =
                List.of(draw(4, 3), draw(4, 3), drawn(x -> x > 0 ? 1 : 0, 4, 4), drawn(Math::abs, 1, 1), draw(4));
        Within.rounding(precision, inputs, exact -> gradientWithAnothersY(op, exact.on(), exact.inputs()))
                .check(
                        precision,
                        "gradient with another's y in " + precision,
                        run(opencl(precision), (on, in) -> gradientWithAnothersY(op, on, in), inputs));
    }

    private static <T> List<T> gradientWithAnothersY(PairwiseLogistic op, Primitives<T> on, List<T> in) {
        T y = on.fused(op, List.of(in.get(0), in.get(0), in.get(2), in.get(3))).get(0);
        return on.fused(op.gradientOfTwice().orElseThrow(), List.of(in.get(1), in.get(2), in.get(3), y, in.get(4)));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void tripletLogisticAndItsGradientEqualTheirDefinition(Precision precision) {
        int[][] sizes = {{1, 1, 1, 1}, {2, 3, 5, 2}, {7, 70, 48, 2}, {17, 33, 16, 3}, {2, 140, 17, 2}, {1, 1100, 2, 16}
        };
        for (int[] nmkp : sizes) {
            int n = nmkp[0];
            int m = nmkp[1];
            int k = nmkp[2];
            Input u = draw(n, k);
            Input v = draw(m, k);
            int[] at = {0};
            Input s = drawn(x -> at[0]++ % nmkp[3] == 0 ? 1 : 0, n, m);
            Input d = drawn(x -> x > -1 ? 1 : 0, n, m);
            TripletLogistic op = new TripletLogistic(0.5, 1.5);
            Within.assertFused(precision, op, List.of(u, v, s, d));
            Input gy = draw(n);
            for (int inputs = 1; inputs <= 2; inputs++) {
                FusedPrimitive gradient = op.gradient(inputs).orElseThrow();
                Within.assertFused(precision, gradient, List.of(u, v, s, d, gy, gy));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void tripletLogisticIsExactFarOut(Precision precision) {
        Input u = new Input(Shape.of(1, 1), new double[] {10});
        Input v = new Input(Shape.of(2, 1), new double[] {100, -100});
        Input drawn = new Input(Shape.of(1, 2), new double[] {1, 1});
        Input gy = new Input(Shape.of(1), new double[] {1});
        for (int right = 0; right <= 1; right++) {
            Input s = new Input(Shape.of(1, 2), new double[] {right, 1 - right});
            TripletLogistic op = new TripletLogistic(1, 5);
            double[] loss =
                    run(opencl(precision), fused(op), List.of(u, v, s, drawn)).get(0);
            assertEquals(right == 1 ? 0 : 2005, loss[0]);
            List<double[]> gradients =
                    run(opencl(precision), fused(op.gradient().orElseThrow()), List.of(u, v, s, drawn, gy, gy));
            assertEquals(right == 1 ? 0 : 200, gradients.get(0)[0]);
            assertEquals(right == 1 ? 0 : -10, gradients.get(1)[1]);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void pairwiseLogisticIsFiniteForLargeInnerProducts(Precision precision) {
        Input u = drawn(x -> 500 * Math.signum(x), 3, 4);
        List<double[]> y = run(
                opencl(precision),
                fused(new PairwiseLogistic(1)),
                List.of(u, u, drawn(x -> x > 0 ? 1 : 0, 3, 3), drawn(x -> 1, 3, 3)));
        for (double value : y.get(0)) {
            assertTrue(Double.isFinite(value), "value " + value);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void logCoshToSignAndItsGradientEqualTheirDefinition(Precision precision) {
        for (int[] nk : new int[][] {{1, 1}, {3, 5}, {64, 48}, {17, 33}}) {
            Input z = draw(nk).with(0, 0);
            Within.assertFused(precision, new LogCoshToSign(), List.of(z));
            Within.assertFused(precision, new LogCoshToSign.Gradient(), List.of(z, draw(nk[0]), draw(nk[0])));
            Input broken = z.with(nk[1] - 1, Double.NaN);
            Within.assertFused(precision, new LogCoshToSign(), List.of(broken));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void logCoshToSignKeepsItsRelativePrecisionNearTheSigns(Precision precision) {
        for (int k : new int[] {1, 16}) {
            Input distances = magnitudes();
            double[] codes = new double[distances.values().length * k];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = (float) (1 + distances.values()[i / k]) * (i % 2 == 0 ? 1 : -1);
            }
            Input z = new Input(Shape.of(codes.length / k, k), codes);
            double[] y = run(opencl(precision), fused(new LogCoshToSign()), List.of(z))
                    .get(0);
            for (int i = 0; i < y.length; i++) {
                assertLogCosh(precision, Math.abs(codes[i * k]) - 1, y[i] / k);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void logSoftmaxAndItsGradientEqualTheirDefinition(Precision precision) {
        for (int[] nc : new int[][] {{1, 1}, {3, 2}, {5, 10}, {2, 100}}) {
            Input x = draw(nc);
            Within.assertFused(precision, new LogSoftmax(), List.of(x));
            Within.assertFused(precision, new LogSoftmax.Gradient(), List.of(x, draw(nc), draw(nc)));
            Within.assertFused(precision, new LogSoftmax(), List.of(x.with(0, Double.NaN)));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void localResponseNormalizationAndItsGradientEqualTheirDefinition(Precision precision) {
        for (int radius : new int[] {0, 1, 2, 7}) {
            LocalResponseNormalization lrn = new LocalResponseNormalization(radius, 0.02, 0.75, 2);
            for (int[] image : new int[][] {{1, 1, 1, 1}, {2, 5, 3, 4}, {2, 6}, {1, 3, 65}}) {
                Input x = draw(image);
                Within.assertFused(precision, lrn, List.of(x));
                Within.assertFused(
                        precision, new LocalResponseNormalization.Gradient(lrn), List.of(x, draw(image), draw(image)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void optimizerUpdatesEqualTheirDefinition(Precision precision) {
        List<OptimizerUpdate> updates = List.of(
                new OptimizerUpdate.Sgd(0.05, 0.9, 1e-3, false),
                new OptimizerUpdate.Sgd(0.05, 0.9, 1e-3, true),
                new OptimizerUpdate.RmsProp(0.01, 0.99, 1e-8, 1e-3),
                new OptimizerUpdate.Adam(0.01, 0.9, 0.999, 1e-8, 1e-3, 3));
        for (OptimizerUpdate update : updates) {
            for (int n : new int[] {1, 255, 256, 257}) {
                List<Input> inputs = new ArrayList<>(List.of(draw(n), draw(n)));
                for (int s = 0; s < update.states(); s++) {
                    inputs.add(drawn(Math::abs, n));
                }
                Within.assertFused(precision, update, inputs);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void rowReplacementEqualsItsDefinition(Precision precision) {
        for (int m : new int[] {1, 51, 52, 301}) { // 255, 260 of five columns, all rows
            int[] rows = new int[m];
            Arrays.setAll(rows, i -> 300 - i);
            Within.assertFused(precision, new RowReplacement(IndexTensor.of(rows)), List.of(draw(301, 5), draw(m, 5)));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void rowsAreReplacedWhereTheyLieUnlessTheMemoryIsReadElsewhere(Precision precision) {
        OpenClBackend on = opencl(precision);
        RowReplacement swap = new RowReplacement(IndexTensor.of(2, 0));
        Tensor values = on.tensor(Shape.of(2, 2), 7, 8, 9, 10);
        double[] replaced = {9, 10, 3, 4, 7, 8};
        long copies = on.engine().launches().getOrDefault("copy", 0L);

        Tensor alone = on.tensor(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
        assertArrayEquals(replaced, on.fusedInPlace(swap, alone, values).toDoubles());
        assertTrue(alone.isClosed());
        assertEquals(copies, on.engine().launches().getOrDefault("copy", 0L), "copies");

        Tensor shared = on.tensor(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
        Tensor reader = on.reshape(shared, Shape.of(6));
        assertArrayEquals(replaced, on.fusedInPlace(swap, shared, values).toDoubles());
        assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, reader.toDoubles());
        assertEquals(copies + 1, on.engine().launches().getOrDefault("copy", 0L), "copies");

        Tensor both = on.tensor(Shape.of(2, 2), 1, 2, 3, 4);
        RowReplacement turn = new RowReplacement(IndexTensor.of(1, 0));
        assertArrayEquals(
                new double[] {3, 4, 1, 2}, on.fusedInPlace(turn, both, both).toDoubles());
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyCallTwiceGivesTheSameBits(Precision precision) {
        Input u = draw(40, 24);
        Input s = drawn(x -> x > 0 ? 1 : 0, 40, 40);
        List<Input> inputs = List.of(u, u, s, drawn(Math::abs, 40, 40), draw(40), draw(40));
        Computation computation = fused(new PairwiseLogistic.Gradient(0.5, 2));
        List<double[]> first = run(opencl(precision), computation, inputs);
        List<double[]> second = run(opencl(precision), computation, inputs);
        for (int r = 0; r < first.size(); r++) {
            for (int i = 0; i < first.get(r).length; i++) {
                assertEquals(Double.doubleToRawLongBits(first.get(r)[i]), Double.doubleToRawLongBits(second.get(r)[i]));
            }
        }
        Shape weights = Shape.of(8, 3, 3, 3);
        Input x = draw(5, 3, 20, 20);
        Input gy = draw(5, 8, 20, 20);
        Computation gradient = one(in ->
                in.on().conv2dWeightGradient(in.x(0), in.x(1), weights, org.hashgrad.tensor.ConvGeometry.of(1, 1)));
        assertEquals(
                Arrays.toString(run(opencl(precision), gradient, List.of(x, gy)).get(0)),
                Arrays.toString(run(opencl(precision), gradient, List.of(x, gy)).get(0)));
    }
}
