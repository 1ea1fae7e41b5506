package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.loss.Golden;
import org.hashgrad.hashing.step.EddhWeights.Regularizer;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EddhStepsTest {
    private static final LinearAlgebra HOST = LinearAlgebra.host();

    /** A random problem with its steps and a start. */
    private static final class Problem {
        private final Labels labels;
        private final double[][] s;
        private final EddhWeights weights;
        private final EddhSteps steps;
        private double[][] f;
        private double[][] b;
        private double[][] a;
        private double[][] p;

        Problem(long seed, int n, int k, int classes, Regularizer regularizer) {
            RandomKey key = RandomKey.of(seed);
            labels = seed % 2 == 0 ? singleLabels(n, classes) : multiLabels(key.split("labels"), n, classes);
            s = similarity(key.split("similarity"), labels);
            double[][] choices = {{0.5, 1, 0.3, 0.1}, {10, 0.01, 5, 1}, {0.01, 100, 0.01, 0.001}, {0, 1, 1, 0}};
            double[] c = choices[(int) (seed / 2 % choices.length)];
            weights = new EddhWeights(c[0], c[1], c[2], c[3], regularizer);
            steps = new EddhSteps(weights, labels, SimilaritySums.of(s, labels), HOST);
            f = RandomMatrices.gaussian(key.split("f"), n, k, 1);
            for (double[] row : f) {
                for (int j = 0; j < k; j++) {
                    row[j] = Math.tanh(row[j]);
                }
            }
            b = RandomMatrices.signs(key.split("b"), n, k);
            a = RandomMatrices.gaussian(key.split("a"), classes, k, 1);
            p = f;
        }

        double objective() {
            return steps.objective(f, p, a, b);
        }

        double definition() {
            return EddhStepsTest.definition(weights, labels, s, f, p, a, b);
        }
    }

    private static Labels singleLabels(int n, int classes) {
        int[] classOf = new int[n];
        for (int i = 0; i < n; i++) {
            classOf[i] = i % classes;
        }
        return ClassLabels.of(classOf);
    }

    /** Some samples have no label and some classes may be empty or equal to another. */
    private static Labels multiLabels(RandomKey key, int n, int classes) {
        int[] rows = new int[n * classes];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = key.uniform(i) < 0.4 ? 1 : 0;
        }
        return MultiLabels.ofRows(rows, classes);
    }

    private static double[][] similarity(RandomKey key, Labels labels) {
        int n = labels.count();
        double[][] s = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double size = 1 + key.uniform((long) i * n + j);
                s[i][j] = labels.similar(i, labels, j) ? size : -size;
                s[j][i] = s[i][j];
            }
        }
        return s;
    }

    /** J as printed, with the n × n matrix. */
    private static double definition(
            EddhWeights w, Labels labels, double[][] s, double[][] f, double[][] p, double[][] a, double[][] b) {
        int n = f.length;
        int k = f[0].length;
        double[][] v = new double[n][k];
        double ofA = 0;
        for (int c = 0; c < a.length; c++) {
            for (int j = 0; j < k; j++) {
                ofA += a[c][j] * a[c][j];
                for (int i = 0; i < n; i++) {
                    v[i][j] += labels.has(i, c) ? a[c][j] : 0;
                }
            }
        }
        double sum = w.regularizer() == Regularizer.PROJECTION ? w.rho() * ofA : 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double product = 0;
                for (int l = 0; l < k; l++) {
                    product += p[i][l] * v[j][l];
                }
                sum += (product - k * s[i][j]) * (product - k * s[i][j]);
            }
            for (int l = 0; l < k; l++) {
                sum += w.mu() * (p[i][l] - f[i][l]) * (p[i][l] - f[i][l]);
                sum += w.lambda() * (f[i][l] - b[i][l]) * (f[i][l] - b[i][l]);
                sum += w.gamma() * (b[i][l] - v[i][l]) * (b[i][l] - v[i][l]);
                sum += w.regularizer() == Regularizer.CODES ? w.rho() * v[i][l] * v[i][l] : 0;
            }
        }
        return sum;
    }

    private static Labels goldenLabels() {
        return MultiLabels.ofRows(new int[] {1, 0, 0, 1, 1, 0, 1, 1}, 2);
    }

    private static void assertClose(double[][] expected, double[][] actual, double tolerance) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], tolerance, "row " + i);
        }
    }

    /** λ = γ = 1, μ = ½, ρ = 0.1; Fᵀ = tanh M(4, 3, 1, 1.5)ᵀ, B = sgn F, A = G⁻¹ Y Bᵀ, P = F; then P, A, B. Golden matrices are in columns. */
    @Test
    void theStepsHaveTheirGoldenValues() {
        SimilaritySums sums = SimilaritySums.of(Golden.matrix("EDDH.Shat"), goldenLabels());
        EddhSteps steps = new EddhSteps(new EddhWeights(1, 0.5, 1, 0.1, Regularizer.CODES), goldenLabels(), sums, HOST);
        double[][] f = RandomMatrices.sines(4, 3, 1, 1.5);
        for (double[] row : f) {
            for (int j = 0; j < row.length; j++) {
                row[j] = Math.tanh(row[j]);
            }
        }
        double[][] b = Signs.of(f);
        double[][] a = steps.initialProjection(b);
        assertClose(Golden.matrix("EDDH.A0"), a, 1e-12);
        double[] golden = Golden.vector("EDDH.J_seq");
        assertArrayEquals(new double[] {360.597451, 279.119145, 267.550506, 265.128887}, golden, 5e-7);
        assertEquals(golden[0], steps.objective(f, f, a, b), 1e-10);
        double[][] p = steps.auxiliary(f, a);
        assertClose(LinearAlgebra.transpose(Golden.matrix("EDDH.P")), p, 1e-12);
        assertEquals(golden[1], steps.objective(f, p, a, b), 1e-10);
        double[][] a1 = steps.projection(p, b);
        assertClose(Golden.matrix("EDDH.A1"), a1, 1e-12);
        assertEquals(golden[2], steps.objective(f, p, a1, b), 1e-10);
        double[][] b2 = steps.codes(f, a1);
        assertClose(LinearAlgebra.transpose(Golden.matrix("EDDH.B2")), b2, 0);
        assertEquals(golden[3], steps.objective(f, p, a1, b2), 1e-10);
    }

    @ParameterizedTest
    @EnumSource(Regularizer.class)
    void theObjectiveIsThatOfTheWholeMatrix(Regularizer regularizer) {
        for (int seed = 0; seed < 40; seed++) {
            Problem x = new Problem(seed, 7, 4, 3, regularizer);
            x.p = RandomMatrices.gaussian(RandomKey.of(seed + 1000), 7, 4, 1);
            assertEquals(x.definition(), x.objective(), 1e-12 * x.definition(), "seed " + seed);
        }
    }

    /** J is quadratic in P and in A, so central differences have only rounding errors. */
    @ParameterizedTest
    @EnumSource(Regularizer.class)
    void theAuxiliaryAndTheProjectionAreStationary(Regularizer regularizer) {
        for (int seed = 0; seed < 60; seed++) {
            Problem x = new Problem(seed, 6, 3, 3, regularizer);
            x.p = x.steps.auxiliary(x.f, x.a);
            assertStationary(x, x.p, seed + ": P");
            x.a = x.steps.projection(x.p, x.b);
            assertStationary(x, x.a, seed + ": A");
        }
    }

    private static void assertStationary(Problem x, double[][] matrix, String what) {
        double scale = Math.max(1, x.definition());
        for (double[] row : matrix) {
            for (int j = 0; j < row.length; j++) {
                double value = row[j];
                row[j] = value + 1e-2;
                double above = x.definition();
                row[j] = value - 1e-2;
                double below = x.definition();
                row[j] = value;
                assertEquals(0, (above - below) / 2e-2 / scale, 1e-9, what);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Regularizer.class)
    void noStepRaisesTheObjective(Regularizer regularizer) {
        for (int seed = 0; seed < 200; seed++) {
            Problem x = new Problem(seed, 6, 3, 1 + seed % 4, regularizer);
            double j = x.definition();
            for (int iteration = 0; iteration < 4; iteration++) {
                x.p = x.steps.auxiliary(x.f, x.a);
                j = assertNotAbove(j, x, seed + ": P");
                for (int i = 0; i < x.f.length; i++) {
                    for (int l = 0; l < x.f[i].length; l++) {
                        double best = (x.weights.mu() * x.p[i][l] + x.weights.lambda() * x.b[i][l])
                                / (x.weights.mu() + x.weights.lambda());
                        x.f[i][l] += 0.5 * (best - x.f[i][l]);
                    }
                }
                j = assertNotAbove(j, x, seed + ": F");
                x.a = x.steps.projection(x.p, x.b);
                j = assertNotAbove(j, x, seed + ": A");
                x.b = x.steps.codes(x.f, x.a);
                j = assertNotAbove(j, x, seed + ": B");
            }
        }
    }

    private static double assertNotAbove(double before, Problem x, String what) {
        double after = x.definition();
        assertTrue(after <= before + 1e-9 * Math.max(1, before), what + " raises J from " + before + " to " + after);
        return after;
    }

    @Test
    void theCodesAreTheBestOfAll() {
        for (int seed = 0; seed < 10; seed++) {
            Problem x = new Problem(seed, 3, 3, 2, Regularizer.CODES);
            x.b = x.steps.codes(x.f, x.a);
            double reached = x.definition();
            double best = Double.POSITIVE_INFINITY;
            for (int bits = 0; bits < 1 << 9; bits++) {
                for (int e = 0; e < 9; e++) {
                    x.b[e / 3][e % 3] = (bits >> e & 1) == 0 ? -1 : 1;
                }
                best = Math.min(best, x.definition());
            }
            assertEquals(best, reached, 1e-12 * reached, "seed " + seed);
        }
    }

    @Test
    void anEmptyClassAndTwoEqualClassesStillHaveAMinimiser() {
        Labels labels = MultiLabels.ofRows(new int[] {1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1}, 4);
        double[][] s = similarity(RandomKey.of(0), labels);
        for (Regularizer regularizer : Regularizer.values()) {
            for (double rho : new double[] {0, 0.1}) {
                EddhWeights weights = new EddhWeights(1, 1, 1, rho, regularizer);
                EddhSteps steps = new EddhSteps(weights, labels, SimilaritySums.of(s, labels), HOST);
                double[][] f = RandomMatrices.gaussian(RandomKey.of(1), 4, 3, 0.5);
                double[][] b = Signs.of(f);
                double[][] p = steps.auxiliary(f, steps.initialProjection(b));
                double[][] a = steps.projection(p, b);
                double least = definition(weights, labels, s, f, p, a, b);
                assertArrayEquals(new double[3], a[2], 1e-12, "the empty class");
                for (int seed = 0; seed < 50; seed++) {
                    double[][] other = RandomMatrices.gaussian(RandomKey.of(seed), 4, 3, 0.01);
                    for (int c = 0; c < 4; c++) {
                        for (int j = 0; j < 3; j++) {
                            other[c][j] += a[c][j];
                        }
                    }
                    assertTrue(definition(weights, labels, s, f, p, other, b) >= least * (1 - 1e-12));
                }
            }
        }
    }

    @Test
    void weightsOutsideTheirRangeAreRefused() {
        assertEquals(
                "eddh: lambda is 1.0, mu 0.0, gamma 1.0, rho 0.1; need finite, lambda, rho >= 0, mu, gamma > 0",
                assertThrows(IllegalArgumentException.class, () -> new EddhWeights(1, 0, 1, 0.1, Regularizer.CODES))
                        .getMessage());
    }
}
