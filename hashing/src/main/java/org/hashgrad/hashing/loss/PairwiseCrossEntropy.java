package org.hashgrad.hashing.loss;

import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Arithmetic;
import org.hashgrad.tensor.PairwiseLogistic;

/**
 * The negative log-likelihood of pairwise similarity (DHN; Zhu, Long, Wang, Cao, AAAI 2016, first term).
 * <pre>  L = Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ],   θ_ij = α clip(κ⟨u_i, v_j⟩, ±c),   R_ij = α w_ij (σ(θ_ij) − s_ij) 1[−c &lt; κ⟨u_i, v_j⟩ ≤ c]
 *   v = u, ordered pairs (w symmetric):   ∇_U L = 2κ R U
 *   v = u, unordered pairs:               ∇_U L = κ (R + Rᵀ) U          R upper triangular
 *   v constant (a bank):                  ∇_U L = κ R V
 *   v another stream:                     also ∇_V L = κ Rᵀ U </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m) → scalar. Weights w and reduction: {@link PairWeighting}. Departures from the paper: none
 * with κ = α = 1, c = ∞, no balance and SUM; everything else is a form found in code.
 *
 * @param kappa factor of the inner product: 1 in DHN, ½ in DPSH and its relatives
 * @param scale α, applied after the clip; thulab/DeepHash's script has 10
 * @param clip c; thulab/DeepHash has 15, {@code Infinity} is none
 */
@Published(
        paper = "DHN; Zhu, Long, Wang, Cao, AAAI 2016, first term",
        equation = {"L = Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ],   θ_ij = α clip(κ⟨u_i, v_j⟩, ±c)"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record PairwiseCrossEntropy(
        double kappa, double scale, double clip, PairConvention pairs, Balance balance, Reduction reduction)
        implements PairLoss, ClosedFormGradient {

    /** @throws IllegalArgumentException unless κ, α and c are positive */
    public PairwiseCrossEntropy {
        Positive.require("pairwise cross-entropy", "kappa", kappa);
        Positive.require("pairwise cross-entropy", "scale", scale);
        Positive.require("pairwise cross-entropy", "clip", clip);
    }

    /** κ = 1, unweighted, ordered pairs i ≠ j, summed. */
    public static PairwiseCrossEntropy paper() {
        return new PairwiseCrossEntropy(
                1, 1, Double.POSITIVE_INFINITY, PairConvention.ORDERED, Balance.NONE, Reduction.SUM);
    }

    PairWeighting weighting() {
        return new PairWeighting(pairs, balance, reduction);
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch) {
        Variable s = batch.similarity(u.pass());
        Variable w = weighting().on(u.pass(), batch);
        if (Double.isInfinite(clip)) {
            return u.pass()
                    .fused(new PairwiseLogistic(kappa * scale), List.of(u, v, s, w))
                    .get(0)
                    .sum();
        }
        Variable inner = u.matmulTransposed(v).times(kappa);
        Variable bounded = inner.apply(new Arithmetic.Maximum(), u.pass().constant(-clip))
                .apply(new Arithmetic.Minimum(), u.pass().constant(clip));
        Variable theta = bounded.times(scale);
        return theta.softplus().minus(s.times(theta)).times(w).sum();
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 2;
        double[][] u = inputs[0];
        double[][] v = inputs[within ? 0 : 1];
        double[][] s = inputs[inputs.length - 1];
        double[] w = weighting().weights(Pairs.of(s, within));
        double[][] gu = new double[u.length][u[0].length];
        double[][] gv = within ? gu : new double[v.length][v[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < v.length; j++) {
                double inner = 0;
                for (int b = 0; b < u[i].length; b++) {
                    inner += u[i][b] * v[j][b];
                }
                double bounded = Math.max(-clip, Math.min(clip, kappa * inner));
                boolean open = kappa * inner > -clip && kappa * inner <= clip;
                double sigma = 1 / (1 + Math.exp(-scale * bounded));
                double r = open ? kappa * scale * w[i * v.length + j] * (sigma - s[i][j]) : 0;
                for (int b = 0; b < u[i].length; b++) {
                    gu[i][b] += r * v[j][b];
                    gv[j][b] += r * u[i][b];
                }
            }
        }
        return within ? new double[][][] {gu} : new double[][][] {gu, gv};
    }

    /** The gradient of Σ_ij w_ij [softplus(θ_ij) − s_ij θ_ij], θ_ij = α⟨u_i, v_j⟩, in plain loops; w is row-major. */
    static double[][][] gradient(double[][] u, double[][] v, double[][] s, double[] w, double alpha, boolean within) {
        double[][] gu = new double[u.length][u[0].length];
        double[][] gv = within ? gu : new double[v.length][v[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < v.length; j++) {
                double inner = 0;
                for (int b = 0; b < u[i].length; b++) {
                    inner += u[i][b] * v[j][b];
                }
                double r = alpha * w[i * v.length + j] * (1 / (1 + Math.exp(-alpha * inner)) - s[i][j]);
                for (int b = 0; b < u[i].length; b++) {
                    gu[i][b] += r * v[j][b];
                    gv[j][b] += r * u[i][b];
                }
            }
        }
        return within ? new double[][][] {gu} : new double[][][] {gu, gv};
    }
}
