package org.hashgrad.hashing.loss;

import java.util.Arrays;
import org.hashgrad.autograd.Variable;

/**
 * The objective of Asymmetric Deep Supervised Hashing (ADSH; Jiang, Li, AAAI 2018) in the relaxed codes u of its queries, against the stored
 * codes v of the whole training set and the queries' own stored codes t.
 * <pre>  J = a [ Σ_ij ( ⟨u_i, v_j⟩ − k s_ij )² + γ Σ_i ‖t_i − u_i‖² ],   s_ij = 1 for similar pairs, −r for others,   e_ij = ⟨u_i, v_j⟩ − k s_ij
 *   v constant:                     ∇_U J = a [ 2 E V + 2γ (U − T) ]
 *   v another:                      also ∇_V J = 2a Eᵀ U
 *   v = u:                          ∇_U J = a [ 2 (E + Eᵀ) U + 2γ (U − T) ]
 *   before a tanh head, u = tanh z: ∂J/∂z_ib = ∂J/∂u_ib (1 − u_ib²) </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m), t (n, k) → scalar. All pairs count. SUM has a = 1; MEAN has a = 1 / (n m), for both terms, which
 * is the step of the authors' code. Departures from the paper: none with r = 1 and SUM.
 *
 * @param gamma γ ≥ 0; 200 in the paper
 * @param dissimilarity r ≥ 0; 1 in the paper, #similar / #dissimilar of the sampled pairs in code
 */
@Published(
        paper = "ADSH; Jiang, Li, AAAI 2018",
        equation = {
            "J = a [ Σ_ij ( ⟨u_i, v_j⟩ − k s_ij )² + γ Σ_i ‖t_i − u_i‖² ],   s_ij = 1 for similar pairs, −r for others"
        },
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE, Taxonomy.ASYMMETRIC
        })
public record AdshLoss(double gamma, double dissimilarity, Reduction reduction)
        implements PairTargetLoss, ClosedFormGradient {
    /** @throws IllegalArgumentException unless γ and r are at least 0 and finite */
    public AdshLoss {
        Positive.requireNotNegative("adsh", "gamma", gamma);
        Positive.requireNotNegative("adsh", "dissimilarity", dissimilarity);
    }

    /** The paper's equation. */
    public static AdshLoss paper(double gamma) {
        return new AdshLoss(gamma, 1, Reduction.SUM);
    }

    /** Its first term. */
    private DdshLoss products() {
        return new DdshLoss(dissimilarity, reduction);
    }

    private double unit(Pairs pairs) {
        return reduction == Reduction.SUM ? 1 : 1.0 / ((double) pairs.rows() * pairs.columns());
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs pairs, Variable target) {
        Variable distance = u.minus(target).square().sum();
        return products().of(u, v, pairs).plus(distance.times(gamma * unit(pairs)));
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][] target = inputs[inputs.length - 1];
        double[][][] gradients = products().gradient(Arrays.copyOf(inputs, inputs.length - 1));
        double[][] u = inputs[0];
        double a = unit(Pairs.of(inputs[inputs.length - 2], inputs.length == 3));
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                gradients[0][i][b] += 2 * a * gamma * (u[i][b] - target[i][b]);
            }
        }
        return gradients;
    }
}
