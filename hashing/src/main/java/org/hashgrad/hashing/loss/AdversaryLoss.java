package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/**
 * The two sides of the discriminators (SSAH; Li, Deng, Li, Liu, Gao, Tao, CVPR 2018, adversarial term), in their scores u. A
 * {@link #discriminator} learns target 1 for label features and 0 for those of an image or text; a {@link #generator}, the network of
 * the images or texts, is drawn to target 1: minimising that takes the place of maximising the discriminator's loss.
 * <pre>  L = a Σ_i d(u_i, t_i)
 *   LEAST_SQUARES  d(u, t) = ( u − t )²                    ∂L/∂u_i = 2a (u_i − t_i)                the paper
 *   CROSS_ENTROPY  d(u, t) = softplus(u) − t u             ∂L/∂u_i = a ( σ(u_i) − t_i )            the published code, with MEAN
 *   SUM a = 1, MEAN a = 1 / (n k) </pre>
 * Shapes: scores u (n, k), t (n, k) in [0, 1] → scalar. Smooth everywhere.
 */
@Published(
        paper = "SSAH; Li, Deng, Li, Liu, Gao, Tao, CVPR 2018, adversarial term",
        equation = "L = a Σ_i d(u_i, t_i)",
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.POINT_WISE})
public record AdversaryLoss(Form form, Reduction reduction) implements TargetLoss, ClosedFormGradient {
    /** d of a score and its target. */
    public enum Form {
        /** (u − t)² */
        LEAST_SQUARES,
        /** softplus(u) − t u, u being the logit. */
        CROSS_ENTROPY
    }

    @Override
    public Variable of(Variable u, Variable target) {
        if (form == Form.LEAST_SQUARES) {
            return new CodeRegression(reduction).of(u, target);
        }
        Variable each = u.softplus().minus(target.times(u));
        return reduction == Reduction.SUM ? each.sum() : each.mean();
    }

    /** What a discriminator descends: the terms of both, added. Shapes: its scores of label features and of a medium's, (n, 1) each → scalar. */
    public Variable discriminator(Variable ofLabels, Variable ofMedium) {
        return of(ofLabels, constant(ofLabels, 1)).plus(of(ofMedium, constant(ofMedium, 0)));
    }

    /** What a medium's network descends, the discriminator being held. Shapes: its scores (n, 1) → scalar. */
    public Variable generator(Variable ofMedium) {
        return of(ofMedium, constant(ofMedium, 1));
    }

    private static Variable constant(Variable like, double value) {
        Shape shape = like.shape();
        Tensor filled = like.pass().backend().tensor(shape, elements -> {
            for (int at = 0; at < shape.size(); at++) {
                elements.set(at, value);
            }
        });
        return like.pass().constant(filled);
    }

    @Override
    public double[][][] gradient(double[][]... inputs) {
        double[][] u = inputs[0];
        double[][] target = inputs[1];
        double a = reduction == Reduction.SUM ? 1 : 1 / ((double) u.length * u[0].length);
        double[][] gradient = new double[u.length][u[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                double x = u[i][b];
                double slope =
                        form == Form.LEAST_SQUARES ? 2 * (x - target[i][b]) : 1 / (1 + Math.exp(-x)) - target[i][b];
                gradient[i][b] = a * slope;
            }
        }
        return new double[][][] {gradient};
    }
}
