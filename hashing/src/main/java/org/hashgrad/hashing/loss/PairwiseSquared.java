package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * The squared loss on pairs that takes the place of the cross-entropy in an ablation (DHN-E of DHN; Zhu, Long, Wang, Cao, AAAI 2016).
 * <pre>  L = Σ_ij w_ij ( θ_ij − t_ij )²,   θ_ij = ⟨u_i, v_j⟩ / k,   t_ij = 2 s_ij − 1,   R_ij = 2 w_ij (θ_ij − t_ij) / k
 *   v = u, ordered pairs (w symmetric):   ∇_U L = 2 R U
 *   v = u, unordered pairs:               ∇_U L = (R + Rᵀ) U            R upper triangular
 *   v constant (a bank):                  ∇_U L = R V
 *   v another stream:                     also ∇_V L = Rᵀ U </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m) → scalar. Weights w and reduction: {@link PairWeighting}. For codes of ±1, θ_ij is in [−1, 1] and
 * L is 0 where similar pairs have equal and dissimilar pairs opposite codes. Departures from the paper: it does not print the ablation's
 * formula; θ and t are those of the squared losses it compares itself with, such as CNNH's.
 */
@Published(
        paper = "DHN-E of DHN; Zhu, Long, Wang, Cao, AAAI 2016",
        equation = {"L = Σ_ij w_ij ( θ_ij − t_ij )²,   θ_ij = ⟨u_i, v_j⟩ / k,   t_ij = 2 s_ij − 1"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record PairwiseSquared(PairConvention pairs, Balance balance, Reduction reduction)
        implements PairLoss, ClosedFormGradient {
    /** Unweighted ordered pairs i ≠ j, summed. */
    public static PairwiseSquared sum() {
        return new PairwiseSquared(PairConvention.ORDERED, Balance.NONE, Reduction.SUM);
    }

    private PairWeighting weighting() {
        return new PairWeighting(pairs, balance, reduction);
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch) {
        Variable theta = u.matmulTransposed(v).times(1.0 / u.shape().dim(1));
        Variable target = batch.similarity(u.pass()).times(2).plus(-1);
        return theta.minus(target)
                .square()
                .times(weighting().on(u.pass(), batch))
                .sum();
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 2;
        double[][] u = inputs[0];
        double[][] v = inputs[within ? 0 : 1];
        double[][] s = inputs[inputs.length - 1];
        double[] w = weighting().weights(Pairs.of(s, within));
        int k = u[0].length;
        double[][] gu = new double[u.length][k];
        double[][] gv = within ? gu : new double[v.length][k];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < v.length; j++) {
                double inner = 0;
                for (int b = 0; b < k; b++) {
                    inner += u[i][b] * v[j][b];
                }
                double r = 2 * w[i * v.length + j] * (inner / k - (2 * s[i][j] - 1)) / k;
                for (int b = 0; b < k; b++) {
                    gu[i][b] += r * v[j][b];
                    gv[j][b] += r * u[i][b];
                }
            }
        }
        return within ? new double[][][] {gu} : new double[][][] {gu, gv};
    }
}
