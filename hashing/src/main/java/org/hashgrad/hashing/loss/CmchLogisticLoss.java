package org.hashgrad.hashing.loss;

import java.util.Arrays;
import org.hashgrad.autograd.Variable;

/**
 * {@link CmchLoss} with the logistic likelihood of earlier methods in the place of Cauchy's, which its paper compares (Cauchy cross-media hashing;
 * Computer Systems & Applications 30(8), 2021).
 * <pre>  L = a Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ] + c α Σ_i ‖t_i − u_i‖²,   θ_ij = k/2 − φ_ij          P(s = 1) = 1 / (1 + exp(φ − k/2))
 *   INNER       θ_ij = ½ ⟨u_i, v_j⟩
 *   COSINE      θ_ij = (k/2) cos(u_i, v_j)
 *   R_ij = a w_ij (σ(θ_ij) − s_ij)
 *   INNER:      ∂L/∂u_i = ½ Σ_j R_ij v_j + 2cα (u_i − t_i)
 *   COSINE:     ∂L/∂u_i = (k/2) Σ_j R_ij ( v̂_j − cos_ij û_i ) / ‖u_i‖ + 2cα (u_i − t_i)           x̂ = x / ‖x‖
 *   V another:  also ∂L/∂v_j, the first term with u and v exchanged and Rᵀ
 *   before the tanh head, u = tanh z: ∂L/∂z_ib = ∂L/∂u_ib (1 − u_ib²)
 *   SUM       a = c = 1
 *   PER_PAIR  a = c = 1 / #pairs
 *   PER_TERM  a = 1 / #pairs, c = 1 / (n k) </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m), t (n, k) → scalar. All pairs count, an image with its own text included. Departures from the paper: w = 1
 * only with NONE; the cosine, so that the likelihoods can be compared with the same distance.
 *
 * @param alpha α ≥ 0; 1 in the paper
 * @param distance INNER or COSINE
 * @param balance w, the weight of a pair by its kind
 */
@Published(
        paper = "Cauchy cross-media hashing; Computer Systems & Applications 30(8), 2021",
        equation =
                "L = a Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ] + c α Σ_i ‖t_i − u_i‖²,   θ_ij = k/2 − φ_ij          P(s = 1) = 1 / (1 + exp(φ − k/2))",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE})
public record CmchLogisticLoss(
        double alpha, CauchyLoss.Distance distance, Balance balance, DpshLoss.Normalization normalization)
        implements PairTargetLoss, ClosedFormGradient {
    /** @throws IllegalArgumentException unless α is at least 0 and finite, and the distance one of the two */
    public CmchLogisticLoss {
        Positive.requireNotNegative("cmch", "alpha", alpha);
        if (distance == CauchyLoss.Distance.EUCLIDEAN) {
            throw new IllegalArgumentException(
                    "likelihood: sigmoid needs loss.distance inner or cosine, found 'euclidean'");
        }
    }

    private double ofDistance(Pairs batch, int k) {
        return normalization.unit(batch.rows(), (long) batch.rows() * batch.columns(), k) * alpha;
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch, Variable target) {
        int k = u.shape().dim(1);
        Variable apart = u.minus(target).square().sum();
        Variable pairs = distance == CauchyLoss.Distance.INNER
                ? ofInner().of(u, v, batch)
                : ofCosine(k).of(u, v, batch);
        return pairs.plus(apart.times(ofDistance(batch, k)));
    }

    private PairwiseCrossEntropy ofInner() {
        return new PairwiseCrossEntropy(
                0.5, 1, Double.POSITIVE_INFINITY, PairConvention.WITH_DIAGONAL, balance, reduction());
    }

    private CosineCrossEntropy ofCosine(int k) {
        return new CosineCrossEntropy(k / 2.0, PairConvention.WITH_DIAGONAL, balance, reduction());
    }

    private Reduction reduction() {
        return normalization == DpshLoss.Normalization.SUM ? Reduction.SUM : Reduction.MEAN;
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][] u = inputs[0];
        int k = u[0].length;
        double[][] target = inputs[inputs.length - 1];
        double[][][] pairs = Arrays.copyOf(inputs, inputs.length - 1);
        double[][][] gradients = distance == CauchyLoss.Distance.INNER
                ? ofInner().gradient(pairs)
                : ofCosine(k).gradient(pairs);
        double c = ofDistance(Pairs.of(inputs[inputs.length - 2], inputs.length == 3), k);
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < k; b++) {
                gradients[0][i][b] += 2 * c * (u[i][b] - target[i][b]);
            }
        }
        return gradients;
    }
}
