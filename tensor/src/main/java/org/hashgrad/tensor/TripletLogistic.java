package org.hashgrad.tensor;

import java.util.List;
import java.util.Optional;

/**
 * Row sums of the negative log-likelihood of triplet labels (DTSH; Wang, Shi, Kitani, ACCV 2016, equation 5):
 * {@code y_i = Σ_p Σ_q softplus(margin − θ_ip + θ_iq)} over the drawn positives p (s_ip = d_ip = 1) and the drawn negatives q
 * (s_iq = 0, d_iq = 1) of row i, {@code θ_ij = κ ⟨u_i, v_j⟩}.
 * Shapes: u (n, k), v (m, k), s (n, m) and d (n, m) in {0, 1} → y (n). Differentiable in u and v. A row without a positive or without a
 * negative is 0. A NaN anywhere in v, or in a row of u, s or d, makes y NaN (there), drawn or not. The definition takes memory for
 * n·m·m numbers, a fused kernel for n·m at most.
 *
 * @param kappa factor of the inner product, ½ in the paper
 * @param margin half the number of bits in the paper
 */
public record TripletLogistic(double kappa, double margin) implements FusedPrimitive {
    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("tripletLogistic", inputs, 4);
        Shape pairs = InputShapes.pairs("tripletLogistic", inputs);
        if (!inputs.get(2).equals(pairs) || !inputs.get(3).equals(pairs)) {
            throw new ShapeException("tripletLogistic: need similarity and draws " + pairs + ", got " + inputs.get(2)
                    + " and " + inputs.get(3));
        }
        return List.of(Shape.of(pairs.dim(0)));
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        Grid<T> grid = Grid.of(on, inputs, kappa, margin);
        T likelihood = on.multiply(grid.taken, on.unary(UnaryOp.SOFTPLUS, grid.t));
        return List.of(
                on.reshape(on.sum(likelihood, 1, 2), Shape.of(on.shape(grid.t).dim(0))));
    }

    /** Every (row, positive, negative): t_ipq = margin − θ_ip + θ_iq, and 1 where the triplet is taken, else 0. */
    private record Grid<T>(T t, T taken) {
        static <T> Grid<T> of(Primitives<T> on, List<T> inputs, double kappa, double margin) {
            T theta = on.scale(on.matmul(inputs.get(0), inputs.get(1), false, true), kappa);
            T drawn = inputs.get(3);
            T positive = on.multiply(inputs.get(2), drawn);
            T negative = on.multiply(on.affine(inputs.get(2), -1, 1), drawn);
            int n = on.shape(theta).dim(0);
            int m = on.shape(theta).dim(1);
            Shape down = Shape.of(n, m, 1);
            Shape across = Shape.of(n, 1, m);
            return new Grid<>(
                    on.add(on.affine(on.reshape(theta, down), -1, margin), on.reshape(theta, across)),
                    on.multiply(on.reshape(positive, down), on.reshape(negative, across)));
        }
    }

    @Override
    public int differentiableInputs() {
        return 2;
    }

    @Override
    public Optional<FusedPrimitive> gradient(int inputs) {
        return Optional.of(new Gradient(kappa, margin, inputs));
    }

    /**
     * With c_iq = κ gy_i Σ_p σ(margin − θ_ip + θ_iq) at a negative q, c_ip = −κ gy_i Σ_q σ(margin − θ_ip + θ_iq) at a positive p, 0 at
     * what is not drawn: gu = c v, gv = cᵀ u. Inputs (u, v, s, d, y, gy), y not read; outputs (gu), or (gu, gv).
     *
     * @param inputs 1 for gu alone, 2 for both
     */
    public record Gradient(double kappa, double margin, int inputs) implements FusedPrimitive {
        /** @throws IllegalArgumentException unless {@code inputs} is 1 or 2 */
        public Gradient {
            InputShapes.leading("tripletLogisticGradient", inputs, 2);
        }

        @Override
        public List<Shape> outputShapes(List<Shape> given) {
            return InputShapes.ofGradient(
                    "tripletLogisticGradient", new TripletLogistic(kappa, margin), 4, inputs, given);
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> given) {
            Grid<T> grid = Grid.of(on, given, kappa, margin);
            T slopes = on.multiply(grid.taken, on.unary(UnaryOp.SIGMOID, grid.t));
            int n = on.shape(slopes).dim(0);
            Shape pairs = Shape.of(n, on.shape(slopes).dim(1));
            T net = on.subtract(on.reshape(on.sum(slopes, 1), pairs), on.reshape(on.sum(slopes, 2), pairs));
            T c = on.multiply(net, on.scale(on.reshape(given.get(5), Shape.of(n, 1)), kappa));
            T gu = on.matmul(c, given.get(1), false, false);
            return inputs == 1 ? List.of(gu) : List.of(gu, on.matmul(c, given.get(0), true, false));
        }
    }
}
