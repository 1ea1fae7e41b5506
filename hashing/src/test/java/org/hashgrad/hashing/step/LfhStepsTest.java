package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.loss.Golden;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Tolerances;
import org.junit.jupiter.api.Test;

class LfhStepsTest {
    private static final LinearAlgebra ALGEBRA = LinearAlgebra.host();
    private static final RandomKey KEY = RandomKey.of(3).split("lfh");
    private static final int SEEDS = 300;

    private static Similarity random(RandomKey key, int count, int classes) {
        int[] classOf = new int[count];
        Arrays.setAll(classOf, i -> key.split("class").below(classes, i));
        return (i, j) -> classOf[i] == classOf[j];
    }

    /** What rounding may cost a sum of n² pairs of modulus up to {@code size} in all. */
    private static double rounding(int n, double size) {
        return Tolerances.sum(Precision.F64, n * n) * (n * n + Math.abs(size));
    }

    @Test
    void likelihoodGradientAndRowStepHaveTheGoldenValues() {
        double[][] u = Golden.matrix("U");
        double[][] s = Golden.matrix("S");
        LfhSteps steps = new LfhSteps((i, j) -> s[i][j] == 1, 30, ALGEBRA);
        assertEquals(Golden.number("LFH.L"), steps.logPosterior(u), 1e-12);
        assertEquals(Golden.number("LFH.L"), steps.logPosterior(u, 2, 0, 3, 1), 1e-12);
        assertArrayEquals(Golden.vector("LFH.g0"), steps.rowGradient(u, 0), 1e-12);
        assertArrayEquals(Golden.vector("LFH.U0_new"), steps.row(u, 0), 1e-11);
        assertArrayEquals(Golden.vector("LFH.U0_new"), steps.sweep(u)[0], 1e-11);
    }

