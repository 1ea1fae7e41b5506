package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.hashing.loss.Golden;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class DsdhStepsTest {
    private static final LinearAlgebra ALGEBRA = LinearAlgebra.host();
    private static final RandomKey KEY = RandomKey.of(4).split("dsdh");
    private static final int SEEDS = 300;

    /** A random problem; weights are of the paper's kind. */
    private record Problem(DsdhSteps steps, double[][] b, double[][] y, double[][] h) {
        static Problem of(int seed, int n, int bits, int classes) {
            RandomKey key = KEY.split("problem").split(seed);
            double[][] y = new double[n][classes];
            for (int i = 0; i < n; i++) {
                y[i][key.below(classes, i)] = 1;
                y[i][key.split("second").below(classes, i)] = 1;
            }
            double eta = new double[] {0.05, 0.5, 5, 55}[seed % 4];
            double mu = new double[] {1, 0.3, 5}[seed % 3];
            return new Problem(
                    new DsdhSteps(mu, 0.1, eta),
                    RandomMatrices.signs(key.split("b"), n, bits),
                    y,
                    RandomMatrices.gaussian(key.split("h"), n, bits, 1));
        }

        double objective(double[][] codes, double[][] w) {
            return steps.objective(codes, w, y, h);
        }
    }

    private static double[][] withColumn(double[][] b, int column, int bits) {
        double[][] changed = Rows.copy(b);
        for (int i = 0; i < b.length; i++) {
            changed[i][column] = (bits >> i & 1) == 1 ? 1 : -1;
        }
        return changed;
    }

    private static double roundingOf(double objective) {
        return 1e-11 * (1 + Math.abs(objective));
    }

    @Test
    void classifierCodesAndObjectiveHaveTheGoldenValues() {
        double[][] u = Golden.matrix("U");
        double[][] y = Golden.matrix("Y");
        DsdhSteps steps = new DsdhSteps(1, 0.1, 0.5);
        double[][] w = steps.classifier(Signs.of(u), y, ALGEBRA);
        double[][] expected = Golden.matrix("DSDH.W");
        double norm = 0;
        for (int l = 0; l < 3; l++) {
            assertArrayEquals(expected[l], w[l], 1e-14);
            norm += w[l][0] * w[l][0] + w[l][1] * w[l][1];
        }
        double[][] codes = steps.sweep(Signs.of(u), w, y, u);
        double[][] columns = Golden.matrix("DSDH.B_after_sweep");
        for (int i = 0; i < 4; i++) {
            for (int l = 0; l < 3; l++) {
                assertEquals(columns[l][i], codes[i][l], "sample " + i + ", bit " + l);
            }
        }
        // the golden objective leaves out ν‖W‖², a constant of the discrete step
        assertEquals(Golden.number("DSDH.obj_B"), steps.objective(codes, w, y, u) - 0.1 * norm, 1e-12);
    }

    @Test
    void eachBitsStepIsTheBestOfAllColumns() {
        int n = 5;
        int bits = 4;
        for (int seed = 0; seed < 40; seed++) {
            Problem problem = Problem.of(seed, n, bits, 3);
            double[][] w = problem.steps.classifier(problem.b, problem.y, ALGEBRA);
            double[][] swept = problem.steps.sweep(problem.b, w, problem.y, problem.h);
            double[][] current = Rows.copy(problem.b);
            for (int l = 0; l < bits; l++) {
                double best = Double.POSITIVE_INFINITY;
                for (int column = 0; column < 1 << n; column++) {
                    best = Math.min(best, problem.objective(withColumn(current, l, column), w));
                }
                for (int i = 0; i < n; i++) {
                    current[i][l] = swept[i][l];
                }
                assertEquals(best, problem.objective(current, w), roundingOf(best), "seed " + seed + ", bit " + l);
            }
        }
    }

    @Test
    void descentReachesCodesThatNoSingleBitImproves() {
        int globals = 0;
        for (int seed = 0; seed < 40; seed++) {
            Problem problem = Problem.of(seed, 4, 4, 3);
            double[][] w = problem.steps.classifier(problem.b, problem.y, ALGEBRA);
            double[][] codes = problem.steps.descend(problem.b, w, problem.y, problem.h, 100);
            double reached = problem.objective(codes, w);
            double[][] best = new double[4][];
            for (int i = 0; i < 4; i++) {
                double lowest = Double.POSITIVE_INFINITY;
                for (int code = 0; code < 1 << 4; code++) {
                    double[][] tried = Rows.copy(codes);
                    for (int l = 0; l < 4; l++) {
                        tried[i][l] = (code >> l & 1) == 1 ? 1 : -1;
                    }
                    double value = problem.objective(tried, w);
                    int flipped = 0;
                    for (int l = 0; l < 4; l++) {
                        flipped += tried[i][l] == codes[i][l] ? 0 : 1;
                    }
                    assertTrue(flipped != 1 || value >= reached - roundingOf(reached), "seed " + seed);
                    if (value < lowest) {
                        lowest = value;
                        best[i] = tried[i];
                    }
                }
            }
            globals += reached <= problem.objective(best, w) + roundingOf(reached) ? 1 : 0;
        }
        assertTrue(globals >= 20, "the global optimum was reached in " + globals + " of 40 problems");
    }

    @Test
    void classifierAndDiscreteStepsNeverRaiseTheObjective() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Problem problem = Problem.of(seed, 30, 8, 5);
            double[][] b = problem.b;
            double[][] w = RandomMatrices.gaussian(KEY.split("w").split(seed), 8, 5, 1);
            double before = problem.objective(b, w);
            for (int round = 0; round < 4; round++) {
                w = problem.steps.classifier(b, problem.y, ALGEBRA);
                double classified = problem.objective(b, w);
                assertTrue(classified <= before + roundingOf(before), "classifier, seed " + seed);
                b = problem.steps.sweep(b, w, problem.y, problem.h);
                double swept = problem.objective(b, w);
                assertTrue(swept <= classified + roundingOf(classified), "sweep, seed " + seed);
                b = problem.steps.descend(b, w, problem.y, problem.h, DsdhSteps.SWEEPS);
                before = problem.objective(b, w);
                assertTrue(before <= swept + roundingOf(swept), "descent, seed " + seed);
            }
        }
    }

    /** The authors' loop, bit by bit over whole columns, with their rule to stop. */
    @Test
    void batchCodesAreThoseOfTheAuthorsLoop() {
        for (int seed = 0; seed < 40; seed++) {
            Problem problem = Problem.of(seed, 12, 6, 4);
            DsdhSteps steps = problem.steps;
            double[][] w = ALGEBRA.ridge(Signs.of(problem.h), problem.y, steps.nu() / steps.mu());
            double[][] b = new double[12][6];
            for (int sweep = 0; sweep < 10; sweep++) {
                double[][] start = Rows.copy(b);
                for (int l = 0; l < 6; l++) {
                    double[] column = new double[12];
                    for (int i = 0; i < 12; i++) {
                        double value = steps.eta() / steps.mu() * problem.h[i][l];
                        for (int c = 0; c < 4; c++) {
                            double others = 0;
                            for (int m = 0; m < 6; m++) {
                                others += m == l ? 0 : b[i][m] * w[m][c];
                            }
                            value += (problem.y[i][c] - others) * w[l][c];
                        }
                        column[i] = value >= 0 ? 1 : -1;
                    }
                    for (int i = 0; i < 12; i++) {
                        b[i][l] = column[i];
                    }
                }
                double change = 0;
                double size = 0;
                for (int i = 0; i < 12; i++) {
                    for (int l = 0; l < 6; l++) {
                        change += (b[i][l] - start[i][l]) * (b[i][l] - start[i][l]);
                        size += start[i][l] * start[i][l];
                    }
                }
                if (Math.sqrt(change) < 1e-6 * Math.sqrt(size)) {
                    break;
                }
            }
            double[][] codes = steps.batchCodes(problem.h, problem.y, DsdhSteps.SWEEPS, ALGEBRA);
            for (int i = 0; i < 12; i++) {
                assertArrayEquals(b[i], codes[i], "seed " + seed + ", sample " + i);
            }
        }
    }

    @Test
    void aTieGivesPlusOne() {
        double[][] zeros = new double[2][2];
        double[][] codes = new DsdhSteps(1, 1, 0).sweep(zeros, new double[2][3], new double[2][3], zeros);
        assertArrayEquals(new double[] {1, 1}, codes[0]);
    }

    @Test
    void weightsOutsideTheirRangeAreRefused() {
        assertEquals(
                "dsdh: mu is 0.0, nu is 1.0, eta is 1.0; need mu > 0, nu >= 0, eta >= 0",
                assertThrows(IllegalArgumentException.class, () -> new DsdhSteps(0, 1, 1))
                        .getMessage());
    }
}
