package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Primitives;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pairs within one tensor, whose gradient for the cotangent 1 is made along with the loss. */
class PairwiseTest extends OnDevice {
    /** About the edges of a tile of 8 rows, of one and two vectors, of a block of two vectors of rows, of one item and of several, and of what is kept. */
    private static final int[][] SIZES = {
        {1, 1}, {7, 5}, {8, 16}, {15, 17}, {16, 15}, {17, 31}, {31, 32}, {32, 33}, {33, 48}, {63, 3}, {64, 64},
        {65, 47}, {96, 16}, {97, 16}, {130, 65}, {256, 17}, {257, 48}, {1024, 3}, {1025, 3}
    };

    private static final PairwiseLogistic LIKELIHOOD = new PairwiseLogistic(0.5);

    /** (y, gradient) of (u, s, w), with a cotangent that is known to be 1. */
    private static List<Tensor> both(Primitives<Tensor> on, List<Tensor> in) {
        Tensor u = in.get(0);
        Tensor y = on.fused(LIKELIHOOD, List.of(u, u, in.get(1), in.get(2))).get(0);
        return List.of(y, gradient(on, u, in, y, on.fill(Shape.of(u.shape().dim(0)), 1)));
    }

    private static Tensor gradient(Primitives<Tensor> on, Tensor u, List<Tensor> in, Tensor y, Tensor gy) {
        return on.fused(new PairwiseLogistic.Within(0.5), List.of(u, in.get(1), in.get(2), y, gy))
                .get(0);
    }

    private List<Input> drawnPairs(int[] nk, boolean uniform) {
        int n = nk[0];
        Input w = uniform ? drawn(Math::abs, 1, 1) : drawn(Math::abs, n, n);
        return List.of(draw(nk), drawn(x -> x > 0 ? 1 : 0, n, n), w);
    }

