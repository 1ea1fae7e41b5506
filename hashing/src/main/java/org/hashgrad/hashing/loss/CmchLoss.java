package org.hashgrad.hashing.loss;

import java.util.Arrays;
import org.hashgrad.autograd.Variable;

/**
 * The objective of one medium's network (Cauchy cross-media hashing; Computer Systems & Applications 30(8), 2021): its relaxed codes u against
 * the stored ones v of the other medium, and against the common codes t.
 * <pre>  L = a Σ_ij w_ij [ s_ij log(1 + φ_ij/γ) + (1 − s_ij) log(1 + γ/φ_ij) ] + c α Σ_i ‖t_i − u_i‖²          P(s = 1) = γ / (γ + φ)
 *   INNER      φ_ij = max( ½ (k − ⟨u_i, v_j⟩), k floor )
 *   COSINE     φ_ij = max( (k/2) (1 − cos(u_i, v_j)), k floor )
 *   EUCLIDEAN  φ_ij = ¼ ( ‖u_i − v_j‖² + floor )
 *   g_ij = a w_ij / (γ + φ_ij) if s_ij = 1, else −a w_ij γ / (φ_ij (γ + φ_ij)); 0 where φ is at its floor
 *   INNER:      ∂L/∂u_i = −½ Σ_j g_ij v_j + 2cα (u_i − t_i)
 *   COSINE:     ∂L/∂u_i = −(k/2) Σ_j g_ij ( v̂_j − cos_ij û_i ) / ‖u_i‖ + 2cα (u_i − t_i)           x̂ = x / ‖x‖
 *   EUCLIDEAN:  ∂L/∂u_i = ½ Σ_j g_ij ( u_i − v_j ) + 2cα (u_i − t_i)
 *   V another:  also ∂L/∂v_j, the first term with u and v exchanged and gᵀ
 *   before the tanh head, u = tanh z: ∂L/∂z_ib = ∂L/∂u_ib (1 − u_ib²)
 *   SUM       a = c = 1                                         the paper
 *   PER_PAIR  a = c = 1 / #pairs                                the same objective at a rate that does not depend on the sizes
 *   PER_TERM  a = 1 / #pairs, c = 1 / (n k) </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m), t (n, k) → scalar. All pairs count, an image with its own text included. The three φ are the Hamming
 * distance where u and v are signs. The first term is {@link CauchyLoss}'s, with 4γ for EUCLIDEAN; {@link CmchLogisticLoss} has the
 * logistic likelihood in its place. Departures from the paper, whose formulas are reconstructed from its prose: the floor, and w = 1 only with NONE.
 *
 * @param alpha α ≥ 0; 1 in the paper
 * @param gamma γ; 10 in the paper
 * @param distance INNER in the paper as read here; DCH has COSINE
 * @param floor 10⁻⁶ here, 10⁻³ in DCH's code for EUCLIDEAN
 * @param balance w, the weight of a pair by its kind: NONE, w = 1, in the paper
 */
@Published(
        paper = "Cauchy cross-media hashing; Computer Systems & Applications 30(8), 2021",
        equation =
                "L = a Σ_ij w_ij [ s_ij log(1 + φ_ij/γ) + (1 − s_ij) log(1 + γ/φ_ij) ] + c α Σ_i ‖t_i − u_i‖²          P(s = 1) = γ / (γ + φ)",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE})
public record CmchLoss(
        double alpha,
        double gamma,
        CauchyLoss.Distance distance,
        double floor,
        Balance balance,
        DpshLoss.Normalization normalization)
        implements PairTargetLoss, ClosedFormGradient {
    /** @throws IllegalArgumentException unless all are finite, α ≥ 0, γ and the floor positive */
    public CmchLoss {
        Positive.requireNotNegative("cmch", "alpha", alpha);
        Positive.requireFinite("cmch", "gamma", gamma);
        Positive.requireFinite("cmch", "floor", floor);
    }

    /** The paper's equation with one of the distances, unweighted. */
    public static CmchLoss paper(double alpha, double gamma, CauchyLoss.Distance distance) {
        return new CmchLoss(alpha, gamma, distance, 1e-6, Balance.NONE, DpshLoss.Normalization.SUM);
    }

    private CauchyLoss likelihood() {
        double scale = distance == CauchyLoss.Distance.EUCLIDEAN ? 4 : 1;
        Reduction reduction = normalization == DpshLoss.Normalization.SUM ? Reduction.SUM : Reduction.MEAN;
        return new CauchyLoss(
                0,
                scale * gamma,
                distance,
                floor,
                PairConvention.WITH_DIAGONAL,
                balance,
                reduction,
                CauchyLoss.Spread.SQUARED);
    }

    private double ofDistance(Pairs batch, int k) {
        return normalization.unit(batch.rows(), (long) batch.rows() * batch.columns(), k) * alpha;
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch, Variable target) {
        Variable apart = u.minus(target).square().sum();
        return likelihood()
                .of(u, v, batch)
                .plus(apart.times(ofDistance(batch, u.shape().dim(1))));
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][] u = inputs[0];
        double[][] target = inputs[inputs.length - 1];
        double[][][] gradients = likelihood().gradient(Arrays.copyOf(inputs, inputs.length - 1));
        double c = ofDistance(Pairs.of(inputs[inputs.length - 2], inputs.length == 3), u[0].length);
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                gradients[0][i][b] += 2 * c * (u[i][b] - target[i][b]);
            }
        }
        return gradients;
    }
}
