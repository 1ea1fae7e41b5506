package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Arithmetic;
import org.hashgrad.autograd.op.Elementwise;

/**
 * cos(x, y) = ⟨x̂, ŷ⟩, x̂ = x / ‖x‖, the norm at least 10⁻⁶ so that a zero has cosine 0. One bit has no angle: its x̂ is the sign, which
 * keeps the rounding of a division out of gradients that are 0.
 */
final class Cosine {
    private static final double SMALLEST_SQUARE = 1e-12;

    private Cosine() {}

    /** Of every row of u and of v. Shapes: u (n, k), v (m, k) → (n, m). */
    static Variable of(Variable u, Variable v) {
        return directions(u).matmulTransposed(directions(v));
    }

    /** Of every |u_i| and the ones. Shapes: u (n, k) → (n, 1). */
    static Variable toOnes(Variable u) {
        return directions(u).abs().sum(1).times(1 / Math.sqrt(u.shape().dim(1)));
    }

    private static Variable directions(Variable u) {
        if (u.shape().dim(1) == 1) {
            return u.sgn();
        }
        Variable squares = u.square().sum(1);
        Variable norms = squares.apply(new Arithmetic.Maximum(), u.pass().constant(SMALLEST_SQUARE))
                .apply(new Elementwise.Sqrt());
        return u.dividedBy(norms);
    }

    /** Of two points on the host. */
    static double of(double[] x, double[] y) {
        double ofX = norm(x);
        double ofY = norm(y);
        double sum = 0;
        for (int b = 0; b < x.length; b++) {
            sum += x[b] / ofX * (y[b] / ofY);
        }
        return sum;
    }

    /** Of |x| and the ones, on the host. */
    static double toOnes(double[] x) {
        double norm = norm(x);
        double sum = 0;
        for (double each : x) {
            sum += Math.abs(each) / norm;
        }
        return sum / Math.sqrt(x.length);
    }

    /** On the host. */
    static double norm(double[] x) {
        double squares = 0;
        for (double each : x) {
            squares += each * each;
        }
        return Math.sqrt(Math.max(SMALLEST_SQUARE, squares));
    }

    /** Adds r ∂cos(x, y)/∂x to gx and r ∂cos(x, y)/∂y to gy, which may be one, on the host. */
    static void addSlopes(double[] gx, double[] gy, double[] x, double[] y, double r) {
        double ofX = norm(x);
        double ofY = norm(y);
        double cosine = of(x, y);
        for (int b = 0; b < x.length; b++) {
            double byX = r * (y[b] / ofY - cosine * x[b] / ofX) / ofX;
            double byY = r * (x[b] / ofX - cosine * y[b] / ofY) / ofY;
            gx[b] += byX;
            gy[b] += byY;
        }
    }
}
