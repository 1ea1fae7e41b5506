package org.hashgrad.tensor.cpu;

import java.math.BigInteger;
import java.util.List;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/**
 * {@link PairwiseLogistic} block by block: θᵀ of a few columns and rows is computed, used and overwritten by R without κ and a weight of all pairs, for
 * gy = 1. Row i of the gradient by u is gy_i times row i of R v, which is made along with the row sums y and kept with them.
 *
 * <pre>
 *           u   BLOCK rows at a time                      a block of θᵀ has its pairs (column, row): v as it lies is the left factor of θᵀ, and what
 *          +------+------+                                becomes of it is the left factor of Rᵀᵀ v and of Rᵀ u
 *          |  ↓   |      |   a slice of columns,          gu of a slice: a partial sum, (slices, n, k), folded at the end
 *      v   +------+------+   one thread each              gv of a block's columns: complete after the last row
 *          |      |      |
 *          +------+------+
 * </pre>
 */
final class CpuPairwise {
    /** Columns and, in whole tiles, rows of a block: with its terms and similarities it fits the first-level cache. */
    private static final int COLUMNS = 128;

    private static final int ROWS = 32;
    private static final int PARTIAL_ELEMENTS = 1 << 17;
    private final Workers workers;
    private final Kernels kernels;
    private final Floats.Pool pool;
    private final int height;
    private final int width;
    private final int blockColumns;
    private final int blockRows;

    CpuPairwise(Workers workers, Kernels kernels, Floats.Pool pool) {
        this.workers = workers;
        this.kernels = kernels;
        this.pool = pool;
        this.height = kernels.tileRows();
        this.width = kernels.tileColumns();
        this.blockColumns = COLUMNS / height * height;
        int tile = height
                * width
                / BigInteger.valueOf(height).gcd(BigInteger.valueOf(width)).intValue();
        this.blockRows = CpuGemm.panels(ROWS, tile) * tile;
    }

    /** What R v depends on besides its inputs' values, which never change. */
    private record Kept(double kappa, List<Storage> inputs) {}

    /** Inputs (u, v, s, w, …) and how their columns are cut, which depends on sizes only. */
    private final class Problem {
        final Kept key;
        final float[] u;
        final float[] v;
        final float[] s;
        final float[] w;
        final boolean uniform;
        final float kappa;

        /** What R is to be multiplied by: κ, and the weight of all pairs where there is one. */
        final float factor;

        final int n;
        final int m;
        final int k;

        /** Columns of a slice, whole tiles. */
        final int slice;

        final int slices;

        /** Rows in whole blocks and codes in whole tiles. */
        final int tiledRows;

        final int tiledCode;

        Problem(double kappa, List<Tensor> inputs) {
            key = new Kept(
                    kappa, inputs.subList(0, 4).stream().map(Tensor::storage).toList());
            u = Floats.of(inputs.get(0));
            v = Floats.of(inputs.get(1));
            s = Floats.of(inputs.get(2));
            w = Floats.of(inputs.get(3));
            uniform = inputs.get(3).shape().size() == 1;
            this.kappa = (float) kappa;
            factor = uniform ? this.kappa * w[0] : this.kappa;
            n = inputs.get(0).shape().dim(0);
            m = inputs.get(1).shape().dim(0);
            k = inputs.get(0).shape().dim(1);
            tiledRows = CpuGemm.panels(n, blockRows) * blockRows;
            tiledCode = CpuGemm.panels(k, width) * width;
            int most = Math.max(8, Math.min(64, PARTIAL_ELEMENTS / Math.max(1, tiledRows * tiledCode)));
            slice = CpuGemm.panels(CpuGemm.panels(m, height), most) * height;
            slices = CpuGemm.panels(m, slice);
        }

        int grain(int products) {
            return CpuGemm.grain(2L * products * n * slice * k);
        }

        /** u as tiles of columns of θᵀ, (panels, k, width), zeros beyond its rows; to be given back. */
        float[] packRows() {
            float[] to = pool.borrow((long) tiledRows * k);
            for (int i = 0; i < tiledRows; i += width) {
                int lines = Math.max(0, Math.min(width, n - i));
                CpuGemm.packPanel(u, i * k, k, 1, lines, k, width, to, i * k);
            }
            return to;
        }

        /** {@code count} rows of x from {@code row} as tiles of codes, (panels, count, width). */
        void packCodes(float[] x, int row, int count, float[] to) {
            for (int b = 0; b < k; b += width) {
                int lines = Math.min(width, k - b);
                if (lines == width) {
                    kernels.copy(x, row * k + b, k, to, b * count, width, count, width);
                } else {
                    CpuGemm.packPanel(x, row * k + b, 1, k, lines, count, width, to, b * count);
                }
            }
        }
    }

