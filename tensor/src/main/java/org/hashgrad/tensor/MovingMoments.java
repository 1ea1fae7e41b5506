package org.hashgrad.tensor;

import java.util.List;

/**
 * Moving averages of each channel's mean and unbiased variance, batch normalisation's running statistics: with m ≥ 2 values per channel,
 * {@code mean' = (1 − α) mean + α μ_C} and {@code variance' = (1 − α) variance + α m/(m − 1) σ²_C}, σ² biased, α the rate.
 * Shapes: x (N, C, …), mean (C), variance (C) → mean' (C), variance' (C).
 */
public record MovingMoments(double rate) implements FusedPrimitive {
    /** @throws IllegalArgumentException unless 0 &lt; rate ≤ 1 */
    public MovingMoments {
        if (!(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("movingMoments: need 0 < rate <= 1, got " + rate);
        }
    }

    /** α m/(m − 1) for x. */
    public double varianceRate(Shape x) {
        double count = Channels.count(x);
        return rate * count / (count - 1);
    }

    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("movingMoments", inputs, 3);
        Shape x = inputs.get(0);
        Channels.check("movingMoments", x, inputs.get(1), inputs.get(2));
        if (Channels.count(x) < 2) {
            throw new ShapeException("movingMoments: need at least 2 values per channel, x is " + x);
        }
        return inputs.subList(1, 3);
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        T x = inputs.get(0);
        Channels.Moments<T> moments = Channels.moments(on, x);
        return List.of(
                on.add(on.scale(inputs.get(1), 1 - rate), on.scale(moments.mean(), rate)),
                on.add(on.scale(inputs.get(2), 1 - rate), on.scale(moments.variance(), varianceRate(on.shape(x)))));
    }
}
