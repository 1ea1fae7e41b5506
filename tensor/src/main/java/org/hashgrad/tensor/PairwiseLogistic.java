package org.hashgrad.tensor;

import java.util.List;
import java.util.Optional;

/**
 * Row sums of the weighted negative log-likelihood of pairwise similarity:
 * {@code y_i = Σ_j w_ij [softplus(θ_ij) − s_ij θ_ij]}, {@code θ_ij = κ ⟨u_i, v_j⟩}.
 * Shapes: u (n, k), v (m, k), s (n, m) in {0, 1}, w (n, m) → y (n). Differentiable in u and v; passing the same tensor as both adds
 * the two gradients, which gives 2κRU for symmetric s and w with R = w ∘ (σ(θ) − s).
 */
public record PairwiseLogistic(double kappa) implements FusedPrimitive {
    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("pairwiseLogistic", inputs, 4);
        Shape u = inputs.get(0);
        Shape v = inputs.get(1);
        if (u.rank() != 2 || v.rank() != 2 || u.dim(1) != v.dim(1)) {
            throw new ShapeException(
                    "pairwiseLogistic: need u (n, k) and v (m, k) of equal k, got u " + u + ", v " + v);
        }
        Shape pairs = Shape.of(u.dim(0), v.dim(0));
        if (!inputs.get(2).equals(pairs) || !inputs.get(3).equals(pairs)) {
            throw new ShapeException("pairwiseLogistic: need similarity and weights " + pairs + ", got " + inputs.get(2)
                    + " and " + inputs.get(3));
        }
        return List.of(Shape.of(u.dim(0)));
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        T theta = theta(on, inputs, kappa);
        T likelihood = on.subtract(on.unary(UnaryOp.SOFTPLUS, theta), on.multiply(inputs.get(2), theta));
        T rows = on.sum(on.multiply(inputs.get(3), likelihood), 1);
        return List.of(on.reshape(rows, Shape.of(on.shape(theta).dim(0))));
    }

    private static <T> T theta(Primitives<T> on, List<T> inputs, double kappa) {
        return on.scale(on.matmul(inputs.get(0), inputs.get(1), false, true), kappa);
    }

    @Override
    public int differentiableInputs() {
        return 2;
    }

    @Override
    public Optional<FusedPrimitive> gradient() {
        return Optional.of(new Gradient(kappa));
    }

    /** With R_ij = κ gy_i w_ij (σ(θ_ij) − s_ij): gu = R v, gv = Rᵀ u. Inputs (u, v, s, w, y, gy), y not read. */
    public record Gradient(double kappa) implements FusedPrimitive {
        @Override
        public List<Shape> outputShapes(List<Shape> inputs) {
            return InputShapes.ofGradient("pairwiseLogisticGradient", new PairwiseLogistic(kappa), 4, inputs);
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
            T theta = theta(on, inputs, kappa);
            T residual = on.subtract(on.unary(UnaryOp.SIGMOID, theta), inputs.get(2));
            T perRow = on.reshape(inputs.get(5), Shape.of(on.shape(theta).dim(0), 1));
            T r = on.multiply(on.multiply(residual, inputs.get(3)), on.scale(perRow, kappa));
            return List.of(on.matmul(r, inputs.get(1), false, false), on.matmul(r, inputs.get(0), true, false));
        }
    }
}