    /** Similarity and weights are not symmetric. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void lossAndGradientMadeInOneEqualTheirDefinition(Precision precision) {
        for (int[] nk : SIZES) {
            for (boolean uniform : new boolean[] {false, true}) {
                List<Input> inputs = drawnPairs(nk, uniform);
                List<double[]> expected = run(reference(), PairwiseTest::both, inputs);
                List<double[]> actual = run(opencl(precision), PairwiseTest::both, inputs);
                // |θ| ≤ 2k, so a term of y is at most 2 (2k + 1) and one of the gradient 2 · 2 · ½ · 2
                double[] largest = {4.0 * nk[1] + 2, 4};
                for (int r = 0; r < 2; r++) {
                    double bound = largest[r] * nk[0] * Tolerances.gamma(precision, nk[0] + nk[1] + 64);
                    for (int i = 0; i < expected.get(r).length; i++) {
                        double e = expected.get(r)[i];
                        double a = actual.get(r)[i];
                        String where = nk[0] + ", " + nk[1] + (uniform ? ", one weight" : "") + " in " + precision;
                        assertTrue(
                                Tolerances.close(e, a, bound),
                                where + ", result " + r + "[" + i + "]: " + e + ", " + a + ", bound " + bound);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theGradientHasTheSameBitsWhetherYKeptItOrNot(Precision precision) {
        OpenClBackend on = opencl(precision);
        for (int[] nk : new int[][] {{7, 5}, {65, 48}}) {
            List<Tensor> in = drawnPairs(nk, false).stream()
                    .map(input -> on.tensor(input.shape(), input.values()))
                    .toList();
            List<Tensor> made = both(on, in);
            Tensor ones = on.fill(Shape.of(nk[0]), 1);
            double[] kept = made.get(1).toDoubles();
            assertArrayEquals(
                    kept, gradient(on, in.get(0), in, made.get(0), ones).toDoubles(), "asked for twice");
            assertArrayEquals(kept, gradient(on, in.get(0), in, ones, ones).toDoubles(), "y of another");
            Tensor other = on.affine(in.get(0), 0.5, 0);
            Tensor y = on.fused(LIKELIHOOD, List.of(in.get(0), in.get(0), in.get(1), in.get(2)))
                    .get(0);
            assertArrayEquals(
                    gradient(on, other, in, ones, ones).toDoubles(),
                    gradient(on, other, in, y, ones).toDoubles(),
                    "of other codes than y");
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void oneLaunchMakesTheLossItsSumAndTheGradientWithTheBitsOfASumMadeLater(Precision precision) {
        OpenClBackend on = opencl(precision);
        for (int[] nk : new int[][] {{1, 1}, {31, 16}, {33, 16}, {257, 48}}) {
            List<Tensor> in = drawnPairs(nk, false).stream()
                    .map(input -> on.tensor(input.shape(), input.values()))
                    .toList();
            Tensor u = in.get(0);
            Tensor ones = on.fill(Shape.of(nk[0]), 1);
            long before = launches(on);
            Tensor y = on.fused(LIKELIHOOD, List.of(u, u, in.get(1), in.get(2))).get(0);
            Tensor sum = on.sum(y, 0);
            gradient(on, u, in, y, ones);
            if (on.engine().family() == Family.CPU) {
                int padding = nk[1] % on.engine().lanes() == 0 ? 0 : 1;
                assertEquals(1 + padding, launches(on) - before, "launches, and what pads codes");
            }
            Tensor copy = on.tensor(y.shape(), y.toDoubles());
            double[] later = on.sum(copy, 0).toDoubles();
            assertArrayEquals(later, sum.toDoubles(), "of " + nk[0] + " terms");
            assertArrayEquals(later, on.sum(y, 0).toDoubles(), "asked for twice");
        }
    }

    private static long launches(OpenClBackend on) {
        return on.launches().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Who of several items takes which tile differs from launch to launch. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void theSamePairsGiveTheSameBitsEveryTime(Precision precision) {
        OpenClBackend on = opencl(precision);
        List<Tensor> in = drawnPairs(new int[] {250, 24}, false).stream()
                .map(input -> on.tensor(input.shape(), input.values()))
                .toList();
        List<Tensor> first = both(on, in);
        for (int call = 0; call < 100; call++) {
            List<Tensor> again = both(on, in);
            for (int r = 0; r < 2; r++) {
                assertArrayEquals(
                        first.get(r).toDoubles(), again.get(r).toDoubles(), "result " + r + " of call " + call);
            }
        }
    }

    /** Special values, then every magnitude of both signs, then where the functions bend. */
    private static double[] arguments() {
        float[] special = {
            0f,
            -0f,
            1,
            -1,
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MIN_NORMAL,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            87.3f,
            -87.3f,
            -87.4f,
            88.8f,
            -88.8f,
            -103.9f,
            -104,
            1000,
            -1000
        };
        RandomKey key = RandomKey.of(7);
        double[] t = new double[20_000];
        Arrays.setAll(
                t,
                i -> i < special.length
                        ? special[i]
                        : i % 2 == 0
                                ? Float.intBitsToFloat((int) key.bits(i))
                                : (float) ((key.uniform(i) - 0.5) * (i % 4 == 1 ? 4 : 240)));
        return t;
    }

