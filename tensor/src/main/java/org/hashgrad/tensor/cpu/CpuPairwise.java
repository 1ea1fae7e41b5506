package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;

/**
 * {@link PairwiseLogistic} block by block: θ of a few rows and columns is computed, used and overwritten.
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

    /** Inputs (u, v, s, w, …) and how their columns are cut, which depends on sizes only. */
    private final class Problem {
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

    /** One block of θ, which becomes R; a thread has one for all its blocks. */
    private final class Block {
        private final Problem of;
        private final float[] rowsOfU;
        private final int stride = TILES * width;
        private final float[] theta = new float[TILES * height * stride];
        private final float[] softplus = new float[theta.length];
        private final float[] weights;
        private final float[] columnsOfV;
        private int column;
        private int columns;
        private int row;
        private int rows;

        Block(Problem of, float[] rowsOfU) {
            this.of = of;
            this.rowsOfU = rowsOfU;
            this.columnsOfV = new float[of.k * stride];
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
                            stride,
                            false);
                }
            }
            kernels.affine(theta, 0, 0, of.kappa, 0, theta, 0, rows * stride);
        }

        /** Adds the terms of the block's rows. */
        void addLikelihood(double[] sums, int at) {
            kernels.unary(UnaryOp.SOFTPLUS, theta, 0, softplus, 0, rows * stride);
            for (int i = 0; i < rows; i++) {
                int here = i * stride;
                int pair = (row + i) * of.m + column;
                kernels.binary(BinaryOp.MUL, of.s, pair, 1, theta, here, 1, theta, here, columns);
                kernels.binary(BinaryOp.SUB, softplus, here, 1, theta, here, 1, theta, here, columns);
                sums[at + row + i] += of.uniform
                        ? kernels.dot(theta, here, 0, weights, 0, 0, columns)
                        : kernels.dot(theta, here, 0, of.w, pair, 0, columns);
            }
        }

        /** R_ij = κ gy_i w_ij (σ(θ_ij) − s_ij). */
        void residual(float[] gy) {
            kernels.unary(UnaryOp.SIGMOID, theta, 0, theta, 0, rows * stride);
            for (int i = 0; i < rows; i++) {
                int here = i * stride;
                int pair = (row + i) * of.m + column;
                kernels.binary(BinaryOp.SUB, theta, here, 1, of.s, pair, 1, theta, here, columns);
                if (of.uniform) {
                    kernels.affine(theta, here, 0, of.w[0], 0, theta, here, columns);
                } else {
                    kernels.binary(BinaryOp.MUL, theta, here, 1, of.w, pair, 1, theta, here, columns);
                }
                kernels.affine(theta, here, 0, of.kappa * gy[row + i], 0, theta, here, columns);
            }
        }
    }

    /** Inputs (u, v, s, w). */
    void rows(PairwiseLogistic op, List<Tensor> inputs, float[] y) {
        Problem of = new Problem(op.kappa(), inputs);
        float[] rowsOfU = pool.borrow((long) of.tiledRows * of.k);
        of.packRows(rowsOfU);
        double[] sums = new double[of.slices * of.n];
        workers.run(of.slices, of.grain(1), (from, to) -> {
            Block block = new Block(of, rowsOfU);
            for (int slice = from; slice < to; slice++) {
                int end = Math.min(of.m, (slice + 1) * of.slice);
                for (int column = slice * of.slice; column < end; column += block.stride) {
                    block.columns(column, Math.min(block.stride, end - column));
                    for (int row = 0; row < of.n; row += TILES * height) {
                        block.theta(row);
                        block.addLikelihood(sums, slice * of.n);
                    }
                }
            }
        });
        pool.giveBack(rowsOfU);
        for (int i = 0; i < of.n; i++) {
            double sum = 0;
            for (int slice = 0; slice < of.slices; slice++) {
                sum += sums[slice * of.n + i];
            }
            y[i] = (float) sum;
        }
    }

    /** The products of one block's R with v and u; a thread has one for all its blocks. */
    private final class Products {
        private final Block block;
        private final Problem of;
        private final float[] codesOfU;
        private final float[] codesOfV;
        private final float[] packed;
        private final float[] columnSums;

        Products(Block block, float[] codesOfU, boolean both) {
            this.block = block;
            this.of = block.of;
            this.codesOfU = codesOfU;
            this.codesOfV = new float[block.stride * of.tiledCode];
            this.packed = new float[height * Math.max(block.stride, TILES * height)];
            this.columnSums = new float[both ? (block.stride + height) * of.tiledCode : 0];
        }

        void columns() {
            of.packCodes(of.v, block.column, block.columns, codesOfV);
        }

        /** Adds R v to the partial sum of gu at {@code at}, or begins it. */
        void byRows(float[] partial, int at, boolean add) {
            for (int i = 0; i < block.rows; i += height) {
                int lines = Math.min(height, block.rows - i);
                CpuGemm.packPanel(
                        block.theta, i * block.stride, block.stride, 1, lines, block.columns, height, packed, 0);
                multiply(block.columns, codesOfV, 0, block.columns, partial, at + (block.row + i) * of.tiledCode, add);
            }
        }

        /** Adds Rᵀ u to the block's rows of gv, or begins them. */
        void byColumns(boolean add) {
            for (int j = 0; j < block.columns; j += height) {
                int lines = Math.min(height, block.columns - j);
                CpuGemm.packPanel(block.theta, j, 1, block.stride, lines, block.rows, height, packed, 0);
                multiply(block.rows, codesOfU, block.row, of.n, columnSums, j * of.tiledCode, add);
            }
        }

        /** One row of tiles: the packed panel times {@code depth} of the {@code length} rows of codes, from {@code first}. */
        private void multiply(int depth, float[] codes, int first, int length, float[] to, int at, boolean add) {
            for (int b = 0; b < of.tiledCode; b += width) {
                int panel = b * length + first * width;
                kernels.multiply(depth, packed, 0, height, codes, panel, to, at + b, of.tiledCode, add);
            }
        }

        void storeColumns(float[] gv) {
            for (int j = 0; j < block.columns; j++) {
                System.arraycopy(columnSums, j * of.tiledCode, gv, (block.column + j) * of.k, of.k);
            }
        }
    }

    /** Inputs (u, v, s, w, y, gy); gradients (gu) or (gu, gv). */
    void gradient(PairwiseLogistic.Gradient op, List<Tensor> inputs, float[][] g) {
        Problem of = new Problem(op.kappa(), inputs);
        float[] gy = Floats.of(inputs.get(5));
        boolean both = op.inputs() == 2;
        float[] rowsOfU = pool.borrow((long) of.tiledRows * of.k);
        of.packRows(rowsOfU);
        float[] codesOfU = pool.borrow(both ? (long) of.n * of.tiledCode : 1);
        if (both) {
            of.packCodes(of.u, 0, of.n, codesOfU);
        }
        int length = of.tiledRows * of.tiledCode;
        float[] partial = pool.borrow((long) of.slices * length);
        workers.run(of.slices, of.grain(both ? 3 : 2), (from, to) -> {
            Block block = new Block(of, rowsOfU);
            Products products = new Products(block, codesOfU, both);
            for (int slice = from; slice < to; slice++) {
                int first = slice * of.slice;
                int end = Math.min(of.m, first + of.slice);
                for (int column = first; column < end; column += block.stride) {
                    block.columns(column, Math.min(block.stride, end - column));
                    products.columns();
                    for (int row = 0; row < of.n; row += TILES * height) {
                        block.theta(row);
                        block.residual(gy);
                        products.byRows(partial, slice * length, column > first);
                        if (both) {
                            products.byColumns(row > 0);
                        }
                    }
                    if (both) {
                        products.storeColumns(g[1]);
                    }
                }
            }
        });
        fold(of, partial, length, g[0]);
        pool.giveBack(partial);
        pool.giveBack(codesOfU);
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
