package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.UnaryOp;

/** The plain-Java twin. Transcendental functions are computed in double and rounded once. */
final class ScalarKernels implements Kernels {
    private static final int TILE = 4;
    private static final ThreadLocal<LeftPanel> LEFT = ThreadLocal.withInitial(() -> new LeftPanel(TILE));

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int tileRows() {
        return TILE;
    }

    @Override
    public int tileColumns() {
        return TILE;
    }

    @Override
    public void multiply(int depth, float[] a, int ao, int step, float[] b, int bo, float[] c, int co, int stride) {
        for (int row = 0; row < TILE; row += 2) {
            float c00 = 0;
            float c01 = 0;
            float c02 = 0;
            float c03 = 0;
            float c10 = 0;
            float c11 = 0;
            float c12 = 0;
            float c13 = 0;
            for (int k = 0, i = ao + row, j = bo; k < depth; k++, i += step, j += TILE) {
                float a0 = a[i];
                float a1 = a[i + 1];
                float b0 = b[j];
                float b1 = b[j + 1];
                float b2 = b[j + 2];
                float b3 = b[j + 3];
                c00 += a0 * b0;
                c01 += a0 * b1;
                c02 += a0 * b2;
                c03 += a0 * b3;
                c10 += a1 * b0;
                c11 += a1 * b1;
                c12 += a1 * b2;
                c13 += a1 * b3;
            }
            store(c, co + row * stride, c00, c01, c02, c03);
            store(c, co + (row + 1) * stride, c10, c11, c12, c13);
        }
    }

    private static void store(float[] c, int co, float c0, float c1, float c2, float c3) {
        c[co] = c0;
        c[co + 1] = c1;
        c[co + 2] = c2;
        c[co + 3] = c3;
    }

    @Override
    public void multiplyRows(
            int depth, float[] a, int ao, int[] rows, int from, float[] b, int bo, float[] c, int co, int stride) {
        multiply(depth, LEFT.get().rows(depth, a, ao, rows, from), 0, TILE, b, bo, c, co, stride);
    }

    @Override
    public void addTile(float[] sums, float[] c, int co, int stride) {
        for (int i = 0; i < TILE; i++) {
            for (int j = 0; j < TILE; j++) {
                c[co + i * stride + j] += sums[i * TILE + j];
            }
        }
    }

