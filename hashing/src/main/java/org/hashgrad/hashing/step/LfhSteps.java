package org.hashgrad.hashing.step;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * The steps of Latent Factor Hashing (LFH; Zhang, Zhang, Li, Guo, SIGIR 2014), which raise the log-posterior of relaxed codes U (n, k).
 * <pre>  L(U) = Σ_{i≠j} ( s_ij θ_ij − softplus(θ_ij) ) − ‖U‖² / (2β),   θ_ij = ½ ⟨u_i, u_j⟩,   ordered pairs
 *   ∂L/∂u_i = g_i = Σ_{j≠i} (s_ij − σ(θ_ij)) u_j − u_i / β
 *   ∂²L/∂u_i² ≥ H_i = −⅛ Σ_{j≠i} u_jᵀu_j − I / β            because σ(1 − σ) ≤ ¼
 *   u_i ← u_i − g_i H_i⁻¹                                    the maximiser of a lower bound that touches L at u_i </pre>
 * One row at a time, L never falls. All rows at once it can: their bounds hold for the others standing still.
 *
 * <p>The sampled form keeps the pairs that touch columns Ω: a row outside Ω depends on U_Ω alone, so all of those share one H and move at
 * once; the rows in Ω follow one by one. This costs O(n k |Ω| + n k²) and never lowers the L of the pairs kept.
 */
public final class LfhSteps {
    private final Similarity similarity;
    private final double beta;
    private final LinearAlgebra algebra;

    /**
     * @param beta β &gt; 0, the variance of the prior of each element
     * @throws IllegalArgumentException unless β is positive
     */
    public LfhSteps(Similarity similarity, double beta, LinearAlgebra algebra) {
        if (!(beta > 0)) {
            throw new IllegalArgumentException("lfh: beta is " + beta + "; need > 0");
        }
        this.similarity = similarity;
        this.beta = beta;
        this.algebra = algebra;
    }

    /**
     * The usual start: the scores of x (n, d) on its first k principal components, (n, k).
     *
     * @param unit whether to scale them as a whole to standard deviation 1; unscaled scores of many features saturate σ, and the steps
     *     all but stand still
     * @throws IllegalArgumentException when k exceeds d, or the components are constant
     */
    public static double[][] principalComponents(double[][] x, int bits, boolean unit, LinearAlgebra algebra) {
        double[][] centred = centred(x);
        int features = centred[0].length;
        if (bits < 1 || bits > features) {
            throw new IllegalArgumentException(
                    "principal components: bits is " + bits + "; need 1 to " + features + ", the number of features");
        }
        double[][] vectors = algebra.symmetricEigen(algebra.gram(centred)).vectors();
        double[][] leading = new double[features][];
        for (int d = 0; d < features; d++) {
            leading[d] = Arrays.copyOf(vectors[d], bits);
        }
        double[][] scores = algebra.multiply(centred, leading);
        double deviation = Math.sqrt(Rows.squaredNorm(scores) / ((double) x.length * bits));
        if (!(deviation > 0)) {
            throw new IllegalArgumentException("principal components: x has equal rows; need features that differ");
        }
        if (!unit) {
            return scores;
        }
        for (double[] row : scores) {
            for (int b = 0; b < bits; b++) {
                row[b] /= deviation;
            }
        }
        return scores;
    }

