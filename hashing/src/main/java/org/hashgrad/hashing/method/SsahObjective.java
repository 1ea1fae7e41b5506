package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.CodeRegression;
import org.hashgrad.hashing.loss.CosineCrossEntropy;
import org.hashgrad.hashing.loss.LabelRegression;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.PairConvention;
import org.hashgrad.hashing.loss.PairLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.loss.PairwiseCrossEntropy;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.loss.SquaredCrossEntropy;
import org.hashgrad.nn.model.LabeledHashNetwork.Outputs;

/**
 * What each of SSAH's three networks descends (Li et al., CVPR 2018), of a batch against stored features and codes of all training items.
 *
 * <pre>  L = α J1 + γ J2 + η J3 + β J4
 *   J1 = pair term of features F and stored ones      J2 = pair term of codes H and stored ones
 *   J3 = ‖H − B‖²                                     J4 = ‖σ(logits) − L‖² </pre>
 *
 * @param pair the pair term
 * @param target what J3 draws codes to
 * @param alpha α ≥ 0
 * @param gamma γ ≥ 0
 * @param eta η ≥ 0
 * @param beta β ≥ 0
 * @param balance weight of similar pairs in J1 and J2; none in the paper
 * @param reduction SUM as in the paper, or MEAN of each term over its own pairs or elements
 */
public record SsahObjective(
        Pair pair,
        Target target,
        double alpha,
        double gamma,
        double eta,
        double beta,
        Balance balance,
        Reduction reduction) {
    /** Pair terms, of θ and similarity s. */
    public enum Pair {
        /** softplus(θ) − s θ, θ = ½ ⟨·, ·⟩: the paper's formulas. */
        INNER,
        /** The same with θ = bits/2 · cos(·, ·): the paper's words. */
        COSINE,
        /** ½ (0.999 s θ − softplus(θ))², θ = ½ ⟨·, ·⟩: the published code. */
        SQUARED
    }

    /** What J3 draws codes to. */
    public enum Target {
        /** The unified codes B = sgn(Hˡ + Hᵛ + Hᵗ) of the last epoch: the paper. */
        UNIFIED,
        /** The signs of the network's own outputs: the published code. */
        OWN
    }

    /** @throws IllegalArgumentException for a weight that is negative or not finite, or a balance of squares */
    public SsahObjective {
        require("alpha", alpha);
        require("gamma", gamma);
        require("eta", eta);
        require("beta", beta);
        if (pair == Pair.SQUARED && balance != Balance.NONE) {
            throw new IllegalArgumentException("ssah: balance is " + balance + "; need none with pair squared");
        }
    }

    private static void require(String component, double weight) {
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("ssah: " + component + " is " + weight + "; need a finite number >= 0");
        }
    }

    /** The paper's equations and weights. */
    public static SsahObjective paper() {
        return new SsahObjective(Pair.INNER, Target.UNIFIED, 1, 1, 1e-4, 1e-4, Balance.NONE, Reduction.SUM);
    }

    /** The published code's: every term is half a square, and all weigh the same. */
    public static SsahObjective code() {
        return new SsahObjective(Pair.SQUARED, Target.OWN, 1, 1, 0.5, 0.5, Balance.NONE, Reduction.SUM);
    }

    /** The losses that it is made of, without their weights: of J1 and J2, J3 and J4. */
    List<Loss> losses(int bits) {
        return List.of(pairLoss(bits), new CodeRegression(reduction), new LabelRegression(reduction));
    }

    private PairLoss pairLoss(int bits) {
        PairConvention all = PairConvention.WITH_DIAGONAL;
        return switch (pair) {
            case INNER -> new PairwiseCrossEntropy(0.5, 1, Double.POSITIVE_INFINITY, all, balance, reduction);
            case COSINE -> new CosineCrossEntropy(bits / 2.0, all, balance, reduction);
            case SQUARED -> new SquaredCrossEntropy(0.5, 0.999, reduction);
        };
    }

    /**
     * Of a batch of m items; stored features and codes and everything else are constants.
     *
     * @param outputs of the network
     * @param features (n, s) and {@code codes} (n, bits) that pairs are made with
     * @param pairs (m, n)
     * @param unified B (m, bits)
     * @param labels L (m, classes)
     * @return a scalar
     */
    public Variable of(
            Outputs outputs, Variable features, Variable codes, Pairs pairs, Variable unified, Variable labels) {
        Variable h = outputs.relaxedCodes();
        PairLoss pairLoss = pairLoss(h.shape().dim(1));
        Variable loss = pairLoss.of(h, codes, pairs).times(gamma);
        if (alpha > 0) {
            loss = loss.plus(pairLoss.of(outputs.features(), features, pairs).times(alpha));
        }
        Variable nearest = target == Target.UNIFIED ? unified : h.sgn().detached();
        return loss.plus(new CodeRegression(reduction).of(h, nearest).times(eta))
                .plus(new LabelRegression(reduction)
                        .of(outputs.labelLogits(), labels)
                        .times(beta));
    }
}