    /** One column, 1, and one bit: t_i = u_i. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void pairsOfEveryMagnitudeAreWithinTheStatedUnits(Precision precision) {
        OpenClBackend on = opencl(precision);
        double[] t = arguments();
        PairwiseLogistic op = new PairwiseLogistic(1);
        Shape codes = Shape.of(t.length, 1);
        Tensor one = on.fill(Shape.of(1, 1), 1);
        for (int s = 0; s <= 1; s++) {
            List<Tensor> in = List.of(on.tensor(codes, t), one, on.fill(codes, s), one);
            Tensor y = on.fused(op, in).get(0);
            Tensor ones = on.fill(Shape.of(t.length), 1);
            List<Tensor> given = List.of(in.get(0), one, in.get(2), one, y, ones);
            Tensor slope = on.fused(new PairwiseLogistic.Gradient(1, 1), given).get(0);
            requirePairs(precision, t, s, y, slope);
            Tensor again = on.fused(new PairwiseLogistic.Gradient(1, 1), given).get(0);
            assertArrayEquals(slope.toDoubles(), again.toDoubles(), "asked for twice, of what y kept and made anew");
        }
    }

    /** The last code is 1 and only pairs with it weigh something: t_i,last = u_i. Other products are finite, times 0. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void pairsOfEveryMagnitudeWithinOneTensorAreWithinTheStatedUnits(Precision precision) {
        OpenClBackend on = opencl(precision);
        double[] all =
                Arrays.stream(arguments()).filter(x -> Math.abs(x) < 1e18).toArray();
        int n = 512;
        double[] weights = new double[n * n];
        for (int i = 0; i < n - 1; i++) {
            weights[i * n + n - 1] = 1;
        }
        Tensor w = on.tensor(Shape.of(n, n), weights);
        Tensor ones = on.fill(Shape.of(n), 1);
        for (int s = 0; s <= 1; s++) {
            Tensor similarity = on.fill(Shape.of(n, n), s);
            for (int from = 0; from + n - 1 <= all.length; from += n - 1) {
                double[] t = Arrays.copyOfRange(all, from, from + n);
                t[n - 1] = 1;
                Tensor u = on.tensor(Shape.of(n, 1), t);
                Tensor y = on.fused(new PairwiseLogistic(1), List.of(u, u, similarity, w))
                        .get(0);
                Tensor slope = on.fused(new PairwiseLogistic.Within(1), List.of(u, similarity, w, y, ones))
                        .get(0);
                requirePairs(precision, Arrays.copyOf(t, n - 1), s, y, slope);
            }
        }
    }

    /** y = softplus(t) − s t and slope = σ(t) − s, where exp(−|t|) is within 3 + 5|t|/4 units in the last place and log1p of it within 4. */
    private static void requirePairs(Precision precision, double[] t, int s, Tensor y, Tensor slope) {
        double[] ys = y.toDoubles();
        double[] slopes = slope.toDoubles();
        double unit = Tolerances.elementwise(precision, 1);
        // single precision has no exp below 2^-126; of what it makes of others the last product may be subnormal
        double floor = precision == Precision.F32 ? 2 * Float.MIN_NORMAL : Tolerances.floor(precision, 8);
        for (int i = 0; i < t.length; i++) {
            String where = precision + " at " + t[i] + ", s " + s;
            if (Double.isNaN(t[i])) {
                assertTrue(Double.isNaN(ys[i]) && Double.isNaN(slopes[i]), where);
                continue;
            }
            double a = Math.abs(t[i]);
            double e = Math.exp(-a);
            double exp = (3 + 1.25 * Math.min(a, 1e3)) * unit;
            double sigma = (t[i] >= 0 ? 1 : e) / (1 + e);
            // 1 + e is rounded, OpenCL's quotient is within 2.5 units, and the difference to 1 is rounded
            double ofSlope = exp * e / ((1 + e) * (1 + e)) + 3 * unit * sigma + s * unit / 2;
            assertEquals(sigma - s, slopes[i], ofSlope + floor, where + ": slope");
            if (Double.isFinite(t[i])) {
                double plus = Math.log1p(e);
                // the sum with t is rounded, and the one with -s t
                double ofSums = (t[i] > 0 ? unit / 2 : 0) + s * unit / 2;
                double bound = (exp + 4 * unit) * plus + ofSums * (a + plus);
                assertEquals(Math.max(t[i], 0) + plus - s * t[i], ys[i], bound + floor, where + ": y");
            }
        }
    }

    /** θ = ±1000: single precision has no exp(1000). */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void lossAndGradientStayFiniteForTheLargestProducts(Precision precision) {
        OpenClBackend on = opencl(precision);
        Tensor u = on.tensor(Shape.of(2, 1), 44.72, -44.72);
        List<Tensor> in = List.of(u, on.tensor(Shape.of(2, 2), 1, 0, 1, 0), on.fill(Shape.of(1, 1), 1));
        for (Tensor result : both(on, in)) {
            for (double value : result.toDoubles()) {
                assertTrue(Math.abs(value) < 2100, "finite, and no more than 2 |θ| + 100: " + value);
            }
        }
    }
}
