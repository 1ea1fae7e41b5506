package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * The objective of Deep Supervised Discrete Hashing (DSDH; Li, Sun, He, Tan, NeurIPS 2017) in the relaxed codes u, with the discrete codes t
 * held. Its classification term μ‖Y − BW‖² + ν‖W‖² does not depend on u: it acts through t, see {@code hashing.step.DsdhSteps}.
 * <pre>  J = a Σ_ij [ softplus(θ_ij) − s_ij θ_ij ] + c η Σ_i ‖t_i − u_i‖²,   Θ = ½ U Vᵀ
 *   V = U:       ∂J/∂U = a (σ(Θ) − S) U + 2cη (U − T)          ordered pairs with the diagonal, S symmetric
 *   V constant:  ∂J/∂U = (a/2) (σ(Θ) − S) V + 2cη (U − T)      a bank of stored outputs
 *   V another:   also ∂J/∂V = (a/2) (σ(Θ) − S)ᵀ U
 *   SUM       a = c = 1                                         the paper
 *   PER_PAIR  a = c = 1 / #pairs                                the authors' code
 *   PER_TERM  a = 1 / #pairs, c = 1 / (n k)                     TreezzZ/DSDH_PyTorch </pre>
 * With {@code bothOrders} a separate v has 2a: the paper sums over (i, j) and (j, i), of which a batch with a bank has the first. Shapes:
 * u (n, k), v (m, k), pairs (n, m), t (n, k) → scalar. Departures from the paper: none in {@link #paper}.
 *
 * @param eta η ≥ 0; 55 in the paper
 * @param bothOrders whether a pair with a separate v counts twice
 */
public record DsdhLoss(double eta, boolean bothOrders, Normalization normalization)
        implements PairTargetLoss, ClosedFormGradient {
    /** What the two sums are divided by. */
    public enum Normalization {
        /** Nothing. */
        SUM,
        /** Both the number of pairs. */
        PER_PAIR,
        /** The number of pairs; the number of outputs, n k. */
        PER_TERM
    }

    /** @throws IllegalArgumentException unless η is at least 0 and finite */
    public DsdhLoss {
        if (!(eta >= 0) || Double.isInfinite(eta)) {
            throw new IllegalArgumentException("dsdh: eta is " + eta + "; need a finite number >= 0");
        }
    }

    /** The paper's equation. */
    public static DsdhLoss paper(double eta) {
        return new DsdhLoss(eta, true, Normalization.SUM);
    }

    /** The authors' MATLAB step, [(σ(Θ) − S) V + 2η (u − t)] / (b N) with the bank v of N outputs (liqi-casia/DSDH-HashingCode). */
    public static DsdhLoss matlab(double eta) {
        return new DsdhLoss(eta, true, Normalization.PER_PAIR);
    }

    /** The means of both terms; its clip of θ to [−100, 50] only guards an exponential, which softplus here does not need. */
    public static DsdhLoss treezzz(double eta) {
        return new DsdhLoss(eta, false, Normalization.PER_TERM);
    }

    private double ofPairs(Pairs batch) {
        double orders = bothOrders && !batch.isWithin() ? 2 : 1;
        return orders / (normalization == Normalization.SUM ? 1 : (double) batch.rows() * batch.columns());
    }

    private double ofDistance(Pairs batch, int k) {
        return switch (normalization) {
            case SUM -> eta;
            case PER_PAIR -> eta / ((double) batch.rows() * batch.columns());
            case PER_TERM -> eta / ((double) batch.rows() * k);
        };
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch, Variable target) {
        PairwiseCrossEntropy likelihood = new PairwiseCrossEntropy(
                0.5, 1, Double.POSITIVE_INFINITY, PairConvention.WITH_DIAGONAL, Balance.NONE, Reduction.SUM);
        Variable distance = u.minus(target).square().sum();
        return likelihood
                .of(u, v, batch)
                .times(ofPairs(batch))
                .plus(distance.times(ofDistance(batch, u.shape().dim(1))));
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 3;
        double[][] u = inputs[0];
        double[][] v = inputs[within ? 0 : 1];
        double[][] s = inputs[inputs.length - 2];
        double[][] target = inputs[inputs.length - 1];
        Pairs batch = Pairs.of(s, within);
        int k = u[0].length;
        double[][] gu = new double[u.length][k];
        double[][] gv = within ? gu : new double[v.length][k];
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < k; b++) {
                gu[i][b] += 2 * ofDistance(batch, k) * (u[i][b] - target[i][b]);
            }
            for (int j = 0; j < v.length; j++) {
                double theta = 0;
                for (int b = 0; b < k; b++) {
                    theta += 0.5 * u[i][b] * v[j][b];
                }
                double slope = 0.5 * ofPairs(batch) * (1 / (1 + Math.exp(-theta)) - s[i][j]);
                for (int b = 0; b < k; b++) {
                    gu[i][b] += slope * v[j][b];
                    gv[j][b] += slope * u[i][b];
                }
            }
        }
        return within ? new double[][][] {gu} : new double[][][] {gu, gv};
    }
}
