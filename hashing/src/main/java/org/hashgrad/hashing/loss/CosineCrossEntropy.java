package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * The pairwise likelihood on the cosine, an option for the pair terms of self-supervised adversarial hashing (SSAH; Li, Deng, Li, Liu, Gao, Tao,
 * CVPR 2018), whose formulas have the inner product ({@link PairwiseCrossEntropy}) and whose words the cosine.
 * <pre>  L = Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ],   θ_ij = α cos(u_i, v_j),   R_ij = α w_ij (σ(θ_ij) − s_ij)
 *   v constant (a bank):  ∂L/∂u_i = Σ_j R_ij ( v̂_j − cos_ij û_i ) / ‖u_i‖,   x̂ = x / ‖x‖
 *   v another stream:     also ∂L/∂v_j = Σ_i R_ij ( û_i − cos_ij v̂_j ) / ‖v_j‖
 *   v = u:                both are added </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m) → scalar. Weights w and reduction: {@link PairWeighting}. α = k/2 has the range of θ of signs under the
 * inner product with κ = ½. Norms are at least 10⁻⁶, so that a zero has cosine 0.
 *
 * @param scale α
 */
@Published(
        paper = "SSAH; Li, Deng, Li, Liu, Gao, Tao, CVPR 2018",
        equation = "L = Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ],   θ_ij = α cos(u_i, v_j)",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record CosineCrossEntropy(double scale, PairConvention pairs, Balance balance, Reduction reduction)
        implements PairLoss, ClosedFormGradient {
    /** @throws IllegalArgumentException unless α is positive and finite */
    public CosineCrossEntropy {
        Positive.requireFinite("cosine cross-entropy", "scale", scale);
    }

    private PairWeighting weighting() {
        return new PairWeighting(pairs, balance, reduction);
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch) {
        Variable theta = Cosine.of(u, v).times(scale);
        return theta.softplus()
                .minus(batch.similarity(u.pass()).times(theta))
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
        double[][] gu = new double[u.length][u[0].length];
        double[][] gv = within ? gu : new double[v.length][v[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < v.length; j++) {
                double cosine = Cosine.of(u[i], v[j]);
                double r = scale * w[i * v.length + j] * (1 / (1 + Math.exp(-scale * cosine)) - s[i][j]);
                Cosine.addSlopes(gu[i], gv[j], u[i], v[j], r);
            }
        }
        return within ? new double[][][] {gu} : new double[][][] {gu, gv};
    }
}
