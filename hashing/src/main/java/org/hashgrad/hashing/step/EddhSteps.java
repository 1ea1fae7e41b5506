package org.hashgrad.hashing.step;

import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.step.LinearAlgebra.SymmetricEigen;

/**
 * The closed-form steps of Enhanced Deep Discrete Hashing (EDDH; Yang, Raymond, Sun, Long, IPM 2021). Here samples are rows: relaxed
 * codes F, codes B and the auxiliary P are (n, k), labels Y (n, c) of 0 and 1, the projection A is (c, k), V = Y A.
 * <pre>  J = ‖P Vᵀ − k Ŝ‖² + μ‖P − F‖² + λ‖F − B‖² + γ‖B − V‖² + ρ‖V‖²
 *   P = (k R A + μ F) (Aᵀ G A + μ I)⁻¹                    R = Ŝ Y (n, c),  G = Yᵀ Y
 *   A = G⁺ (k Rᵀ P + γ Yᵀ B) (Pᵀ P + (γ + ρ) I)⁻¹
 *   B = sgn(λ F + γ V)
 *   F: the network, ∂J/∂F = 2μ (F − P) + 2λ (F − B) </pre>
 * Each of the three is the exact minimiser given the others, so J never rises. That P relaxes F is a reconstruction: the published
 * outline names μ, a P-step and a term computed once, and R is that term only then. With ρ‖A‖² instead of ρ‖V‖² the A-step solves
 * G A M + ρA = C, M = PᵀP + γI, in the eigenvectors of both. An empty class or collinear ones make G singular; G⁺ is its
 * pseudo-inverse, which still gives a minimiser.
 */
public final class EddhSteps {
    private final EddhWeights weights;
    private final LinearAlgebra algebra;
    private final SimilaritySums similarity;
    private final double[][] y;
    private final double[][] g;
    private final double[][] gInverse;

    /** @param similarity of the samples that have these labels */
    public EddhSteps(EddhWeights weights, Labels labels, SimilaritySums similarity, LinearAlgebra algebra) {
        this.weights = weights;
        this.algebra = algebra;
        this.similarity = similarity;
        this.y = Similarity.rows(labels);
        this.g = algebra.gram(y);
        this.gInverse = algebra.pseudoInverse(g);
    }

    /** V (n, k) = Y A. */
    public double[][] semanticCodes(double[][] a) {
        return algebra.multiply(y, a);
    }

    /** The A of least ‖B − Y A‖² to start from, G⁺ Yᵀ B: b (n, k) → (c, k). */
    public double[][] initialProjection(double[][] b) {
        return algebra.multiply(gInverse, algebra.transposeMultiply(y, b));
    }

    /** The minimising P (n, k): f (n, k), a (c, k). */
    public double[][] auxiliary(double[][] f, double[][] a) {
        double[][] m = LinearAlgebra.plusDiagonal(algebra.transposeMultiply(a, algebra.multiply(g, a)), weights.mu());
        double[][] right = sum(f[0].length, algebra.multiply(similarity.byClass(), a), weights.mu(), f);
        return timesInverse(right, m);
    }

    /** The minimising A (c, k): p, b (n, k). */
    public double[][] projection(double[][] p, double[][] b) {
        double[][] c = sum(
                p[0].length,
                algebra.transposeMultiply(similarity.byClass(), p),
                weights.gamma(),
                algebra.transposeMultiply(y, b));
        double[][] pp = algebra.gram(p);
        if (weights.regularizer() == EddhWeights.Regularizer.PROJECTION) {
            return sylvester(c, LinearAlgebra.plusDiagonal(pp, weights.gamma()));
        }
        double[][] m = LinearAlgebra.plusDiagonal(pp, weights.gamma() + weights.rho());
        return algebra.multiply(gInverse, timesInverse(c, m));
    }

    /** The minimising B (n, k) of ±1: f (n, k), a (c, k). */
    public double[][] codes(double[][] f, double[][] a) {
        return Signs.of(sum(weights.lambda(), f, weights.gamma(), semanticCodes(a)));
    }

    /** J, with ‖P Vᵀ − k Ŝ‖² = tr(PᵀP VᵀV) − 2k ⟨P, R A⟩ + k²‖Ŝ‖²: f, p, b (n, k), a (c, k). */
    public double objective(double[][] f, double[][] p, double[][] a, double[][] b) {
        double k = f[0].length;
        double[][] v = semanticCodes(a);
        double fit = inner(algebra.gram(p), algebra.gram(v))
                - 2 * k * inner(p, algebra.multiply(similarity.byClass(), a))
                + k * k * similarity.squaredNorm();
        double[][] regularized = weights.regularizer() == EddhWeights.Regularizer.CODES ? v : a;
        return fit
                + weights.mu() * squaredDistance(p, f)
                + weights.lambda() * squaredDistance(f, b)
                + weights.gamma() * squaredDistance(b, v)
                + weights.rho() * Rows.squaredNorm(regularized);
    }

    /** x m⁻¹ with m symmetric positive definite. */
    private double[][] timesInverse(double[][] x, double[][] m) {
        return LinearAlgebra.transpose(algebra.solve(m, LinearAlgebra.transpose(x)));
    }

    /** The A of G A M + ρA = C. */
    private double[][] sylvester(double[][] c, double[][] m) {
        SymmetricEigen ofG = algebra.symmetricEigen(g);
        SymmetricEigen ofM = algebra.symmetricEigen(m);
        double[][] rotated = algebra.multiply(algebra.transposeMultiply(ofG.vectors(), c), ofM.vectors());
        double negligible = g.length * Math.ulp(ofG.values()[0]) * ofM.values()[0];
        for (int i = 0; i < rotated.length; i++) {
            for (int j = 0; j < rotated[i].length; j++) {
                double factor = ofG.values()[i] * ofM.values()[j] + weights.rho();
                rotated[i][j] = factor > negligible ? rotated[i][j] / factor : 0;
            }
        }
        return algebra.multiplyTranspose(algebra.multiply(ofG.vectors(), rotated), ofM.vectors());
    }

    private static double[][] sum(double s, double[][] x, double t, double[][] y) {
        double[][] sum = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < sum[i].length; j++) {
                sum[i][j] = s * x[i][j] + t * y[i][j];
            }
        }
        return sum;
    }

    private static double inner(double[][] x, double[][] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += Rows.dot(x[i], y[i]);
        }
        return sum;
    }

    private static double squaredDistance(double[][] x, double[][] y) {
        return Rows.squaredNorm(sum(1, x, -1, y));
    }
}
