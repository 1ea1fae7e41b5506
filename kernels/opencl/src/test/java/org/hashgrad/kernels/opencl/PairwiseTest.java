package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Primitives;
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
