package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.Shape;

/**
 * A loop nest over a shape in which several operands each have their own strides. Axes that are contiguous for every operand are
 * merged; the innermost remaining axis is a row, which a visitor handles at once.
 */
final class StridedRows {
    /** Gets the offset of each operand at the start of a row. */
    interface Visitor {
        void row(int[] offsets);
    }

    private final int[] extents;
    private final int[][] strides;
    private final int outer;

    private StridedRows(int[] extents, int[][] strides, int axes) {
        this.extents = Arrays.copyOf(extents, Math.max(axes, 1));
        this.outer = Math.max(axes, 1) - 1;
        this.strides = strides;
        if (axes == 0) {
            this.extents[0] = 1;
        }
    }

    /** Strides are in elements, one array per operand with one entry per axis of {@code shape}. */
    static StridedRows of(Shape shape, int[]... strides) {
        int[] extents = new int[shape.rank()];
        int[][] merged = new int[strides.length][Math.max(shape.rank(), 1)];
        int axes = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            int extent = shape.dim(axis);
            if (extent == 1) {
                continue;
            }
            boolean joins = axes > 0;
            for (int operand = 0; joins && operand < strides.length; operand++) {
                joins = merged[operand][axes - 1] == strides[operand][axis] * extent;
            }
            if (joins) {
                axes--;
                extent *= extents[axes];
            }
            extents[axes] = extent;
            for (int operand = 0; operand < strides.length; operand++) {
                merged[operand][axes] = strides[operand][axis];
            }
            axes++;
        }
        return new StridedRows(extents, merged, axes);
    }

    /** Row-major strides of {@code narrow} along the axes of {@code wide}, to which it broadcasts: 0 where it is stretched. */
    static int[] broadcast(Shape narrow, Shape wide) {
        int[] own = narrow.strides();
        int[] strides = new int[wide.rank()];
        int added = wide.rank() - narrow.rank();
        for (int axis = 0; axis < own.length; axis++) {
            strides[axis + added] = narrow.dim(axis) == 1 ? 0 : own[axis];
        }
        return strides;
    }

    /** Elements of a row. */
    int length() {
        return extents[outer];
    }

    /** Stride of an operand inside a row. */
    int step(int operand) {
        return strides[operand][outer];
    }

    int rows() {
        int rows = 1;
        for (int axis = 0; axis < outer; axis++) {
            rows *= extents[axis];
        }
        return rows;
    }

    /** Visits the rows from (inclusive) to (exclusive) in row-major order. */
    void visit(int from, int to, Visitor visitor) {
        int[] at = new int[outer];
        int[] offsets = new int[strides.length];
        int rest = from;
        for (int axis = outer - 1; axis >= 0; axis--) {
            at[axis] = rest % extents[axis];
            rest /= extents[axis];
            move(offsets, axis, at[axis]);
        }
        for (int row = from; row < to; row++) {
            visitor.row(offsets);
            int axis = outer - 1;
            while (axis >= 0 && ++at[axis] == extents[axis]) {
                at[axis] = 0;
                move(offsets, axis, 1 - extents[axis]);
                axis--;
            }
            if (axis >= 0) {
                move(offsets, axis, 1);
            }
        }
    }

    private void move(int[] offsets, int axis, int steps) {
        for (int operand = 0; operand < offsets.length; operand++) {
            offsets[operand] += steps * strides[operand][axis];
        }
    }
}