    private static double[][] centred(double[][] x) {
        double[] mean = new double[x[0].length];
        for (double[] row : x) {
            Rows.addScaled(mean, 1.0 / x.length, row);
        }
        double[][] centred = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            centred[i] = x[i].clone();
            Rows.addScaled(centred[i], -1, mean);
        }
        return centred;
    }

    // ------------------------------------------------------------------ objective

    /** L(U) over all pairs, O(n² k) time and O(k) memory: U (n, k). */
    public double logPosterior(double[][] u) {
        double sum = 0;
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += 2 * logLikelihood(u, i, j);
            }
        }
        return sum - Rows.squaredNorm(u) / (2 * beta);
    }

    /** L(U) over the pairs with at least one sample in {@code columns}, distinct, O(n k |Ω|): U (n, k). */
    public double logPosterior(double[][] u, int... columns) {
        BitSet sampled = sampled(u, columns);
        double sum = 0;
        for (int j : columns) {
            for (int i = 0; i < u.length; i++) {
                if (i != j) {
                    sum += (sampled.get(i) ? 1 : 2) * logLikelihood(u, i, j);
                }
            }
        }
        return sum - Rows.squaredNorm(u) / (2 * beta);
    }

    private double logLikelihood(double[][] u, int i, int j) {
        double theta = 0.5 * Rows.dot(u[i], u[j]);
        return (similarity.similar(i, j) ? theta : 0) - softplus(theta);
    }

    /** g_i (k) over all pairs. */
    public double[] rowGradient(double[][] u, int i) {
        double[] gradient = new double[u[i].length];
        for (int j = 0; j < u.length; j++) {
            if (j != i) {
                Rows.addScaled(gradient, residual(i, j, 0.5 * Rows.dot(u[i], u[j])), u[j]);
            }
        }
        Rows.addScaled(gradient, -1 / beta, u[i]);
        return gradient;
    }

    private double residual(int i, int j, double theta) {
        return (similarity.similar(i, j) ? 1 : 0) - sigmoid(theta);
    }

    // ------------------------------------------------------------------ steps

    /** Row i after its step over all pairs: U (n, k) → (k). */
    public double[] row(double[][] u, int i) {
        return row(u, i, algebra.gram(u));
    }

    /** One step of every row, in order, each seeing those before it; over all pairs, O(n² k + n k³): U (n, k) → (n, k). */
    public double[][] sweep(double[][] u) {
        double[][] updated = Rows.copy(u);
        double[][] gram = algebra.gram(updated);
        for (int i = 0; i < updated.length; i++) {
            stepRow(updated, i, gram);
        }
        return updated;
    }

    /**
     * One step over the pairs that touch {@code columns}: all rows outside at once, then each row inside, in the given order. U (n, k) →
     * (n, k). The method draws as many columns as bits.
     *
     * @throws IllegalArgumentException when a column repeats or is not a row of U
     */
    public double[][] sampledStep(double[][] u, int... columns) {
        BitSet sampled = sampled(u, columns);
        double[][] updated = Rows.copy(u);
        if (columns.length < u.length) {
            stepOutside(updated, columns, sampled);
        }
        double[][] gram = algebra.gram(updated);
        for (int i : columns) {
            stepRow(updated, i, gram);
        }
        return updated;
    }

    private void stepOutside(double[][] u, int[] columns, BitSet sampled) {
        int[] rows = IntStream.range(0, u.length).filter(i -> !sampled.get(i)).toArray();
        double[][] outside = Rows.select(u, rows);
        double[][] inside = Rows.select(u, columns);
        double[][] residuals = algebra.multiplyTranspose(outside, inside);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                residuals[i][j] = residual(rows[i], columns[j], 0.5 * residuals[i][j]);
            }
        }
        double[][] gradient = algebra.multiply(residuals, inside);
        for (int i = 0; i < rows.length; i++) {
            Rows.addScaled(gradient[i], -1 / beta, outside[i]);
        }
        double[][] steps = algebra.solve(negativeBound(algebra.gram(inside)), LinearAlgebra.transpose(gradient));
        for (int i = 0; i < rows.length; i++) {
            for (int b = 0; b < steps.length; b++) {
                u[rows[i]][b] += steps[b][i];
            }
        }
    }

    /** Replaces row i of U and keeps {@code gram} = UᵀU. */
    private void stepRow(double[][] u, int i, double[][] gram) {
        double[] updated = row(u, i, gram);
        addOuter(gram, -1, u[i]);
        addOuter(gram, 1, updated);
        u[i] = updated;
    }

    private double[] row(double[][] u, int i, double[][] gram) {
        double[][] others = Rows.copy(gram);
        addOuter(others, -1, u[i]);
        double[][] gradient = LinearAlgebra.transpose(new double[][] {rowGradient(u, i)});
        double[][] step = algebra.solve(negativeBound(others), gradient);
        double[] updated = u[i].clone();
        for (int b = 0; b < updated.length; b++) {
            updated[b] += step[b][0];
        }
        return updated;
    }

    /** −H from Σ u_jᵀu_j. */
    private double[][] negativeBound(double[][] gram) {
        double[][] bound = Rows.copy(gram);
        for (int b = 0; b < bound.length; b++) {
            for (int c = 0; c < bound.length; c++) {
                bound[b][c] *= 0.125;
            }
            bound[b][b] += 1 / beta;
        }
        return bound;
    }

    private static BitSet sampled(double[][] u, int[] columns) {
        BitSet sampled = new BitSet(u.length);
        for (int column : columns) {
            if (column < 0 || column >= u.length || sampled.get(column)) {
                throw new IllegalArgumentException("lfh: column " + column + " is not among the " + u.length
                        + " samples or repeats; need distinct columns");
            }
            sampled.set(column);
        }
        return sampled;
    }

    // ------------------------------------------------------------------ arithmetic

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        double e = Math.exp(-Math.abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    private static void addOuter(double[][] sum, double factor, double[] x) {
        for (int k = 0; k < x.length; k++) {
            Rows.addScaled(sum[k], factor * x[k], x);
        }
    }
}
