package org.hashgrad.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Row sums of the weighted negative log-likelihood of pairwise similarity:
 * {@code y_i = Σ_j w_ij [softplus(θ_ij) − s_ij θ_ij]}, {@code θ_ij = κ ⟨u_i, v_j⟩}.
 * Shapes: u (n, k), v (m, k), s (n, m) in {0, 1}, w (n, m), or (1, 1) for one weight of all pairs → y (n). Differentiable in u and v;
 * passing the same tensor as both adds the two gradients, which gives 2κRU for symmetric s and w with R = w ∘ (σ(θ) − s).
 */
public record PairwiseLogistic(double kappa) implements FusedPrimitive {
    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("pairwiseLogistic", inputs, 4);
        Shape pairs = InputShapes.pairs("pairwiseLogistic", inputs);
        Shape w = inputs.get(3);
        if (!inputs.get(2).equals(pairs) || !(w.equals(pairs) || w.equals(Shape.of(1, 1)))) {
            throw new ShapeException("pairwiseLogistic: need similarity " + pairs + " and weights " + pairs
                    + " or (1, 1), got " + inputs.get(2) + " and " + w);
        }
        return List.of(Shape.of(pairs.dim(0)));
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
    public Optional<FusedPrimitive> gradient(int inputs) {
        return Optional.of(new Gradient(kappa, inputs));
    }

    @Override
    public Optional<FusedPrimitive> gradientOfTwice() {
        return Optional.of(new Within(kappa));
    }

    /**
     * With R_ij = κ gy_i w_ij (σ(θ_ij) − s_ij): gu = R v, gv = Rᵀ u. Inputs (u, v, s, w, y, gy), y not read; outputs (gu), or (gu, gv).
     *
     * @param inputs 1 for gu alone, 2 for both
     */
    public record Gradient(double kappa, int inputs) implements FusedPrimitive {
        /** @throws IllegalArgumentException unless {@code inputs} is 1 or 2 */
        public Gradient {
            InputShapes.leading("pairwiseLogisticGradient", inputs, 2);
        }

        @Override
        public List<Shape> outputShapes(List<Shape> given) {
            return InputShapes.ofGradient("pairwiseLogisticGradient", new PairwiseLogistic(kappa), 4, inputs, given);
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> given) {
            T theta = theta(on, given, kappa);
            T residual = on.subtract(on.unary(UnaryOp.SIGMOID, theta), given.get(2));
            T perRow = on.reshape(given.get(5), Shape.of(on.shape(theta).dim(0), 1));
            T r = on.multiply(on.multiply(residual, given.get(3)), on.scale(perRow, kappa));
            T gu = on.matmul(r, given.get(1), false, false);
            return inputs == 1 ? List.of(gu) : List.of(gu, on.matmul(r, given.get(0), true, false));
        }
    }

    /**
     * Both gradients where u is v, added: g = (R + Rᵀ) u with {@link Gradient}'s R, which need not be symmetric. Inputs (u, s, w, y, gy),
     * y not read; output (g).
     */
    public record Within(double kappa) implements FusedPrimitive {
        @Override
        public List<Shape> outputShapes(List<Shape> given) {
            InputShapes.count("pairwiseLogisticWithin", given, 5);
            return InputShapes.ofGradient("pairwiseLogisticWithin", new PairwiseLogistic(kappa), 4, 1, twice(given));
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> given) {
            List<T> both = on.fused(new Gradient(kappa, 2), twice(given));
            return List.of(on.add(both.get(0), both.get(1)));
        }

        private static <T> List<T> twice(List<T> given) {
            List<T> inputs = new ArrayList<>(given);
            inputs.add(0, given.get(0));
            return inputs;
        }
    }
}
