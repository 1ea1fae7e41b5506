package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.hashgrad.hashing.loss.Golden;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class AdshStepsTest {
    private static final LinearAlgebra ALGEBRA = LinearAlgebra.host();
    private static final RandomKey KEY = RandomKey.of(5).split("adsh");
    private static final int SEEDS = 300;

    private static double[][] tanh(double[][] z) {
        double[][] u = Rows.copy(z);
        for (double[] row : u) {
            Arrays.setAll(row, b -> Math.tanh(row[b]));
        }
        return u;
    }

    /** A random problem of n samples, m queries and k bits, with its objective by the definition. */
    private record Problem(
            Similarity similarity, int[] queries, double dissimilarity, double gamma, double[][] u, double[][] v) {
        static Problem of(int seed, int n, int m, int bits) {
            RandomKey key = KEY.split("problem").split(seed);
            Similarity similarity =
                    (i, j) -> i == j || key.split("s").below(3, (long) Math.min(i, j) * n + Math.max(i, j)) == 0;
            int[] queries = Arrays.copyOf(key.permutation(n), m);
            return new Problem(
                    similarity,
                    queries,
                    seed % 2 == 0 ? 1 : AdshSteps.softDissimilarity(similarity, queries, n),
                    new double[] {0.5, 5, 200}[seed % 3],
                    tanh(RandomMatrices.gaussian(key.split("u"), m, bits, 1)),
                    RandomMatrices.signs(key.split("v"), n, bits));
        }

        AdshSteps steps() {
            return new AdshSteps(similarity, queries, dissimilarity, gamma, ALGEBRA);
        }

        double objective(double[][] codes) {
            double sum = 0;
            int bits = u[0].length;
            for (int i = 0; i < u.length; i++) {
                for (int j = 0; j < codes.length; j++) {
                    double error = -bits * (similarity.similar(queries[i], j) ? 1 : -dissimilarity);
                    for (int b = 0; b < bits; b++) {
                        error += u[i][b] * codes[j][b];
                    }
                    sum += error * error;
                }
                for (int b = 0; b < bits; b++) {
                    sum += gamma * Math.pow(codes[queries[i]][b] - u[i][b], 2);
                }
            }
            return sum;
        }
    }

    private static double roundingOf(double objective) {
        return 1e-11 * (1 + Math.abs(objective));
    }

    @Test
    void oneSweepHasTheGoldenCodes() {
        double[][] s = Golden.matrix("S");
        double[][] all = Golden.matrix("U");
        double[][] u = tanh(new double[][] {all[0], all[2]});
        double[][] v = Signs.of(RandomMatrices.sines(4, 3, 0.3, 1));
        AdshSteps steps = new AdshSteps((i, j) -> s[i][j] == 1, new int[] {0, 2}, 1, 2, ALGEBRA);
        double[][] swept = steps.sweep(u, v);
        for (int j = 0; j < 4; j++) {
            assertArrayEquals(Golden.matrix("ADSH.V0")[j], v[j]);
            assertArrayEquals(Golden.matrix("ADSH.V_after_sweep")[j], swept[j], "sample " + j);
        }
    }

    @Test
    void objectiveIsThatOfTheDefinition() {
        for (int seed = 0; seed < 40; seed++) {
            Problem problem = Problem.of(seed, 9, 4, 5);
            double expected = problem.objective(problem.v);
            assertEquals(expected, problem.steps().objective(problem.u, problem.v), roundingOf(expected));
        }
    }

    @Test
    void eachBitsStepIsTheBestOfAllColumns() {
        int n = 6;
        int bits = 3;
        for (int seed = 0; seed < 40; seed++) {
            Problem problem = Problem.of(seed, n, 3, bits);
            double[][] swept = problem.steps().sweep(problem.u, problem.v);
            double[][] current = Rows.copy(problem.v);
            for (int b = 0; b < bits; b++) {
                double best = Double.POSITIVE_INFINITY;
                for (int column = 0; column < 1 << n; column++) {
                    double[][] tried = Rows.copy(current);
                    for (int j = 0; j < n; j++) {
                        tried[j][b] = (column >> j & 1) == 1 ? 1 : -1;
                    }
                    best = Math.min(best, problem.objective(tried));
                }
                for (int j = 0; j < n; j++) {
                    current[j][b] = swept[j][b];
                }
                assertEquals(best, problem.objective(current), roundingOf(best), "seed " + seed + ", bit " + b);
            }
        }
    }

    @Test
    void sweepsNeverRaiseTheObjective() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Problem problem = Problem.of(seed, 40, 12, 8);
            double[][] v = problem.v;
            double before = problem.objective(v);
            for (int sweep = 0; sweep < 4; sweep++) {
                v = problem.steps().sweep(problem.u, v);
                double after = problem.objective(v);
                assertTrue(after <= before + roundingOf(before), "seed " + seed + ": " + before + " → " + after);
                before = after;
            }
        }
    }

    @Test
    void signsOfTheQueriesInsteadCanRaiseTheObjective() {
        int rises = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Problem problem = Problem.of(seed, 40, 12, 8);
            double[][] v = problem.steps().sweep(problem.u, problem.v);
            double[][] signed = problem.steps().sweepWithSigns(problem.u, v);
            rises += problem.objective(signed) > problem.objective(v) + roundingOf(problem.objective(v)) ? 1 : 0;
        }
        assertTrue(rises > 0, "no rise in " + SEEDS + " problems");
    }

    @Test
    void signsOfQueriesThatAreSignsChangeNothing() {
        Problem problem = Problem.of(1, 20, 6, 5);
        double[][] u = Signs.of(problem.u);
        double[][] expected = problem.steps().sweep(u, problem.v);
        double[][] signed = problem.steps().sweepWithSigns(u, problem.v);
        for (int j = 0; j < 20; j++) {
            assertArrayEquals(expected[j], signed[j]);
        }
    }

    @Test
    void softDissimilarityMakesTheSimilaritiesSumToZero() {
        for (int seed = 0; seed < 40; seed++) {
            Problem problem = Problem.of(seed, 15, 5, 2);
            double r = AdshSteps.softDissimilarity(problem.similarity, problem.queries, 15);
            double sum = 0;
            for (int i : problem.queries) {
                for (int j = 0; j < 15; j++) {
                    sum += problem.similarity.similar(i, j) ? 1 : -r;
                }
            }
            assertEquals(0, sum, 1e-12);
        }
    }

    @Test
    void errorsNameTheArgumentAndTheRule() {
        assertEquals(
                "adsh: all 6 pairs of 2 queries with 3 samples are similar; need a dissimilar one",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> AdshSteps.softDissimilarity((i, j) -> true, new int[] {0, 2}, 3))
                        .getMessage());
        assertEquals(
                "adsh: dissimilarity is -1.0, gamma is 2.0; need both >= 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new AdshSteps((i, j) -> true, new int[] {0}, -1, 2, ALGEBRA))
                        .getMessage());
        AdshSteps steps = new AdshSteps((i, j) -> true, new int[] {0, 1}, 1, 2, ALGEBRA);
        assertEquals(
                "adsh: u has 3 rows; need one for each of 2 queries",
                assertThrows(IllegalArgumentException.class, () -> steps.sweep(new double[3][2], new double[4][2]))
                        .getMessage());
    }
}
