package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Shape;

/**
 * The blocked layout of images (N, C, H, W), and the way to it and back by {@code layout.cl}:
 *
 * <pre>  (N, ⌈C / LANES⌉, H, W, LANES):  element (n, c, h, w) is at (((n · blocks + c / LANES) · H + h) · W + w) · LANES + c % LANES</pre>
 *
 * so that a vector is one pixel of {@code LANES} neighbouring channels. Lanes at and beyond C in the last block are unspecified: kernels neither
 * read a value from them nor add them up.
 */
final class Layout {
    private static final String FILE = "layout.cl";
    private final Engine engine;

    Layout(Engine engine) {
        this.engine = engine;
    }

    /** Blocks of channels of a shape (N, C, …). */
    int blocks(Shape shape) {
        return (shape.dim(1) + engine.lanes() - 1) / engine.lanes();
    }

    /** Elements of a blocked (N, C, H, W), unspecified lanes included. @throws BackendException see {@link #indexed} */
    long size(Shape shape) {
        long blocked = (long) shape.dim(0) * blocks(shape) * engine.lanes() * shape.dim(2) * shape.dim(3);
        return indexed("blocked by " + engine.lanes() + " channels", shape, blocked);
    }

    /** @throws BackendException when kernels, whose indices are ints, can't reach every one of {@code elements} */
    static long indexed(String form, Shape shape, long elements) {
        if (elements > Integer.MAX_VALUE) {
            throw new BackendException("opencl: images " + shape + " " + form + " have " + elements
                    + " elements, kernels reach " + Integer.MAX_VALUE + "; use smaller batches");
        }
        return elements;
    }

    DeviceBuffer toBlocked(DeviceBuffer rowMajor, Shape shape) {
        return engine.filled(size(shape), blocked -> convert("to_blocked", rowMajor, blocked, shape));
    }

    DeviceBuffer toRowMajor(DeviceBuffer blocked, Shape shape) {
        return engine.filled(shape.size(), rowMajor -> convert("to_row_major", blocked, rowMajor, shape));
    }

    private void convert(String kernel, DeviceBuffer from, DeviceBuffer to, Shape shape) {
        int area = shape.dim(2) * shape.dim(3);
        int tiles = (area + engine.lanes() - 1) / engine.lanes();
        int blocks = blocks(shape);
        engine.kernel(FILE, kernel)
                .wide(tiles, (long) shape.dim(0) * blocks, 1, from, to, shape.dim(0), shape.dim(1), area);
    }
}