    @Test
    void goldenInputsAreTheStatedSines() {
        double[][] expected = RandomMatrices.sines(4, 3, 1, 1.5);
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(expected[i], Golden.matrix("U")[i], 1e-15);
        }
    }

    @Test
    void gradientIsTheSlopeOfTheLikelihood() {
        double[][] u = RandomMatrices.gaussian(KEY.split("slope"), 9, 4, 1);
        LfhSteps steps = new LfhSteps(random(KEY, 9, 3), 5, ALGEBRA);
        double h = 1e-5;
        for (int i = 0; i < 9; i++) {
            double[] gradient = steps.rowGradient(u, i);
            for (int b = 0; b < 4; b++) {
                double[][] above = Rows.copy(u);
                double[][] below = Rows.copy(u);
                above[i][b] += h;
                below[i][b] -= h;
                double slope = (steps.logPosterior(above) - steps.logPosterior(below)) / (2 * h);
                // pairs are ordered and S symmetric: each θ counts twice, and κ = ½ takes the 2 back
                assertEquals(slope, gradient[b], 1e-7, i + ", " + b);
            }
        }
    }

    @Test
    void likelihoodOfSampledPairsIsThatOfTheMaskedSum() {
        int n = 11;
        double[][] u = RandomMatrices.gaussian(KEY.split("mask"), n, 3, 1);
        Similarity similarity = random(KEY, n, 3);
        int[] columns = {7, 2, 10};
        double expected = 0;
        for (int i = 0; i < n; i++) {
            for (int b = 0; b < 3; b++) {
                expected -= u[i][b] * u[i][b] / 8;
            }
            for (int j = 0; j < n; j++) {
                boolean kept = i == 7 || i == 2 || i == 10 || j == 7 || j == 2 || j == 10;
                double theta = 0.5 * (u[i][0] * u[j][0] + u[i][1] * u[j][1] + u[i][2] * u[j][2]);
                if (i != j && kept) {
                    expected += (similarity.similar(i, j) ? theta : 0) - Math.log(1 + Math.exp(theta));
                }
            }
        }
        assertEquals(expected, new LfhSteps(similarity, 4, ALGEBRA).logPosterior(u, columns), 1e-10);
    }

    @Test
    void sweepsNeverLowerTheLikelihood() {
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomKey key = KEY.split("sweep").split(seed);
            int n = 6 + key.below(10, 0);
            double scale = new double[] {0.01, 0.1, 1, 3}[seed % 4];
            double beta = new double[] {30, 7.5, 1}[seed % 3];
            double[][] u = RandomMatrices.gaussian(key, n, 4, scale);
            LfhSteps steps = new LfhSteps(random(key, n, 3), beta, ALGEBRA);
            double before = steps.logPosterior(u);
            for (int t = 0; t < 4; t++) {
                u = steps.sweep(u);
                double after = steps.logPosterior(u);
                assertTrue(after >= before - rounding(n, before), "seed " + seed + ": " + before + " → " + after);
                before = after;
            }
        }
    }

    @Test
    void sampledStepsNeverLowerTheLikelihoodOfTheirPairs() {
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomKey key = KEY.split("sampled").split(seed);
            int n = 6 + key.below(15, 0);
            double scale = new double[] {0.01, 0.1, 1, 3}[seed % 4];
            double[][] u = RandomMatrices.gaussian(key, n, 4, scale);
            LfhSteps steps = new LfhSteps(random(key, n, 3), new double[] {30, 7.5, 1}[seed % 3], ALGEBRA);
            for (int t = 0; t < 4; t++) {
                int[] columns = Arrays.copyOf(key.split(t).permutation(n), 1 + (seed + t) % 6);
                double before = steps.logPosterior(u, columns);
                u = steps.sampledStep(u, columns);
                double after = steps.logPosterior(u, columns);
                assertTrue(after >= before - rounding(n, before), "seed " + seed + ": " + before + " → " + after);
            }
        }
    }

    @Test
    void aSampleOfAllColumnsIsASweep() {
        double[][] u = RandomMatrices.gaussian(KEY.split("all"), 8, 3, 1);
        LfhSteps steps = new LfhSteps(random(KEY, 8, 3), 10, ALGEBRA);
        double[][] sweep = steps.sweep(u);
        double[][] sampled = steps.sampledStep(u, 0, 1, 2, 3, 4, 5, 6, 7);
        for (int i = 0; i < 8; i++) {
            assertArrayEquals(sweep[i], sampled[i], 1e-12);
        }
    }

    /** The warning that the steps' Javadoc gives: about nine of ten small starts fall, large ones do not. */
    @Test
    void movingAllRowsAtOnceCanLowerTheLikelihoodFromASmallStart() {
        int n = 20;
        int[] falls = new int[2];
        for (int seed = 0; seed < 100; seed++) {
            RandomKey key = KEY.split("jacobi").split(seed);
            LfhSteps steps = new LfhSteps(random(key, n, 4), 30, ALGEBRA);
            for (int large = 0; large < 2; large++) {
                double[][] u = RandomMatrices.gaussian(key, n, 4, large == 1 ? 3 : 0.1);
                double[][] together = new double[n][];
                Arrays.setAll(together, i -> steps.row(u, i));
                double before = steps.logPosterior(u);
                falls[large] += steps.logPosterior(together) < before - rounding(n, before) ? 1 : 0;
                assertTrue(steps.logPosterior(steps.sweep(u)) >= before - rounding(n, before));
            }
        }
        assertTrue(falls[0] > 50, falls[0] + " of 100 small starts fell");
        assertTrue(falls[1] < falls[0], falls[1] + " of 100 large starts fell");
    }

    @Test
    void similarityOfLabelsIsASharedLabel() {
        Labels single = ClassLabels.of(2, 0, 2);
        assertTrue(Similarity.of(single).similar(0, 2));
        assertTrue(!Similarity.of(single).similar(0, 1));
        Labels multi = MultiLabels.ofRows(new int[] {1, 1, 0, 0, 1, 1, 0, 0, 1}, 3);
        assertTrue(Similarity.of(multi).similar(0, 1));
        assertTrue(!Similarity.of(multi).similar(0, 2));
        assertArrayEquals(new double[] {0, 1, 1}, Similarity.rows(multi)[1]);
        assertArrayEquals(new double[] {0, 0, 1}, Similarity.rows(single)[2]);
    }

    @Test
    void principalComponentsAreUncorrelatedDescendingAndOfUnitDeviation() {
        double[][] x = RandomMatrices.gaussian(KEY.split("pca"), 60, 7, 1);
        for (double[] row : x) {
            for (int d = 0; d < 7; d++) {
                row[d] = 5 + row[d] * (d + 1) + (d > 0 ? row[d - 1] : 0);
            }
        }
        double[][] scores = LfhSteps.principalComponents(x, 3, true, ALGEBRA);
        double[][] unscaled = LfhSteps.principalComponents(x, 3, false, ALGEBRA);
        double deviation = unscaled[0][0] / scores[0][0];
        assertEquals(deviation * scores[7][2], unscaled[7][2], 1e-12 * deviation);
        double[][] gram = ALGEBRA.gram(scores);
        assertEquals(60 * 3, gram[0][0] + gram[1][1] + gram[2][2], 1e-10);
        assertTrue(gram[0][0] > gram[1][1] && gram[1][1] > gram[2][2]);
        for (int b = 0; b < 3; b++) {
            double mean = 0;
            for (double[] row : scores) {
                mean += row[b];
            }
            assertEquals(0, mean, 1e-10);
            for (int c = 0; c < b; c++) {
                assertEquals(0, gram[b][c], 1e-9);
            }
        }
    }

    @Test
    void fifteenSampledStepsPullSimilarSamplesTogetherAtFullSize() {
        int n = 5000;
        int bits = 64;
        RandomKey key = KEY.split("large");
        int[] classOf = new int[n];
        Arrays.setAll(classOf, i -> key.split("class").below(10, i));
        Similarity similarity = Similarity.of(ClassLabels.of(classOf));
        LfhSteps steps = new LfhSteps(similarity, 30.0 / bits, ALGEBRA);
        double[][] u = RandomMatrices.gaussian(key, n, bits, 1);
        for (int t = 0; t < 15; t++) {
            u = steps.sampledStep(u, Arrays.copyOf(key.split(t).permutation(n), bits));
        }
        int triplets = 0;
        int ordered = 0;
        for (int draw = 0; draw < 20_000; draw++) {
            int q = key.split("query").below(n, draw);
            int i = key.split("similar").below(n, draw);
            int j = key.split("dissimilar").below(n, draw);
            if (similarity.similar(q, i) && !similarity.similar(q, j)) {
                triplets++;
                ordered += Rows.dot(u[q], u[i]) > Rows.dot(u[q], u[j]) ? 1 : 0;
            }
        }
        assertTrue(ordered > 0.95 * triplets, ordered + " of " + triplets + " triplets have the similar sample nearer");
    }

    @Test
    void errorsNameTheArgumentAndTheRule() {
        assertEquals(
                "lfh: beta is 0.0; need > 0",
                assertThrows(IllegalArgumentException.class, () -> new LfhSteps((i, j) -> true, 0, ALGEBRA))
                        .getMessage());
        LfhSteps steps = new LfhSteps((i, j) -> true, 1, ALGEBRA);
        for (int[] columns : new int[][] {{1, 1}, {3}, {-1}}) {
            String message = String.valueOf(
                    assertThrows(IllegalArgumentException.class, () -> steps.sampledStep(new double[3][2], columns))
                            .getMessage());
            assertTrue(message.startsWith("lfh: column " + columns[columns.length - 1] + " "), message);
        }
        assertEquals(
                "principal components: bits is 3; need 1 to 2, the number of features",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> LfhSteps.principalComponents(new double[3][2], 3, true, ALGEBRA))
                        .getMessage());
    }
}
