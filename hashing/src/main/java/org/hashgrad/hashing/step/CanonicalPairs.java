package org.hashgrad.hashing.step;

import java.util.Arrays;

/**
 * Pairs of directions of two media along which a cross product C of low rank is largest, as in canonical correlation analysis.
 * <pre>  max tr(Wxᵀ C Wy)  with  Wxᵀ A Wx = Wyᵀ B Wy = I,   C = F diag(e) Gᵀ of rank r
 *   Wx = A⁻¹ F Kx⁻ᐟ² U,   Wy = B⁻¹ G Ky⁻ᐟ² V,   Kx = Fᵀ A⁻¹ F,  Ky = Gᵀ B⁻¹ G  (r, r)
 *   Kx¹ᐟ² diag(e) Ky¹ᐟ² = U diag(σ) Vᵀ,   the trace is Σ σ of the pairs taken </pre>
 * Every maximiser lies in the span of A⁻¹F and B⁻¹G, so that nothing larger than (r, r) is decomposed. Roots of K are those of its
 * eigenvalues above rounding.
 */
final class CanonicalPairs {
    /** Eigenvalues of a K below this part of the largest are rounding. */
    private static final double RANK = 1e-12;

    private final double[][] inverseX;
    private final double[][] inverseY;
    private final LinearAlgebra algebra;

    /**
     * @param a A (p, p), {@code b} B (q, q), both symmetric and positive definite
     * @throws IllegalArgumentException when one is not
     */
    CanonicalPairs(double[][] a, double[][] b, LinearAlgebra algebra) {
        this.algebra = algebra;
        this.inverseX = algebra.solve(a, LinearAlgebra.plusDiagonal(new double[a.length][a.length], 1));
        this.inverseY = algebra.solve(b, LinearAlgebra.plusDiagonal(new double[b.length][b.length], 1));
    }

    /**
     * Directions in columns, the best first.
     *
     * @param x Wx (p, m)
     * @param y Wy (q, m)
     * @param values σ, m of them, descending; m is at most r
     */
    record Directions(double[][] x, double[][] y, double[] values) {}

    /** A⁻¹F and the half powers of K for one medium. */
    private record Half(double[][] solved, double[][] root, double[][] inverseRoot) {}

    /** All pairs of C = F diag(e) Gᵀ: F (p, r), G (q, r). */
    Directions of(double[][] f, double[] e, double[][] g) {
        Half x = half(inverseX, f);
        Half y = half(inverseY, g);
        double[][] weighted = Rows.copy(x.root);
        for (double[] row : weighted) {
            for (int r = 0; r < e.length; r++) {
                row[r] *= e[r];
            }
        }
        LinearAlgebra.SingularValues svd = algebra.singularValues(algebra.multiply(weighted, y.root));
        return new Directions(
                algebra.multiply(x.solved, algebra.multiply(x.inverseRoot, svd.u())),
                algebra.multiply(y.solved, algebra.multiply(y.inverseRoot, svd.v())),
                svd.values());
    }

    private Half half(double[][] inverse, double[][] f) {
        double[][] solved = algebra.multiply(inverse, f);
        LinearAlgebra.SymmetricEigen eigen = algebra.symmetricEigen(algebra.transposeMultiply(f, solved));
        double least = RANK * Math.max(0, eigen.values()[0]);
        double[] roots = Arrays.stream(eigen.values())
                .map(value -> value > least ? Math.sqrt(value) : 0)
                .toArray();
        double[] inverses =
                Arrays.stream(roots).map(root -> root > 0 ? 1 / root : 0).toArray();
        return new Half(solved, power(eigen.vectors(), roots), power(eigen.vectors(), inverses));
    }

    /** V diag(values) Vᵀ */
    private double[][] power(double[][] v, double[] values) {
        double[][] scaled = Rows.copy(v);
        for (double[] row : scaled) {
            for (int r = 0; r < values.length; r++) {
                row[r] *= values[r];
            }
        }
        return algebra.multiplyTranspose(scaled, v);
    }
}
