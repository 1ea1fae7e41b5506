package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

/** Against the dense similarity and the textbook's whitening, which the code needs neither of. */
class ScmStepsTest {
    private static final LinearAlgebra ALGEBRA = LinearAlgebra.host();
    private static final RandomKey KEY = RandomKey.of(8);
    private static final int N = 24;
    private static final int P = 6;
    private static final int Q = 5;
    private static final int C = 4;
    private static final double LAMBDA = 1e-6;

    private static final double[][] LABELS = labels();
    private static final double[][] X = features("x", P);
    private static final double[][] Y = features("y", Q);
    private static final ScmSteps SCM = new ScmSteps(LAMBDA, LAMBDA);

    private static double[][] labels() {
        double[][] labels = new double[N][C];
        for (int i = 0; i < N; i++) {
            labels[i][KEY.below(C, i)] = 1;
            labels[i][KEY.below(C, N + i)] = 1;
        }
        return labels;
    }

    /** What a class gives, and noise; not centred, so that the ones in S have a part. */
    private static double[][] features(String name, int d) {
        double[][] x = RandomMatrices.gaussian(KEY.split(name), N, d, 0.5);
        double[][] ofClass = RandomMatrices.gaussian(KEY.split(name).split("class"), C, d, 1);
        double[][] signal = ALGEBRA.multiply(LABELS, ofClass);
        for (int i = 0; i < N; i++) {
            Rows.addScaled(x[i], 1, signal[i]);
        }
        return x;
    }

