package org.hashgrad.tensor;

import java.util.List;
import java.util.Optional;

/**
 * Row sums of the smooth distance to the nearest sign: {@code y_i = Σ_b log cosh(|z_ib| − 1)} (DHN's quantization, Zhu et al. 2016).
 * Shapes: z (n, k) → y (n). Non-smooth at z = 0; the subgradient there takes sgn(0) = +1.
 */
public record LogCoshToSign() implements FusedPrimitive {
    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        return List.of(
                Shape.of(InputShapes.matrix("logCoshToSign", "z (n, k)", inputs).dim(0)));
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        T z = inputs.get(0);
        T distance = on.affine(on.multiply(z, on.unary(UnaryOp.SGN, z)), 1, -1);
        T rows = on.sum(on.unary(UnaryOp.LOG_COSH, distance), 1);
        return List.of(on.reshape(rows, Shape.of(on.shape(z).dim(0))));
    }

    @Override
    public int differentiableInputs() {
        return 1;
    }

    @Override
    public Optional<FusedPrimitive> gradient(int inputs) {
        return Optional.of(new Gradient());
    }

    /** gz_ib = gy_i tanh(|z_ib| − 1) sgn(z_ib). Inputs (z, y, gy), y not read. */
    public record Gradient() implements FusedPrimitive {
        @Override
        public List<Shape> outputShapes(List<Shape> inputs) {
            return InputShapes.ofGradient("logCoshToSignGradient", new LogCoshToSign(), 1, inputs);
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
            T z = inputs.get(0);
            T sign = on.unary(UnaryOp.SGN, z);
            T slope = on.multiply(on.unary(UnaryOp.TANH, on.affine(on.multiply(z, sign), 1, -1)), sign);
            return List.of(on.multiply(
                    slope, on.reshape(inputs.get(2), Shape.of(on.shape(z).dim(0), 1))));
        }
    }
}
