package org.hashgrad.tensor.cpu;

import java.util.function.IntUnaryOperator;
import org.hashgrad.tensor.Shape;

/** Maps from the flat row-major index of one shape to the flat index in another. */
final class Index {
    private Index() {}

    /** Flat index over {@code shape} → {@code offset} + Σ coordinate · stride. */
    static IntUnaryOperator strided(Shape shape, int[] strides, int offset) {
        return flat -> {
            int index = offset;
            int rest = flat;
            for (int axis = shape.rank() - 1; axis >= 0; axis--) {
                index += rest % shape.dim(axis) * strides[axis];
                rest /= shape.dim(axis);
            }
            return index;
        };
    }

    /** Flat index over {@code wide} → flat index in {@code narrow}, which broadcasts to it. */
    static IntUnaryOperator broadcast(Shape narrow, Shape wide) {
        int[] own = narrow.strides();
        int[] strides = new int[wide.rank()];
        int added = wide.rank() - narrow.rank();
        for (int axis = 0; axis < narrow.rank(); axis++) {
            strides[axis + added] = narrow.dim(axis) == 1 ? 0 : own[axis];
        }
        return strided(wide, strides, 0);
    }

    /** Flat index of the element at {@code coordinates}. */
    static int offset(Shape shape, int[] coordinates) {
        int[] strides = shape.strides();
        int offset = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            offset += coordinates[axis] * strides[axis];
        }
        return offset;
    }
}
