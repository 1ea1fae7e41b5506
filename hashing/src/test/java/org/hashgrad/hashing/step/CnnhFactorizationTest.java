package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.loss.Golden;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class CnnhFactorizationTest {
    private static final int N = 9;
    private static final int K = 3;

    private static Labels labels(int seed) {
        int[] rows = new int[N * 3];
        int[] classes = new int[N];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = RandomKey.of(seed).uniform(i) < 0.4 ? 1 : 0;
            classes[i / 3] = RandomKey.of(seed).below(3, i);
        }
        return seed % 2 == 0 ? ClassLabels.of(classes) : MultiLabels.ofRows(rows, 3);
    }

    /** L = H Hᵀ − k S */
    private static double[][] residual(double[][] h, Labels labels) {
        double[][] l = LinearAlgebra.host().multiplyTranspose(h, h);
        for (int i = 0; i < h.length; i++) {
            for (int j = 0; j < h.length; j++) {
                l[i][j] -= labels.similar(i, labels, j) ? h[0].length : -h[0].length;
            }
        }
        return l;
    }

    private static double definition(double[][] h, Labels labels) {
        double sum = 0;
        for (double[] row : residual(h, labels)) {
            for (double value : row) {
                sum += value * value;
            }
        }
        return sum;
    }

    /** H = M(4, 3, 0.7, 0.6), label rows (1,0), (0,1), (1,0), (1,1). Its g″ is negative. */
    @Test
    void theDerivativesHaveTheirGoldenValues() {
        Labels labels = MultiLabels.ofRows(new int[] {1, 0, 0, 1, 1, 0, 1, 1}, 2);
        CnnhFactorization.Derivatives g =
                new CnnhFactorization(labels, RandomMatrices.sines(4, 3, 0.7, 0.6)).derivatives(0, 1);
        double[] golden = Golden.vector("CNNH.g1g2");
        assertEquals(-7.534664407, golden[0], 5e-10);
        assertEquals(golden[0], g.first(), 1e-12);
        assertEquals(golden[1], g.second(), 1e-12);
        assertTrue(g.second() < 0);
    }

    @Test
    void derivativesThroughLabelSetsEqualThoseOfTheWholeMatrix() {
        for (int seed = 0; seed < 40; seed++) {
            Labels labels = labels(seed);
            CnnhFactorization factors =
                    new CnnhFactorization(labels, CnnhFactorization.uniformStart(N, K, RandomKey.of(seed)));
            for (int sweep = 0; sweep < 3; sweep++) {
                double[][] h = factors.relaxed();
                double[][] l = residual(h, labels);
                double[][] lh = LinearAlgebra.host().multiply(l, h);
                double[][] gram = LinearAlgebra.host().gram(h);
                for (int i = 0; i < N; i++) {
                    for (int j = 0; j < K; j++) {
                        CnnhFactorization.Derivatives g = factors.derivatives(i, j);
                        assertEquals(4 * lh[i][j], g.first(), 1e-11, "seed " + seed);
                        assertEquals(4 * (gram[j][j] + h[i][j] * h[i][j] + l[i][i]), g.second(), 1e-11);
                    }
                }
                assertEquals(definition(h, labels), factors.objective(), 1e-10, "seed " + seed);
                factors.sweep(RandomKey.of(seed).split(sweep));
            }
        }
    }

    @Test
    void aStepFollowsTheQuarticAndTheDerivativesAreThoseOfTheObjective() {
        for (int seed = 0; seed < 20; seed++) {
            Labels labels = labels(seed);
            double[][] h = CnnhFactorization.uniformStart(N, K, RandomKey.of(seed));
            double before = definition(h, labels);
            CnnhFactorization.Derivatives g = new CnnhFactorization(labels, h).derivatives(2, 1);
            for (double d : new double[] {-1.3, -0.4, 0.2, 0.9}) {
                double quartic = before + d * (g.first() + d * (g.second() / 2 + d * (4 * h[2][1] + d)));
                double[][] moved = {h[0], h[1], h[2].clone(), h[3], h[4], h[5], h[6], h[7], h[8]};
                moved[2][1] += d;
                assertEquals(definition(moved, labels), quartic, 1e-10, "seed " + seed + ", d " + d);
            }
        }
    }

    @Test
    void whereTheSecondDerivativeIsNegativeTheBetterEndOfTheBoxIsTaken() {
        Labels labels = MultiLabels.ofRows(new int[] {1, 0, 0, 1, 1, 0, 1, 1}, 2);
        double[][] h = RandomMatrices.sines(4, 3, 0.7, 0.6);
        CnnhFactorization factors = new CnnhFactorization(labels, h);
        double before = definition(h, labels);
        double change = factors.step(0, 1);
        assertEquals(1, factors.relaxed()[0][1]);
        assertEquals(before + change, definition(factors.relaxed(), labels), 1e-12 * before);
        h[0][1] = -1;
        assertTrue(before + change < definition(h, labels));
    }

    /** From starts as small as make g″ negative, where the unguarded Newton step climbs. */
    @Test
    void noGuardedStepRaisesTheObjectiveWhereThePlainNewtonStepDoes() {
        int climbs = 0;
        int negative = 0;
        for (int seed = 0; seed < 300; seed++) {
            Labels labels = labels(seed);
            double[][] start = CnnhFactorization.uniformStart(N, K, RandomKey.of(seed));
            for (double[] row : start) {
                for (int j = 0; j < K; j++) {
                    row[j] *= seed % 3 == 0 ? 1 : 0.05;
                }
            }
            CnnhFactorization factors = new CnnhFactorization(labels, start);
            double value = definition(start, labels);
            for (int entry = 0; entry < 2 * N * K; entry++) {
                int i = entry / K % N;
                int j = entry % K;
                double h = factors.relaxed()[i][j];
                CnnhFactorization.Derivatives g = factors.derivatives(i, j);
                double plain = Math.min(1 - h, Math.max(-1 - h, -g.first() / g.second()));
                double climb = plain * (g.first() + plain * (g.second() / 2 + plain * (4 * h + plain)));
                climbs += climb > 1e-9 ? 1 : 0;
                negative += g.second() < 0 ? 1 : 0;
                double change = factors.step(i, j);
                double after = definition(factors.relaxed(), labels);
                assertTrue(change <= 0);
                assertEquals(value + change, after, 1e-9, "seed " + seed);
                value = after;
            }
        }
        assertTrue(negative > 300 && climbs > 300, negative + " negative g'', " + climbs + " climbs of the plain step");
    }

    @Test
    void sweepsReachCodesThatAgreeWithClassLabels() {
        int[] classes = new int[60];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = i % 2;
        }
        Labels labels = ClassLabels.of(classes);
        CnnhFactorization factors =
                new CnnhFactorization(labels, CnnhFactorization.uniformStart(60, 8, RandomKey.of(1)));
        double before = factors.objective();
        double change = 0;
        for (int sweep = 0; sweep < 10; sweep++) {
            change += factors.sweep(RandomKey.of(2).split(sweep));
        }
        assertEquals(before + change, factors.objective(), 1e-9 * before);
        assertEquals(0, factors.objective(), 1e-6);
        assertEquals(0, definition(factors.codes(), labels));
    }

    @Test
    void aStartOutsideTheBoxOrOfAnotherLengthIsRefused() {
        Labels labels = ClassLabels.of(0, 1);
        assertEquals(
                "cnnh: row 1 to start from has 1.5; need values in [-1, 1]",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new CnnhFactorization(labels, new double[][] {{1}, {1.5}}))
                        .getMessage());
        assertEquals(
                "cnnh: 1 rows to start from for 2 labels; need equally many",
                assertThrows(IllegalArgumentException.class, () -> new CnnhFactorization(labels, new double[][] {{1}}))
                        .getMessage());
    }
}
