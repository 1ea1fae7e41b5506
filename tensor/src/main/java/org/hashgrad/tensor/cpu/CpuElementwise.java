package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.UnaryOp;

/** Elementwise primitives and strided copies, shared out over the workers. */
final class CpuElementwise {
    /** Elements below which a thread is not woken. */
    static final int GRAIN = 8192;

    private final Workers workers;
    private final Kernels kernels;

    CpuElementwise(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
    }

    /** Rows that make a grain. */
    static int rowsPerGrain(int rowLength) {
        return Math.max(1, GRAIN / Math.max(rowLength, 1));
    }

    void fill(float[] y, int n, float value) {
        workers.run(n, GRAIN, (from, to) -> Arrays.fill(y, from, to, value));
    }

    void unary(UnaryOp op, float[] x, float[] y, int n) {
        workers.run(n, GRAIN, (from, to) -> kernels.unary(op, x, from, y, from, to - from));
    }

    void affine(float[] x, float scale, float shift, float[] y, int n) {
        workers.run(n, GRAIN, (from, to) -> kernels.affine(x, from, 0, scale, shift, y, from, to - from));
    }

    /** y = op(a, b) on the broadcast shape. */
    void binary(BinaryOp op, float[] a, Shape shapeA, float[] b, Shape shapeB, float[] y, Shape shape) {
        StridedRows rows = StridedRows.of(
                shape, StridedRows.broadcast(shapeA, shape), StridedRows.broadcast(shapeB, shape), shape.strides());
        int length = rows.length();
        int stepA = rows.step(0);
        int stepB = rows.step(1);
        if (rows.rows() == 1) {
            workers.run(
                    length,
                    GRAIN,
                    (from, to) ->
                            kernels.binary(op, a, from * stepA, stepA, b, from * stepB, stepB, y, from, to - from));
        } else {
            workers.run(
                    rows.rows(),
                    rowsPerGrain(length),
                    (from, to) -> rows.visit(
                            from, to, at -> kernels.binary(op, a, at[0], stepA, b, at[1], stepB, y, at[2], length)));
        }
    }

    /** y[yo + Σ i·strideY] = x[xo + Σ i·strideX] for every index i of {@code shape}. */
    void copy(Shape shape, float[] x, int xo, int[] strideX, float[] y, int yo, int[] strideY) {
        StridedRows rows = StridedRows.of(shape, strideX, strideY);
        int length = rows.length();
        int stepX = rows.step(0);
        int stepY = rows.step(1);
        if (rows.rows() == 1) {
            workers.run(
                    length,
                    GRAIN,
                    (from, to) -> copy(x, xo + from * stepX, stepX, y, yo + from * stepY, stepY, to - from));
        } else {
            workers.run(
                    rows.rows(),
                    rowsPerGrain(length),
                    (from, to) -> rows.visit(from, to, at -> copy(x, xo + at[0], stepX, y, yo + at[1], stepY, length)));
        }
    }

    private static void copy(float[] x, int source, int stepX, float[] y, int target, int stepY, int length) {
        if (stepX == 1 && stepY == 1) {
            System.arraycopy(x, source, y, target, length);
        } else if (stepX == 0 && stepY == 1) {
            Arrays.fill(y, target, target + length, x[source]);
        } else {
            for (int i = 0; i < length; i++) {
                y[target + i * stepY] = x[source + i * stepX];
            }
        }
    }
}
