package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;

/** Pooling, one channel plane at a time. Windows are clipped to the input; see {@link PoolGeometry} for the divisor of means. */
final class CpuPooling {
    private final Workers workers;

    CpuPooling(Workers workers) {
        this.workers = workers;
    }

    /** Receives each window of one plane: its flat output index, its clipped bounds in the plane and its divisor. */
    private interface Window {
        void visit(int output, int top, int bottom, int left, int right, int area);
    }

    private void planes(Shape in, Shape out, PoolGeometry g, PlaneVisitor visitor) {
        int cost = Math.max(in.dim(2) * in.dim(3), out.dim(2) * out.dim(3) * g.kernelY() * g.kernelX());
        workers.run(in.dim(0) * in.dim(1), CpuElementwise.rowsPerGrain(cost), (from, to) -> {
            for (int plane = from; plane < to; plane++) {
                visitor.plane(plane * in.dim(2) * in.dim(3), plane * out.dim(2) * out.dim(3));
            }
        });
    }

    /** Gets the offsets of a plane in input and output. */
    private interface PlaneVisitor {
        void plane(int input, int output);
    }

    private static void windows(Shape in, Shape out, PoolGeometry g, int firstOutput, Window window) {
        int height = in.dim(2);
        int width = in.dim(3);
        int output = firstOutput;
        for (int oy = 0; oy < out.dim(2); oy++) {
            int top = oy * g.strideY() - g.padY();
            int bottom = Math.min(top + g.kernelY(), height + g.padY());
            for (int ox = 0; ox < out.dim(3); ox++) {
                int left = ox * g.strideX() - g.padX();
                int right = Math.min(left + g.kernelX(), width + g.padX());
                int area = (bottom - top) * (right - left);
                window.visit(
                        output++,
                        Math.max(top, 0),
                        Math.min(bottom, height),
                        Math.max(left, 0),
                        Math.min(right, width),
                        area);
            }
        }
    }

    /** y = values at the first maximum of each window of x; NaN counts as largest. */
    void select(float[] x, float[] values, Shape in, PoolGeometry g, float[] y, Shape out) {
        planes(
                in,
                out,
                g,
                (input, output) -> windows(
                        in,
                        out,
                        g,
                        output,
                        (o, top, bottom, left, right, area) ->
                                y[o] = values[first(x, input, in.dim(3), top, bottom, left, right)]));
    }

    void maxGradient(float[] x, float[] gy, Shape in, PoolGeometry g, float[] gx, Shape out) {
        int plane = in.dim(2) * in.dim(3);
        planes(in, out, g, (input, output) -> {
            Arrays.fill(gx, input, input + plane, 0);
            windows(
                    in,
                    out,
                    g,
                    output,
                    (o, top, bottom, left, right, area) ->
                            gx[first(x, input, in.dim(3), top, bottom, left, right)] += gy[o]);
        });
    }

    private static int first(float[] x, int plane, int width, int top, int bottom, int left, int right) {
        int best = plane + top * width + left;
        float largest = x[best];
        for (int row = top; row < bottom; row++) {
            int base = plane + row * width;
            for (int i = base + left; i < base + right; i++) {
                float value = x[i];
                if (value > largest || (Float.isNaN(value) && !Float.isNaN(largest))) {
                    best = i;
                    largest = value;
                }
            }
        }
        return best;
    }

    void average(float[] x, Shape in, PoolGeometry g, float[] y, Shape out) {
        int width = in.dim(3);
        planes(
                in,
                out,
                g,
                (input, output) -> windows(in, out, g, output, (o, top, bottom, left, right, area) -> {
                    double sum = 0;
                    for (int row = top; row < bottom; row++) {
                        int base = input + row * width;
                        for (int i = base + left; i < base + right; i++) {
                            sum += x[i];
                        }
                    }
                    y[o] = (float) (sum / area);
                }));
    }

    void averageGradient(float[] gy, Shape in, PoolGeometry g, float[] gx, Shape out) {
        int width = in.dim(3);
        int plane = in.dim(2) * width;
        planes(in, out, g, (input, output) -> {
            Arrays.fill(gx, input, input + plane, 0);
            windows(in, out, g, output, (o, top, bottom, left, right, area) -> {
                float share = gy[o] / area;
                for (int row = top; row < bottom; row++) {
                    int base = input + row * width;
                    for (int i = base + left; i < base + right; i++) {
                        gx[i] += share;
                    }
                }
            });
        });
    }
}
