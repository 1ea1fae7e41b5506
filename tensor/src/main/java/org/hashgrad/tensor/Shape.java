package org.hashgrad.tensor;

import java.util.Arrays;

/** The extents of a row-major tensor; rank 0 is a scalar. Immutable. An extent may be 1 but never 0 or negative. */
public final class Shape {
    private static final Shape SCALAR = new Shape(new int[0]);
    private final int[] extents;
    private final int size;

    private Shape(int[] extents) {
        this.extents = extents;
        long product = 1;
        for (int extent : extents) {
            if (extent < 1) {
                throw new ShapeException("shape: every extent must be >= 1, got " + Arrays.toString(extents));
            }
            product = Math.min(product * extent, Integer.MAX_VALUE + 1L);
        }
        if (product > Integer.MAX_VALUE) {
            throw new ShapeException("shape: " + Arrays.toString(extents) + " has more than 2^31 - 1 elements");
        }
        this.size = (int) product;
    }

    /** @throws ShapeException when an extent is below 1 or the product exceeds 2³¹ − 1 */
    public static Shape of(int... extents) {
        return extents.length == 0 ? SCALAR : new Shape(extents.clone());
    }

    public static Shape scalar() {
        return SCALAR;
    }

    public int rank() {
        return extents.length;
    }

    /** Extent of {@code axis}; a negative axis counts from the end. */
    public int dim(int axis) {
        return extents[axis < 0 ? axis + extents.length : axis];
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    public int[] toArray() {
        return extents.clone();
    }

    /** Row-major strides in elements. */
    public int[] strides() {
        int[] strides = new int[extents.length];
        int stride = 1;
        for (int axis = extents.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= extents[axis];
        }
        return strides;
    }

    /** This shape with {@code extent} at {@code axis}. */
    public Shape with(int axis, int extent) {
        int[] changed = extents.clone();
        changed[axis < 0 ? axis + changed.length : axis] = extent;
        return of(changed);
    }

    /** {@code extent} as an int. @throws ShapeException naming {@code subject} when it does not fit */
    static int checkedExtent(String subject, long extent) {
        if (extent > Integer.MAX_VALUE) {
            throw new ShapeException(subject + " " + extent + " is more than 2^31 - 1");
        }
        return (int) extent;
    }

    /** Product of the extents of axes {@code from} (inclusive) to {@code to} (exclusive). */
    public int product(int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= extents[axis];
        }
        return product;
    }

    /**
     * The common shape of two broadcast operands: aligned at the last axis, an extent of 1 stretches.
     *
     * @throws ShapeException naming {@code operation} when two extents differ and neither is 1
     */
    public static Shape broadcast(String operation, Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] extents = new int[rank];
        for (int back = 1; back <= rank; back++) {
            int da = back <= a.rank() ? a.dim(-back) : 1;
            int db = back <= b.rank() ? b.dim(-back) : 1;
            if (da != db && da != 1 && db != 1) {
                throw new ShapeException(operation + ": shapes do not broadcast: a is " + a + ", b is " + b + "; axis "
                        + (rank - back) + " has " + da + " and " + db + ", need equal or 1");
            }
            extents[rank - back] = Math.max(da, db);
        }
        return of(extents);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    /** For example {@code (32, 128)}. */
    @Override
    public String toString() {
        String list = Arrays.toString(extents);
        return "(" + list.substring(1, list.length() - 1) + ")";
    }
}
