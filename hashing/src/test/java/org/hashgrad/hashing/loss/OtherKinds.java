package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Shape;

/** A triplet and a target loss of a few lines, so that the checks of these kinds do not depend on what ships. */
final class OtherKinds {
    private OtherKinds() {}

    /**
     * Triplet likelihood, one role or both.
     * <pre>  L = Σ_i Σ_p Σ_q a_ip b_iq softplus(θ_iq − θ_ip + 1),   θ = κ U Vᵀ,   a = s d,   b = (1 − s) d </pre>
     */
    record OfTriplets(double kappa) implements TripletLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u, Variable v, Triplets triplets) {
            int n = triplets.rows();
            int m = triplets.columns();
            Variable s = triplets.similarity(u.pass());
            Variable d = triplets.drawn(u.pass());
            Variable theta = u.matmulTransposed(v).times(kappa);
            Variable positive = s.times(d).reshape(Shape.of(n, m, 1));
            Variable negative = s.times(-1).plus(1).times(d).reshape(Shape.of(n, 1, m));
            return theta.reshape(Shape.of(n, 1, m))
                    .minus(theta.reshape(Shape.of(n, m, 1)))
                    .plus(1)
                    .softplus()
                    .times(positive)
                    .times(negative)
                    .sum();
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            boolean within = inputs.length == 3;
            double[][] u = inputs[0];
            double[][] v = within ? u : inputs[1];
            double[][] s = inputs[inputs.length - 2];
            double[][] d = inputs[inputs.length - 1];
            double[][] gu = new double[u.length][u[0].length];
            double[][] gv = within ? gu : new double[v.length][v[0].length];
            for (int i = 0; i < u.length; i++) {
                for (int p = 0; p < v.length; p++) {
                    for (int q = 0; q < v.length; q++) {
                        double weight = s[i][p] * d[i][p] * (1 - s[i][q]) * d[i][q];
                        double t = 1;
                        for (int b = 0; b < u[i].length; b++) {
                            t += kappa * u[i][b] * (v[q][b] - v[p][b]);
                        }
                        double w = weight * kappa / (1 + Math.exp(-t));
                        for (int b = 0; b < u[i].length; b++) {
                            gu[i][b] += w * (v[q][b] - v[p][b]);
                            gv[q][b] += w * u[i][b];
                            gv[p][b] -= w * u[i][b];
                        }
                    }
                }
            }
            return within ? new double[][][] {gu} : new double[][][] {gu, gv};
        }
    }

    /** L = η Σ_i ‖u_i − b_i‖². */
    record OfTargets(double eta) implements TargetLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u, Variable target) {
            return u.minus(target).square().sum().times(eta);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            int k = inputs[0][0].length;
            return new double[][][] {
                LossInputs.matrix(
                        inputs[0].length, k, at -> 2 * eta * (inputs[0][at / k][at % k] - inputs[1][at / k][at % k]))
            };
        }
    }
}
