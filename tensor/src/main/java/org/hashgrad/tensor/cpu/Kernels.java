package org.hashgrad.tensor.cpu;

import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.UnaryOp;

/**
 * The inner loops of the CPU backend over contiguous runs of arrays, each given as array and offset. There are two twins, plain Java
 * and SIMD. A run's results do not depend on where it starts, so work may be cut anywhere. An output may be one of the inputs at the
 * same offset.
 *
 * <p>Errors: {@link #affine}, {@link #residualRows}, {@link #binary} and the algebraic {@link UnaryOp}s round as written, so the twins agree to the bit; the
 * transcendental ones are within {@link #ULPS} units in the last place, SOFTPLUS and LOG_COSH of max(1, |x|).
 */
public interface Kernels {
    /** Largest error of a transcendental {@link UnaryOp} in units in the last place of its result. */
    int ULPS = 4;

    /** For people: {@code scalar} or {@code vector-512}. */
    String name();

    /** Rows of the tile of {@link #multiply}. */
    int tileRows();

    /** Columns of the tile of {@link #multiply}. */
    int tileColumns();

    /**
     * One tile of a matrix product, {@code c[i][j] = Σ_k a(k, i) b[k][j]} for {@code depth} steps, k ascending. Element (k, i) of the left
     * factor is {@code a[ao + k · step + i]}, so a packed panel has step tileRows; b is a packed panel (depth, tileColumns), k-major; c has
     * rows {@code stride} apart.
     */
    void multiply(int depth, float[] a, int ao, int step, float[] b, int bo, float[] c, int co, int stride);

    /** {@link #multiply} with element (k, i) of the left factor at {@code a[ao + rows[from + i] + k]}. */
    void multiplyRows(
            int depth, float[] a, int ao, int[] rows, int from, float[] b, int bo, float[] c, int co, int stride);

    /** {@code c[i][j] += sums[i][j]}: a contiguous tile of {@link #multiply} to rows {@code stride} apart. */
    void addTile(float[] sums, float[] c, int co, int stride);

    /** {@code rows} runs of {@code n} elements, the starts {@code stepX} and {@code stepY} apart; x and y are different arrays. */
    void copy(float[] x, int xo, int stepX, float[] y, int yo, int stepY, int rows, int n);

    /**
     * {@code y[yo + i] = values[at_j + i]} for the first j at which {@code x[at_j + i]} is largest, NaN counting as largest; i below n, j below
     * count.
     */
    void selectLargest(float[] x, int[] at, int count, float[] values, float[] y, int yo, int n);

    /** The j of {@link #selectLargest} for one i. */
    static int largest(float[] x, int[] at, int count, int i) {
        int first = 0;
        float best = x[at[0] + i];
        for (int j = 1; j < count; j++) {
            float value = x[at[j] + i];
            if (!(value <= best) && !Float.isNaN(best)) {
                best = value;
                first = j;
            }
        }
        return first;
    }

    /** {@code gx[at_j + i] += gy[go + i]} for the j of {@link #selectLargest}. */
    void addToLargest(float[] x, int[] at, int count, float[] gy, int go, float[] gx, int n);

    /** {@code y[yo + i] = (Σ_j x[at_j + i]) / divisor}, j ascending. */
    void mean(float[] x, int[] at, int count, float divisor, float[] y, int yo, int n);

    /** {@code gx[at_j + i] += gy[go + i] / divisor} for every j. */
    void addShares(float[] gy, int go, float divisor, float[] gx, int[] at, int count, int n);

    /** y_i = op(x_i). */
    void unary(UnaryOp op, float[] x, int xo, float[] y, int yo, int n);

    /** y_i = op(a_i, b_i); an operand of step 0 is one number for the whole run, else its step is 1. */
    void binary(BinaryOp op, float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n);

    /** y_i = (x_i − center) · scale + shift. */
    void affine(float[] x, int xo, float center, float scale, float shift, float[] y, int yo, int n);

    /** y_rc = (x_rc − center_c) · scale_c + shift_c over {@code rows} rows of n, x and y from {@code at}. y may be x. */
    void affineRows(float[] x, int at, int rows, int n, float[] center, float[] scale, float[] shift, float[] y);

    /** y_rc = ((z_rc − centerZ_c) − (x_rc − centerX_c) · slope_c) · scale_c, all from {@code at}. y may be z. */
    void residualRows(
            float[] x,
            float[] centerX,
            float[] slope,
            float[] z,
            float[] centerZ,
            float[] scale,
            int at,
            int rows,
            int n,
            float[] y);

    /**
     * sums_c += Σ_r (z_rc − centerZ_c) and products_c += Σ_r (x_rc − centerX_c)(z_rc − centerZ_c), r ascending, both from {@code at}. At most 67
     * float roundings per term, the rest is double.
     */
    void sumRows(
            float[] x,
            float[] centerX,
            float[] z,
            float[] centerZ,
            int at,
            int rows,
            int n,
            double[] sums,
            double[] products);

    /**
     * Σ (x_i − centerX)(z_i − centerZ), in an order that depends on n only. At most 19 float roundings per term, the rest is double: the
     * error is below γ₁₉ Σ|x_i − centerX||z_i − centerZ|.
     */
    double dot(float[] x, int xo, float centerX, float[] z, int zo, float centerZ, int n);

    /** y_i = f(y_i), i from at to at + n − 1. */
    default void activate(Activation f, float[] y, int at, int n) {
        switch (f) {
            case IDENTITY -> {}
            case RELU -> unary(UnaryOp.RELU, y, at, y, at, n);
            case TANH -> unary(UnaryOp.TANH, y, at, y, at, n);
        }
    }

    /** gx_i = gy_i · f′ from the output y, i from at to at + n − 1. gx may be y. */
    default void activateGradient(Activation f, float[] gy, float[] y, float[] gx, int at, int n) {
        switch (f) {
            case IDENTITY -> System.arraycopy(gy, at, gx, at, n);
            case RELU -> binary(BinaryOp.RELU_GRADIENT, gy, at, 1, y, at, 1, gx, at, n);
            case TANH -> binary(BinaryOp.TANH_GRADIENT, gy, at, 1, y, at, 1, gx, at, n);
        }
    }

    /**
     * The logistic likelihood of n pairs and its slope by t_i = κ x_i: {@code terms_i = softplus(t_i) − s_i t_i} and
     * {@code x_i ← σ(t_i) − s_i}, s_i being 0 or 1; softplus and σ are within {@link #ULPS} units in the last place of max(1, |t|) and 1.
     */
    void pairs(float kappa, float[] x, float[] s, float[] terms, int n);

    /**
     * Σ_ij softplus(a_i + b_j), i below na, j below nb, in an order that depends on na and nb only. The sums a_i + b_j are rounded to
     * float; the error of the rest is below γ₁₃₂ Σ_ij softplus plus {@link #ULPS} of each.
     */
    double softplusGrid(float[] a, int na, float[] b, int nb);

    /**
     * rows_i = Σ_j σ(a_i + b_j), columns_j = Σ_i σ(a_i + b_j), i below na, j below nb, in an order that depends on na and nb only; float
     * sums of terms that are {@link #ULPS} from right at the rounded a_i + b_j.
     */
    void sigmoidGrid(float[] a, int na, float[] b, int nb, float[] rows, float[] columns);
}
