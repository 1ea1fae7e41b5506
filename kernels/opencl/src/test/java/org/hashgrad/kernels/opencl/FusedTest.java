package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.TripletLogistic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FusedTest extends OnDevice {
    private static final int[][] IMAGES = {
        {1, 1, 1, 2}, {2, 3, 4, 5}, {3, 5}, {2, 17}, {4, 16}, {3, 2, 7, 7}, {2, 4, 15}, {2, 2, 33}, {3, 2, 30, 40}
    };

    /**
     * The kernel against the definition on the reference and on the device itself. A fused formula is a few elementary steps of at most 8 ulp
     * each on sums of {@code terms} terms, relative to {@code scale}, the size of its largest intermediate.
     */
    private static void assertFused(
            Precision precision, FusedPrimitive primitive, int terms, double scale, List<Input> inputs) {
        double bound = scale * Tolerances.gamma(precision, terms + 64);
        assertFused(precision, primitive, (r, i) -> bound, inputs);
    }

    /** What element i of result r may be off by. */
    private interface Bound {
        double of(int r, int i);
    }

    private static void assertFused(Precision precision, FusedPrimitive primitive, Bound bounds, List<Input> inputs) {
        List<double[]> expected = run(reference(), composite(primitive), inputs);
        List<double[]> kernel = run(opencl(precision), fused(primitive), inputs);
        List<double[]> composed = run(opencl(precision), composite(primitive), inputs);
        assertEquals(expected.size(), kernel.size());
        for (int r = 0; r < expected.size(); r++) {
            assertEquals(expected.get(r).length, kernel.get(r).length);
            for (int i = 0; i < expected.get(r).length; i++) {
                double e = expected.get(r)[i];
                double k = kernel.get(r)[i];
                double c = composed.get(r)[i];
                double bound = bounds.of(r, i);
                String where = primitive + " in " + precision + ", result " + r + "[" + i + "]: reference " + e
                        + ", kernel " + k + ", composite " + c + ", bound " + bound;
                assertTrue(Tolerances.close(e, k, bound), where);
                assertTrue(Tolerances.close(c, k, 2 * bound), where);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void biasActivationAndItsGradientEqualTheirDefinition(Precision precision) {
        for (Activation activation : Activation.values()) {
            for (int[] image : IMAGES) {
                Input x = draw(image);
                Input bias = draw(image[1]);
                Input gy = draw(image);
                assertFused(precision, new BiasActivation(activation), 1, 4, List.of(x, bias));
                Input broken = x.with(x.values().length - 1, Double.NaN);
                assertFused(precision, new BiasActivation(activation), 1, 4, List.of(broken, bias));
                for (Input y : List.of(draw(image), broken)) {
                    assertFused(
                            precision,
                            new BiasActivation.Gradient(activation),
                            biasGradientBound(precision, y.values(), gy.values()),
                            List.of(x, bias, y, gy));
                }
            }
        }
    }

    /** gx = gy f′(y) has most roundings as gy (1 − y²), three on either side; gb adds at most as many as there are, |gx| ≤ 6 each. */
    private static Bound biasGradientBound(Precision precision, double[] y, double[] gy) {
        double element = Tolerances.gamma(precision, 6);
        double sum = 8 * y.length * Tolerances.gamma(precision, y.length + 64);
        return (r, i) -> r == 0 ? element * Math.abs(gy[i]) * (1 + y[i] * y[i]) : sum;
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void momentsAndBatchNormalizationEqualTheirDefinition(Precision precision) {
        for (int[] image : new int[][] {
            {4, 3, 4, 5},
            {6, 5},
            {5, 17},
            {8, 16},
            {3, 2, 7, 7},
            {3, 4, 33},
            {3, 2, 30, 40},
            {4, 7, 1, 3},
            {5, 8, 2, 2},
            {4, 15, 3, 1},
            {3, 16, 1, 5},
            {2, 17, 3, 3},
            {5, 3, 50, 51}
        }) {
            Input x = draw(image);
            Input gamma = draw(image[1]);
            Input beta = draw(image[1]);
            Input y = draw(image);
            Input gy = draw(image);
            int terms = x.shape().size();
            assertFused(precision, new MovingMoments(0.25), terms, 8, List.of(x, gamma, beta));
            // a channel of six values may have a small deviation; 1/√ε bounds what it magnifies
            double scale = 2 / Math.sqrt(0.1) * 8;
            for (Activation activation : Activation.values()) {
                assertFused(precision, new BatchNormalization(0.1, activation), terms, scale, List.of(x, gamma, beta));
                double sum = scale * scale * 4 * Tolerances.gamma(precision, terms + 64);
                double[] elements = BatchNormBound.gradient(precision, 0.1, activation, x, gamma, beta, gy);
                assertFused(
                        precision,
                        new BatchNormalization.Gradient(0.1, activation),
                        (r, i) -> r == 0 ? elements[i] : sum,
                        List.of(x, gamma, beta, y, gy));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void pairwiseLogisticAndItsGradientEqualTheirDefinition(Precision precision) {
        // around ROWS, LANES and COLUMNS, and so many columns that a slice has several panels
        int[][] sizes = {
            {1, 1, 1},
            {2, 3, 5},
            {7, 9, 48},
            {8, 15, 17},
            {9, 32, 31},
            {16, 33, 32},
            {17, 70, 12},
            {64, 64, 48},
            {5, 2100, 16},
            {257, 31, 33},
            {1025, 1024, 3}
        };
        for (int[] nmk : sizes) {
            Input u = draw(nmk[0], nmk[2]);
            Input v = draw(nmk[1], nmk[2]);
            Input s = drawn(x -> x > 0 ? 1 : 0, nmk[0], nmk[1]);
            Input y = draw(nmk[0]);
            Input gy = draw(nmk[0]);
            double scale = 4.0 * nmk[2] * nmk[1] * 2;
            int terms = nmk[0] + nmk[1] + nmk[2];
            PairwiseLogistic op = new PairwiseLogistic(0.5);
            for (Input w : List.of(drawn(Math::abs, nmk[0], nmk[1]), drawn(Math::abs, 1, 1))) {
                assertFused(precision, op, nmk[1] + nmk[2], scale, List.of(u, v, s, w));
                for (int inputs = 1; inputs <= 2; inputs++) {
                    FusedPrimitive gradient = op.gradient(inputs).orElseThrow();
                    double largest = 16.0 * nmk[2] * (nmk[0] + nmk[1]);
                    assertFused(precision, gradient, terms, largest, List.of(u, v, s, w, y, gy));
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
                Computation both = (on, in) -> {
                    List<Tensor> of = List.of(in.get(0), in.get(0), in.get(1), in.get(2));
                    Tensor y = on.fused(op, of).get(0);
                    List<Tensor> gradients = on.fused(
                            op.gradient().orElseThrow(),
                            List.of(of.get(0), of.get(0), of.get(2), of.get(3), y, in.get(3)));
                    Tensor sum = on.fused(
                                    new PairwiseLogistic.Within(0.5),
                                    List.of(in.get(0), in.get(1), in.get(2), y, in.get(3)))
                            .get(0);
                    return List.of(gradients.get(0), gradients.get(1), sum);
                };
                List<double[]> expected = run(reference(), both, inputs);
                List<double[]> actual = run(opencl(precision), both, inputs);
                double bound = 32.0 * nk[1] * n * Tolerances.gamma(precision, 2 * n + nk[1] + 64);
                for (int r = 0; r < expected.size(); r++) {
                    for (int i = 0; i < expected.get(r).length; i++) {
                        double e = expected.get(r)[i];
                        double a = actual.get(r)[i];
                        String where = n + ", " + nk[1] + " in " + precision + ", result " + r + "[" + i + "]: ";
                        assertTrue(Tolerances.close(e, a, bound), where + e + ", " + a + ", bound " + bound);
                    }
                }
            }
        }
    }

    /** What y keeps belongs to the inputs it was made of. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void theGradientOfOtherInputsIsNotTheOneKeptWithY(Precision precision) {
        PairwiseLogistic op = new PairwiseLogistic(0.5);
        List<Input> inputs =
                List.of(draw(4, 3), draw(4, 3), drawn(x -> x > 0 ? 1 : 0, 4, 4), drawn(Math::abs, 1, 1), draw(4));
        Computation other = (on, in) -> {
            Tensor y = on.fused(op, List.of(in.get(0), in.get(0), in.get(2), in.get(3)))
                    .get(0);
            return on.fused(new PairwiseLogistic.Within(0.5), List.of(in.get(1), in.get(2), in.get(3), y, in.get(4)));
        };
        double[] expected = run(reference(), other, inputs).get(0);
        double[] actual = run(opencl(precision), other, inputs).get(0);
        for (int i = 0; i < expected.length; i++) {
            assertTrue(Tolerances.close(expected[i], actual[i], 384 * Tolerances.gamma(precision, 75)), "element " + i);
        }
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
            // |t| <= 1.5 + 4k, fewer than m²/4 triplets; a slope is at most m, and 2 the largest code
            double scale = (2.5 + 4 * k) * m * m / 4.0;
            int terms = m * m / 4 + k;
            assertFused(precision, op, terms, scale, List.of(u, v, s, d));
            Input gy = draw(n);
            for (int inputs = 1; inputs <= 2; inputs++) {
                FusedPrimitive gradient = op.gradient(inputs).orElseThrow();
                assertFused(precision, gradient, m + n + k, scale * 4 * n, List.of(u, v, s, d, gy, gy));
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
            assertFused(precision, new LogCoshToSign(), nk[1], 2.0 * nk[1], List.of(z));
            assertFused(precision, new LogCoshToSign.Gradient(), 1, 2, List.of(z, draw(nk[0]), draw(nk[0])));
            Input broken = z.with(nk[1] - 1, Double.NaN);
            assertFused(precision, new LogCoshToSign(), nk[1], 2.0 * nk[1], List.of(broken));
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
            assertFused(precision, new LogSoftmax(), nc[1], 8, List.of(x));
            assertFused(precision, new LogSoftmax.Gradient(), nc[1], 16.0 * nc[1], List.of(x, draw(nc), draw(nc)));
            assertFused(precision, new LogSoftmax(), nc[1], 8, List.of(x.with(0, Double.NaN)));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void localResponseNormalizationAndItsGradientEqualTheirDefinition(Precision precision) {
        for (int radius : new int[] {0, 1, 2, 7}) {
            LocalResponseNormalization lrn = new LocalResponseNormalization(radius, 0.02, 0.75, 2);
            for (int[] image : new int[][] {{1, 1, 1, 1}, {2, 5, 3, 4}, {2, 6}, {1, 3, 65}}) {
                Input x = draw(image);
                assertFused(precision, lrn, 16, 2, List.of(x));
                assertFused(
                        precision,
                        new LocalResponseNormalization.Gradient(lrn),
                        16,
                        8,
                        List.of(x, draw(image), draw(image)));
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
                assertFused(precision, update, 1, 16, inputs);
            }
        }
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
