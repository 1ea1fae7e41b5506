package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;

/**
 * {@link PairwiseLogistic} block by block: θ of a few rows and columns is computed, used and overwritten by R for gy = 1. Row i of the gradient by u
 * is gy_i times row i of R v, which is made along with the row sums y and kept with them.
 *
 * <pre>
 *           v   slices of columns, one thread each        block: TILES × TILES register tiles of θ, then of R
 *          +------+------+------+                         gu of a slice: a partial sum, (slices, n, k), folded at the end
 *      u   |[][][]|      |      |                         gv of a block's columns: complete after the last row
 *          |[][]..|      |      |
 *          +------+------+------+
 * </pre>
 */
final class CpuPairwise {
    private static final int TILES = 4;
    private static final int PARTIAL_ELEMENTS = 1 << 19;
    private final Workers workers;
    private final Kernels kernels;
    private final Floats.Pool pool;
    private final int height;
    private final int width;

    CpuPairwise(Workers workers, Kernels kernels, Floats.Pool pool) {
        this.workers = workers;
        this.kernels = kernels;
        this.pool = pool;
        this.height = kernels.tileRows();
        this.width = kernels.tileColumns();
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
        final int n;
        final int m;
        final int k;

        /** Columns of a slice, whole tiles. */
        final int slice;

        final int slices;

        /** Rows and codes in whole tiles. */
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
            n = inputs.get(0).shape().dim(0);
            m = inputs.get(1).shape().dim(0);
            k = inputs.get(0).shape().dim(1);
            tiledRows = CpuGemm.panels(n, height) * height;
            tiledCode = CpuGemm.panels(k, width) * width;
            int most = Math.max(8, Math.min(64, PARTIAL_ELEMENTS / Math.max(1, tiledRows * tiledCode)));
            slice = CpuGemm.panels(CpuGemm.panels(m, width), most) * width;
            slices = CpuGemm.panels(m, slice);
        }

        int grain(int products) {
            return CpuGemm.grain(2L * products * n * slice * k);
        }

        /** u as tiles of rows, (panels, k, height). */
        void packRows(float[] to) {
            for (int i = 0; i < n; i += height) {
                CpuGemm.packPanel(u, i * k, k, 1, Math.min(height, n - i), k, height, to, i * k);
            }
        }