    /** One block of θᵀ, (columns, blockRows), which becomes R; a thread has one for all its blocks, in arrays that it keeps. */
    private final class Block {
        private final Problem of;
        private final float[] rowsOfU;
        private final Scratch own = Scratch.ofThread();
        private final float[] tile = own.edge(height * width);
        private final int[] starts = own.offsets(height);
        private final float[] theta = own.more(0, blockColumns * blockRows);
        private final float[] terms = own.more(1, blockColumns * blockRows);
        private final float[] turned = own.more(2, blockColumns * blockRows);
        private final float[] codesOfV;
        private int column;
        private int columns;
        private int row;
        private int rows;

        Block(Problem of, float[] rowsOfU) {
            this.of = of;
            this.rowsOfU = rowsOfU;
            this.codesOfV = own.more(3, blockColumns * of.tiledCode);
        }

        void columns(int from, int end) {
            column = from;
            columns = Math.min(blockColumns, end - from);
        }

        /** Rows from {@code from} on: their θ, the terms of the loss and R. */
        void pairs(int from) {
            row = from;
            rows = Math.min(blockRows, of.n - from);
            for (int j = 0; j < columns; j += height) {
                for (int i = 0; i < height; i++) {
                    starts[i] = Math.min(column + j + i, of.m - 1) * of.k;
                }
                for (int i = 0; i < blockRows; i += width) {
                    int to = j * blockRows + i;
                    kernels.multiplyRows(of.k, of.v, 0, starts, 0, rowsOfU, (row + i) * of.k, theta, to, blockRows);
                }
            }
            int count = columns * blockRows;
            turn(of.s);
            kernels.pairs(of.kappa, theta, turned, terms, count);
            if (!of.uniform) {
                turn(of.w);
                kernels.binary(BinaryOp.MUL, terms, 0, 1, turned, 0, 1, terms, 0, count);
                kernels.binary(BinaryOp.MUL, theta, 0, 1, turned, 0, 1, theta, 0, count);
            }
        }

        /** The block's pairs of x (n, m) as (columns, blockRows), zeros beyond them. */
        private void turn(float[] x) {
            CpuGemm.packPanel(x, row * of.m + column, of.m, 1, rows, columns, blockRows, turned, 0);
        }

        /** Adds the terms of the block's rows, halves of the columns to each other first. */
        void addLikelihood(double[] sums, int at) {
            for (int left = columns; left > 1; left = (left + 1) / 2) {
                int half = (left + 1) / 2 * blockRows;
                kernels.binary(BinaryOp.ADD, terms, 0, 1, terms, half, 1, terms, 0, left * blockRows - half);
            }
            for (int i = 0; i < rows; i++) {
                sums[at + row + i] += terms[i];
            }
        }

        /** Rows of v as tiles of codes, for {@link #byRows}. */
        void packColumns() {
            of.packCodes(of.v, column, columns, codesOfV);
        }

        /** Adds R times its columns' codes to the rows of {@code sums} at {@code at}, or begins them. */
        void byRows(float[] sums, int at, boolean add) {
            for (int i = 0; i < rows; i += height) {
                int to = at + (row + i) * of.tiledCode;
                for (int b = 0; b < of.tiledCode; b += width) {
                    int panel = b * columns;
                    if (add) {
                        kernels.multiply(columns, theta, i, blockRows, codesOfV, panel, tile, 0, width);
                        kernels.addTile(tile, sums, to + b, of.tiledCode);
                    } else {
                        kernels.multiply(columns, theta, i, blockRows, codesOfV, panel, sums, to + b, of.tiledCode);
                    }
                }
            }
        }

        /** Adds Rᵀ times its rows' codes, a part of n packed ones, to the block's columns' {@code sums}, or begins them. */
        void byColumns(float[] codes, float[] sums, boolean add) {
            for (int j = 0; j < columns; j += height) {
                for (int i = 0; i < height; i++) {
                    starts[i] = (j + i) * blockRows;
                }
                for (int b = 0; b < of.tiledCode; b += width) {
                    int panel = b * of.n + row * width;
                    int to = j * of.tiledCode + b;
                    if (add) {
                        kernels.multiplyRows(rows, theta, 0, starts, 0, codes, panel, tile, 0, width);
                        kernels.addTile(tile, sums, to, of.tiledCode);
                    } else {
                        kernels.multiplyRows(rows, theta, 0, starts, 0, codes, panel, sums, to, of.tiledCode);
                    }
                }
            }
        }
    }

