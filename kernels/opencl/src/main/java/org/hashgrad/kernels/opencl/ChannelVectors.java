package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.function.Consumer;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/**
 * A tensor (N, C, …) as kernels over vectors of channels read it: a matrix (N, C) where it lies, anything else as images blocked by channels, see
 * {@link Layout}. Its images are cut into parts of about {@value #VECTORS} vectors per block, so that a part stays in a core's cache.
 */
record ChannelVectors(Engine engine, Shape shape, Shape images, int area, int blocks, int perPart, int parts) {
    private static final int VECTORS = 4096;

    static ChannelVectors of(Engine engine, Shape x) {
        int n = x.dim(0);
        int area = x.product(2, x.rank());
        Shape images = x.rank() == 4 ? x : Shape.of(n, x.dim(1), area, 1);
        int parts = Math.max(1, (int) Math.min(n, (long) n * area / VECTORS));
        int perPart = (n + parts - 1) / parts;
        return new ChannelVectors(
                engine, x, images, area, engine.layout().blocks(images), perPart, (n + perPart - 1) / perPart);
    }

    private boolean matrix() {
        return shape.rank() == 2;
    }

    /** The elements of x, which has this shape. */
    DeviceBuffer of(Tensor x) {
        return matrix() ? Engine.of(x) : ((OpenClStorage) x.storage()).blocked(images);
    }

    /** Storages filled together, of which those of this shape lie as {@link #of(Tensor)} says. */
    List<Storage> makeAll(List<Shape> out, Consumer<List<DeviceBuffer>> fill) {
        return matrix()
                ? engine.makeAll(out, fill)
                : engine.makeAllBlocked(
                        out.stream().map(s -> s.equals(shape) ? images : s).toList(), fill);
    }

    /** Elements of one vector per block and part. */
    long partial() {
        return (long) parts * blocks * engine.lanes();
    }

    /** The kernels' {@code Extent}. */
    int[] extent() {
        return new int[] {shape.dim(0), shape.dim(1), area, blocks, perPart, parts, matrix() ? 1 : 0};
    }
}
