package org.hashgrad.hashing.loss;

import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Arithmetic;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Shape;

/**
 * The objective of Deep Priority Hashing (DPH; Cao, Sun, Long, Wang, Yu, ACM MM 2018): the harder a pair or point, the more it weighs.
 * <pre>  C = (1/A) Σ_ij a_ij f_ij [ softplus(θ_ij) − s_ij θ_ij ] + (λ/B) Σ_i f_i Σ_b log cosh(|u_ib| − 1),   Θ = α U Vᵀ,  α = steepness / k
 *   f_ij = (1 − q_ij)^γ, q_ij = (1 ± cos(u_i, v_j)) / 2, + for s_ij = 1;   f_i = (1 − q_i)^γ, q_i = (1 + cos(|u_i|, 1)) / 2, or f_i = 1
 *   a_ij = √( |S_i| / |S¹_i| · |S_j| / |S¹_j| ) for s_ij = 1, likewise with S⁰ for s_ij = 0 or 1, pairs of row i, of column j
 *   f and a are held constant, R_ij = a_ij f_ij (σ(θ_ij) − s_ij) / A:
 *   V = U:      ∂C/∂U = 2α R U + (λ/B) f_i tanh(|u_ib| − 1) sgn(u_ib)         ordered pairs
 *   V another:  ∂C/∂U = α R V + …,   ∂C/∂V = α Rᵀ U
 *   SUM  A = B = 1;   MEAN  A = Σ a, B = n k </pre>
 * Cosines are clipped to ±0.99, so that no weight is 0. Shapes: u (n, k), v (m, k), pairs (n, m) → scalar. Departures from the paper, which
 * is known here through a survey and the official code: |S_i||S_j| is read under the root, as in that code; q_i is read as for pairs.
 * Non-smooth at u = 0 (sgn(0) = +1).
 *
 * @param lambda λ ≥ 0
 * @param gamma γ ≥ 0, 0.1 in the code; 0 is no priority
 * @param steepness α k &gt; 0; 10 in the code
 * @param degrees BOTH in the paper, SIMILAR in the code
 * @param normalized whether f_ij is divided by its mean over the pairs; in the code
 * @param quantizationPriority whether points weigh f_i; in the paper
 * @param pairs ORDERED within a batch; all of two streams in the code
 */
