package org.hashgrad.tensor.cpu;

/**
 * Matrix products of packed panels (Goto, van de Geijn 2008).
 *
 * <pre>
 *             columns           left panel p: rows p·R … of op(A), element (k, i) at (p·K + k)·R + i, all of K;
 *           +--+--+--+            or, where there are few columns, the rows of A as they lie
 *    rows   |  |##|  |          right panel q of a block: columns q·S … of op(B), element (k, j) at (q·depth + k)·S + j,
 *           +--+--+--+            at most {@link #DEPTH} deep: packed by the thread that uses it, while it is in its cache
 * </pre>
 *
 * R × S is the tile of the kernels; lines past the edge are packed as zeros. Every element of C adds its products with k ascending in
 * blocks of {@link #DEPTH}, whatever the tile, the edge or the thread.
 */
final class CpuGemm {
    /** Steps of k between two visits of a tile of C: one right and one left panel of this depth fit the first-level cache. */
    static final int DEPTH = 256;

    /** Elements of a block of right panels, half of a second-level cache of 1 MB. */
    private static final int BLOCK = 1 << 16;

    /** A left factor used for fewer columns is not worth packing. */
    private static final int FEW = 128;

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

    /** Tasks that are worth a thread. */
    static int grain(long flopsPerTask) {
        return (int) Math.max(1, FLOPS_PER_GRAIN / Math.max(flopsPerTask, 1));
    }

    /** c (rows, columns) = op(a) op(b), op(a) (rows, inner), op(b) (inner, columns). */
    void multiply(
            float[] a, boolean transposeA, float[] b, boolean transposeB, int rows, int columns, int inner, float[] c) {
        if (transposeB && rows <= FEW && columns > FEW) {
            // the large factor is read as it lies: cᵀ = op(b)ᵀ op(a)ᵀ
            int down = columns;
            int across = rows;
            float[] turned = pool.borrow((long) down * across);
            new Product(b, false, a, !transposeA, down, across, inner, turned).run();
            transpose(turned, down, across, c);
            pool.giveBack(turned);
        } else {
            new Product(a, transposeA, b, transposeB, rows, columns, inner, c).run();
        }
    }

