package org.hashgrad.tensor;

/** What per-channel primitives share: x is (N, C) or (N, C, …), one value per channel is (C). */
final class Channels {
    private Channels() {}

    /** (C) → (1, C, 1, …) of x's rank, ready to broadcast. */
    static <T> T spread(Primitives<T> on, T perChannel, Shape x) {
        int[] extents = new int[x.rank()];
        java.util.Arrays.fill(extents, 1);
        extents[1] = x.dim(1);
        return on.reshape(perChannel, Shape.of(extents));
    }

    /** Reduction over every axis but 1: x → (C). */
    static <T> T reduce(Primitives<T> on, ReduceOp op, T x) {
        Shape shape = on.shape(x);
        int[] axes = new int[shape.rank() - 1];
        for (int i = 1; i < axes.length; i++) {
            axes[i] = i + 1;
        }
        return on.reshape(on.reduce(op, x, axes), Shape.of(shape.dim(1)));
    }

    /** Mean and biased variance of each channel, both (C). */
    record Moments<T>(T mean, T variance) {}

    static <T> Moments<T> moments(Primitives<T> on, T x) {
        T mean = reduce(on, ReduceOp.MEAN, x);
        T centered = on.subtract(x, spread(on, mean, on.shape(x)));
        return new Moments<>(mean, reduce(on, ReduceOp.MEAN, on.unary(UnaryOp.SQUARE, centered)));
    }

    /** Values per channel. */
    static int count(Shape x) {
        return x.size() / x.dim(1);
    }

    static void check(String operation, Shape x, Shape... perChannel) {
        if (x.rank() < 2) {
            throw new ShapeException(operation + ": need x (N, C, ...), got " + x);
        }
        for (Shape shape : perChannel) {
            if (!shape.equals(Shape.of(x.dim(1)))) {
                throw new ShapeException(
                        operation + ": per-channel argument is " + shape + ", x is " + x + "; need (" + x.dim(1) + ")");
            }
        }
    }
}
