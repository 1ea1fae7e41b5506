package org.hashgrad.tensor;

import java.util.List;
import java.util.Optional;

/** y = f(x + b), one bias per channel. Shapes: x (N, C, …), b (C) → y (N, C, …). */
public record BiasActivation(Activation activation) implements FusedPrimitive {
    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("bias", inputs, 2);
        Channels.check("bias", inputs.get(0), inputs.get(1));
        return List.of(inputs.get(0));
    }

    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        T x = inputs.get(0);
        return List.of(activation.apply(on, on.add(x, Channels.spread(on, inputs.get(1), on.shape(x)))));
    }

    @Override
    public int differentiableInputs() {
        return 2;
    }

    @Override
    public Optional<FusedPrimitive> gradient(int inputs) {
        return Optional.of(new Gradient(activation));
    }

    /** gx = gy · f′(y), gb = Σ over all but C of gx. Inputs (x, b, y, gy), of which x and b are not read. */
    public record Gradient(Activation activation) implements FusedPrimitive {
        @Override
        public List<Shape> outputShapes(List<Shape> inputs) {
            return InputShapes.ofGradient("biasGradient", new BiasActivation(activation), 2, inputs);
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
            T gx = activation.gradient(on, inputs.get(3), inputs.get(2));
            return List.of(gx, Channels.reduce(on, ReduceOp.SUM, gx));
        }
    }
}
