package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.hashing.step.DdshSteps.Residual;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class DdshStepsTest {
    private static final int M = 6;
    private static final int R = 8;
    private static final int K = 4;

    private static double[][] symmetric(RandomKey key) {
        double[][] x = RandomMatrices.gaussian(key, M, M, 1);
        for (int i = 0; i < M; i++) {
            for (int j = 0; j < i; j++) {
                x[i][j] = x[j][i];
            }
        }
        return x;
    }

    /** Values 1 and −0.4, ones on the diagonal. */
    private static double[][] soft(double[][] x) {
        double[][] s = new double[x.length][x[0].length];
        for (int i = 0; i < s.length; i++) {
            for (int j = 0; j < s[i].length; j++) {
                s[i][j] = x[i][j] > 0 || (x.length == x[0].length && i == j) ? 1 : -0.4;
            }
        }
        return s;
    }

    private static double[] signs(int bits, int count) {
        double[] b = new double[count];
        for (int i = 0; i < count; i++) {
            b[i] = (bits >> i & 1) == 0 ? -1 : 1;
        }
        return b;
    }

    @Test
    void theProgrammeOfABitIsItsLossUpToAConstant() {
        for (int seed = 0; seed < 50; seed++) {
            RandomKey key = RandomKey.of(seed);
            double[][] r = symmetric(key.split("r"));
            double[][] others = RandomMatrices.gaussian(key.split("others"), R, M, 1);
            double[][] g = RandomMatrices.signs(key.split("g"), R, K);
            BinaryQuadratic programme = DdshSteps.programme(r, others, g, 2);
            double offset = Double.NaN;
            for (int bits = 0; bits < 1 << M; bits++) {
                double[] b = signs(bits, M);
                double loss = 0;
                for (int i = 0; i < M; i++) {
                    for (int j = 0; j < M; j++) {
                        loss += (r[i][j] - b[i] * b[j]) * (r[i][j] - b[i] * b[j]);
                    }
                    for (int j = 0; j < R; j++) {
                        loss += (others[j][i] - g[j][2] * b[i]) * (others[j][i] - g[j][2] * b[i]);
                    }
                }
                double difference = loss - programme.value(b);
                offset = Double.isNaN(offset) ? difference : offset;
                assertEquals(offset, difference, 1e-11, "seed " + seed);
            }
        }
    }

    @Test
    void descentEndsWhereNoSingleFlipHelpsAndNoHigherThanItStarts() {
        int best = 0;
        for (int seed = 0; seed < 300; seed++) {
            RandomKey key = RandomKey.of(seed);
            double[][] q = symmetric(key.split("q"));
            double[] p = RandomMatrices.gaussian(key.split("p"), 1, M, 1)[0];
            BinaryQuadratic programme = new BinaryQuadratic(q, p);
            double[] start = RandomMatrices.signs(key.split("start"), 1, M)[0];
            double[] end = programme.descend(start);
            double value = programme.value(end);
            assertTrue(value <= programme.value(start) + 1e-12, "seed " + seed);
            for (int i = 0; i < M; i++) {
                double[] flipped = end.clone();
                flipped[i] = -flipped[i];
                assertTrue(value <= programme.value(flipped) + 1e-12, "seed " + seed + ", element " + i);
            }
            double least = Double.POSITIVE_INFINITY;
            for (int bits = 0; bits < 1 << M; bits++) {
                least = Math.min(least, programme.value(signs(bits, M)));
            }
            assertTrue(value >= least - 1e-12);
            best += value <= least + 1e-12 ? 1 : 0;
        }
        assertTrue(best > 100, "the global optimum is reached " + best + " times of 300");
    }

    @Test
    void besideTheOtherBitsAPassNeverRaisesTheLoss() {
        for (int seed = 0; seed < 300; seed++) {
            RandomKey key = RandomKey.of(seed);
            double[][] within = soft(symmetric(key.split("within")));
            double[][] across = soft(RandomMatrices.gaussian(key.split("across"), R, M, 1));
            double[][] g = RandomMatrices.signs(key.split("g"), R, K);
            double[][] b = RandomMatrices.signs(key.split("b"), M, K);
            double loss = DdshSteps.objective(b, g, within, across);
            for (int pass = 0; pass < 3; pass++) {
                b = new DdshSteps(Residual.OTHER_BITS).codes(b, g, within, across);
                double after = DdshSteps.objective(b, g, within, across);
                assertTrue(after <= loss + 1e-9, "seed " + seed + " rises from " + loss + " to " + after);
                loss = after;
            }
        }
    }

    /** The pass written with whole residuals, and each bit at a place where no flip lowers its own loss. */
    @Test
    void besideTheEarlierBitsEachBitFitsWhatTheyLeave() {
        for (int seed = 0; seed < 50; seed++) {
            RandomKey key = RandomKey.of(seed);
            double[][] within = soft(symmetric(key.split("within")));
            double[][] across = soft(RandomMatrices.gaussian(key.split("across"), R, M, 1));
            double[][] g = RandomMatrices.signs(key.split("g"), R, K);
            double[][] b = RandomMatrices.signs(key.split("b"), M, K);
            double[][] codes = new DdshSteps(Residual.EARLIER_BITS).codes(b, g, within, across);
            for (int bit = 0; bit < K; bit++) {
                double[][] residual = new double[M][M];
                double[][] others = new double[R][M];
                for (int j = 0; j < M; j++) {
                    for (int i = 0; i < M; i++) {
                        residual[i][j] = K * within[i][j];
                        for (int l = 0; l < bit; l++) {
                            residual[i][j] -= codes[i][l] * codes[j][l];
                        }
                    }
                    for (int i = 0; i < R; i++) {
                        others[i][j] = K * across[i][j];
                        for (int l = 0; l < bit; l++) {
                            others[i][j] -= g[i][l] * codes[j][l];
                        }
                    }
                }
                double[] start = new double[M];
                double[] reached = new double[M];
                for (int i = 0; i < M; i++) {
                    start[i] = b[i][bit];
                    reached[i] = codes[i][bit];
                }
                assertArrayEquals(
                        DdshSteps.programme(residual, others, g, bit).descend(start), reached, "seed " + seed);
            }
        }
    }

    @Test
    void withNoOtherSamplesTheDrawnOnesAreFittedAlone() {
        double[][] within = {{1, 1, -1}, {1, 1, -1}, {-1, -1, 1}};
        double[][] codes = new DdshSteps(Residual.OTHER_BITS)
                .codes(new double[][] {{1, 1}, {-1, 1}, {1, -1}}, new double[0][], within, new double[0][]);
        assertEquals(0, DdshSteps.objective(codes, new double[0][], within, new double[0][]));
    }
}
