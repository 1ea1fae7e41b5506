package org.hashgrad.tensor.cpu;

/**
 * Images (N, H, W, C) that have their border, and where the windows over them lie. A window is {@link #runs} runs of contiguous
 * elements: one of (kx, c) for each ky; with groups one of c for each (ky, kx).
 */
record Windows(
        float[] images,
        int count,
        int channels,
        int height,
        int width,
        int groups,
        int kernelY,
        int kernelX,
        int strideY,
        int strideX,
        int rows,
        int columns) {

    /** Windows over all images. */
    int total() {
        return count * rows * columns;
    }

    int channelsPerGroup() {
        return channels / groups;
    }

    /** Elements of a window. */
    int taps() {
        return channelsPerGroup() * kernelY * kernelX;
    }

    int runs() {
        return groups == 1 ? kernelY : kernelY * kernelX;
    }

    int runLength() {
        return taps() / runs();
    }

    /** Offset of a run within its window. */
    int run(int run) {
        return groups == 1 ? run * width * channels : (run / kernelX * width + run % kernelX) * channels;
    }

    /** Offset of window {@code at}, counted over all images. */
    int position(int at) {
        int image = at / (rows * columns);
        int inside = at % (rows * columns);
        return ((image * height + inside / columns * strideY) * width + inside % columns * strideX) * channels;
    }

    int groupOffset(int group) {
        return group * channelsPerGroup();
    }
}