    /** Inputs (u, v, s, w). */
    void rows(PairwiseLogistic op, List<Tensor> inputs, Floats y) {
        Problem of = new Problem(op.kappa(), inputs);
        float[] gu = pool.borrow((long) of.n * of.k);
        rows(of, y.values(), gu);
        y.keep(of.key, gu);
    }

    /** The row sums, and the gradient by u for gy = 1. */
    private void rows(Problem of, float[] y, float[] gu) {
        float[] rowsOfU = of.packRows();
        double[] sums = new double[of.slices * of.n];
        int length = of.tiledRows * of.tiledCode;
        float[] partial = pool.borrow((long) of.slices * length);
        workers.run(of.slices, of.grain(2), (from, to) -> {
            Block block = new Block(of, rowsOfU);
            for (int slice = from; slice < to; slice++) {
                int first = slice * of.slice;
                int end = Math.min(of.m, first + of.slice);
                for (int column = first; column < end; column += blockColumns) {
                    block.columns(column, end);
                    block.packColumns();
                    for (int row = 0; row < of.n; row += blockRows) {
                        block.pairs(row);
                        block.addLikelihood(sums, slice * of.n);
                        block.byRows(partial, slice * length, column > first);
                    }
                }
            }
        });
        for (int i = 0; i < of.n; i++) {
            double sum = 0;
            for (int slice = 0; slice < of.slices; slice++) {
                sum += sums[slice * of.n + i];
            }
            y[i] = (float) (of.uniform ? sum * of.w[0] : sum);
        }
        fold(of, partial, length, gu);
        pool.giveBack(partial);
        pool.giveBack(rowsOfU);
    }

    /** Inputs (u, v, s, w, y, gy); gradients (gu) or (gu, gv). */
    void gradient(PairwiseLogistic.Gradient op, List<Tensor> inputs, float[][] g) {
        Problem of = new Problem(op.kappa(), inputs);
        float[] gy = Floats.of(inputs.get(5));
        float[] kept = Floats.kept(inputs.get(4), of.key);
        if (kept == null) {
            float[] y = pool.borrow(of.n);
            rows(of, y, g[0]);
            pool.giveBack(y);
        }
        scaleRows(of, kept == null ? g[0] : kept, gy, g[0]);
        if (op.inputs() == 2) {
            columns(of, gy, g[1]);
        }
    }

    /** y_i = factor_i x_i. y may be x. */
    private void scaleRows(Problem of, float[] x, float[] factors, float[] y) {
        for (int i = 0; i < of.n; i++) {
            kernels.binary(BinaryOp.MUL, x, i * of.k, 1, factors, i, 0, y, i * of.k, of.k);
        }
    }

    /** gv = Rᵀ (gy ∘ u). */
    private void columns(Problem of, float[] gy, float[] gv) {
        float[] rowsOfU = of.packRows();
        float[] scaled = pool.borrow((long) of.n * of.k);
        scaleRows(of, of.u, gy, scaled);
        kernels.affine(scaled, 0, 0, of.factor, 0, scaled, 0, of.n * of.k);
        float[] codesOfU = pool.borrow((long) of.n * of.tiledCode);
        of.packCodes(scaled, 0, of.n, codesOfU);
        workers.run(of.slices, of.grain(2), (from, to) -> {
            Block block = new Block(of, rowsOfU);
            float[] sums = new float[blockColumns * of.tiledCode];
            int end = Math.min(of.m, to * of.slice);
            for (int column = from * of.slice; column < end; column += blockColumns) {
                block.columns(column, end);
                for (int row = 0; row < of.n; row += blockRows) {
                    block.pairs(row);
                    block.byColumns(codesOfU, sums, row > 0);
                }
                for (int j = 0; j < block.columns; j++) {
                    System.arraycopy(sums, j * of.tiledCode, gv, (column + j) * of.k, of.k);
                }
            }
        });
        pool.giveBack(codesOfU);
        pool.giveBack(scaled);
        pool.giveBack(rowsOfU);
    }

    /** gu = factor · Σ of the partial sums, slices ascending. */
    private void fold(Problem of, float[] partial, int length, float[] gu) {
        workers.run(of.n, CpuElementwise.rowsPerGrain(of.slices * of.k), (from, to) -> {
            for (int i = from; i < to; i++) {
                System.arraycopy(partial, i * of.tiledCode, gu, i * of.k, of.k);
                for (int slice = 1; slice < of.slices; slice++) {
                    int at = slice * length + i * of.tiledCode;
                    kernels.binary(BinaryOp.ADD, gu, i * of.k, 1, partial, at, 1, gu, i * of.k, of.k);
                }
                kernels.affine(gu, i * of.k, 0, of.factor, 0, gu, i * of.k, of.k);
            }
        });
    }
}
