package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.TripletLogistic;

/** {@link TripletLogistic} row by row: the drawn columns are listed, and the grid of their pairs is summed as it is computed. */
final class CpuTriplet {
    private final Workers workers;
    private final Kernels kernels;
    private final Floats.Pool pool;
    private final CpuGemm gemm;

    CpuTriplet(Workers workers, Kernels kernels, Floats.Pool pool, CpuGemm gemm) {
        this.workers = workers;
        this.kernels = kernels;
        this.pool = pool;
        this.gemm = gemm;
    }

    /** The drawn columns of one row; a thread has one for all its rows. */
    private final class Row {
        private final double kappa;
        private final double margin;
        private final float[][] in;
        private final int m;
        private final int k;
        private final int[] positive;
        private final int[] negative;
        private int positives;
        private int negatives;

        /** margin − θ of the positives, θ of the negatives. */
        private final float[] a;

        private final float[] b;

        Row(double kappa, double margin, float[][] in, int m, int k) {
            this.kappa = kappa;
            this.margin = margin;
            this.in = in;
            this.m = m;
            this.k = k;
            positive = new int[m];
            negative = new int[m];
            a = new float[m];
            b = new float[m];
        }

        /** Lists what row i draws. False when one of its u, s and d is not a number. */
        boolean draw(int i) {
            float[] u = in[0];
            float[] s = in[2];
            float[] d = in[3];
            boolean numbers = !isNaN(u, i * k, k);
            positives = 0;
            negatives = 0;
            for (int j = 0, at = i * m; j < m; j++, at++) {
                numbers &= !Float.isNaN(s[at]) && !Float.isNaN(d[at]);
                if (d[at] == 0) {
                    continue;
                }
                if (s[at] != 0) {
                    positive[positives++] = j;
                } else {
                    negative[negatives++] = j;
                }
            }
            for (int p = 0; p < positives; p++) {
                a[p] = (float) margin - theta(i, positive[p]);
            }
            for (int q = 0; q < negatives; q++) {
                b[q] = theta(i, negative[q]);
            }
            return numbers;
        }

        private float theta(int i, int j) {
            return (float) (kappa * kernels.dot(in[0], i * k, 0, in[1], j * k, 0, k));
        }
    }

    private boolean isNaN(float[] x, int from, int count) {
        return Double.isNaN(kernels.dot(x, from, 0, x, from, 0, count));
    }

    /** Inputs (u, v, s, d). */
    void rows(TripletLogistic op, float[][] in, Shape u, Shape v, float[] y) {
        int m = v.dim(0);
        int k = v.dim(1);
        boolean numbers = !isNaN(in[1], 0, m * k);
        workers.run(u.dim(0), 1, (from, to) -> {
            Row row = new Row(op.kappa(), op.margin(), in, m, k);
            for (int i = from; i < to; i++) {
                y[i] = row.draw(i) && numbers
                        ? (float) kernels.softplusGrid(row.a, row.positives, row.b, row.negatives)
                        : Float.NaN;
            }
        });
    }

    /** Inputs (u, v, s, d, y, gy); gradients (gu) or (gu, gv). The derivatives by θ are kept only for gv, which mixes the rows. */
    void gradient(TripletLogistic.Gradient op, float[][] in, Shape u, Shape v, float[][] g) {
        int n = u.dim(0);
        int m = v.dim(0);
        int k = v.dim(1);
        boolean numbers = !isNaN(in[1], 0, m * k);
        boolean both = op.inputs() == 2;
        float[] slopes = pool.borrow(both ? (long) n * m : 1);
        workers.run(n, 1, (from, to) -> {
            Row row = new Row(op.kappa(), op.margin(), in, m, k);
            float[] ofPositive = new float[m];
            float[] ofNegative = new float[m];
            for (int i = from; i < to; i++) {
                float scale = (float) (op.kappa() * in[5][i]);
                float missing = row.draw(i) && numbers && !Float.isNaN(scale) ? 0 : Float.NaN;
                kernels.sigmoidGrid(row.a, row.positives, row.b, row.negatives, ofPositive, ofNegative);
                kernels.affine(ofPositive, 0, 0, -scale, 0, ofPositive, 0, row.positives);
                kernels.affine(ofNegative, 0, 0, scale, 0, ofNegative, 0, row.negatives);
                Arrays.fill(g[0], i * k, i * k + k, missing);
                addRows(row.positive, row.positives, ofPositive, in[1], k, g[0], i * k);
                addRows(row.negative, row.negatives, ofNegative, in[1], k, g[0], i * k);
                if (both) {
                    Arrays.fill(slopes, i * m, i * m + m, missing);
                    scatter(row.positive, row.positives, ofPositive, slopes, i * m);
                    scatter(row.negative, row.negatives, ofNegative, slopes, i * m);
                }
            }
        });
        if (both) {
            gemm.multiply(slopes, true, in[0], false, m, k, n, g[1]);
        }
        pool.giveBack(slopes);
    }

    /** y += Σ_j factor_j x[rows_j]. */
    private static void addRows(int[] rows, int count, float[] factors, float[] x, int k, float[] y, int yo) {
        for (int j = 0; j < count; j++) {
            float factor = factors[j];
            int xo = rows[j] * k;
            for (int b = 0; b < k; b++) {
                y[yo + b] += factor * x[xo + b];
            }
        }
    }

    /** Adds to the places of the columns, so that what is missing stays so. */
    private static void scatter(int[] columns, int count, float[] values, float[] y, int yo) {
        for (int j = 0; j < count; j++) {
            y[yo + columns[j]] += values[j];
        }
    }
}
