package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;

/** Pooling of images with the channels last, all channels of a window at once. Windows are clipped to the input; see {@link PoolGeometry} for the divisor of means. */
final class CpuPooling {
    private final Workers workers;
    private final Kernels kernels;

    CpuPooling(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
    }

    /** The windows along one axis: clipped bounds in the input, and the extent that counts for the divisor. */
    private record Axis(int[] from, int[] to, int[] extent) {
        static Axis of(int input, int output, int kernel, int stride, int pad) {
            Axis axis = new Axis(new int[output], new int[output], new int[output]);
            for (int i = 0; i < output; i++) {
                int start = i * stride - pad;
                int end = Math.min(start + kernel, input + pad);
                axis.from[i] = Math.max(start, 0);
                axis.to[i] = Math.min(end, input);
                axis.extent[i] = end - start;
            }
            return axis;
        }

        int count() {
            return from.length;
        }
    }

    /** Gets the places of a window's pixels, how many there are, the place of its result and what a mean divides by. */
    private interface WindowVisitor {
        void window(int[] at, int count, int result, int extent);
    }

    /** All windows of some rows of results; rows count over all images. */
    private void windows(Shape in, Shape out, PoolGeometry g, int first, int last, WindowVisitor visitor) {
        Axis rows = Axis.of(in.dim(2), out.dim(2), g.kernelY(), g.strideY(), g.padY());
        Axis columns = Axis.of(in.dim(3), out.dim(3), g.kernelX(), g.strideX(), g.padX());
        int channels = in.dim(1);
        int[] at = Scratch.ofThread().offsets(g.kernelY() * g.kernelX());
        for (int line = first; line < last; line++) {
            int image = line / rows.count() * in.dim(2);
            int oy = line % rows.count();
            for (int ox = 0; ox < columns.count(); ox++) {
                int count = 0;
                for (int row = rows.from[oy]; row < rows.to[oy]; row++) {
                    for (int column = columns.from[ox]; column < columns.to[ox]; column++) {
                        at[count++] = ((image + row) * in.dim(3) + column) * channels;
                    }
                }
                int result = (line * columns.count() + ox) * channels;
                visitor.window(at, count, result, rows.extent[oy] * columns.extent[ox]);
            }
        }
    }

    private static int cost(Shape out, PoolGeometry g) {
        return out.dim(1) * out.dim(3) * g.kernelY() * g.kernelX();
    }

    private void forward(Shape in, Shape out, PoolGeometry g, WindowVisitor visitor) {
        workers.run(
                out.dim(0) * out.dim(2),
                CpuElementwise.rowsPerGrain(cost(out, g)),
                (from, to) -> windows(in, out, g, from, to, visitor));
    }

    /** Windows may overlap: an image belongs to one thread. */
    private void backward(Shape in, Shape out, PoolGeometry g, float[] gx, WindowVisitor visitor) {
        int size = in.size() / in.dim(0);
        workers.run(in.dim(0), CpuElementwise.rowsPerGrain(cost(out, g) * out.dim(2)), (from, to) -> {
            Arrays.fill(gx, from * size, to * size, 0);
            windows(in, out, g, from * out.dim(2), to * out.dim(2), visitor);
        });
    }

    /** y = values at the first maximum of each window of x; NaN counts as largest. */
    void select(float[] x, float[] values, Shape in, PoolGeometry g, float[] y, Shape out) {
        int n = in.dim(1);
        forward(in, out, g, (at, count, result, extent) -> kernels.selectLargest(x, at, count, values, y, result, n));
    }

    void maxGradient(float[] x, float[] gy, Shape in, PoolGeometry g, float[] gx, Shape out) {
        int n = in.dim(1);
        backward(in, out, g, gx, (at, count, result, extent) -> kernels.addToLargest(x, at, count, gy, result, gx, n));
    }

    void average(float[] x, Shape in, PoolGeometry g, float[] y, Shape out) {
        int n = in.dim(1);
        forward(in, out, g, (at, count, result, extent) -> kernels.mean(x, at, count, extent, y, result, n));
    }

    void averageGradient(float[] gy, Shape in, PoolGeometry g, float[] gx, Shape out) {
        int n = in.dim(1);
        backward(
                in, out, g, gx, (at, count, result, extent) -> kernels.addShares(gy, result, extent, gx, at, count, n));
    }
}
