package org.hashgrad.kernels.opencl;

/** How the GPU family cuts a channel's elements into parts, one work-group each; depends on the count only. */
record Parts(int count, int length) {
    private static final int SHORTEST = 2048;
    /** No more than the smallest work-group, whose items add up the parts. */
    private static final int MOST = Engine.LEAST_GROUP;

    static Parts of(int elements) {
        int length = Math.max(SHORTEST, Tile.ceil(elements, MOST));
        return new Parts(Tile.ceil(elements, length), length);
    }
}
