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

        static Axis rows(Shape in, Shape out, PoolGeometry g) {
            return of(in.dim(2), out.dim(2), g.kernelY(), g.strideY(), g.padY());
        }

        static Axis columns(Shape in, Shape out, PoolGeometry g) {
            return of(in.dim(3), out.dim(3), g.kernelX(), g.strideX(), g.padX());
        }

        int count() {
            return from.length;
        }
    }

    /** Gets the offsets of a plane in input and output. */
    private interface PlaneVisitor {
        void plane(int input, int output);
    }

    private void planes(Shape in, Shape out, PoolGeometry g, PlaneVisitor visitor) {
        int cost = Math.max(in.dim(2) * in.dim(3), out.dim(2) * out.dim(3) * g.kernelY() * g.kernelX());
        workers.run(in.dim(0) * in.dim(1), CpuElementwise.rowsPerGrain(cost), (from, to) -> {
            for (int plane = from; plane < to; plane++) {
                visitor.plane(plane * in.dim(2) * in.dim(3), plane * out.dim(2) * out.dim(3));
            }
        });
    }

    /** y = values at the first maximum of each window of x; NaN counts as largest. */
    void select(float[] x, float[] values, Shape in, PoolGeometry g, float[] y, Shape out) {
        Axis rows = Axis.rows(in, out, g);
        Axis columns = Axis.columns(in, out, g);
        planes(in, out, g, (input, output) -> {
            int o = output;
            for (int oy = 0; oy < rows.count(); oy++) {
                for (int ox = 0; ox < columns.count(); ox++) {
                    y[o++] = values[first(x, input, in.dim(3), rows, oy, columns, ox)];
                }
            }
        });
    }

    void maxGradient(float[] x, float[] gy, Shape in, PoolGeometry g, float[] gx, Shape out) {
        Axis rows = Axis.rows(in, out, g);
        Axis columns = Axis.columns(in, out, g);
        int plane = in.dim(2) * in.dim(3);
        planes(in, out, g, (input, output) -> {
            Arrays.fill(gx, input, input + plane, 0);
            int o = output;
            for (int oy = 0; oy < rows.count(); oy++) {
                for (int ox = 0; ox < columns.count(); ox++) {
                    gx[first(x, input, in.dim(3), rows, oy, columns, ox)] += gy[o++];
                }
            }
        });
    }

    /**
     * Index of the first maximum. Value and place share one number, so that the search is a maximum without a branch that data decides:
     * the value's bits in sorting order above (−0 as 0, NaN as the largest), the complement of the index below.
     */
    private static int first(float[] x, int plane, int width, Axis rows, int oy, Axis columns, int ox) {
        int left = columns.from[ox];
        int right = columns.to[ox];
        long best = Long.MIN_VALUE;
        for (int row = rows.from[oy]; row < rows.to[oy]; row++) {
            int base = plane + row * width;
            for (int i = base + left; i < base + right; i++) {
                int bits = Float.floatToIntBits(x[i] + 0f);
                long order = bits ^ (bits >> 31 & Integer.MAX_VALUE);
                best = Math.max(best, order << 32 | Integer.toUnsignedLong(~i));
            }
        }
        return ~(int) best;
    }

    void average(float[] x, Shape in, PoolGeometry g, float[] y, Shape out) {
        Axis rows = Axis.rows(in, out, g);
        Axis columns = Axis.columns(in, out, g);
        int width = in.dim(3);
        planes(in, out, g, (input, output) -> {
            int o = output;
            for (int oy = 0; oy < rows.count(); oy++) {
                for (int ox = 0; ox < columns.count(); ox++) {
                    double sum = 0;
                    for (int row = rows.from[oy]; row < rows.to[oy]; row++) {
                        int base = input + row * width;
                        for (int i = base + columns.from[ox]; i < base + columns.to[ox]; i++) {
                            sum += x[i];
                        }
                    }
                    y[o++] = (float) (sum / (rows.extent[oy] * columns.extent[ox]));
                }
            }
        });
    }

    void averageGradient(float[] gy, Shape in, PoolGeometry g, float[] gx, Shape out) {
        Axis rows = Axis.rows(in, out, g);
        Axis columns = Axis.columns(in, out, g);
        int width = in.dim(3);
        int plane = in.dim(2) * width;
        planes(in, out, g, (input, output) -> {
            Arrays.fill(gx, input, input + plane, 0);
            int o = output;
            for (int oy = 0; oy < rows.count(); oy++) {
                for (int ox = 0; ox < columns.count(); ox++) {
                    float share = gy[o++] / (rows.extent[oy] * columns.extent[ox]);
                    for (int row = rows.from[oy]; row < rows.to[oy]; row++) {
                        int base = input + row * width;
                        for (int i = base + columns.from[ox]; i < base + columns.to[ox]; i++) {
                            gx[i] += share;
                        }
                    }
                }
            }
        });
    }
}
