package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * The pair term of the published code of self-supervised adversarial hashing (SSAH; Li, Deng, Li, Liu, Gao, Tao, CVPR 2018, code): half the
 * squares of the pairs' log-likelihoods, where the paper has their negative sum.
 * <pre>  L = (a/2) Σ_ij ( p_ij θ_ij − softplus(θ_ij) )²,   θ_ij = κ⟨u_i, v_j⟩,   p_ij = ρ s_ij
 *   R_ij = a ( p_ij θ_ij − softplus(θ_ij) ) ( p_ij − σ(θ_ij) )
 *   v constant (a bank):  ∇_U L = κ R V
 *   v another stream:     also ∇_V L = κ Rᵀ U
 *   v = u:                ∇_U L = κ (R + Rᵀ) U
 *   SUM a = 1, MEAN a = 1 / (n m) </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m) → scalar. All pairs count. ρ &lt; 1 gives a similar pair a finite optimum, θ = log(ρ / (1 − ρ)), 6.907
 * for 0.999. Departures from the code: none with SUM.
 *
 * @param kappa κ; ½ in the code
 * @param certainty ρ in (0, 1]; 0.999 in the code
 */
@Published(
        paper = "SSAH; Li, Deng, Li, Liu, Gao, Tao, CVPR 2018, code",
        equation = "L = (a/2) Σ_ij ( p_ij θ_ij − softplus(θ_ij) )²,   θ_ij = κ⟨u_i, v_j⟩,   p_ij = ρ s_ij",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record SquaredCrossEntropy(double kappa, double certainty, Reduction reduction)
        implements PairLoss, ClosedFormGradient {
    /** @throws IllegalArgumentException unless κ is positive and finite and 0 &lt; ρ ≤ 1 */
    public SquaredCrossEntropy {
        Positive.requireFinite("squared cross-entropy", "kappa", kappa);
        Positive.require("squared cross-entropy", "certainty", certainty);
        if (certainty > 1) {
            throw new IllegalArgumentException("squared cross-entropy: certainty is " + certainty + "; need <= 1");
        }
    }

    /** The code's: κ = ½, ρ = 0.999, summed. */
    public static SquaredCrossEntropy code() {
        return new SquaredCrossEntropy(0.5, 0.999, Reduction.SUM);
    }

    private double unit(Pairs batch) {
        return reduction == Reduction.SUM ? 1 : 1.0 / batch.shape().size();
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch) {
        Variable theta = u.matmulTransposed(v).times(kappa);
        Variable likelihood =
                batch.similarity(u.pass()).times(certainty).times(theta).minus(theta.softplus());
        return likelihood.square().sum().times(unit(batch) / 2);
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 2;
        double[][] u = inputs[0];
        double[][] v = inputs[within ? 0 : 1];
        double[][] s = inputs[inputs.length - 1];
        double a = unit(Pairs.of(s, within));
        double[][] gu = new double[u.length][u[0].length];
        double[][] gv = within ? gu : new double[v.length][v[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < v.length; j++) {
                double theta = 0;
                for (int b = 0; b < u[i].length; b++) {
                    theta += kappa * u[i][b] * v[j][b];
                }
                double p = certainty * s[i][j];
                double softplus = Math.max(theta, 0) + Math.log1p(Math.exp(-Math.abs(theta)));
                double r = a * kappa * (p * theta - softplus) * (p - 1 / (1 + Math.exp(-theta)));
                for (int b = 0; b < u[i].length; b++) {
                    double byU = r * v[j][b];
                    double byV = r * u[i][b];
                    gu[i][b] += byU;
                    gv[j][b] += byV;
                }
            }
        }
        return within ? new double[][][] {gu} : new double[][][] {gu, gv};
    }
}
