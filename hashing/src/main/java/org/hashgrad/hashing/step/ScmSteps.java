package org.hashgrad.hashing.step;

import java.util.Arrays;

/**
 * Semantic Correlation Maximization (SCM; Zhang, Li, AAAI 2014): linear maps of two media whose codes agree with the similarity of labels. Rows
 * are training pairs: features X (n, p) and Y (n, q), columns centred, labels L (n, c) of 0 and 1.
 * <pre>  min ‖ sgn(X Wx) sgn(Y Wy)ᵀ − k S ‖²,   S = 2 L̃ L̃ᵀ − 1 1ᵀ in [−1, 1],   l̃ = l / ‖l‖
 *   Xᵀ S Y = 2 (Xᵀ L̃) (Yᵀ L̃)ᵀ − (Xᵀ 1) (Yᵀ 1)ᵀ                       of rank c + 1; S is never stored
 *   orthogonal:  max tr(Wxᵀ Xᵀ S Y Wy)  with  Wxᵀ (XᵀX + λx I) Wx = Wyᵀ (YᵀY + λy I) Wy = I
 *   sequential:  C₀ = k Xᵀ S Y;  bit t: w_x, w_y the best pair of C_t,  C_t+1 = C_t − (Xᵀ sgn(X w_x)) (Yᵀ sgn(Y w_y))ᵀ = Xᵀ R_t+1 Y,
 *                R_t = k S − Σ sgn(X w_x) sgn(Y w_y)ᵀ of the bits before </pre>
 * The pairs are those of {@link CanonicalPairs}; scaling them by √n, as the paper's constraint does, changes no sign. The orthogonal form has as many
 * directions as S has rank, the sequential one any number. Its objective may rise with a bit: the best real pair isn't the best pair of signs. The
 * authors' code stops there and takes other directions for the bits that remain; this goes on. sgn(0) = +1.
 *
 * @param lambdaX λx &gt; 0; 10⁻⁶ in the authors' code, as λy
 * @param lambdaY λy &gt; 0
 */
public record ScmSteps(double lambdaX, double lambdaY) {
    /** @throws IllegalArgumentException unless both are positive */
    public ScmSteps {
        if (!(lambdaX > 0) || !(lambdaY > 0)) {
            throw new IllegalArgumentException(
                    "scm: lambdaX is " + lambdaX + ", lambdaY is " + lambdaY + "; need both > 0");
        }
    }

    /**
     * Maps to what the signs are taken of, columns by bit.
     *
     * @param x Wx (p, k)
     * @param y Wy (q, k)
     */
    public record Maps(double[][] x, double[][] y) {}

    /** S_ij of two label rows: 2 cos − 1; a row without labels has cosine 0 to all. */
    public static double similarity(double[] a, double[] b) {
        double norms = Math.sqrt(Rows.dot(a, a) * Rows.dot(b, b));
        return norms == 0 ? -1 : 2 * Rows.dot(a, b) / norms - 1;
    }

    /** A cross product F diag(e) Gᵀ by its factors, F (p, r) and G (q, r) by columns. */
    private record Factors(double[][] f, double[] e, double[][] g) {
        /** With one more term, −(a bᵀ). */
        Factors minus(double[] a, double[] b) {
            double[] more = Arrays.copyOf(e, e.length + 1);
            more[e.length] = -1;
            return new Factors(with(f, a), more, with(g, b));
        }

        private static double[][] with(double[][] matrix, double[] column) {
            double[][] wider = new double[matrix.length][];
            for (int i = 0; i < wider.length; i++) {
                wider[i] = Arrays.copyOf(matrix[i], matrix[i].length + 1);
                wider[i][matrix[i].length] = column[i];
            }
            return wider;
        }
    }

    /** scale Xᵀ S Y. */
    private static Factors crossProduct(
            double[][] x, double[][] y, double[][] labels, double scale, LinearAlgebra algebra) {
        int c = labels[0].length;
        double[][] directions = new double[labels.length][c + 1];
        double[] e = new double[c + 1];
        Arrays.fill(e, 2 * scale);
        e[c] = -scale;
        for (int i = 0; i < labels.length; i++) {
            double norm = Math.sqrt(Rows.dot(labels[i], labels[i]));
            for (int l = 0; l < c && norm > 0; l++) {
                directions[i][l] = labels[i][l] / norm;
            }
            directions[i][c] = 1;
        }
        return new Factors(algebra.transposeMultiply(x, directions), e, algebra.transposeMultiply(y, directions));
    }

    private CanonicalPairs pairs(double[][] x, double[][] y, LinearAlgebra algebra) {
        return new CanonicalPairs(
                LinearAlgebra.plusDiagonal(algebra.gram(x), lambdaX),
                LinearAlgebra.plusDiagonal(algebra.gram(y), lambdaY),
                algebra);
    }

    /**
     * All bits at once: X (n, p), Y (n, q), labels (n, c).
     *
     * @throws IllegalArgumentException for more bits than the cross product has rank, at most c + 1
     */
    public Maps orthogonal(double[][] x, double[][] y, double[][] labels, int bits, LinearAlgebra algebra) {
        Factors factors = crossProduct(x, y, labels, 1, algebra);
        CanonicalPairs.Directions best = pairs(x, y, algebra).of(factors.f, factors.e, factors.g);
        double least = 1e-9 * best.values()[0];
        long rank = Arrays.stream(best.values()).filter(value -> value > least).count();
        if (bits > rank) {
            throw new IllegalArgumentException("scm: bits is " + bits + "; need <= " + rank
                    + ", the rank of the similarity in these features, for orthogonal directions");
        }
        return new Maps(columns(best.x(), bits), columns(best.y(), bits));
    }

    private static double[][] columns(double[][] matrix, int count) {
        return Arrays.stream(matrix).map(row -> Arrays.copyOf(row, count)).toArray(double[][]::new);
    }

    /** Bit by bit: X (n, p), Y (n, q), labels (n, c). */
    public Maps sequential(double[][] x, double[][] y, double[][] labels, int bits, LinearAlgebra algebra) {
        CanonicalPairs pairs = pairs(x, y, algebra);
        Factors residue = crossProduct(x, y, labels, bits, algebra);
        double[][] ofX = new double[x[0].length][bits];
        double[][] ofY = new double[y[0].length][bits];
        for (int bit = 0; bit < bits; bit++) {
            CanonicalPairs.Directions best = pairs.of(residue.f, residue.e, residue.g);
            residue = residue.minus(take(x, best.x(), ofX, bit, algebra), take(y, best.y(), ofY, bit, algebra));
        }
        return new Maps(ofX, ofY);
    }

    /** Puts the first direction w into a column of {@code maps} and gives Xᵀ sgn(X w). */
    private static double[] take(double[][] x, double[][] directions, double[][] maps, int bit, LinearAlgebra algebra) {
        double[][] w = columns(directions, 1);
        for (int p = 0; p < w.length; p++) {
            maps[p][bit] = w[p][0];
        }
        double[][] correlation = algebra.transposeMultiply(x, Signs.of(algebra.multiply(x, w)));
        return Arrays.stream(correlation).mapToDouble(row -> row[0]).toArray();
    }
}
