package org.hashgrad.nn;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/**
 * Draws the initial values of a parameter, row-major. Every value is representable in float, so that F32 and F64 nets start equal. For a
 * weight of shape (out, in, …) with r = product of the remaining extents: fan-in = in · r, fan-out = out · r, as in PyTorch.
 */
@FunctionalInterface
public interface Initializer {
    double[] draw(RandomKey key, Shape shape);

    static Initializer constant(double value) {
        double rounded = (float) value;
        return (key, shape) -> {
            double[] values = new double[shape.size()];
            Arrays.fill(values, rounded);
            return values;
        };
    }

    /** N(0, deviation²). */
    static Initializer gaussian(double deviation) {
        return (key, shape) -> gaussian(key, shape, deviation);
    }

    /** N(0, 2/(fan-in + fan-out)) (Glorot, Bengio 2010). */
    static Initializer xavierNormal() {
        return (key, shape) -> gaussian(key, shape, Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape))));
    }

    /** U(−b, b), b = √(6/(fan-in + fan-out)) (Glorot, Bengio 2010). */
    static Initializer xavierUniform() {
        return (key, shape) -> uniform(key, shape, Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape))));
    }

    /** N(0, 2/fan-in) (He et al. 2015). */
    static Initializer kaimingNormal() {
        return (key, shape) -> gaussian(key, shape, Math.sqrt(2.0 / fanIn(shape)));
    }

    /** U(−b, b), b = √(6/fan-in) (He et al. 2015). */
    static Initializer kaimingUniform() {
        return (key, shape) -> uniform(key, shape, Math.sqrt(6.0 / fanIn(shape)));
    }

    private static double[] gaussian(RandomKey key, Shape shape, double deviation) {
        return IntStream.range(0, shape.size())
                .mapToDouble(i -> (float) (deviation * key.gaussian(i)))
                .toArray();
    }

    private static double[] uniform(RandomKey key, Shape shape, double bound) {
        return IntStream.range(0, shape.size())
                .mapToDouble(i -> (float) (bound * (2 * key.uniform(i) - 1)))
                .toArray();
    }

    private static double fanIn(Shape shape) {
        requireMatrix(shape);
        return (double) shape.size() / shape.dim(0);
    }

    private static double fanOut(Shape shape) {
        requireMatrix(shape);
        return (double) shape.size() / shape.dim(1);
    }

    private static void requireMatrix(Shape shape) {
        if (shape.rank() < 2) {
            throw new IllegalArgumentException("initializer: fans need a weight (out, in, ...), got " + shape);
        }
    }
}