@Published(
        paper = "DPH; Cao, Sun, Long, Wang, Yu, ACM MM 2018",
        equation = {
            "C = (1/A) Σ_ij a_ij f_ij [ softplus(θ_ij) − s_ij θ_ij ] + (λ/B) Σ_i f_i Σ_b log cosh(|u_ib| − 1),   Θ = α U Vᵀ,  α = steepness / k"
        },
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record DphLoss(
        double lambda,
        double gamma,
        double steepness,
        Degrees degrees,
        boolean normalized,
        boolean quantizationPriority,
        PairConvention pairs,
        Reduction reduction)
        implements PairLoss, ClosedFormGradient {
    private static final double CLIP = 0.99;

    /** Which pairs a_ij makes up for the frequency of. */
    public enum Degrees {
        /** a = 1 */
        NONE,
        /** Similar ones; a = 1 for the others. */
        SIMILAR,
        /** Similar ones and dissimilar ones. */
        BOTH
    }

    /** @throws IllegalArgumentException unless all are finite, λ and γ ≥ 0 and the steepness positive */
    public DphLoss {
        Positive.requireNotNegative("dph", "lambda", lambda);
        Positive.requireNotNegative("dph", "gamma", gamma);
        Positive.requireFinite("dph", "steepness", steepness);
    }

    /** The paper's equations, summed over ordered pairs, with γ and α of the official code. */
    public static DphLoss paper(double lambda) {
        return new DphLoss(lambda, 0.1, 10, Degrees.BOTH, false, true, PairConvention.ORDERED, Reduction.SUM);
    }

    /** The paper's terms as means, so that λ and the rate do not depend on the batch. */
    public static DphLoss mean(double lambda) {
        return new DphLoss(lambda, 0.1, 10, Degrees.BOTH, true, true, PairConvention.ORDERED, Reduction.MEAN);
    }

    /**
     * The official Caffe layers on two independent batches: L(u, v) + L(v, u) is what they descend. Their backward carries a factor 2 on the
     * pairs and {@code bits} on the quantization of weight 0.15 of each stream, so the reported loss differs; a cosine is replaced by ±0.99
     * there only when it reaches ±1.
     */
    public static DphLoss caffeLayers(int bits) {
        return new DphLoss(
                0.15 * bits, 0.1, 10, Degrees.SIMILAR, true, false, PairConvention.WITH_DIAGONAL, Reduction.MEAN);
    }

    /** a, row-major (n, m), 0 for a pair that is not taken; divided by its sum for MEAN. */
    private double[] frequencyWeights(Pairs batch) {
        int n = batch.rows();
        int m = batch.columns();
        double[][] ofRow = new double[2][n];
        double[][] ofColumn = new double[2][m];
        double[] a = new PairWeighting(pairs, Balance.NONE, Reduction.SUM).weights(batch);
        for (int at = 0; at < a.length; at++) {
            int kind = batch.similar(at / m, at % m) ? 1 : 0;
            ofRow[kind][at / m] += a[at];
            ofColumn[kind][at % m] += a[at];
        }
        double sum = 0;
        for (int at = 0; at < a.length; at++) {
            int i = at / m;
            int j = at % m;
            int kind = batch.similar(i, j) ? 1 : 0;
            if (a[at] != 0 && (degrees == Degrees.BOTH || (degrees == Degrees.SIMILAR && kind == 1))) {
                double rarity = (ofRow[0][i] + ofRow[1][i]) / ofRow[kind][i];
                a[at] = Math.sqrt(rarity * (ofColumn[0][j] + ofColumn[1][j]) / ofColumn[kind][j]);
            }
            sum += a[at];
        }
        for (int at = 0; reduction == Reduction.MEAN && at < a.length; at++) {
            a[at] /= sum;
        }
        return a;
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch) {
        Variable s = batch.similarity(u.pass());
        Variable a = u.pass().constant(u.pass().backend().tensor(batch.shape(), frequencyWeights(batch)));
        Variable w = a.times(pairPriority(u.detached(), v.detached(), s, batch));
        double alpha = steepness / u.shape().dim(1);
        Variable likelihood = u.pass()
                .fused(new PairwiseLogistic(alpha), List.of(u, v, s, w))
                .get(0)
                .sum();
        return lambda == 0 ? likelihood : likelihood.plus(quantizationOf(u).times(lambda));
    }

    /** f_ij of constants, (n, m). */
    private Variable pairPriority(Variable u, Variable v, Variable s, Pairs batch) {
        Variable f = priority(Cosine.of(u, v).times(s.times(2).plus(-1)));
        if (!normalized) {
            return f;
        }
        Variable taken = new PairWeighting(pairs, Balance.NONE, Reduction.MEAN).on(u.pass(), batch);
        return f.dividedBy(f.times(taken).sum());
    }

    /** ((1 − c) / 2)^γ of the clipped c, elementwise. */
    private Variable priority(Variable c) {
        Variable clipped = c.apply(new Arithmetic.Minimum(), c.pass().constant(CLIP))
                .apply(new Arithmetic.Maximum(), c.pass().constant(-CLIP));
        return clipped.times(-0.5).plus(0.5).log().times(gamma).exp();
    }

    private Variable quantizationOf(Variable u) {
        Variable each = new Quantization(Quantization.Distance.LOG_COSH, Reduction.SUM).perPoint(u);
        if (quantizationPriority) {
            Variable f = priority(Cosine.toOnes(u.detached()));
            each = each.times(f.reshape(Shape.of(u.shape().dim(0))));
        }
        Variable sum = each.sum();
        return reduction == Reduction.MEAN ? sum.times(1.0 / u.shape().size()) : sum;
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 2;
        double[][] u = inputs[0];
        double[][] v = inputs[within ? 0 : 1];
        double[][] s = inputs[inputs.length - 1];
        int n = u.length;
        int m = v.length;
        int k = u[0].length;
        Pairs batch = Pairs.of(s, within);
        double[] w = frequencyWeights(batch);
        double mean = 0;
        double[] f = new double[n * m];
        for (int at = 0; at < f.length; at++) {
            double cosine = Cosine.of(u[at / m], v[at % m]);
            f[at] = power(s[at / m][at % m] == 1 ? cosine : -cosine);
            mean += pairs.includes(batch, at / m, at % m) ? f[at] / pairs.count(batch) : 0;
        }
        for (int at = 0; at < f.length; at++) {
            w[at] *= f[at] / (normalized ? mean : 1);
        }
        double[][][] gradients = PairwiseCrossEntropy.gradient(u, v, s, w, steepness / k, within);
        for (int i = 0; i < n; i++) {
            double ofPoint = quantizationPriority ? power(Cosine.toOnes(u[i])) : 1;
            double unit = lambda * ofPoint / (reduction == Reduction.MEAN ? (double) n * k : 1);
            for (int b = 0; b < k; b++) {
                gradients[0][i][b] += unit * Math.tanh(Math.abs(u[i][b]) - 1) * (u[i][b] < 0 ? -1 : 1);
            }
        }
        return gradients;
    }

    private double power(double cosine) {
        return Math.pow((1 - Math.max(-CLIP, Math.min(CLIP, cosine))) / 2, gamma);
    }
}
