package org.hashgrad.tensor;

import java.util.List;
import java.util.Optional;

/**
 * A piece of mathematics worth one kernel, named after it, whose meaning is its {@link #composite} of {@link Primitives}. A backend may
 * answer it with a kernel of its own; otherwise the composite runs. The composite is also how autograd differentiates it to any order;
 * {@link #gradient()} is the shortcut for the first order.
 */
public sealed interface FusedPrimitive
        permits BiasActivation,
                BiasActivation.Gradient,
                ConvolutionActivation,
                PairwiseLogistic,
                PairwiseLogistic.Gradient,
                PairwiseLogistic.Within,
                TripletLogistic,
                TripletLogistic.Gradient,
                LogCoshToSign,
                LogCoshToSign.Gradient,
                BatchNormalization,
                BatchNormalization.Gradient,
                MovingMoments,
                LocalResponseNormalization,
                LocalResponseNormalization.Gradient,
                LogSoftmax,
                LogSoftmax.Gradient,
                RowReplacement,
                OptimizerUpdate {

    /** Shapes of the outputs. @throws ShapeException when the inputs do not fit */
    List<Shape> outputShapes(List<Shape> inputs);

    /** The definition. */
    <T> List<T> composite(Primitives<T> on, List<T> inputs);

    /** How many leading inputs have a derivative by {@link #gradient()}; 0 for what has none. */
    default int differentiableInputs() {
        return 0;
    }

    /**
     * The vector-Jacobian product of a single-output primitive, itself fused: inputs of this primitive, then its output y, then the
     * cotangent gy → one gradient for each of the first {@code inputs} inputs, at most {@link #differentiableInputs()}; or for all of
     * those, where leaving one out saves nothing.
     */
    default Optional<FusedPrimitive> gradient(int inputs) {
        return Optional.empty();
    }

    /**
     * The sum of {@link #gradient(int)}'s first two gradients where the first two inputs are one tensor, if it is a primitive of its own.
     * Its inputs are those of {@link #gradient(int)} without the second.
     */
    default Optional<FusedPrimitive> gradientOfTwice() {
        return Optional.empty();
    }

    /** {@link #gradient(int)} by all {@link #differentiableInputs()}. */
    default Optional<FusedPrimitive> gradient() {
        return gradient(differentiableInputs());
    }
}
