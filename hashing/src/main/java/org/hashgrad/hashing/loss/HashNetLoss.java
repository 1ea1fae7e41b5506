package org.hashgrad.hashing.loss;

import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.PairwiseLogistic;

/**
 * The weighted pairwise likelihood (HashNet; Cao, Long, Wang, Yu, ICCV 2017); the continuation to binary codes is the method's.
 * <pre>  L = Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ],   Θ = α U Vᵀ,   α = steepness / k,   R_ij = w_ij (σ(θ_ij) − s_ij)
 *   V = U:        ∂L/∂U = 2α R U                                 ordered pairs, w and S symmetric
 *   V another:    ∂L/∂U = α R V,   ∂L/∂V = α Rᵀ U                two streams, a bank
 *   BY_FREQUENCY  w_ij = c_ij |S| / |S₁| if s_ij = 1, else c_ij |S| / |S₀|
 *   FIXED         w_ij = c_ij similarWeight if s_ij = 1, else 1
 *   c_ij = 1, or with {@code overlap} #(labels in common) / #(labels of either) of a similar pair </pre>
 * |S| counts the pairs that are taken, |S₁| and |S₀| the similar and dissimilar ones. MEAN divides by |S| for BY_FREQUENCY and by Σ w for
 * FIXED, as the code bases do. Shapes: u (n, k), v (m, k), pairs (n, m) → scalar. Departures from the paper: none in {@link #paper}.
 *
 * @param steepness α k &gt; 0; 10 in the official code
 * @param weights BY_FREQUENCY in the paper
 * @param similarWeight read by FIXED only
 * @param overlap whether multi-label pairs weigh by the overlap of their labels; true in the paper
 * @param pairs ORDERED within a batch in the paper; all in code
 */
@Published(
        paper = "HashNet; Cao, Long, Wang, Yu, ICCV 2017",
        equation = {"L = Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ],   Θ = α U Vᵀ,   α = steepness / k"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record HashNetLoss(
        double steepness,
        Weights weights,
        double similarWeight,
        boolean overlap,
        PairConvention pairs,
        Reduction reduction)
        implements PairLoss, ClosedFormGradient {
    /** How a pair's weight is found. */
    public enum Weights {
        /** From the number of pairs of its kind. */
        BY_FREQUENCY,
        /** Given. */
        FIXED
    }

    /** @throws IllegalArgumentException unless the numbers are positive and finite */
    public HashNetLoss {
        Positive.requireFinite("hashnet", "steepness", steepness);
        Positive.requireFinite("hashnet", "similarWeight", similarWeight);
    }

    /** The paper's equation, summed over ordered pairs, with the α of the official code. */
    public static HashNetLoss paper() {
        return new HashNetLoss(10, Weights.BY_FREQUENCY, 1, true, PairConvention.ORDERED, Reduction.SUM);
    }

    /** {@link #paper} divided by the number of pairs, so that the rate does not depend on the batch. */
    public static HashNetLoss mean() {
        return new HashNetLoss(10, Weights.BY_FREQUENCY, 1, true, PairConvention.ORDERED, Reduction.MEAN);
    }

    /**
     * The official PyTorch code on two independent batches u and v: similar pairs weigh 100 on ImageNet, 5 on NUS-WIDE, 1 on COCO. Its
     * separate branch for θ &gt; 15 only avoids an overflow.
     */
    public static HashNetLoss pytorch(double similarWeight) {
        return new HashNetLoss(10, Weights.FIXED, similarWeight, false, PairConvention.WITH_DIAGONAL, Reduction.MEAN);
    }

    /** swuxyj/DeepHash-pytorch: α = 0.1, pairs of the batch with the diagonal. */
    public static HashNetLoss deepHashPytorch(int bits) {
        return new HashNetLoss(
                0.1 * bits, Weights.BY_FREQUENCY, 1, false, PairConvention.WITH_DIAGONAL, Reduction.MEAN);
    }

    /** w, row-major (n, m). */
    private double[] weights(Pairs batch) {
        boolean fixed = weights == Weights.FIXED;
        double[] w = new PairWeighting(
                        pairs, fixed ? Balance.NONE : Balance.ALL_PER_KIND, fixed ? Reduction.SUM : reduction)
                .weights(batch);
        double sum = 0;
        for (int at = 0; at < w.length; at++) {
            int i = at / batch.columns();
            int j = at % batch.columns();
            if (batch.similar(i, j)) {
                w[at] *= (fixed ? similarWeight : 1) * (overlap ? batch.overlap(i, j) : 1);
            }
            sum += w[at];
        }
        for (int at = 0; fixed && reduction == Reduction.MEAN && at < w.length; at++) {
            w[at] /= sum;
        }
        return w;
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch) {
        Variable s = batch.similarity(u.pass());
        Variable w = u.pass().constant(u.pass().backend().tensor(batch.shape(), weights(batch)));
        double alpha = steepness / u.shape().dim(1);
        return u.pass()
                .fused(new PairwiseLogistic(alpha), List.of(u, v, s, w))
                .get(0)
                .sum();
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 2;
        double[][] s = inputs[inputs.length - 1];
        return PairwiseCrossEntropy.gradient(
                inputs[0],
                inputs[within ? 0 : 1],
                s,
                weights(Pairs.of(s, within)),
                steepness / inputs[0][0].length,
                within);
    }
}
