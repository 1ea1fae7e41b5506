package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * The squared error of predicted labels (SSAH; Li, Deng, Li, Liu, Gao, Tao, CVPR 2018, J4), in the logits of a label head.
 * <pre>  L = a Σ_ic ( σ(u_ic) − t_ic )²            ∂L/∂u_ic = 2a (p_ic − t_ic) p_ic (1 − p_ic),   p = σ(u)
 *   SUM a = 1, MEAN a = 1 / (n k) </pre>
 * Shapes: logits u (n, k) of k classes, t (n, k) of 0 and 1 → scalar. Smooth everywhere; its slope vanishes where σ saturates, on either side.
 * Departures from the paper: none with SUM; the published code has ½ of it.
 */
@Published(
        paper = "SSAH; Li, Deng, Li, Liu, Gao, Tao, CVPR 2018, J4",
        equation = "L = a Σ_ic ( σ(u_ic) − t_ic )²",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.POINT_WISE})
public record LabelRegression(Reduction reduction) implements TargetLoss, ClosedFormGradient {
    @Override
    public Variable of(Variable u, Variable target) {
        return new CodeRegression(reduction).of(u.sigmoid(), target);
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][] u = inputs[0];
        double[][] target = inputs[1];
        double a = reduction == Reduction.SUM ? 1 : 1 / ((double) u.length * u[0].length);
        double[][] gradient = new double[u.length][u[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int c = 0; c < u[i].length; c++) {
                double p = 1 / (1 + Math.exp(-u[i][c]));
                gradient[i][c] = 2 * a * (p - target[i][c]) * p * (1 - p);
            }
        }
        return new double[][][] {gradient};
    }
}
