package org.hashgrad.hashing.loss;

import java.util.Arrays;
import org.hashgrad.autograd.Variable;

/**
 * The objective of Deep Discrete Supervised Hashing (DDSH; Jiang, Cui, Li, TIP 2018) in the relaxed codes u of the samples Γ, against the
 * discrete codes v of the drawn samples Ω.
 * <pre>  L = a Σ_ij ( ⟨u_i, v_j⟩ − k s_ij )²,   s_ij = 1 for similar pairs, −r for others,   e_ij = ⟨u_i, v_j⟩ − k s_ij
 *   v constant:                      ∂L/∂U = 2a E V = a (2 U VᵀV − 2k S V)
 *   v another:                       also ∂L/∂V = 2a Eᵀ U
 *   v = u:                           ∂L/∂U = 2a (E + Eᵀ) U
 *   before a tanh head, u = tanh z:  ∂L/∂z_ib = ∂L/∂u_ib (1 − u_ib²) </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m) → scalar. All pairs count. SUM a = 1, MEAN a = 1 / (n m). Smooth everywhere. Departures from the
 * paper: none with r = 1 and SUM.
 *
 * @param dissimilarity r ≥ 0: 1 in the paper, #similar / #dissimilar of the drawn pairs in the authors' code
 */
@Published(
        paper = "DDSH; Jiang, Cui, Li, TIP 2018",
        equation = "L = a Σ_ij ( ⟨u_i, v_j⟩ − k s_ij )²",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE})
public record DdshLoss(double dissimilarity, Reduction reduction) implements PairLoss, ClosedFormGradient {
    /** @throws IllegalArgumentException unless r is finite and ≥ 0 */
    public DdshLoss {
        Positive.requireNotNegative("ddsh", "dissimilarity", dissimilarity);
    }

    /** The paper's equation. */
    public static DdshLoss paper() {
        return new DdshLoss(1, Reduction.SUM);
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs pairs) {
        double k = u.shape().dim(1);
        double[] targets = new double[pairs.rows() * pairs.columns()];
        Arrays.setAll(
                targets, at -> k * (pairs.similar(at / pairs.columns(), at % pairs.columns()) ? 1 : -dissimilarity));
        Variable errors =
                u.matmulTransposed(v).minus(u.pass().constant(u.pass().backend().tensor(pairs.shape(), targets)));
        Variable squares = errors.square();
        return reduction == Reduction.SUM ? squares.sum() : squares.mean();
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 2;
        double[][] u = inputs[0];
        double[][] v = inputs[within ? 0 : 1];
        double[][] s = inputs[inputs.length - 1];
        double a = reduction == Reduction.SUM ? 1 : 1 / ((double) u.length * v.length);
        int k = u[0].length;
        double[][] gu = new double[u.length][k];
        double[][] gv = within ? gu : new double[v.length][k];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < v.length; j++) {
                double error = s[i][j] == 1 ? -k : k * dissimilarity;
                for (int b = 0; b < k; b++) {
                    error += u[i][b] * v[j][b];
                }
                for (int b = 0; b < k; b++) {
                    gu[i][b] += 2 * a * error * v[j][b];
                    gv[j][b] += 2 * a * error * u[i][b];
                }
            }
        }
        return within ? new double[][][] {gu} : new double[][][] {gu, gv};
    }
}
