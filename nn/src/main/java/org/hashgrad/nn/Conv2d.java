package org.hashgrad.nn;

import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Convolution;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.jspecify.annotations.Nullable;

/**
 * y = conv(x, w), or f(conv(x, w) + b): x (N, C, H, W), w (O, C/groups, K, K), b (O) → (N, O, OH, OW), see {@link ConvGeometry}. Slots:
 * {@code weight}, {@code bias}.
 */
public final class Conv2d extends Module {
    private final ConvGeometry geometry;
    private final Parameter weight;
    private final @Nullable Parameter bias;
    private final Activation activation;

    /** Without bias. @throws ShapeException unless groups divide inputs and outputs */
    public Conv2d(Blueprint at, int inputs, int outputs, int kernel, ConvGeometry geometry, Initializer weights) {
        this(geometry, weight(at, inputs, outputs, kernel, geometry, weights), null, Activation.IDENTITY);
    }

    /** With a bias, added and activated as the sums are stored. @throws ShapeException unless groups divide inputs and outputs */
    public Conv2d(
            Blueprint at,
            int inputs,
            int outputs,
            int kernel,
            ConvGeometry geometry,
            Initializer weights,
            Initializer biases,
            Activation activation) {
        this(
                geometry,
                weight(at, inputs, outputs, kernel, geometry, weights),
                at.parameter("bias", Shape.of(outputs), biases),
                activation);
    }

    private Conv2d(ConvGeometry geometry, Parameter weight, @Nullable Parameter bias, Activation activation) {
        this.geometry = geometry;
        this.weight = weight;
        this.bias = bias;
        this.activation = activation;
    }

    private static Parameter weight(
            Blueprint at, int inputs, int outputs, int kernel, ConvGeometry geometry, Initializer weights) {
        int groups = geometry.groups();
        if (inputs % groups != 0 || outputs % groups != 0) {
            throw new ShapeException("conv2d " + at.path() + ": inputs " + inputs + " and outputs " + outputs
                    + " must be divisible by groups " + groups);
        }
        return at.parameter("weight", Shape.of(outputs, inputs / groups, kernel, kernel), weights);
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return bias == null
                ? x.apply(new Convolution.Conv2d(geometry), pass.of(weight))
                : x.apply(new Convolution.Activated(geometry, activation), pass.of(weight), pass.of(bias));
    }

    @Override
    public List<Slot> slots() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public Conv2d copyTo(Backend backend) {
        return new Conv2d(geometry, copy(weight, backend), bias == null ? null : copy(bias, backend), activation);
    }
}
