package org.hashgrad.tensor;

import java.util.List;
import java.util.Optional;

/** y_ij = x_ij − max_i − log Σ_j exp(x_ij − max_i), over the rows of x (n, c) → y (n, c). */
public record LogSoftmax() implements FusedPrimitive {
    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        return List.of(InputShapes.matrix("logSoftmax", "x (n, c)", inputs));
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        T x = inputs.get(0);
        T shifted = on.subtract(x, on.reduce(ReduceOp.MAX, x, 1));
        T logSum = on.unary(UnaryOp.LOG, on.sum(on.unary(UnaryOp.EXP, shifted), 1));
        return List.of(on.subtract(shifted, logSum));
    }

    @Override
    public int differentiableInputs() {
        return 1;
    }

    @Override
    public Optional<FusedPrimitive> gradient(int inputs) {
        return Optional.of(new Gradient());
    }

    /** gx = gy − softmax(x) Σ_j gy_ij, with softmax = exp(y). Inputs (x, y, gy), x not read. */
    public record Gradient() implements FusedPrimitive {
        @Override
        public List<Shape> outputShapes(List<Shape> inputs) {
            return InputShapes.ofGradient("logSoftmaxGradient", new LogSoftmax(), 1, inputs);
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
            T gy = inputs.get(2);
            return List.of(on.subtract(gy, on.multiply(on.unary(UnaryOp.EXP, inputs.get(1)), on.sum(gy, 1))));
        }
    }
}
