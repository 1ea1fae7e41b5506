package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Precision;

/**
 * How the GPU family cuts a matrix product: a work-group owns rows × columns results, an item tall × wide of them in patches of 4 × 4.
 *
 * @param depth terms of the sum that are in local memory at once in single precision; half of that, but 8 at least, in double
 */
record Tile(int rows, int columns, int tall, int wide, int depth) {
    /** Work-groups that keep a large device busy; a constant, so that a sum has the same order on every device. */
    private static final int ENOUGH = 128;
    /** Terms of a sum below which it isn't cut any further. */
    private static final int SHORTEST = 128;

    /** A tile, and a sum cut into {@code splits} parts of {@code length} terms, whose results are added in order. */
    record Plan(Tile tile, int splits, int length) {}

    int items() {
        return rows / tall * (columns / wide);
    }

    /** Terms of the sum that are in local memory at once. */
    int depth(Precision precision) {
        return precision == Precision.F64 ? Math.max(8, depth / 2) : depth;
    }

    String defines(Precision precision) {
        return "-D BM=" + rows + " -D BN=" + columns + " -D BK=" + depth(precision) + " -D WM=" + tall + " -D WN="
                + wide;
    }

    /** Local memory of {@code gpu_gemm.cl} and {@code gpu_convolution.cl}. */
    private long localBytes(Precision precision) {
        return (long) depth(precision) * ((rows + columns + 8) * precision.bytes() + 4 * Integer.BYTES);
    }

    boolean fits(OpenClDevice device, Precision precision) {
        return items() <= device.largestGroup() && localBytes(precision) <= device.localBytes();
    }

    int blocks(int m, int n) {
        return ceil(m, rows) * ceil(n, columns);
    }

    /** Whether more than a quarter of the computed m × n results are beyond the edges. */
    private boolean wastes(int m, int n) {
        return (long) ceil(m, rows) * rows * ceil(n, columns) * columns > (long) m * n * 5 / 4;
    }

    /**
     * The largest tile, without cutting the sum and without much waste, that makes enough work-groups; else the largest that does so with a cut
     * sum; else the smallest one.
     *
     * @param tiles the largest first
     * @param groups independent products of m × n results each
     */
    static Plan plan(List<Tile> tiles, int groups, int m, int n, int k, boolean maySplit) {
        List<Tile> large = tiles.subList(0, tiles.size() - 1);
        for (Tile tile : large) {
            if (!tile.wastes(m, n) && (long) groups * tile.blocks(m, n) >= ENOUGH) {
                return new Plan(tile, 1, k);
            }
        }
        Tile smallest = tiles.get(tiles.size() - 1);
        if (!maySplit) {
            return new Plan(smallest, 1, k);
        }
        for (Tile tile : large) {
            Plan plan = tile.split(groups, m, n, k);
            if (!tile.wastes(m, n) && (long) groups * tile.blocks(m, n) * plan.splits >= ENOUGH) {
                return plan;
            }
        }
        return smallest.split(groups, m, n, k);
    }

    private Plan split(int groups, int m, int n, int k) {
        int wanted = ceil(2 * ENOUGH, groups * blocks(m, n));
        int splits = Math.max(1, Math.min(wanted, k / SHORTEST));
        int length = ceil(ceil(k, splits), 16) * 16;
        return new Plan(this, ceil(k, length), length);
    }

    static int ceil(int count, int step) {
        return (count + step - 1) / step;
    }
}