    @Override
    public void copy(float[] x, int xo, int stepX, float[] y, int yo, int stepY, int rows, int n) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(x, xo + row * stepX, y, yo + row * stepY, n);
        }
    }

    @Override
    public void selectLargest(float[] x, int[] at, int count, float[] values, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = values[at[Kernels.largest(x, at, count, i)] + i];
        }
    }

    @Override
    public void addToLargest(float[] x, int[] at, int count, float[] gy, int go, float[] gx, int n) {
        for (int i = 0; i < n; i++) {
            gx[at[Kernels.largest(x, at, count, i)] + i] += gy[go + i];
        }
    }

    @Override
    public void mean(float[] x, int[] at, int count, float divisor, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            float sum = 0;
            for (int j = 0; j < count; j++) {
                sum += x[at[j] + i];
            }
            y[yo + i] = sum / divisor;
        }
    }

    @Override
    public void addShares(float[] gy, int go, float divisor, float[] gx, int[] at, int count, int n) {
        for (int j = 0; j < count; j++) {
            for (int i = 0; i < n; i++) {
                gx[at[j] + i] += gy[go + i] / divisor;
            }
        }
    }

    @Override
    public void unary(UnaryOp op, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = apply(op, x[xo + i]);
        }
    }

    private static float apply(UnaryOp op, float x) {
        return switch (op) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SGN -> Float.isNaN(x) ? x : x >= 0 ? 1 : -1;
            case SQUARE -> x * x;
            case SQRT -> (float) Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            case EXP -> (float) Math.exp(x);
            case LOG -> (float) Math.log(x);
            case TANH -> (float) Math.tanh(x);
            case SIGMOID -> sigmoid(x);
            case SOFTPLUS -> (float) (Math.max((double) x, 0) + Math.log1p(Math.exp(-Math.abs((double) x))));
            case LOG_COSH -> (float) (Math.abs((double) x) + Math.log1p(Math.exp(-2 * Math.abs((double) x))) - LOG_2);
            case RELU -> Math.max(x, 0);
        };
    }

    private static final double LOG_2 = Math.log(2);

    private static float sigmoid(double x) {
        double e = Math.exp(-Math.abs(x));
        return (float) ((x >= 0 ? 1 : e) / (1 + e));
    }

    @Override
    public void binary(
            BinaryOp op, float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = apply(op, a[ao + i * stepA], b[bo + i * stepB]);
        }
    }

    private static float apply(BinaryOp op, float a, float b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case GREATER -> a > b ? 1 : 0;
            case EQUAL -> a == b ? 1 : 0;
            case TANH_GRADIENT -> a * (1 - b * b);
            case SIGMOID_GRADIENT -> a * b * (1 - b);
            case RELU_GRADIENT -> Float.isNaN(b) ? b : b > 0 ? a : 0;
        };
    }

    @Override
    public void affine(float[] x, int xo, float center, float scale, float shift, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (x[xo + i] - center) * scale + shift;
        }
    }

    @Override
    public void affineRows(
            float[] x, int at, int rows, int n, float[] center, float[] scale, float[] shift, float[] y) {
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < n; c++) {
                int i = at + row * n + c;
                y[i] = (x[i] - center[c]) * scale[c] + shift[c];
            }
        }
    }

    @Override
    public void residualRows(
            float[] x,
            float[] centerX,
            float[] slope,
            float[] z,
            float[] centerZ,
            float[] scale,
            int at,
            int rows,
            int n,
            float[] y) {
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < n; c++) {
                int i = at + row * n + c;
                y[i] = ((z[i] - centerZ[c]) - (x[i] - centerX[c]) * slope[c]) * scale[c];
            }
        }
    }

    @Override
    public void sumRows(
            float[] x,
            float[] centerX,
            float[] z,
            float[] centerZ,
            int at,
            int rows,
            int n,
            double[] sums,
            double[] products) {
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < n; c++) {
                int i = at + row * n + c;
                float term = z[i] - centerZ[c];
                sums[c] += term;
                products[c] += (double) (x[i] - centerX[c]) * term;
            }
        }
    }

    @Override
    public double dot(float[] x, int xo, float centerX, float[] z, int zo, float centerZ, int n) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < n; i += 2) {
            even += (double) (x[xo + i] - centerX) * (z[zo + i] - centerZ);
            odd += (double) (x[xo + i + 1] - centerX) * (z[zo + i + 1] - centerZ);
        }
        return i < n ? even + odd + (double) (x[xo + i] - centerX) * (z[zo + i] - centerZ) : even + odd;
    }

    @Override
    public void pairs(float kappa, float[] x, float[] s, float[] terms, int n) {
        for (int i = 0; i < n; i++) {
            float t = kappa * x[i];
            terms[i] = apply(UnaryOp.SOFTPLUS, t) - s[i] * t;
            x[i] = sigmoid(t) - s[i];
        }
    }

    /** Σ log1p(e) as log1p of p = Π(1 + e) − 1, taken before the product overflows. */
    @Override
    public double softplusGrid(float[] a, int na, float[] b, int nb) {
        double total = 0;
        double p = 0;
        for (int i = 0; i < na; i++) {
            for (int j = 0; j < nb; j++) {
                double t = a[i] + b[j];
                p += Math.exp(-Math.abs(t)) * (1 + p);
                total += Math.max(t, 0);
                if (p > 0x1p1000) {
                    total += Math.log1p(p);
                    p = 0;
                }
            }
        }
        return total + Math.log1p(p);
    }

    @Override
    public void sigmoidGrid(float[] a, int na, float[] b, int nb, float[] rows, float[] columns) {
        Arrays.fill(columns, 0, nb, 0);
        for (int i = 0; i < na; i++) {
            double sum = 0;
            for (int j = 0; j < nb; j++) {
                float sigma = sigmoid(a[i] + b[j]);
                columns[j] += sigma;
                sum += sigma;
            }
            rows[i] = (float) sum;
        }
    }
}