        /** {@code count} rows of x from {@code row} as tiles of codes, (panels, count, width). */
        void packCodes(float[] x, int row, int count, float[] to) {
            for (int b = 0; b < k; b += width) {
                CpuGemm.packPanel(x, row * k + b, 1, k, Math.min(width, k - b), count, width, to, b * count);
            }
        }
    }

    /** One block of θ, which becomes R; a thread has one for all its blocks, in arrays that it keeps. */
    private final class Block {
        private final Problem of;
        private final float[] rowsOfU;
        private final int stride = TILES * width;
        private final Scratch own = Scratch.ofThread();
        private final float[] tile = own.edge(height * width);
        private final float[] theta = own.more(0, TILES * height * stride);
        private final float[] terms = own.more(1, TILES * height * stride);
        private final float[] product = new float[stride];
        private final float[] weights;
        private final float[] columnsOfV;
        private final float[] packed = own.more(2, height * Math.max(stride, TILES * height));
        private int column;
        private int columns;
        private int row;
        private int rows;

        Block(Problem of, float[] rowsOfU) {
            this.of = of;
            this.rowsOfU = rowsOfU;
            this.columnsOfV = own.more(3, of.k * stride);
            this.weights = new float[of.uniform ? stride : 0];
            Arrays.fill(weights, of.w[0]);
        }

        void columns(int from, int count) {
            column = from;
            columns = count;
            for (int j = 0; j < count; j += width) {
                int lines = Math.min(width, count - j);
                CpuGemm.packPanel(of.v, (from + j) * of.k, of.k, 1, lines, of.k, width, columnsOfV, j * of.k);
            }
        }

        void theta(int from) {
            row = from;
            rows = Math.min(TILES * height, of.n - from);
            for (int i = 0; i < rows; i += height) {
                for (int j = 0; j < columns; j += width) {
                    kernels.multiply(
                            of.k,
                            rowsOfU,
                            (row + i) * of.k,
                            height,
                            columnsOfV,
                            j * of.k,
                            theta,
                            i * stride + j,
                            stride);
                }
            }
            kernels.affine(theta, 0, 0, of.kappa, 0, theta, 0, rows * stride);
        }

        /** Adds the terms of the block's rows. */
        void addLikelihood(double[] sums, int at) {
            kernels.unary(UnaryOp.SOFTPLUS, theta, 0, terms, 0, rows * stride);
            for (int i = 0; i < rows; i++) {
                int here = i * stride;
                int pair = (row + i) * of.m + column;
                kernels.binary(BinaryOp.MUL, of.s, pair, 1, theta, here, 1, product, 0, columns);
                kernels.binary(BinaryOp.SUB, terms, here, 1, product, 0, 1, terms, here, columns);
                sums[at + row + i] += of.uniform
                        ? kernels.dot(terms, here, 0, weights, 0, 0, columns)
                        : kernels.dot(terms, here, 0, of.w, pair, 0, columns);
            }
        }

        /** R_ij = κ w_ij (σ(θ_ij) − s_ij). */
        void residual() {
            kernels.unary(UnaryOp.SIGMOID, theta, 0, theta, 0, rows * stride);
            for (int i = 0; i < rows; i++) {
                int here = i * stride;
                int pair = (row + i) * of.m + column;
                kernels.binary(BinaryOp.SUB, theta, here, 1, of.s, pair, 1, theta, here, columns);
                if (!of.uniform) {
                    kernels.binary(BinaryOp.MUL, theta, here, 1, of.w, pair, 1, theta, here, columns);
                }
            }
            kernels.affine(theta, 0, 0, of.uniform ? of.kappa * of.w[0] : of.kappa, 0, theta, 0, rows * stride);
        }

        /** Adds R times its columns' codes to the rows of {@code sums} at {@code at}, or begins them. */
        void byRows(float[] codes, float[] sums, int at, boolean add) {
            for (int i = 0; i < rows; i += height) {
                int lines = Math.min(height, rows - i);
                CpuGemm.packPanel(theta, i * stride, stride, 1, lines, columns, height, packed, 0);
                multiply(columns, codes, 0, columns, sums, at + (row + i) * of.tiledCode, add);
            }
        }

        /** Adds Rᵀ times its rows' codes, a part of n packed ones, to the block's columns' {@code sums}, or begins them. */
        void byColumns(float[] codes, float[] sums, boolean add) {
            for (int j = 0; j < columns; j += height) {
                int lines = Math.min(height, columns - j);
                CpuGemm.packPanel(theta, j, 1, stride, lines, rows, height, packed, 0);
                multiply(rows, codes, row, of.n, sums, j * of.tiledCode, add);
            }
        }

        /** One row of tiles: the packed panel times {@code depth} of the {@code length} rows of codes, from {@code first}. */
        private void multiply(int depth, float[] codes, int first, int length, float[] to, int at, boolean add) {
            for (int b = 0; b < of.tiledCode; b += width) {
                int panel = b * length + first * width;
                if (add) {
                    kernels.multiply(depth, packed, 0, height, codes, panel, tile, 0, width);
                    kernels.addTile(tile, to, at + b, of.tiledCode);
                } else {
                    kernels.multiply(depth, packed, 0, height, codes, panel, to, at + b, of.tiledCode);
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
        float[] rowsOfU = pool.borrow((long) of.tiledRows * of.k);
        of.packRows(rowsOfU);
        double[] sums = new double[of.slices * of.n];
        int length = of.tiledRows * of.tiledCode;
        float[] partial = pool.borrow((long) of.slices * length);
        workers.run(of.slices, of.grain(2), (from, to) -> {
            Block block = new Block(of, rowsOfU);
            float[] codesOfV = block.own.more(4, block.stride * of.tiledCode);
            for (int slice = from; slice < to; slice++) {
                int first = slice * of.slice;
                int end = Math.min(of.m, first + of.slice);
                for (int column = first; column < end; column += block.stride) {
                    block.columns(column, Math.min(block.stride, end - column));
                    of.packCodes(of.v, column, block.columns, codesOfV);
                    for (int row = 0; row < of.n; row += TILES * height) {
                        block.theta(row);
                        block.addLikelihood(sums, slice * of.n);
                        block.residual();
                        block.byRows(codesOfV, partial, slice * length, column > first);
                    }
                }
            }
        });
        for (int i = 0; i < of.n; i++) {
            double sum = 0;
            for (int slice = 0; slice < of.slices; slice++) {
                sum += sums[slice * of.n + i];
            }
            y[i] = (float) sum;
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
        float[] rowsOfU = pool.borrow((long) of.tiledRows * of.k);
        of.packRows(rowsOfU);
        float[] scaled = pool.borrow((long) of.n * of.k);
        scaleRows(of, of.u, gy, scaled);
        float[] codesOfU = pool.borrow((long) of.n * of.tiledCode);
        of.packCodes(scaled, 0, of.n, codesOfU);
        workers.run(of.slices, of.grain(2), (from, to) -> {
            Block block = new Block(of, rowsOfU);
            float[] sums = new float[(block.stride + height) * of.tiledCode];
            int end = Math.min(of.m, to * of.slice);
            for (int column = from * of.slice; column < end; column += block.stride) {
                block.columns(column, Math.min(block.stride, end - column));
                for (int row = 0; row < of.n; row += TILES * height) {
                    block.theta(row);
                    block.residual();
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

    /** gu = Σ of the partial sums, slices ascending. */
    private void fold(Problem of, float[] partial, int length, float[] gu) {
        workers.run(of.n, CpuElementwise.rowsPerGrain(of.slices * of.k), (from, to) -> {
            for (int i = from; i < to; i++) {
                System.arraycopy(partial, i * of.tiledCode, gu, i * of.k, of.k);
                for (int slice = 1; slice < of.slices; slice++) {
                    int at = slice * length + i * of.tiledCode;
                    kernels.binary(BinaryOp.ADD, gu, i * of.k, 1, partial, at, 1, gu, i * of.k, of.k);
                }
            }
        });
    }
}