    /** y (columns, rows) = xᵀ. */
    private void transpose(float[] x, int rows, int columns, float[] y) {
        int width = kernels.tileColumns();
        workers.run(panels(rows, width), CpuElementwise.rowsPerGrain(width * columns), (from, to) -> {
            for (int panel = from; panel < to; panel++) {
                int first = panel * width;
                int lines = Math.min(width, rows - first);
                for (int column = 0; column < columns; column++) {
                    for (int i = 0; i < lines; i++) {
                        y[column * rows + first + i] = x[(first + i) * columns + column];
                    }
                }
            }
        });
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
            int i = 0;
            for (; i + 4 <= lines; i += 4) {
                packFour(x, xo + i * lineStride, lineStride, depthStride, depth, width, y, yo + i);
            }
            for (; i < lines; i++) {
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

    private static void packFour(
            float[] x, int xo, int lineStride, int depthStride, int depth, int width, float[] y, int yo) {
        int x1 = xo + lineStride;
        int x2 = x1 + lineStride;
        int x3 = x2 + lineStride;
        for (int k = 0; k < depth; k++) {
            int source = k * depthStride;
            int target = yo + k * width;
            y[target] = x[xo + source];
            y[target + 1] = x[x1 + source];
            y[target + 2] = x[x2 + source];
            y[target + 3] = x[x3 + source];
        }
    }

    private final class Product {
        private final float[] a;
        private final boolean transposeA;
        private final float[] b;
        private final boolean transposeB;
        private final int rows;
        private final int columns;
        private final int inner;
        private final float[] c;
        private final int height = kernels.tileRows();
        private final int width = kernels.tileColumns();
        private final int down;
        private final int across;
        private final boolean unpacked;

        Product(
                float[] a,
                boolean transposeA,
                float[] b,
                boolean transposeB,
                int rows,
                int columns,
                int inner,
                float[] c) {
            this.a = a;
            this.transposeA = transposeA;
            this.b = b;
            this.transposeB = transposeB;
            this.rows = rows;
            this.columns = columns;
            this.inner = inner;
            this.c = c;
            down = panels(rows, height);
            across = panels(columns, width);
            unpacked = !transposeA && columns <= FEW;
        }

        void run() {
            float[] left = unpacked ? a : pool.borrow((long) down * height * inner);
            if (!unpacked) {
                workers.run(down, CpuElementwise.rowsPerGrain(inner * height), (from, to) -> packLeft(from, to, left));
            }
            long flops = 2L * inner * height * width;
            if (down > across) {
                workers.run(down, grain(flops * across), (from, to) -> block(left, from, to, 0, across));
            } else {
                workers.run(across, grain(flops * down), (from, to) -> block(left, 0, down, from, to));
            }
            if (!unpacked) {
                pool.giveBack(left);
            }
        }

        private void packLeft(int from, int to, float[] left) {
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
                        left,
                        panel * height * inner);
            }
        }

        /** The tiles of left panels p0 … p1 − 1 and right panels q0 … q1 − 1. */
        private void block(float[] left, int p0, int p1, int q0, int q1) {
            int together = Math.max(1, BLOCK / (Math.min(DEPTH, inner) * width));
            Scratch own = Scratch.ofThread();
            float[] right = own.right(together * Math.min(DEPTH, inner) * width);
            float[] edge = own.edge(height * width);
            int[] starts = own.offsets(height);
            for (int first = q0; first < q1; first += together) {
                int end = Math.min(q1, first + together);
                for (int k = 0; k < inner; k += DEPTH) {
                    int depth = Math.min(DEPTH, inner - k);
                    packRight(first, end, k, depth, right);
                    for (int p = p0; p < p1; p++) {
                        for (int i = 0; i < height; i++) {
                            starts[i] = Math.min(p * height + i, rows - 1) * inner;
                        }
                        for (int q = first; q < end; q++) {
                            tile(left, p, starts, right, (q - first) * depth * width, q, k, depth, edge);
                        }
                    }
                }
            }
        }

        private void packRight(int first, int end, int k, int depth, float[] right) {
            for (int q = first; q < end; q++) {
                int column = q * width;
                int count = Math.min(width, columns - column);
                int to = (q - first) * depth * width;
                if (!transposeB && count == width) {
                    kernels.copy(b, k * columns + column, columns, right, to, width, depth, width);
                } else {
                    packPanel(
                            b,
                            transposeB ? column * inner + k : k * columns + column,
                            transposeB ? inner : 1,
                            transposeB ? 1 : columns,
                            count,
                            depth,
                            width,
                            right,
                            to);
                }
            }
        }

        private void tile(
                float[] left, int p, int[] starts, float[] right, int ro, int q, int k, int depth, float[] edge) {
            int row = p * height;
            int column = q * width;
            boolean whole = row + height <= rows && column + width <= columns;
            boolean straight = whole && k == 0;
            float[] to = straight ? c : edge;
            int at = straight ? row * columns + column : 0;
            int stride = straight ? columns : width;
            if (unpacked) {
                kernels.multiplyRows(depth, left, k, starts, 0, right, ro, to, at, stride);
            } else {
                kernels.multiply(depth, left, (p * inner + k) * height, height, right, ro, to, at, stride);
            }
            if (!whole) {
                addEdge(edge, row, column, k > 0);
            } else if (!straight) {
                kernels.addTile(edge, c, row * columns + column, columns);
            }
        }

        private void addEdge(float[] edge, int row, int column, boolean add) {
            int usedRows = Math.min(height, rows - row);
            int usedColumns = Math.min(width, columns - column);
            for (int i = 0; i < usedRows; i++) {
                int target = (row + i) * columns + column;
                for (int j = 0; j < usedColumns; j++) {
                    float value = edge[i * width + j];
                    c[target + j] = add ? c[target + j] + value : value;
                }
            }
        }
    }
}
