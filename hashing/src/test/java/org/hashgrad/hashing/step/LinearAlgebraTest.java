package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.Test;

class LinearAlgebraTest {
    private static final LinearAlgebra ALGEBRA = LinearAlgebra.host();
    private static final RandomKey KEY = RandomKey.of(7).split("linear algebra");

    /** A hundred times the roundoff of sums of 40 terms: condition numbers of these inputs are below a hundred. */
    private static final double BOUND = 100 * Tolerances.dot(Precision.F64, 40);

    private static double[][] naive(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    private static void assertClose(double[][] expected, double[][] actual, double bound) {
        assertEquals(expected.length, actual.length, "rows");
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], bound, "row " + i);
        }
    }

    private static double[][] diagonal(double... values) {
        double[][] d = new double[values.length][values.length];
        for (int i = 0; i < values.length; i++) {
            d[i][i] = values[i];
        }
        return d;
    }

    @Test
    void productsAreThoseOfTheDefinitionAroundEveryBlockEdge() {
        for (int k : new int[] {1, 2, 3, 7, 40}) {
            double[][] a = RandomMatrices.gaussian(KEY.split(k), 5, k, 1);
            double[][] b = RandomMatrices.gaussian(KEY.split(100 + k), k, 6, 1);
            double[][] expected = naive(a, b);
            assertClose(expected, ALGEBRA.multiply(a, b), 0);
            assertClose(expected, ALGEBRA.transposeMultiply(LinearAlgebra.transpose(a), b), 0);
            assertClose(expected, ALGEBRA.multiplyTranspose(a, LinearAlgebra.transpose(b)), 0);
            assertClose(naive(LinearAlgebra.transpose(a), a), ALGEBRA.gram(a), 0);
        }
        double[][] wide = RandomMatrices.gaussian(KEY, 9, 5000, 1);
        double[][] left = RandomMatrices.gaussian(KEY.split(1), 2, 9, 1);
        assertClose(naive(left, wide), ALGEBRA.multiply(left, wide), 0);
    }

    @Test
    void aLargeProductOnASinglePrecisionBackendIsWithinItsRounding() {
        int m = 300;
        int k = 257;
        int n = 220;
        assertTrue((long) m * k * n >= LinearAlgebra.LARGE);
        double[][] a = RandomMatrices.gaussian(KEY.split("a"), m, k, 1);
        double[][] b = RandomMatrices.gaussian(KEY.split("b"), n, k, 1);
        try (CpuBackend backend = new CpuBackend(1)) {
            double[][] there = LinearAlgebra.on(backend).multiplyTranspose(a, b);
            double[][] here = ALGEBRA.multiplyTranspose(a, b);
            double difference = 0;
            double bound = Tolerances.dot(Precision.F32, k) * 16 * k;
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    difference = Math.max(difference, Math.abs(there[i][j] - here[i][j]));
                }
            }
            assertTrue(difference <= bound, "difference " + difference + ", bound " + bound);
            assertTrue(difference > 0, "the product did not run on the backend");
            assertEquals(0, backend.liveBytes());
        }
    }

    @Test
    void solveInvertsThePositiveDefinite() {
        double[][] x = RandomMatrices.gaussian(KEY.split("x"), 40, 6, 1);
        double[][] a = LinearAlgebra.plusDiagonal(ALGEBRA.gram(x), 0.5);
        double[][] expected = RandomMatrices.gaussian(KEY.split("solution"), 6, 3, 1);
        assertClose(expected, ALGEBRA.solve(a, naive(a, expected)), BOUND);
    }

    @Test
    void ridgeIsTheStationaryPointOfItsObjective() {
        double[][] x = RandomMatrices.gaussian(KEY.split("x"), 40, 6, 1);
        double[][] y = RandomMatrices.gaussian(KEY.split("y"), 40, 3, 1);
        double[][] w = ALGEBRA.ridge(x, y, 2);
        double[][] fit = naive(x, w);
        for (int d = 0; d < 6; d++) {
            for (int b = 0; b < 3; b++) {
                double slope = 2 * w[d][b];
                for (int i = 0; i < 40; i++) {
                    slope -= x[i][d] * (y[i][b] - fit[i][b]);
                }
                assertEquals(0, slope, 40 * BOUND, "slope at " + d + ", " + b);
            }
        }
    }

    @Test
    void eigenvectorsRebuildTheMatrixFromDescendingValues() {
        double[][] a = ALGEBRA.gram(RandomMatrices.gaussian(KEY.split("e"), 12, 5, 1));
        LinearAlgebra.SymmetricEigen eigen = ALGEBRA.symmetricEigen(a);
        for (int i = 1; i < 5; i++) {
            assertTrue(eigen.values()[i] <= eigen.values()[i - 1]);
        }
        double[][] v = eigen.vectors();
        assertClose(
                a, naive(naive(v, diagonal(eigen.values())), LinearAlgebra.transpose(v)), eigen.values()[0] * BOUND);
        assertClose(diagonal(1, 1, 1, 1, 1), naive(LinearAlgebra.transpose(v), v), BOUND);
    }

    @Test
    void pseudoInverseFulfilsThePenroseConditionsForAnyShapeAndRank() {
        for (int[] shape : new int[][] {{6, 4, 4}, {4, 6, 4}, {6, 5, 2}, {3, 7, 1}}) {
            double[][] a = naive(
                    RandomMatrices.gaussian(KEY.split("left"), shape[0], shape[2], 1),
                    RandomMatrices.gaussian(KEY.split("right"), shape[2], shape[1], 1));
            double[][] plus = ALGEBRA.pseudoInverse(a);
            assertClose(a, naive(naive(a, plus), a), BOUND);
            assertClose(plus, naive(naive(plus, a), plus), BOUND);
            assertClose(LinearAlgebra.transpose(naive(a, plus)), naive(a, plus), BOUND);
            assertClose(LinearAlgebra.transpose(naive(plus, a)), naive(plus, a), BOUND);
        }
    }

    @Test
    void singularValuesRebuildTheMatrix() {
        for (int[] shape : new int[][] {{6, 4}, {4, 6}}) {
            double[][] a = RandomMatrices.gaussian(KEY.split("svd"), shape[0], shape[1], 1);
            LinearAlgebra.SingularValues svd = ALGEBRA.singularValues(a);
            double[][] rebuilt = naive(naive(svd.u(), diagonal(svd.values())), LinearAlgebra.transpose(svd.v()));
            assertClose(a, rebuilt, BOUND);
        }
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    @Test
    void errorsNameTheMatricesAndTheRule() {
        double[][] two = new double[2][2];
        double[][] three = new double[3][4];
        assertMessage(
                "multiply: sizes differ: the left matrix is (2, 2), the right one is (3, 4); need a.cols = b.rows, got 2 and 3",
                () -> ALGEBRA.multiply(two, three));
        assertMessage(
                "transposeMultiply: sizes differ: the left matrix is (2, 2), the right one is (3, 4); need a.rows = b.rows, got 2 and 3",
                () -> ALGEBRA.transposeMultiply(two, three));
        assertMessage(
                "multiplyTranspose: sizes differ: the left matrix is (2, 2), the right one is (3, 4); need a.cols = b.cols, got 2 and 4",
                () -> ALGEBRA.multiplyTranspose(two, three));
        assertMessage(
                "matrix b: row 1 has 1 columns, row 0 has 2; need equally many",
                () -> ALGEBRA.multiply(two, new double[][] {{1, 2}, {1}}));
        assertMessage("matrix a is empty; need at least one row and one column", () -> ALGEBRA.gram(new double[0][0]));
        assertMessage("solve: a is (3, 4); need as many columns as rows", () -> ALGEBRA.solve(three, three));
        assertMessage(
                "solve: a (2, 2) is not symmetric: a[1][0] is 3.0, a[0][1] is 2.0",
                () -> ALGEBRA.solve(new double[][] {{1, 2}, {3, 9}}, two));
    }

    @Test
    void aMatrixThatIsNotPositiveDefiniteIsRefused() {
        for (double[][] a :
                new double[][][] {{{1, 2}, {2, 1}}, {{1, 1}, {1, 1}}, {{0, 0}, {0, 0}}, {{-1, 0}, {0, 1}}}) {
            String message = String.valueOf(
                    assertThrows(IllegalArgumentException.class, () -> ALGEBRA.solve(a, new double[][] {{1}, {1}}))
                            .getMessage());
            assertTrue(message.startsWith("solve: a (2, 2) is not positive definite: pivot "), message);
        }
    }
}
