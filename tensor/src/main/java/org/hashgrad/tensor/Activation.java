package org.hashgrad.tensor;

/** The elementwise function at the end of a {@link BiasActivation}, a {@link ConvolutionActivation} or a {@link BatchNormalization}. */
public enum Activation {
    IDENTITY,
    RELU,
    TANH;

    <T> T apply(Primitives<T> on, T x) {
        return switch (this) {
            case IDENTITY -> x;
            case RELU -> on.unary(UnaryOp.RELU, x);
            case TANH -> on.unary(UnaryOp.TANH, x);
        };
    }

    /** gy · f′ from the output y. */
    <T> T gradient(Primitives<T> on, T gy, T y) {
        return switch (this) {
            case IDENTITY -> gy;
            case RELU -> on.binary(BinaryOp.RELU_GRADIENT, gy, y);
            case TANH -> on.binary(BinaryOp.TANH_GRADIENT, gy, y);
        };
    }
}
