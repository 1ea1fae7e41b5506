package org.hashgrad.hashing.loss;

import java.util.Arrays;
import org.hashgrad.autograd.Variable;
import org.jspecify.annotations.Nullable;

/**
 * The objective of one medium's network (DCMH; Jiang, Li, CVPR 2017): its outputs u against the stored ones v of the other medium, against
 * the common codes t, and balanced over all training samples, of which r is the sum of the outputs outside of the batch.
 * <pre>  J = a [ Σ_ij w_ij ( softplus(θ_ij) − s_ij θ_ij ) + γ Σ_i ‖t_i − u_i‖² + η ‖Σ_i u_i + r‖² ],   Θ = ½ U Vᵀ
 *   V constant:  ∂J/∂u_i = a [ ½ Σ_j w_ij (σ(θ_ij) − s_ij) v_j + 2γ (u_i − t_i) + 2η (Σ_l u_l + r) ]
 *   V another:   also ∂J/∂v_j = (a/2) Σ_i w_ij (σ(θ_ij) − s_ij) u_i
 *   V = U:       the first term of ∂J/∂U is a W∘(σ(Θ) − S) U          S symmetric
 *   SUM   a = 1                                         the paper
 *   MEAN  a = 1 / (n m)                                 the step of the authors' code </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m), t (n, k), r (1, k) → scalar. All pairs count, an image with its own text included. The gradient of
 * a batch, with v and r from what is stored of all samples, is that of the whole objective at the batch's rows. Departures from the paper:
 * none with SUM and NONE; r = 0 where the batch is all there is.
 *
 * @param gamma γ ≥ 0; 1 in the paper
 * @param eta η ≥ 0; 1 in the paper
 * @param balance w, the weight of a pair by its kind: NONE, w = 1, in the paper
 */
@Published(
        paper = "DCMH; Jiang, Li, CVPR 2017",
        equation =
                "J = a [ Σ_ij w_ij ( softplus(θ_ij) − s_ij θ_ij ) + γ Σ_i ‖t_i − u_i‖² + η ‖Σ_i u_i + r‖² ],   Θ = ½ U Vᵀ",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE})
public record DcmhLoss(double gamma, double eta, Balance balance, Reduction reduction)
        implements PairTargetLoss, ClosedFormGradient {
    /** @throws IllegalArgumentException unless γ and η are at least 0 and finite */
    public DcmhLoss {
        Positive.requireNotNegative("dcmh", "gamma", gamma);
        Positive.requireNotNegative("dcmh", "eta", eta);
    }

    /** The paper's equation and its weights. */
    public static DcmhLoss paper() {
        return new DcmhLoss(1, 1, Balance.NONE, Reduction.SUM);
    }

    private PairwiseCrossEntropy likelihood() {
        return new PairwiseCrossEntropy(
                0.5, 1, Double.POSITIVE_INFINITY, PairConvention.WITH_DIAGONAL, balance, reduction);
    }

    /** a */
    private double unit(Pairs pairs) {
        return reduction == Reduction.SUM ? 1 : 1.0 / ((double) pairs.rows() * pairs.columns());
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs pairs, Variable target) {
        return of(u, v, pairs, target, null);
    }

    /**
     * Of a batch.
     *
     * @param rest r (1, k), held constant; null: 0
     */
    public Variable of(Variable u, Variable v, Pairs pairs, Variable target, @Nullable Variable rest) {
        Variable column = u.sum(0);
        Variable imbalance =
                (rest == null ? column : column.plus(rest)).square().sum();
        Variable distance = u.minus(target).square().sum();
        Variable discrete = distance.times(gamma).plus(imbalance.times(eta));
        return likelihood().of(u, v, pairs).plus(discrete.times(unit(pairs)));
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][] u = inputs[0];
        double[][] s = inputs[inputs.length - 2];
        double[][] target = inputs[inputs.length - 1];
        double[][][] gradients = likelihood().gradient(Arrays.copyOf(inputs, inputs.length - 1));
        double a = unit(Pairs.of(s, inputs.length == 3));
        double[] column = new double[u[0].length];
        for (double[] row : u) {
            for (int b = 0; b < column.length; b++) {
                column[b] += row[b];
            }
        }
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < column.length; b++) {
                gradients[0][i][b] += 2 * a * (gamma * (u[i][b] - target[i][b]) + eta * column[b]);
            }
        }
        return gradients;
    }
}