    private static double[][] similarity() {
        double[][] s = new double[N][N];
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                s[i][j] = ScmSteps.similarity(LABELS[i], LABELS[j]);
            }
        }
        return s;
    }

    private static double[][] cross(double[][] r) {
        return ALGEBRA.transposeMultiply(X, ALGEBRA.multiply(r, Y));
    }

    private static double trace(double[][] wx, double[][] c, double[][] wy) {
        double[][] product = ALGEBRA.transposeMultiply(wx, ALGEBRA.multiply(c, wy));
        double trace = 0;
        for (int b = 0; b < product.length; b++) {
            trace += product[b][b];
        }
        return trace;
    }

    /** A^(−½) of XᵀX + λI. */
    private static double[][] whitening(double[][] x) {
        LinearAlgebra.SymmetricEigen eigen =
                ALGEBRA.symmetricEigen(LinearAlgebra.plusDiagonal(ALGEBRA.gram(x), LAMBDA));
        double[][] scaled = Rows.copy(eigen.vectors());
        for (double[] row : scaled) {
            for (int e = 0; e < row.length; e++) {
                row[e] /= Math.sqrt(eigen.values()[e]);
            }
        }
        return ALGEBRA.multiplyTranspose(scaled, eigen.vectors());
    }

    private static double[] column(double[][] matrix, int b) {
        double[] column = new double[matrix.length];
        for (int i = 0; i < column.length; i++) {
            column[i] = matrix[i][b];
        }
        return column;
    }

    @Test
    void similarityOfSingleLabelsIsOneOrMinusOne() {
        assertEquals(1, ScmSteps.similarity(new double[] {0, 1}, new double[] {0, 1}), 1e-15);
        assertEquals(-1, ScmSteps.similarity(new double[] {0, 1}, new double[] {1, 0}), 1e-15);
        assertEquals(2 / Math.sqrt(2) - 1, ScmSteps.similarity(new double[] {1, 1}, new double[] {1, 0}), 1e-15);
        assertEquals(-1, ScmSteps.similarity(new double[] {0, 0}, new double[] {1, 0}));
    }

    @Test
    void orthogonalDirectionsMeetTheConstraintAndHaveTheSingularValuesOfTheWhitenedCrossProduct() {
        ScmSteps.Maps maps = SCM.orthogonal(X, Y, LABELS, 3, ALGEBRA);
        double[][] c = cross(similarity());
        double[][] ofX = ALGEBRA.transposeMultiply(
                maps.x(), ALGEBRA.multiply(LinearAlgebra.plusDiagonal(ALGEBRA.gram(X), LAMBDA), maps.x()));
        double[][] ofY = ALGEBRA.transposeMultiply(
                maps.y(), ALGEBRA.multiply(LinearAlgebra.plusDiagonal(ALGEBRA.gram(Y), LAMBDA), maps.y()));
        double[][] gained = ALGEBRA.transposeMultiply(maps.x(), ALGEBRA.multiply(c, maps.y()));
        double[] sigma = ALGEBRA.singularValues(ALGEBRA.multiply(whitening(X), ALGEBRA.multiply(c, whitening(Y))))
                .values();
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                assertEquals(a == b ? 1 : 0, ofX[a][b], 1e-9);
                assertEquals(a == b ? 1 : 0, ofY[a][b], 1e-9);
                assertEquals(a == b ? sigma[a] : 0, gained[a][b], 1e-9);
            }
        }
    }

    @Test
    void noOtherFeasibleDirectionsHaveALargerTrace() {
        ScmSteps.Maps maps = SCM.orthogonal(X, Y, LABELS, 3, ALGEBRA);
        double[][] c = cross(similarity());
        double best = trace(maps.x(), c, maps.y());
        double[][] whiteX = whitening(X);
        double[][] whiteY = whitening(Y);
        double found = 0;
        for (int trial = 0; trial < 5000; trial++) {
            double[][] qx = ALGEBRA.singularValues(
                            RandomMatrices.gaussian(KEY.split("qx").split(trial), P, 3, 1))
                    .u();
            double[][] qy = ALGEBRA.singularValues(
                            RandomMatrices.gaussian(KEY.split("qy").split(trial), Q, 3, 1))
                    .u();
            found = Math.max(found, trace(ALGEBRA.multiply(whiteX, qx), c, ALGEBRA.multiply(whiteY, qy)));
        }
        assertTrue(found <= best && found > 0.3 * best, found + " of " + best);
    }

    /** Bit by bit the direction is the best of Xᵀ R Y, R the dense residue k S − Σ sgn(X w_x) sgn(Y w_y)ᵀ. */
    @Test
    void everySequentialBitIsTheBestPairOfTheDenseResidue() {
        int bits = 7;
        ScmSteps.Maps maps = SCM.sequential(X, Y, LABELS, bits, ALGEBRA);
        double[][] r = similarity();
        for (double[] row : r) {
            for (int j = 0; j < N; j++) {
                row[j] *= bits;
            }
        }
        double[][] ofX = Signs.of(ALGEBRA.multiply(X, maps.x()));
        double[][] ofY = Signs.of(ALGEBRA.multiply(Y, maps.y()));
        double[][] whiteX = whitening(X);
        double[][] whiteY = whitening(Y);
        for (int bit = 0; bit < bits; bit++) {
            double[] sigma = ALGEBRA.singularValues(ALGEBRA.multiply(whiteX, ALGEBRA.multiply(cross(r), whiteY)))
                    .values();
            double[] wx = column(maps.x(), bit);
            double[] wy = column(maps.y(), bit);
            double gained = 0;
            double[][] c = cross(r);
            for (int p = 0; p < P; p++) {
                gained += wx[p] * Rows.dot(c[p], wy);
            }
            assertEquals(sigma[0], gained, 1e-8 * sigma[0], "bit " + bit);
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < N; j++) {
                    r[i][j] -= ofX[i][bit] * ofY[j][bit];
                }
            }
        }
    }

    @Test
    void moreOrthogonalBitsThanTheSimilarityHasRankAreRefused() {
        assertEquals(
                "scm: bits is 6; need <= 5, the rank of the similarity in these features, for orthogonal directions",
                assertThrows(IllegalArgumentException.class, () -> SCM.orthogonal(X, Y, LABELS, 6, ALGEBRA))
                        .getMessage());
        assertEquals(
                "scm: lambdaX is 0.0, lambdaY is 1.0; need both > 0",
                assertThrows(IllegalArgumentException.class, () -> new ScmSteps(0, 1))
                        .getMessage());
    }
}
