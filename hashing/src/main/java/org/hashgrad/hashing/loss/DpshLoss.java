package org.hashgrad.hashing.loss;

import java.util.Arrays;
import org.hashgrad.autograd.Variable;

/**
 * The objective of Deep Pairwise-Supervised Hashing (DPSH; Li, Wang, Kang, IJCAI 2016).
 * <pre>  J = a Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ] + c η Σ_i ‖u_i − sgn(u_i)‖²,   Θ = ½ U Vᵀ       sgn(u) held constant, sgn(0) = +1
 *   V = U:       ∂J/∂U = a W∘(σ(Θ) − S) U + 2cη (U − sgn U)          ordered pairs, S symmetric
 *   V constant:  ∂J/∂U = (a/2) W∘(σ(Θ) − S) V + 2cη (U − sgn U)      a bank of stored outputs
 *   V another:   also ∂J/∂V = (a/2) (W∘(σ(Θ) − S))ᵀ U
 *   SUM       a = c = 1                                             the paper
 *   PER_PAIR  a = c = 1 / #pairs
 *   PER_TERM  a = 1 / #pairs, c = 1 / (n k) </pre>
 * With {@code bothOrders} a separate v has 2a: the paper sums over (i, j) and (j, i), of which a batch with a bank has the first. Shapes:
 * u (n, k), v (m, k), pairs (n, m) → scalar. Departures from the paper: none in {@link #paper}. Non-smooth at u = 0.
 *
 * @param eta η ≥ 0; 10 on CIFAR-10
 * @param pairs WITH_DIAGONAL in all code
 * @param balance w, the weight of a pair by its kind: NONE, w = 1, in the paper and its ports; others are HashNet's remedy where few pairs
 *     are similar
 * @param bothOrders whether a pair with a separate v counts twice
 */
@Published(
        paper = "DPSH; Li, Wang, Kang, IJCAI 2016",
        equation = {"J = a Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ] + c η Σ_i ‖u_i − sgn(u_i)‖²,   Θ = ½ U Vᵀ"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record DpshLoss(
        double eta, PairConvention pairs, Balance balance, boolean bothOrders, Normalization normalization)
        implements PairLoss, ClosedFormGradient {
    /** What the two sums are divided by. */
    public enum Normalization {
        /** Nothing. */
        SUM,
        /** Both the number of pairs. */
        PER_PAIR,
        /** The number of pairs; the number of outputs, n k. */
        PER_TERM;

        /** c, the factor of a sum over n points of k outputs. */
        double unit(int n, long pairs, int k) {
            return switch (this) {
                case SUM -> 1;
                case PER_PAIR -> 1.0 / pairs;
                case PER_TERM -> 1 / ((double) n * k);
            };
        }
    }

    /** @throws IllegalArgumentException unless η is finite and ≥ 0 */
    public DpshLoss {
        Positive.requireNotNegative("dpsh", "eta", eta);
    }

    /** The paper's equation, over the ordered pairs with the diagonal that all code has. */
    public static DpshLoss paper(double eta) {
        return new DpshLoss(eta, PairConvention.WITH_DIAGONAL, Balance.NONE, true, Normalization.SUM);
    }

    /** The official MATLAB step, [(σ(Θ) − S) V + 2η (u − sgn u)] / (b N) with the bank v of N outputs; η = 10 in its demo. */
    public static DpshLoss matlab(double eta) {
        return new DpshLoss(eta, PairConvention.WITH_DIAGONAL, Balance.NONE, true, Normalization.PER_PAIR);
    }

    /** jiangqy's PyTorch form: as {@link #matlab}, but the bank's pairs count once, so the same η weighs twice as much. */
    public static DpshLoss pytorch(double eta) {
        return new DpshLoss(eta, PairConvention.WITH_DIAGONAL, Balance.NONE, false, Normalization.PER_PAIR);
    }

    /** swuxyj/DeepHash-pytorch: the means of both terms, η = 0.1. */
    public static DpshLoss deepHashPytorch() {
        return new DpshLoss(0.1, PairConvention.WITH_DIAGONAL, Balance.NONE, false, Normalization.PER_TERM);
    }

    private PairwiseCrossEntropy likelihood() {
        Reduction reduction = normalization == Normalization.SUM ? Reduction.SUM : Reduction.MEAN;
        return new PairwiseCrossEntropy(0.5, 1, Double.POSITIVE_INFINITY, pairs, balance, reduction);
    }

    /** a, but for what {@link #likelihood} divides by. */
    private int orders(Pairs batch) {
        return bothOrders && !batch.isWithin() ? 2 : 1;
    }

    /** c η */
    private double ofQuantization(Pairs batch, int k) {
        return eta * normalization.unit(batch.rows(), pairs.count(batch), k);
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch) {
        Variable likelihood = likelihood().of(u, v, batch).times(orders(batch));
        if (eta == 0) {
            return likelihood;
        }
        Variable quantization = u.minus(u.sgn()).square().sum();
        return likelihood.plus(
                quantization.times(ofQuantization(batch, u.shape().dim(1))));
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 2;
        double[][] u = inputs[0];
        double[][] v = inputs[within ? 0 : 1];
        double[][] s = inputs[inputs.length - 1];
        Pairs batch = Pairs.of(s, within);
        double a = orders(batch);
        double[] w = likelihood().weighting().weights(batch);
        Arrays.setAll(w, at -> a * w[at]);
        double[][][] gradients = PairwiseCrossEntropy.gradient(u, v, s, w, 0.5, within);
        double c = ofQuantization(batch, u[0].length);
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                gradients[0][i][b] += 2 * c * (u[i][b] - (u[i][b] < 0 ? -1 : 1));
            }
        }
        return gradients;
    }
}
