package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Arithmetic;
import org.hashgrad.tensor.Shape;

/**
 * The objective of Deep Cauchy Hashing (DCH; Cao, Long, Liu, Wang, CVPR 2018): σ(d) = γ / (γ + d) in place of a sigmoid.
 * <pre>  C = L + λQ
 *   L = Σ_ij w_ij [ s_ij log(1 + d_ij/γ) + (1 − s_ij) log(1 + γ/d_ij) ]      = Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ],  θ = log(γ/d)
 *   COSINE     d_ij = max( (k/2) (1 − cos(u_i, v_j)), k floor )             the paper
 *   EUCLIDEAN  d_ij = ‖u_i − v_j‖² + floor                                  the official code
 *   INNER      d_ij = max( ½ (k − ⟨u_i, v_j⟩), k floor )                    {@link CmchLoss}
 *   g_ij = w_ij / (γ + d_ij) if s_ij = 1, else −w_ij γ / (d_ij (γ + d_ij)); 0 where COSINE or INNER is at its floor
 *   COSINE:    ∂L/∂u_i = −(k/2) Σ_j g_ij ( v̂_j − cos_ij û_i ) / ‖u_i‖       x̂ = x / ‖x‖; v likewise with gᵀ
 *   INNER:     ∂L/∂u_i = −½ Σ_j g_ij v_j
 *   EUCLIDEAN: ∂L/∂u_i = 2 Σ_j g_ij ( u_i − v_j )
 *   v = u: both roles are added. Quantization, e_i = (k/2) (1 − cos(|u_i|, 1)):
 *   CAUCHY   Q = Σ_i log(1 + e_i/γ)       ∂Q/∂u_ib = −(k/2) sgn(u_ib) ( 1/√k − cos |û_ib| ) / ( ‖u_i‖ (γ + e_i) )
 *   SQUARED  Q = Σ_ib (|u_ib| − 1)²       ∂Q/∂u_ib = 2 (|u_ib| − 1) sgn(u_ib)           the official code </pre>
 * Shapes: u (n, k), v (m, k), pairs (n, m) → scalar. MEAN divides L by the number of pairs and Q by n for CAUCHY, n k for SQUARED.
 * Departures from the paper: the floor, without which a dissimilar pair of equal codes is infinitely bad; the multi-label confidence of its
 * weights is left to {@link HashNetLoss}. Non-smooth at u = 0 (sgn(0) = +1) and where d is at its floor.
 *
 * @param lambda λ ≥ 0
 * @param gamma γ: 20 in the official code
 * @param floor 10⁻⁶ here for COSINE and INNER, 10⁻³ in the official code for EUCLIDEAN
 * @param pairs ORDERED
 * @param balance ALL_PER_KIND in the paper, ALL_PER_SIMILAR in the official code
 */
