package org.hashgrad.hashing.loss;

import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.TripletLogistic;

/**
 * The objective of Deep Supervised Hashing with Triplet Labels (DTSH; Wang, Shi, Kitani, ACCV 2016).
 * <pre>  J = Σ_i a_i Σ_{p,q} softplus(−t_ipq) + c λ Σ_i ‖u_i − sgn(u_i)‖²,   t_ipq = κ⟨u_i, v_p⟩ − κ⟨u_i, v_q⟩ − α,   α = k marginPerBit
 *   p over the positives of i, q over its negatives; w = 1 − σ(t)                             sgn(u) held constant, sgn(0) = +1
 *   ∂J/∂u_i = −κ a_i Σ_{p,q} w_ipq (v_p − v_q) + 2cλ (u_i − sgn u_i)
 *   ∂J/∂v_p = −κ Σ_{i,q} a_i w_ipq u_i,   ∂J/∂v_q = +κ Σ_{i,p} a_i w_ipq u_i                  0 with anchorOnly
 *   v = u:      the sum of the three roles, each sample being anchor, positive and negative
 *   SUM         a_i = c = 1                                                                  the paper, with κ = ½, α = k/2
 *   OFFICIAL    a_i = c = 2 / (n m)
 *   PER_ANCHOR  a_i = 1 / (#positives of i · #negatives of i · #anchors with both), c = 1 / (n k) </pre>
 * Shapes: u (n, k), v (m, k), triplets over (n, m) → scalar. Departures from the paper: none in {@link #paper}. Non-smooth at u = 0.
 *
 * @param lambda λ ≥ 0; 100 in the paper
 * @param kappa ½ in the paper
 * @param marginPerBit α / k ≥ 0; ½ in the paper
 * @param anchorOnly whether positives and negatives are held constant
 */
