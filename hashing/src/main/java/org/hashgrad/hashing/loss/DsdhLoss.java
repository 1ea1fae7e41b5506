package org.hashgrad.hashing.loss;

import java.util.Arrays;
import org.hashgrad.autograd.Variable;

/**
 * The objective of Deep Supervised Discrete Hashing (DSDH; Li, Sun, He, Tan, NeurIPS 2017) in the relaxed codes u, with the discrete codes t
 * held. Its classification term μ‖Y − BW‖² + ν‖W‖² does not depend on u: it acts through t, see {@code hashing.step.DsdhSteps}.
 * <pre>  J = a Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ] + c η Σ_i ‖t_i − u_i‖²,   Θ = ½ U Vᵀ
 *   V = U:       ∂J/∂U = a W∘(σ(Θ) − S) U + 2cη (U − T)          ordered pairs with the diagonal, S symmetric
 *   V constant:  ∂J/∂U = (a/2) W∘(σ(Θ) − S) V + 2cη (U − T)      a bank of stored outputs
 *   V another:   also ∂J/∂V = (a/2) (W∘(σ(Θ) − S))ᵀ U
 *   SUM       a = c = 1                                         the paper
 *   PER_PAIR  a = c = 1 / #pairs                                the authors' code
 *   PER_TERM  a = 1 / #pairs, c = 1 / (n k)                     TreezzZ/DSDH_PyTorch </pre>
 * With {@code bothOrders} a separate v has 2a: the paper sums over (i, j) and (j, i), of which a batch with a bank has the first. Shapes:
 * u (n, k), v (m, k), pairs (n, m), t (n, k) → scalar. Departures from the paper: none in {@link #paper}.
 *
 * @param eta η ≥ 0; 55 in the paper
 * @param balance w, the weight of a pair by its kind: NONE, w = 1, in the paper and its ports
 * @param bothOrders whether a pair with a separate v counts twice
 */
@Published(
        paper = "DSDH; Li, Sun, He, Tan, NeurIPS 2017",
        equation = "J = a Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ] + c η Σ_i ‖t_i − u_i‖²,   Θ = ½ U Vᵀ",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE})
public record DsdhLoss(double eta, Balance balance, boolean bothOrders, DpshLoss.Normalization normalization)
        implements PairTargetLoss, ClosedFormGradient {
    /** @throws IllegalArgumentException unless η is at least 0 and finite */
    public DsdhLoss {
        Positive.requireNotNegative("dsdh", "eta", eta);
    }

    /** The paper's equation. */
    public static DsdhLoss paper(double eta) {
        return new DsdhLoss(eta, Balance.NONE, true, DpshLoss.Normalization.SUM);
    }

    /** The authors' MATLAB step, [(σ(Θ) − S) V + 2η (u − t)] / (b N) with the bank v of N outputs (liqi-casia/DSDH-HashingCode). */
    public static DsdhLoss matlab(double eta) {
        return new DsdhLoss(eta, Balance.NONE, true, DpshLoss.Normalization.PER_PAIR);
    }

    /** The means of both terms; its clip of θ to [−100, 50] only guards an exponential, which softplus here does not need. */
    public static DsdhLoss treezzz(double eta) {
        return new DsdhLoss(eta, Balance.NONE, false, DpshLoss.Normalization.PER_TERM);
    }

    /** DPSH without its quantization. */
    private DpshLoss likelihood() {
        return new DpshLoss(0, PairConvention.WITH_DIAGONAL, balance, bothOrders, normalization);
    }

    private double ofDistance(Pairs batch, int k) {
        return eta * normalization.unit(batch.rows(), (long) batch.rows() * batch.columns(), k);
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch, Variable target) {
        Variable distance = u.minus(target).square().sum();
        return likelihood()
                .of(u, v, batch)
                .plus(distance.times(ofDistance(batch, u.shape().dim(1))));
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][] target = inputs[inputs.length - 1];
        double[][][] gradients = likelihood().gradient(Arrays.copyOf(inputs, inputs.length - 1));
        Pairs batch = Pairs.of(inputs[inputs.length - 2], inputs.length == 3);
        double[][] u = inputs[0];
        double c = ofDistance(batch, u[0].length);
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                gradients[0][i][b] += 2 * c * (u[i][b] - target[i][b]);
            }
        }
        return gradients;
    }
}
