package org.hashgrad.tensor;

import java.util.List;

/** Mean and biased variance of each channel: x (N, C, …) → mean (C), variance (C). Feeds batch normalisation's running statistics. */
public record ChannelMoments() implements FusedPrimitive {
    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("channelMoments", inputs, 1);
        Channels.check("channelMoments", inputs.get(0));
        Shape perChannel = Shape.of(inputs.get(0).dim(1));
        return List.of(perChannel, perChannel);
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        T x = inputs.get(0);
        T mean = Channels.reduce(on, ReduceOp.MEAN, x);
        T centered = on.subtract(x, Channels.spread(on, mean, on.shape(x)));
        return List.of(mean, Channels.reduce(on, ReduceOp.MEAN, on.unary(UnaryOp.SQUARE, centered)));
    }
}
