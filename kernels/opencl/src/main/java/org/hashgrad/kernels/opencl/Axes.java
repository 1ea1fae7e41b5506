package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.Shape;

/**
 * A box of extents walked in two buffers at once, each with its own strides; axes that both walk in one stride are merged. Handed to
 * kernels as a struct of ints: rank, then extents and both strides padded to {@link #MOST}.
 */
final class Axes {
    /** Axes a kernel can walk. */
    static final int MOST = 8;
    /** Runs that a CPU's cores share out well. */
    private static final int FEW = 64;

    private static final int PIECE = 4096;

    private final int rank;
    private final int[] extents;
    private final int[] first;
    private final int[] second;

    private Axes(int rank, int[] extents, int[] first, int[] second) {
        this.rank = rank;
        this.extents = extents;
        this.first = first;
        this.second = second;
    }

    static Axes of(int[] extents, int[] first, int[] second) {
        int[] e = new int[extents.length];
        int[] f = new int[extents.length];
        int[] s = new int[extents.length];
        int rank = 0;
        for (int axis = 0; axis < extents.length; axis++) {
            if (extents[axis] == 1) {
                continue;
            }
            boolean merges = rank > 0
                    && f[rank - 1] == first[axis] * extents[axis]
                    && s[rank - 1] == second[axis] * extents[axis];
            int at = merges ? rank - 1 : rank++;
            e[at] = merges ? e[at] * extents[axis] : extents[axis];
            f[at] = first[axis];
            s[at] = second[axis];
        }
        return new Axes(rank, e, f, s);
    }

    /** Row-major strides of {@code x} seen as {@code out}: 0 where it stretches or lacks the axis. */
    static int[] stretched(Shape x, Shape out) {
        int[] own = x.strides();
        int[] strides = new int[out.rank()];
        int missing = out.rank() - x.rank();
        for (int axis = missing; axis < strides.length; axis++) {
            strides[axis] = x.dim(axis - missing) == 1 ? 0 : own[axis - missing];
        }
        return strides;
    }

    int rank() {
        return rank;
    }

    int extent(int axis) {
        return extents[axis];
    }

    int first(int axis) {
        return first[axis];
    }

    int second(int axis) {
        return second[axis];
    }

    /** Product of the extents from {@code axis} on. */
    int size(int axis) {
        int size = 1;
        for (int i = axis; i < rank; i++) {
            size *= extents[i];
        }
        return size;
    }

    /** Runs along the last axis within the axes from {@code axis} on. */
    int runs(int axis) {
        return size(axis) / extents[rank - 1];
    }

    /** Elements of a run along the last axis that a work-item of a CPU takes: all, or a part where the runs from {@code axis} on are few. */
    int piece(int axis) {
        int width = extents[rank - 1];
        return runs(axis) < FEW ? Math.min(width, PIECE) : width;
    }

    /** Work-items for all pieces. */
    int items(int axis) {
        return runs(axis) * Tile.ceil(extents[rank - 1], piece(axis));
    }

    /** All axes, at most {@link #MOST}. */
    int[] struct() {
        return struct(0);
    }

    /**
     * The axes from {@code from} on, fewer than {@link #MOST}, and one of extent 1: a kernel that takes one run per work-item then takes one
     * element, neighbours side by side.
     */
    int[] elements(int from) {
        int[] struct = struct(from);
        struct[0]++;
        struct[1 + rank - from] = 1;
        return struct;
    }

    /** The axes from {@code from} on, at most {@link #MOST}. */
    int[] struct(int from) {
        int[] struct = new int[1 + 3 * MOST];
        struct[0] = rank - from;
        System.arraycopy(extents, from, struct, 1, rank - from);
        System.arraycopy(first, from, struct, 1 + MOST, rank - from);
        System.arraycopy(second, from, struct, 1 + 2 * MOST, rank - from);
        return struct;
    }
}
