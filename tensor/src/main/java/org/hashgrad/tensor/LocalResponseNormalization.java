package org.hashgrad.tensor;

import java.util.List;
import java.util.Optional;

/**
 * Local response normalisation across channels (Krizhevsky et al. 2012): {@code y_c = x_c (k + a Σ_{|d − c| ≤ radius} x_d²)^−β}.
 * {@code alpha} is per element; Caffe's and PyTorch's alpha is {@code (2·radius + 1)} times as large. Shapes: x (N, C, …) → y (N, C, …).
 */
public record LocalResponseNormalization(int radius, double alpha, double beta, double k) implements FusedPrimitive {
    public LocalResponseNormalization {
        if (radius < 0 || !(k > 0)) {
            throw new IllegalArgumentException(
                    "localResponseNormalization: need radius >= 0 and k > 0, got radius " + radius + ", k " + k);
        }
    }

    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("localResponseNormalization", inputs, 1);
        Channels.check("localResponseNormalization", inputs.get(0));
        return List.of(inputs.get(0));
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        T x = inputs.get(0);
        return List.of(on.multiply(x, power(on, base(on, x), -beta)));
    }

    private <T> T base(Primitives<T> on, T x) {
        return on.affine(windowSum(on, on.unary(UnaryOp.SQUARE, x), radius), alpha, k);
    }

    private static <T> T power(Primitives<T> on, T base, double exponent) {
        return on.unary(UnaryOp.EXP, on.scale(on.unary(UnaryOp.LOG, base), exponent));
    }

    /** Sum over the channels within {@code radius}: 2·radius + 1 shifted slices of the zero-padded input. */
    private static <T> T windowSum(Primitives<T> on, T x, int radius) {
        Shape shape = on.shape(x);
        int[] border = new int[shape.rank()];
        border[1] = radius;
        T padded = on.pad(x, border, border);
        int[] from = new int[shape.rank()];
        int[] to = shape.toArray();
        T sum = on.slice(padded, from, to);
        for (int shift = 1; shift <= 2 * radius; shift++) {
            from[1]++;
            to[1]++;
            sum = on.add(sum, on.slice(padded, from, to));
        }
        return sum;
    }

    @Override
    public int differentiableInputs() {
        return 1;
    }

    @Override
    public Optional<FusedPrimitive> gradient(int inputs) {
        return Optional.of(new Gradient(this));
    }

    /** With s = k + a Σ x²: gx = gy s^−β − 2aβ x Σ_window(gy x s^(−β−1)). Inputs (x, y, gy). */
    public record Gradient(LocalResponseNormalization of) implements FusedPrimitive {
        @Override
        public List<Shape> outputShapes(List<Shape> inputs) {
            return InputShapes.ofGradient("localResponseNormalizationGradient", of, 1, inputs);
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
            T x = inputs.get(0);
            T gy = inputs.get(2);
            T base = of.base(on, x);
            T inner = on.divide(on.multiply(gy, inputs.get(1)), base);
            T across = on.multiply(x, on.scale(windowSum(on, inner, of.radius), 2 * of.alpha * of.beta));
            return List.of(on.subtract(on.multiply(gy, power(on, base, -of.beta)), across));
        }
    }
}
