package org.hashgrad.hashing.loss;

import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.Shape;

/**
 * The distance of relaxed codes to the nearest signs (DHN; Zhu, Long, Wang, Cao, AAAI 2016, second term), per point.
 * <pre>  Q = Σ_i Σ_b d(|u_ib| − 1)
 *   LOG_COSH  d(x) = log cosh x     ∂Q/∂u_ib = tanh(|u_ib| − 1) sgn(u_ib)          the paper's smooth stand-in for L1
 *   L1        d(x) = |x|            ∂Q/∂u_ib = sgn(|u_ib| − 1) sgn(u_ib)           the paper's Laplacian prior itself
 *   SQUARED   d(x) = x²             ∂Q/∂u_ib = 2 (|u_ib| − 1) sgn(u_ib)            thulab/DeepHash
 *   before a tanh head, u = tanh z: ∂Q/∂z_ib = ∂Q/∂u_ib (1 − u_ib²) </pre>
 * The argument of the tanh is |u| − 1 and not its modulus: it is negative inside (−1, 1), so a bit is pushed outward. Shapes: u (n, k) →
 * scalar. MEAN divides by n k. Non-smooth at u = 0, where sgn(0) = +1 (an exact 0 is pushed to +1), and L1 also at |u| = 1.
 */
@Published(
        paper = "DHN; Zhu, Long, Wang, Cao, AAAI 2016, second term",
        equation = {"Q = Σ_i Σ_b d(|u_ib| − 1)"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.UNSUPERVISED, Taxonomy.POINT_WISE})
public record Quantization(Distance distance, Reduction reduction) implements PointLoss, ClosedFormGradient {
    /** d(x) of x = |u| − 1. */
    public enum Distance {
        /** log cosh x */
        LOG_COSH,
        /** |x| */
        L1,
        /** x² */
        SQUARED
    }

    /** Log cosh, summed. */
    public static Quantization paper() {
        return new Quantization(Distance.LOG_COSH, Reduction.SUM);
    }

    @Override
    public Variable of(Variable u) {
        Variable sum = perPoint(u).sum();
        return reduction == Reduction.MEAN ? sum.times(1.0 / u.shape().size()) : sum;
    }

    /** Row sums: u (n, k) → (n). */
    Variable perPoint(Variable u) {
        if (distance == Distance.LOG_COSH) {
            return u.pass().fused(new LogCoshToSign(), List.of(u)).get(0);
        }
        Variable beyond = u.abs().plus(-1);
        Variable each = distance == Distance.L1 ? beyond.abs() : beyond.square();
        return each.sum(1).reshape(Shape.of(u.shape().dim(0)));
    }

    /** d′(|u| − 1) sgn(u). */
    double slope(double u) {
        double sign = u < 0 ? -1 : 1;
        double beyond = Math.abs(u) - 1;
        return sign
                * switch (distance) {
                    case LOG_COSH -> Math.tanh(beyond);
                    case L1 -> beyond < 0 ? -1 : 1;
                    case SQUARED -> 2 * beyond;
                };
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][] u = inputs[0];
        double unit = reduction == Reduction.MEAN ? 1.0 / ((double) u.length * u[0].length) : 1;
        double[][] gradient = new double[u.length][u[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                gradient[i][b] = unit * slope(u[i][b]);
            }
        }
        return new double[][][] {gradient};
    }
}
