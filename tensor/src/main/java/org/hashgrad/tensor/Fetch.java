package org.hashgrad.tensor;

/** Tensors on their way to the host, see {@link Backend#fetch}. */
@FunctionalInterface
public interface Fetch {
    /** Row-major values of the i-th tensor, widened to double. The first call waits until all of them are there. */
    double[] values(int i);

    /** The value of the i-th tensor, which has one element. */
    default double item(int i) {
        double[] values = values(i);
        if (values.length != 1) {
            throw new ShapeException("item: need one element, got " + values.length);
        }
        return values[0];
    }
}
