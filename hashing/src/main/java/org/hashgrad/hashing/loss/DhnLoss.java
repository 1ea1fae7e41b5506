package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * The objective of the Deep Hashing Network (DHN; Zhu, Long, Wang, Cao, AAAI 2016): pairwise cross-entropy and quantization.
 * <pre>  C = L + λQ
 *   L = Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ]                       {@link PairwiseCrossEntropy}
 *   Q = Σ_ij [ q(u_i) + q(v_j) ] over the same pairs, unweighted         per PAIR: each point as often as it is in a pair
 *   Q = Σ_i q(u_i),  q(u) = Σ_b log cosh(|u_b| − 1)                    per POINT  {@link Quantization}
 *   v = u, ordered pairs i ≠ j:  ∂C/∂u_ib = 2κ Σ_j R_ij u_jb + λ d_i tanh(|u_ib| − 1) sgn(u_ib),   d_i = 2(n − 1) per PAIR, 1 per POINT
 *   before the tanh head:        ∂C/∂z_ib = ∂C/∂u_ib (1 − u_ib²) </pre>
 * The two counts differ by the factor 2(n − 1), so λ per POINT is 2(n − 1) λ per PAIR. Shapes: u (n, k), v (m, k), pairs (n, m) →
 * scalar. MEAN divides L by the number of pairs and Q by the number of points or pairs times k. Departures from the paper:
 * none in {@link #paper}. Non-smooth at u = 0, where sgn(0) = +1.
 *
 * @param lambda λ ≥ 0; the paper cross-validates it
 * @param kappa κ: 1 in the paper
 * @param scale α: 1 in the paper
 * @param clip bound of κ⟨u, v⟩: {@code Infinity} (none) in the paper
 * @param pairs which pairs count
 * @param balance weight of similar pairs: NONE in the paper
 * @param reduction SUM in the paper
 * @param quantization LOG_COSH in the paper's final form, L1 in its derivation
 * @param quantizationPer PAIR in the paper
 */
@Published(
        paper = "DHN; Zhu, Long, Wang, Cao, AAAI 2016",
        equation = {
            "C = L + λQ",
            "L = Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ]",
            "Q = Σ_i q(u_i),  q(u) = Σ_b log cosh(|u_b| − 1)"
        },
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record DhnLoss(
        double lambda,
        double kappa,
        double scale,
        double clip,
        PairConvention pairs,
        Balance balance,
        Reduction reduction,
        Quantization.Distance quantization,
        Count quantizationPer)
        implements PairLoss, ClosedFormGradient {
    /** What the quantization is summed over. */
    public enum Count {
        /** The points u_i, once each. */
        POINT,
        /** Both points of every pair. */
        PAIR
    }

    /** @throws IllegalArgumentException unless λ ≥ 0, all but the clip are finite, and κ, α, the clip positive */
    public DhnLoss {
        Positive.requireNotNegative("dhn", "lambda", lambda);
        Positive.requireFinite("dhn", "kappa", kappa);
        Positive.requireFinite("dhn", "scale", scale);
        Positive.require("dhn", "clip", clip);
    }

    private static final double NO_CLIP = Double.POSITIVE_INFINITY;

    /** The paper's equation as printed: sums over ordered pairs i ≠ j, quantization counted per pair. */
    public static DhnLoss paper(double lambda) {
        return new DhnLoss(
                lambda,
                1,
                1,
                NO_CLIP,
                PairConvention.ORDERED,
                Balance.NONE,
                Reduction.SUM,
                Quantization.Distance.LOG_COSH,
                Count.PAIR);
    }

    /** The paper's terms as means, over pairs i ≠ j and over points times bits, so that λ and the rate do not depend on the batch. */
    public static DhnLoss mean(double lambda, Balance balance) {
        return new DhnLoss(
                lambda,
                1,
                1,
                NO_CLIP,
                PairConvention.ORDERED,
                balance,
                Reduction.MEAN,
                Quantization.Distance.LOG_COSH,
                Count.POINT);
    }

    /** thulab/DeepHash's TensorFlow DHN: α = 10, clip 15, diagonal included, similar pairs weighted, (|u| − 1)². Its script has λ = 0. */
    public static DhnLoss deepHashTensorflow(double lambda) {
        return new DhnLoss(
                lambda,
                1,
                10,
                15,
                PairConvention.WITH_DIAGONAL,
                Balance.ALL_PER_SIMILAR,
                Reduction.MEAN,
                Quantization.Distance.SQUARED,
                Count.POINT);
    }

    /**
     * What the Caffe layers of the same group descend: their quantization layer reports a mean over n k but backpropagates a mean over n,
     * so λ is {@code bits} times its loss weight. The reported loss differs by that factor.
     */
    public static DhnLoss caffeLayers(double lossWeight, int bits) {
        return new DhnLoss(
                bits * lossWeight,
                1,
                1,
                NO_CLIP,
                PairConvention.WITH_DIAGONAL,
                Balance.NONE,
                Reduction.MEAN,
                Quantization.Distance.LOG_COSH,
                Count.POINT);
    }

    /** swuxyj/DeepHash-pytorch: κ = ½, λ = 0.1, means; v is its bank of stored outputs, the batch included. It has no tanh head. */
    public static DhnLoss deepHashPytorch() {
        return new DhnLoss(
                0.1,
                0.5,
                1,
                NO_CLIP,
                PairConvention.WITH_DIAGONAL,
                Balance.NONE,
                Reduction.MEAN,
                Quantization.Distance.LOG_COSH,
                Count.POINT);
    }

    private PairwiseCrossEntropy likelihood() {
        return new PairwiseCrossEntropy(kappa, scale, clip, pairs, balance, reduction);
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch) {
        Variable likelihood = likelihood().of(u, v, batch);
        return lambda == 0
                ? likelihood
                : likelihood.plus(quantizationOf(u, v, batch).times(lambda));
    }

    private Variable quantizationOf(Variable u, Variable v, Pairs batch) {
        Quantization each = new Quantization(quantization, reduction);
        if (quantizationPer == Count.POINT) {
            return each.of(u);
        }
        PairWeighting count = likelihood().weighting();
        Variable ofRows =
                each.perPoint(u).times(count.rowShare(u.pass(), batch)).sum();
        Variable ofColumns =
                each.perPoint(v).times(count.columnShare(u.pass(), batch)).sum();
        Variable both = ofRows.plus(ofColumns);
        return reduction == Reduction.MEAN ? both.times(1.0 / u.shape().dim(1)) : both;
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][][] gradients = likelihood().gradient(inputs);
        boolean within = inputs.length == 2;
        double[][] s = inputs[inputs.length - 1];
        Pairs batch = Pairs.of(s, within);
        long[] ofRow = new long[batch.rows()];
        long[] ofColumn = new long[batch.columns()];
        long all = 0;
        for (int i = 0; i < batch.rows(); i++) {
            for (int j = 0; j < batch.columns(); j++) {
                if (pairs.includes(batch, i, j)) {
                    ofRow[i]++;
                    ofColumn[j]++;
                    all++;
                }
            }
        }
        boolean perPair = quantizationPer == Count.PAIR;
        int k = inputs[0][0].length;
        double terms = reduction == Reduction.SUM ? 1 : (double) k * (perPair ? all : batch.rows());
        for (int i = 0; i < batch.rows(); i++) {
            double count = perPair ? ofRow[i] + (within ? ofColumn[i] : 0) : 1;
            addSlopes(gradients[0][i], inputs[0][i], lambda * count / terms);
        }
        for (int j = 0; perPair && !within && j < batch.columns(); j++) {
            addSlopes(gradients[1][j], inputs[1][j], lambda * ofColumn[j] / terms);
        }
        return gradients;
    }

    private void addSlopes(double[] gradient, double[] point, double factor) {
        Quantization each = new Quantization(quantization, reduction);
        for (int b = 0; b < point.length; b++) {
            gradient[b] += factor * each.slope(point[b]);
        }
    }
}
