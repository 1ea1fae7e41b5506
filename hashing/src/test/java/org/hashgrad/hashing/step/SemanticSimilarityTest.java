package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.loss.Golden;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class SemanticSimilarityTest {
    /** ι = 0.6, σ_l = 0.15, σ_r = 0.1, n = 4; D_ij = 0.2 + 0.15 |i − j| + 0.025 (i + j), D_ii = 0. */
    @Test
    void refinedSimilarityHasItsGoldenValues() {
        SemanticSimilarity similarity = SemanticSimilarity.of(new AsymmetricNormal(2, 0.6, 0.15, 0.1), 4);
        double[][] s = Golden.matrix("S");
        double[][] golden = Golden.matrix("EDDH.Shat");
        assertEquals(-1.208224183, golden[0][1], 1e-9);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double distance = i == j ? 0 : 0.2 + 0.15 * Math.abs(i - j) + 0.025 * (i + j);
                assertEquals(golden[i][j], similarity.of(s[i][j] == 1, distance), 1e-14);
            }
        }
    }

    @Test
    void refinedSimilarityFallsWithDistanceBetweenOneAndTwoSigmaPoints() {
        int n = 10_000;
        AsymmetricNormal law = new AsymmetricNormal(2, 0.62, 0.17, 0.08);
        SemanticSimilarity similarity = SemanticSimilarity.of(law, n);
        double before = 2;
        double beforeDissimilar = -1;
        for (double d = 0; d <= 2; d += 1e-3) {
            double similar = similarity.of(true, d);
            double dissimilar = similarity.of(false, d);
            assertTrue(similar <= before && similar >= 1, "similar at " + d + ": " + similar);
            assertTrue(dissimilar <= beforeDissimilar && dissimilar >= -2, "dissimilar at " + d + ": " + dissimilar);
            before = similar;
            beforeDissimilar = dissimilar;
        }
        assertEquals(2, similarity.of(true, 0.62 - 0.17 - (1 - 1 / Math.E) / n), 1e-12);
        assertTrue(similarity.of(true, 0.62 - 0.17 + 1e-3) < 2);
        assertEquals(1, similarity.of(true, (0.62 - 0.17) * Math.E));
        assertTrue(similarity.of(true, (0.62 - 0.17) * Math.E - 1e-3) > 1);
        assertEquals(-2, similarity.of(false, 0.62 + 0.08 + (Math.E - 1) / n), 1e-12);
        assertTrue(similarity.of(false, 0.62 + 0.08 - 1e-3) > -2);
        assertEquals(-1, similarity.of(false, (0.62 + 0.08) / Math.E));
        assertTrue(similarity.of(false, (0.62 + 0.08) / Math.E + 1e-3) < -1);
    }

    @Test
    void aModeCloserToZeroThanSigmaGivesAPositiveThreshold() {
        assertEquals(
                1e-3,
                SemanticSimilarity.of(new AsymmetricNormal(2, 0.1, 0.2, 0.2), 10)
                        .alpha());
        assertThrows(IllegalArgumentException.class, () -> new SemanticSimilarity(0, 1, 10));
    }

    /** More samples than a block of distances, against the definition. */
    @Test
    void sumsBlockByBlockEqualThoseOfTheWholeMatrix() {
        int n = 700;
        double[][] features = RandomMatrices.gaussian(RandomKey.of(1), n, 6, 1);
        features[17] = new double[6];
        int[] rows = new int[3 * n];
        int[] classes = new int[n];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = RandomKey.of(2).uniform(i) < 0.3 ? 1 : 0;
            classes[i / 3] = i / 3 % 5;
        }
        SemanticSimilarity similarity = SemanticSimilarity.of(new AsymmetricNormal(2, 1, 0.5, 0.4), n);
        for (Labels labels : new Labels[] {ClassLabels.of(classes), MultiLabels.ofRows(rows, 3)}) {
            double[][] s = new double[n][n];
            long[] cases = new long[4];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    boolean similar = labels.similar(i, labels, j);
                    s[i][j] = similarity.of(similar, distance(features, i, j));
                    if (i < j) {
                        cases[similar ? (s[i][j] >= 1.5 ? 0 : 1) : (s[i][j] > -1.5 ? 2 : 3)]++;
                    }
                }
            }
            SimilaritySums sums = SimilaritySums.of(similarity, features, labels, LinearAlgebra.host());
            assertSumsOf(s, labels, sums);
            assertEquals(new SimilaritySums.Cases(cases[0], cases[1], cases[2], cases[3]), sums.cases());
            for (long count : cases) {
                assertTrue(count > 100, "a case hardly occurs: " + sums.cases());
            }
        }
    }

    private static double distance(double[][] x, int i, int j) {
        double product = 0;
        double left = 0;
        double right = 0;
        for (int k = 0; k < x[i].length; k++) {
            product += x[i][k] * x[j][k];
            left += x[i][k] * x[i][k];
            right += x[j][k] * x[j][k];
        }
        return i == j ? 0 : left * right == 0 ? 1 : 1 - product / Math.sqrt(left * right);
    }

    private static void assertSumsOf(double[][] s, Labels labels, SimilaritySums sums) {
        double squares = 0;
        for (int i = 0; i < s.length; i++) {
            double[] byClass = new double[labels.classes()];
            for (int j = 0; j < s.length; j++) {
                squares += s[i][j] * s[i][j];
                for (int c = 0; c < byClass.length; c++) {
                    byClass[c] += labels.has(j, c) ? s[i][j] : 0;
                }
            }
            assertArrayEquals(byClass, sums.byClass()[i], 1e-11, "row " + i);
        }
        assertEquals(squares, sums.squaredNorm(), 1e-11 * squares);
    }

    @Test
    void theAblationTakesTheLabelsAlone() {
        Labels labels = MultiLabels.ofRows(new int[] {1, 0, 0, 1, 1, 1, 0, 0}, 2);
        double[][] s = {{1, -1, 1, -1}, {-1, 1, 1, -1}, {1, 1, 1, -1}, {-1, -1, -1, -1}};
        SimilaritySums sums = SimilaritySums.ofLabels(labels);
        assertSumsOf(s, labels, sums);
        assertEquals(new SimilaritySums.Cases(0, 2, 4, 0), sums.cases());
    }

    @Test
    void cosineDistancesOfBlocksAndPairsAgree() {
        double[][] features = RandomMatrices.gaussian(RandomKey.of(4), 9, 5, 3);
        features[3] = new double[5];
        CosineDistances distances = new CosineDistances(features, LinearAlgebra.host());
        double[][] block = distances.block(2, 9, 0, 4);
        for (int i = 2; i < 9; i++) {
            for (int j = 0; j < 4; j++) {
                assertEquals(distance(features, i, j), block[i - 2][j], 1e-14);
                assertEquals(block[i - 2][j], distances.of(i, j), i == j ? 0 : 1e-14);
            }
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new CosineDistances(new double[][] {{1, 2}, {Double.NaN, 0}}, LinearAlgebra.host()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new CosineDistances(new double[][] {{1, 2}, {1}}, LinearAlgebra.host()));
    }
}
