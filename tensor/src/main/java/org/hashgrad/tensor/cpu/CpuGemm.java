package org.hashgrad.tensor.cpu;

/**
 * Matrix products of packed panels (Goto, van de Geijn 2008).
 *
 * <pre>
 *            columns            A panel p: rows p·R … of op(A), element (k, i) at (p·K + k)·R + i
 *          +--+--+--+           B panel q: columns q·S …,       element (k, j) at (q·K + k)·S + j
 *   rows   |  |##|  |           R × S is the tile of the kernels, K the inner extent;
 *          +--+--+--+           lines past the edge are packed as zeros
 * </pre>
 *
 * Every element of C adds its products with k ascending in blocks of {@link #DEPTH}, whatever the tile, the edge or the thread.
 */
final class CpuGemm {
    /** Steps of k between two visits of a tile of C; a B panel of this depth stays in the second-level cache. */
    static final int DEPTH = 384;

    private static final int ROWS_PER_BLOCK = 144;
    private static final long FLOPS_PER_GRAIN = 1 << 17;
    private final Workers workers;
    private final Kernels kernels;
    private final Floats.Pool pool;

    CpuGemm(Workers workers, Kernels kernels, Floats.Pool pool) {
        this.workers = workers;
        this.kernels = kernels;
        this.pool = pool;
    }

    static int panels(int lines, int width) {
        return (lines + width - 1) / width;
    }

    /** c (rows, columns) = op(a) op(b), op(a) (rows, inner), op(b) (inner, columns). */
    void multiply(
            float[] a, boolean transposeA, float[] b, boolean transposeB, int rows, int columns, int inner, float[] c) {
        int height = kernels.tileRows();
        int width = kernels.tileColumns();
        int down = panels(rows, height);
        int across = panels(columns, width);
        float[] packedA = pool.borrow((long) down * height * inner);
        float[] packedB = pool.borrow((long) across * width * inner);
        int grain = Math.max(1, CpuElementwise.GRAIN / inner / height);
        workers.run(down, grain, (from, to) -> {
            for (int panel = from; panel < to; panel++) {
                int line = panel * height;
                packPanel(
                        a,
                        transposeA ? line : line * inner,
                        transposeA ? 1 : inner,
                        transposeA ? rows : 1,
                        Math.min(height, rows - line),
                        inner,
                        height,
                        packedA,
                        panel * height * inner);
            }
        });
        workers.run(across, grain, (from, to) -> {
            for (int panel = from; panel < to; panel++) {
                int line = panel * width;
                packPanel(
                        b,
                        transposeB ? line * inner : line,
                        transposeB ? inner : 1,
                        transposeB ? 1 : columns,
                        Math.min(width, columns - line),
                        inner,
                        width,
                        packedB,
                        panel * width * inner);
            }
        });
        Product product = new Product(packedA, packedB, rows, columns, inner, c);
        long flops = 2L * inner * height * width;
        if (down > across) {
            workers.run(down, grain(flops * across), (from, to) -> product.block(from, to, 0, across));
        } else {
            workers.run(across, grain(flops * down), (from, to) -> product.block(0, down, from, to));
        }
        pool.giveBack(packedA);
        pool.giveBack(packedB);
    }

    /** Tasks that are worth a thread. */
    static int grain(long flopsPerTask) {
        return (int) Math.max(1, FLOPS_PER_GRAIN / Math.max(flopsPerTask, 1));
    }

    /** Packs {@code lines} lines of {@code depth} elements into one panel of {@code width} lines, the missing ones zero. */
    static void packPanel(
            float[] x, int xo, int lineStride, int depthStride, int lines, int depth, int width, float[] y, int yo) {
        if (lineStride == 1) {
            for (int k = 0; k < depth; k++) {
                int source = xo + k * depthStride;
                int target = yo + k * width;
                for (int i = 0; i < lines; i++) {
                    y[target + i] = x[source + i];
                }
            }
        } else {
            for (int i = 0; i < lines; i++) {
                int source = xo + i * lineStride;
                int target = yo + i;
                for (int k = 0; k < depth; k++) {
                    y[target + k * width] = x[source + k * depthStride];
                }
            }
        }
        for (int i = lines; i < width; i++) {
            for (int k = 0; k < depth; k++) {
                y[yo + k * width + i] = 0;
            }
        }
    }

    private final class Product {
        private final float[] a;
        private final float[] b;
        private final int rows;
        private final int columns;
        private final int inner;
        private final float[] c;
        private final int height = kernels.tileRows();
        private final int width = kernels.tileColumns();

        Product(float[] a, float[] b, int rows, int columns, int inner, float[] c) {
            this.a = a;
            this.b = b;
            this.rows = rows;
            this.columns = columns;
            this.inner = inner;
            this.c = c;
        }

        /** The tiles of A panels p0 … p1 − 1 and B panels q0 … q1 − 1. */
        void block(int p0, int p1, int q0, int q1) {
            float[] edge = new float[height * width];
            int panelsPerBlock = Math.max(1, ROWS_PER_BLOCK / height);
            for (int k = 0; k < inner; k += DEPTH) {
                int depth = Math.min(DEPTH, inner - k);
                for (int p = p0; p < p1; p += panelsPerBlock) {
                    int end = Math.min(p1, p + panelsPerBlock);
                    for (int q = q0; q < q1; q++) {
                        for (int i = p; i < end; i++) {
                            tile(i, q, k, depth, edge);
                        }
                    }
                }
            }
        }

        private void tile(int p, int q, int k, int depth, float[] edge) {
            int row = p * height;
            int column = q * width;
            int ao = (p * inner + k) * height;
            int bo = (q * inner + k) * width;
            if (row + height <= rows && column + width <= columns) {
                kernels.multiply(depth, a, ao, b, bo, c, row * columns + column, columns, k > 0);
                return;
            }
            kernels.multiply(depth, a, ao, b, bo, edge, 0, width, false);
            int usedRows = Math.min(height, rows - row);
            int usedColumns = Math.min(width, columns - column);
            for (int i = 0; i < usedRows; i++) {
                int target = (row + i) * columns + column;
                for (int j = 0; j < usedColumns; j++) {
                    float value = edge[i * width + j];
                    c[target + j] = k > 0 ? c[target + j] + value : value;
                }
            }
        }
    }
}