@Published(
        paper = "DCH; Cao, Long, Liu, Wang, CVPR 2018",
        equation = {"C = L + λQ", "L = Σ_ij w_ij [ s_ij log(1 + d_ij/γ) + (1 − s_ij) log(1 + γ/d_ij) ]"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record CauchyLoss(
        double lambda,
        double gamma,
        Distance distance,
        double floor,
        PairConvention pairs,
        Balance balance,
        Reduction reduction,
        Spread quantization)
        implements PairLoss, ClosedFormGradient {
    /** d of two relaxed codes; of signs, the Hamming distance for COSINE and INNER and four times that for EUCLIDEAN. */
    public enum Distance {
        /** (k/2) (1 − cos) */
        COSINE,
        /** ‖u − v‖² */
        EUCLIDEAN,
        /** ½ (k − ⟨u, v⟩) */
        INNER
    }

    /** The distance of relaxed codes to the signs. */
    public enum Spread {
        /** log(1 + e/γ), e the COSINE distance of |u| to the ones. */
        CAUCHY,
        /** (|u| − 1)² */
        SQUARED
    }

    /** @throws IllegalArgumentException unless all are finite, λ ≥ 0, γ and the floor positive */
    public CauchyLoss {
        Positive.requireNotNegative("cauchy", "lambda", lambda);
        Positive.requireFinite("cauchy", "gamma", gamma);
        Positive.requireFinite("cauchy", "floor", floor);
    }

    /** The paper's equations over ordered pairs, summed. */
    public static CauchyLoss paper(double lambda, double gamma) {
        return cosine(lambda, gamma, 1e-6, PairConvention.ORDERED, Reduction.SUM);
    }

    /** {@link #paper} as means over pairs and points, so that λ and the rate do not depend on the batch. */
    public static CauchyLoss mean(double lambda, double gamma) {
        return cosine(lambda, gamma, 1e-6, PairConvention.ORDERED, Reduction.MEAN);
    }

    /** The official TensorFlow code's default: squared Euclidean distance, γ = 20, only similar pairs weighted, (|u| − 1)² with λ = 0. */
    public static CauchyLoss deepHashTensorflow(double lambda) {
        return new CauchyLoss(
                lambda,
                20,
                Distance.EUCLIDEAN,
                1e-3,
                PairConvention.ORDERED,
                Balance.ALL_PER_SIMILAR,
                Reduction.MEAN,
                Spread.SQUARED);
    }

    /** swuxyj/DeepHash-pytorch: γ = 20, λ = 0.1, the diagonal included, the cosine at most 0.99. */
    public static CauchyLoss deepHashPytorch() {
        return cosine(0.1, 20, 0.005, PairConvention.WITH_DIAGONAL, Reduction.MEAN);
    }

    private static CauchyLoss cosine(
            double lambda, double gamma, double floor, PairConvention pairs, Reduction reduction) {
        return new CauchyLoss(
                lambda, gamma, Distance.COSINE, floor, pairs, Balance.ALL_PER_KIND, reduction, Spread.CAUCHY);
    }

    private PairWeighting weighting() {
        return new PairWeighting(pairs, balance, reduction);
    }

    @Override
    public Variable of(Variable u, Variable v, Pairs batch) {
        Variable s = batch.similarity(u.pass());
        Variable theta = distances(u, v).times(1 / gamma).log().times(-1);
        Variable against = theta.times(s.times(-2).plus(1));
        Variable likelihood =
                against.softplus().times(weighting().on(u.pass(), batch)).sum();
        return lambda == 0 ? likelihood : likelihood.plus(quantizationOf(u).times(lambda));
    }

    /** d, (n, m). */
    private Variable distances(Variable u, Variable v) {
        int k = u.shape().dim(1);
        if (distance == Distance.EUCLIDEAN) {
            Variable norms = u.square()
                    .sum(1)
                    .plus(v.square().sum(1).reshape(Shape.of(1, v.shape().dim(0))));
            Variable squares = norms.minus(u.matmulTransposed(v).times(2));
            return squares.apply(new Arithmetic.Maximum(), u.pass().constant(0)).plus(floor);
        }
        Variable d = distance == Distance.COSINE
                ? Cosine.of(u, v).times(-k / 2.0).plus(k / 2.0)
                : u.matmulTransposed(v).times(-0.5).plus(k / 2.0);
        return d.apply(new Arithmetic.Maximum(), u.pass().constant(k * floor));
    }

    private Variable quantizationOf(Variable u) {
        if (quantization == Spread.SQUARED) {
            return new Quantization(Quantization.Distance.SQUARED, reduction).of(u);
        }
        int k = u.shape().dim(1);
        Variable each = Cosine.toOnes(u)
                .times(-k / (2 * gamma))
                .plus(1 + k / (2 * gamma))
                .log();
        return reduction == Reduction.MEAN ? each.mean() : each.sum();
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        boolean within = inputs.length == 2;
        double[][] u = inputs[0];
        double[][] v = inputs[within ? 0 : 1];
        double[][] s = inputs[inputs.length - 1];
        double[] w = weighting().weights(Pairs.of(s, within));
        double[][] gu = new double[u.length][u[0].length];
        double[][] gv = within ? gu : new double[v.length][v[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < v.length; j++) {
                double weight = w[i * v.length + j];
                switch (distance) {
                    case COSINE -> addCosine(gu[i], gv[j], u[i], v[j], weight, s[i][j] == 1);
                    case EUCLIDEAN -> addEuclidean(gu[i], gv[j], u[i], v[j], weight, s[i][j] == 1);
                    case INNER -> addInner(gu[i], gv[j], u[i], v[j], weight, s[i][j] == 1);
                }
            }
            addQuantization(gu[i], u[i], u.length);
        }
        return within ? new double[][][] {gu} : new double[][][] {gu, gv};
    }

    private double slope(double d, double w, boolean similar) {
        return similar ? w / (gamma + d) : -w * gamma / (d * (gamma + d));
    }

    private void addCosine(double[] gx, double[] gy, double[] x, double[] y, double w, boolean similar) {
        int k = x.length;
        double d = k / 2.0 * (1 - Cosine.of(x, y));
        Cosine.addSlopes(gx, gy, x, y, d > k * floor ? -k / 2.0 * slope(d, w, similar) : 0);
    }

    private void addEuclidean(double[] gx, double[] gy, double[] x, double[] y, double w, boolean similar) {
        double d = floor;
        for (int b = 0; b < x.length; b++) {
            d += (x[b] - y[b]) * (x[b] - y[b]);
        }
        for (int b = 0; b < x.length; b++) {
            double each = 2 * slope(d, w, similar) * (x[b] - y[b]);
            gx[b] += each;
            gy[b] -= each;
        }
    }

    private void addInner(double[] gx, double[] gy, double[] x, double[] y, double w, boolean similar) {
        int k = x.length;
        double inner = 0;
        for (int b = 0; b < k; b++) {
            inner += x[b] * y[b];
        }
        double d = (k - inner) / 2;
        double g = d > k * floor ? -slope(d, w, similar) / 2 : 0;
        for (int b = 0; b < k; b++) {
            double byX = g * y[b];
            double byY = g * x[b];
            gx[b] += byX;
            gy[b] += byY;
        }
    }

    private void addQuantization(double[] gradient, double[] x, int n) {
        int k = x.length;
        double norm = Cosine.norm(x);
        double cosine = Cosine.toOnes(x);
        double unit = lambda / (reduction == Reduction.SUM ? 1.0 : quantization == Spread.CAUCHY ? n : (double) n * k);
        double e = k / 2.0 * (1 - cosine);
        for (int b = 0; b < k; b++) {
            double sign = x[b] < 0 ? -1 : 1;
            double outward = quantization == Spread.SQUARED
                    ? 2 * (Math.abs(x[b]) - 1)
                    : -k / 2.0 * (1 / Math.sqrt(k) - cosine * Math.abs(x[b]) / norm) / (norm * (gamma + e));
            gradient[b] += unit * sign * outward;
        }
    }
}
