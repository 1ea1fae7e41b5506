package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * The squared distance of relaxed codes to given ones, to the codes of a first stage (CNNH; Xia, Pan, Lai, Liu, Yan, AAAI 2014) or to
 * codes that are solved in between: EDDH's network has μ times that to P and λ times that to B ({@code hashing.step.EddhSteps}).
 * <pre>  L = a Σ_i ‖u_i − t_i‖²            ∂L/∂u_ib = 2a (u_ib − t_ib)            SUM a = 1, MEAN a = 1 / (n k)
 *   before a tanh head, u = tanh z:   ∂L/∂z_ib = ∂L/∂u_ib (1 − u_ib²) </pre>
 * Shapes: u (n, k), t (n, k) → scalar. Smooth everywhere. Departures from the papers: none known of EDDH with SUM; CNNH's loss of the
 * network is unknown, and swuxyj/DeepHash-pytorch has MEAN.
 */
@Published(
        paper = "CNNH; Xia, Pan, Lai, Liu, Yan, AAAI 2014",
        equation = "L = a Σ_i ‖u_i − t_i‖²",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.POINT_WISE})
public record CodeRegression(Reduction reduction) implements TargetLoss, ClosedFormGradient {
    @Override
    public Variable of(Variable u, Variable target) {
        Variable squares = u.minus(target).square();
        return reduction == Reduction.SUM ? squares.sum() : squares.mean();
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][] u = inputs[0];
        double[][] target = inputs[1];
        double a = reduction == Reduction.SUM ? 1 : 1 / ((double) u.length * u[0].length);
        double[][] gradient = new double[u.length][u[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                gradient[i][b] = 2 * a * (u[i][b] - target[i][b]);
            }
        }
        return new double[][][] {gradient};
    }
}