@Published(
        paper = "DTSH; Wang, Shi, Kitani, ACCV 2016",
        equation = {
            "J = Σ_i a_i Σ_{p,q} softplus(−t_ipq) + c λ Σ_i ‖u_i − sgn(u_i)‖²",
            "t_ipq = κ⟨u_i, v_p⟩ − κ⟨u_i, v_q⟩ − α,   α = k marginPerBit"
        },
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.TRIPLET})
public record DtshLoss(
        double lambda, double kappa, double marginPerBit, boolean anchorOnly, Normalization normalization)
        implements TripletLoss, ClosedFormGradient {
    /** What the two sums are divided by. */
    public enum Normalization {
        /** Nothing. */
        SUM,
        /** Both half of n m, as the step of the official code is. */
        OFFICIAL,
        /** The triplets of each anchor and the anchors that have any; the number of outputs, n k. */
        PER_ANCHOR
    }

    /** @throws IllegalArgumentException unless all are finite, λ and the margin ≥ 0, and κ positive */
    public DtshLoss {
        Positive.requireNotNegative("dtsh", "lambda", lambda);
        Positive.requireFinite("dtsh", "kappa", kappa);
        Positive.requireNotNegative("dtsh", "marginPerBit", marginPerBit);
    }

    /** The paper's equation; samples that are positives or negatives get the gradients of these roles too. */
    public static DtshLoss paper(double lambda) {
        return new DtshLoss(lambda, 0.5, 0.5, false, Normalization.SUM);
    }

    /**
     * The official MATLAB step, [−Σ w (v_p − v_q) + 4λ (u − sgn u)] / (b N) with a bank v of N stored outputs, positives and negatives
     * constant; λ = 100.
     */
    public static DtshLoss matlab(double lambda) {
        return new DtshLoss(lambda, 0.5, 0.5, true, Normalization.OFFICIAL);
    }

    /**
     * swuxyj/DeepHash-pytorch: triplets of the batch, κ = 1, α = 5, λ = 1, means. Its clip of t to [−100, 50] is left out, which stops the
     * gradient of a triplet that is wrong by more than 100, and a sample is no positive of its own as it is there.
     */
    public static DtshLoss deepHashPytorch(int bits) {
        return new DtshLoss(1, 1, 5.0 / bits, false, Normalization.PER_ANCHOR);
    }

    /** The paper's terms as means, so that λ and the rate depend neither on the batch nor on the number of triplets. */
    public static DtshLoss mean(double lambda) {
        return new DtshLoss(lambda, 0.5, 0.5, false, Normalization.PER_ANCHOR);
    }

    /** a_i. */
    private double[] anchorWeights(Triplets triplets) {
        double[] weights = new double[triplets.rows()];
        int anchors = 0;
        for (int i = 0; i < weights.length; i++) {
            int positives = 0;
            int negatives = 0;
            for (int j = 0; j < triplets.columns(); j++) {
                positives += triplets.positive(i, j) ? 1 : 0;
                negatives += triplets.negative(i, j) ? 1 : 0;
            }
            double all = (double) positives * negatives;
            anchors += all > 0 ? 1 : 0;
            weights[i] = switch (normalization) {
                case SUM -> 1;
                case OFFICIAL -> 2.0 / ((double) triplets.rows() * triplets.columns());
                case PER_ANCHOR -> all > 0 ? 1 / all : 0;
            };
        }
        for (int i = 0; normalization == Normalization.PER_ANCHOR && i < weights.length; i++) {
            weights[i] /= Math.max(1, anchors);
        }
        return weights;
    }

    /** c λ */
    private double ofQuantization(Triplets triplets, int k) {
        return switch (normalization) {
            case SUM -> lambda;
            case OFFICIAL -> 2 * lambda / ((double) triplets.rows() * triplets.columns());
            case PER_ANCHOR -> lambda / ((double) triplets.rows() * k);
        };
    }

    @Override
    public Variable of(Variable u, Variable v, Triplets triplets) {
        int k = u.shape().dim(1);
        double[] a = anchorWeights(triplets);
        Variable perAnchor = u.pass()
                .fused(
                        new TripletLogistic(kappa, k * marginPerBit),
                        List.of(
                                u,
                                anchorOnly ? v.detached() : v,
                                triplets.similarity(u.pass()),
                                triplets.drawn(u.pass())))
                .get(0);
        Variable ranking = perAnchor
                .times(u.pass().constant(u.pass().backend().tensor(Shape.of(a.length), a)))
                .sum();
        if (lambda == 0) {
            return ranking;
        }
        Variable quantization = u.minus(u.sgn()).square().sum();
        return ranking.plus(quantization.times(ofQuantization(triplets, k)));
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 3;
        double[][] u = inputs[0];
        double[][] v = inputs[within ? 0 : 1];
        Triplets triplets = Triplets.of(Pairs.of(inputs[inputs.length - 2], within), inputs[inputs.length - 1]);
        double[][] gu = new double[u.length][u[0].length];
        double[][] gv = within ? gu : new double[v.length][v[0].length];
        double[] a = anchorWeights(triplets);
        double margin = marginPerBit * u[0].length;
        for (int i = 0; i < u.length; i++) {
            for (int p = 0; p < v.length; p++) {
                for (int q = 0; q < v.length; q++) {
                    if (triplets.positive(i, p) && triplets.negative(i, q)) {
                        double t = kappa * (inner(u[i], v[p]) - inner(u[i], v[q])) - margin;
                        double w = kappa * a[i] / (1 + Math.exp(t));
                        for (int b = 0; b < u[i].length; b++) {
                            gu[i][b] -= w * (v[p][b] - v[q][b]);
                            gv[p][b] -= anchorOnly ? 0 : w * u[i][b];
                            gv[q][b] += anchorOnly ? 0 : w * u[i][b];
                        }
                    }
                }
            }
        }
        double c = ofQuantization(triplets, u[0].length);
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                gu[i][b] += 2 * c * (u[i][b] - (u[i][b] < 0 ? -1 : 1));
            }
        }
        return within ? new double[][][] {gu} : new double[][][] {gu, gv};
    }

    private static double inner(double[] x, double[] y) {
        double sum = 0;
        for (int b = 0; b < x.length; b++) {
            sum += x[b] * y[b];
        }
        return sum;
    }
}
