package org.hashgrad.tensor;

import java.util.List;
import java.util.Optional;

/**
 * Batch normalisation with the batch's own statistics (Ioffe, Szegedy 2015): {@code y = f(γ (x − μ_C) / √(σ²_C + ε) + β)}, σ² biased, f the
 * activation. Shapes: x (N, C, …), γ (C), β (C) → y (N, C, …).
 */
public record BatchNormalization(double epsilon, Activation activation) implements FusedPrimitive {
    public BatchNormalization {
        requirePositive(epsilon);
    }

    private static void requirePositive(double epsilon) {
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("batchNormalization: need epsilon > 0, got " + epsilon);
        }
    }

    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("batchNormalization", inputs, 3);
        Channels.check("batchNormalization", inputs.get(0), inputs.get(1), inputs.get(2));
        return List.of(inputs.get(0));
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        return List.of(activated(on, inputs, normalize(on, inputs.get(0), epsilon), activation));
    }

    private static <T> T activated(Primitives<T> on, List<T> inputs, Normalized<T> n, Activation activation) {
        Shape shape = on.shape(inputs.get(0));
        T scaled = on.multiply(n.normalized, Channels.spread(on, inputs.get(1), shape));
        return activation.apply(on, on.add(scaled, Channels.spread(on, inputs.get(2), shape)));
    }

    private record Normalized<T>(T normalized, T inverseDeviation) {}

    private static <T> Normalized<T> normalize(Primitives<T> on, T x, double epsilon) {
        Shape shape = on.shape(x);
        Channels.Moments<T> moments = Channels.moments(on, x);
        T deviation = on.unary(UnaryOp.SQRT, on.affine(moments.variance(), 1, epsilon));
        T inverse = Channels.spread(on, on.unary(UnaryOp.RECIPROCAL, deviation), shape);
        T centered = on.subtract(x, Channels.spread(on, moments.mean(), shape));
        return new Normalized<>(on.multiply(centered, inverse), inverse);
    }

    @Override
    public int differentiableInputs() {
        return 3;
    }

    @Override
    public Optional<FusedPrimitive> gradient(int inputs) {
        return Optional.of(new Gradient(epsilon, activation));
    }

    /**
     * With x̂ the normalised input, g = gy f′(γ x̂ + β) and means over all but C: gx = γ/√(σ²+ε) (g − mean(g) − x̂ mean(g x̂)),
     * gγ = Σ g x̂, gβ = Σ g. Inputs (x, γ, β, y, gy); y is not read: where f has a kink, γ x̂ + β is computed again as it was.
     */
    public record Gradient(double epsilon, Activation activation) implements FusedPrimitive {
        public Gradient {
            requirePositive(epsilon);
        }

        @Override
        public List<Shape> outputShapes(List<Shape> inputs) {
            return InputShapes.ofGradient(
                    "batchNormalizationGradient", new BatchNormalization(epsilon, activation), 3, inputs);
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
            T x = inputs.get(0);
            Shape shape = on.shape(x);
            double count = Channels.count(shape);
            Normalized<T> n = normalize(on, x, epsilon);
            T g = activation == Activation.IDENTITY
                    ? inputs.get(4)
                    : activation.gradient(on, inputs.get(4), activated(on, inputs, n, activation));
            T gGamma = Channels.reduce(on, ReduceOp.SUM, on.multiply(g, n.normalized));
            T gBeta = Channels.reduce(on, ReduceOp.SUM, g);
            T along = on.multiply(n.normalized, Channels.spread(on, on.scale(gGamma, 1 / count), shape));
            T centered = on.subtract(g, Channels.spread(on, on.scale(gBeta, 1 / count), shape));
            T slope = on.multiply(Channels.spread(on, inputs.get(1), shape), n.inverseDeviation);
            return List.of(on.multiply(slope, on.subtract(centered, along)), gGamma, gBeta);
        }
    }
}
