package org.hashgrad.tensor;

import java.util.List;

/**
 * A convolution with its bias and activation, {@code y = f(conv(x, w) + b)}, see {@link ConvGeometry}. Shapes: x (N, C, H, W),
 * w (O, C/groups, KH, KW), b (O) → y (N, O, OH, OW). It has no fused gradient: f′ is known from y, so those of the
 * {@link BiasActivation.Gradient bias} and of the convolution serve, and what nobody needs is left out.
 */
public record ConvolutionActivation(ConvGeometry geometry, Activation activation) implements FusedPrimitive {
    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("convolutionActivation", inputs, 3);
        Shape y = geometry.output(inputs.get(0), inputs.get(1));
        Channels.check("convolutionActivation", y, inputs.get(2));
        return List.of(y);
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        T sums = on.conv2d(inputs.get(0), inputs.get(1), geometry);
        return on.fused(new BiasActivation(activation), List.of(sums, inputs.get(2)));
    }
}
