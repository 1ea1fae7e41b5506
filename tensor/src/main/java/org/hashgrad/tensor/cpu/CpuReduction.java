package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Shape;

/**
 * Reductions. Sums and means are added in double in an order that depends on the shape only and rounded once: the error is at most
 * u|y| + n 2⁻⁵³ Σ|x_i|.
 */
final class CpuReduction {
    private static final int COLUMNS = 256;
    private static final int BLOCK = 1 << 16;
    private final Workers workers;

    CpuReduction(Workers workers) {
        this.workers = workers;
    }

    void reduce(ReduceOp op, float[] x, Shape shape, boolean[] reduced, float[] y, Shape out) {
        int[] strides = shape.strides();
        Shape outer = Shape.scalar();
        Shape inner = Shape.scalar();
        int[] outerStrides = new int[0];
        int[] innerStrides = new int[0];
        for (int axis = 0; axis < reduced.length; axis++) {
            if (reduced[axis]) {
                inner = append(inner, shape.dim(axis));
                innerStrides = append(innerStrides, strides[axis]);
            } else {
                outer = append(outer, shape.dim(axis));
                outerStrides = append(outerStrides, strides[axis]);
            }
        }
        StridedRows kept = StridedRows.of(outer, outerStrides);
        StridedRows added = StridedRows.of(inner, innerStrides);
        double scale = op == ReduceOp.MEAN ? (double) out.size() / shape.size() : 1;
        if (out.size() == 1) {
            y[0] = (float) (whole(op, x, shape.size()) * scale);
        } else if (kept.step(0) == 1) {
            alongColumns(op, x, kept, added, scale, y);
        } else {
            alongRows(op, x, kept, added, scale, y);
        }
    }

    private static Shape append(Shape shape, int extent) {
        return Shape.of(append(shape.toArray(), extent));
    }

    private static int[] append(int[] array, int value) {
        int[] longer = Arrays.copyOf(array, array.length + 1);
        longer[array.length] = value;
        return longer;
    }

    private double whole(ReduceOp op, float[] x, int n) {
        double[] partial = new double[(n - 1) / BLOCK + 1];
        workers.run(partial.length, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                int start = i * BLOCK;
                partial[i] = run(op, x, start, 1, Math.min(BLOCK, n - start));
            }
        });
        double total = start(op);
        for (double value : partial) {
            total = combine(op, total, value);
        }
        return total;
    }

    /** One output per kept index. */
    private void alongRows(ReduceOp op, float[] x, StridedRows kept, StridedRows added, double scale, float[] y) {
        int step = added.step(0);
        int length = added.length();
        int runs = added.rows();
        int keptLength = kept.length();
        int keptStep = kept.step(0);
        int outputs = kept.rows() * keptLength;
        workers.run(outputs, CpuElementwise.rowsPerGrain(length * runs), (from, to) -> {
            int firstRow = from / keptLength;
            int lastRow = (to - 1) / keptLength + 1;
            int[] row = {firstRow};
            kept.visit(firstRow, lastRow, at -> {
                int base = row[0]++ * keptLength;
                for (int o = Math.max(from, base); o < Math.min(to, base + keptLength); o++) {
                    int offset = at[0] + (o - base) * keptStep;
                    double[] total = {start(op)};
                    added.visit(
                            0, runs, in -> total[0] = combine(op, total[0], run(op, x, offset + in[0], step, length)));
                    y[o] = (float) (total[0] * scale);
                }
            });
        });
    }

    /** The innermost kept axis is contiguous: whole stretches of it are added at once. */
    private void alongColumns(ReduceOp op, float[] x, StridedRows kept, StridedRows added, double scale, float[] y) {
        int step = added.step(0);
        int length = added.length();
        int runs = added.rows();
        int width = kept.length();
        int stretches = (width + COLUMNS - 1) / COLUMNS;
        int tasks = kept.rows() * stretches;
        workers.run(tasks, CpuElementwise.rowsPerGrain(length * runs * Math.min(width, COLUMNS)), (from, to) -> {
            double[] total = new double[COLUMNS];
            for (int task = from; task < to; task++) {
                int row = task / stretches;
                int first = task % stretches * COLUMNS;
                int n = Math.min(COLUMNS, width - first);
                Arrays.fill(total, start(op));
                kept.visit(
                        row,
                        row + 1,
                        at -> added.visit(0, runs, in -> {
                            for (int i = 0; i < length; i++) {
                                columns(op, x, at[0] + first + in[0] + i * step, total, n);
                            }
                        }));
                for (int j = 0; j < n; j++) {
                    y[row * width + first + j] = (float) (total[j] * scale);
                }
            }
        });
    }

    private static void columns(ReduceOp op, float[] x, int offset, double[] total, int n) {
        if (op == ReduceOp.MAX) {
            for (int j = 0; j < n; j++) {
                total[j] = Math.max(total[j], x[offset + j]);
            }
        } else {
            for (int j = 0; j < n; j++) {
                total[j] += x[offset + j];
            }
        }
    }

    private static double start(ReduceOp op) {
        return op == ReduceOp.MAX ? Double.NEGATIVE_INFINITY : 0;
    }

    private static double combine(ReduceOp op, double a, double b) {
        return op == ReduceOp.MAX ? Math.max(a, b) : a + b;
    }

    private static double run(ReduceOp op, float[] x, int offset, int step, int n) {
        if (op != ReduceOp.MAX) {
            return step == 1 ? sum(x, offset, n) : sum(x, offset, step, n);
        }
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, x[offset + i * step]);
        }
        return largest;
    }

    private static double sum(float[] x, int offset, int step, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[offset + i * step];
        }
        return sum;
    }

    /** Sum of a contiguous run in four interleaved double accumulators. */
    static double sum(float[] x, int offset, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            s0 += x[offset + i];
            s1 += x[offset + i + 1];
            s2 += x[offset + i + 2];
            s3 += x[offset + i + 3];
        }
        for (; i < n; i++) {
            s0 += x[offset + i];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
