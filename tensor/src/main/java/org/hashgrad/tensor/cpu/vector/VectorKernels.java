package org.hashgrad.tensor.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.UnaryOp;
import org.hashgrad.tensor.cpu.Kernels;
import org.hashgrad.tensor.cpu.LeftPanel;

/**
 * The SIMD twin, in vectors of the width the JVM prefers. The end of a run that does not fill a vector goes through a short array and
 * the same code, so an element's result does not depend on its place.
 */
public final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int STEPS = 16;

    /** For vectors that have no tile over unpacked factors. */
    private static final ThreadLocal<LeftPanel> LEFT = ThreadLocal.withInitial(() -> new LeftPanel(VectorTile.ROWS));

    @Override
    public String name() {
        return "vector-" + SPECIES.vectorBitSize();
    }

    @Override
    public int tileRows() {
        return VectorTile.ROWS;
    }

    @Override
    public int tileColumns() {
        return VectorTile.COLUMNS;
    }

    @Override
    public void multiply(int depth, float[] a, int ao, int step, float[] b, int bo, float[] c, int co, int stride) {
        VectorTile.multiply(depth, a, ao, step, b, bo, c, co, stride);
    }

    @Override
    public void multiplyRows(
            int depth, float[] a, int ao, int[] rows, int from, float[] b, int bo, float[] c, int co, int stride) {
        if (VectorTile.ROWS == VectorWindows.ROWS) {
            VectorWindows.rows(depth, a, ao, rows, from, b, bo, c, co, stride);
        } else {
            float[] panel = LEFT.get().rows(depth, a, ao, rows, from);
            VectorTile.multiply(depth, panel, 0, VectorTile.ROWS, b, bo, c, co, stride);
        }
    }

    @Override
    public void addTile(float[] sums, float[] c, int co, int stride) {
        for (int row = 0; row < VectorTile.ROWS; row++) {
            int from = row * VectorTile.COLUMNS;
            int to = co + row * stride;
            FloatVector first = FloatVector.fromArray(SPECIES, c, to);
            FloatVector second = FloatVector.fromArray(SPECIES, c, to + LANES);
            first.add(FloatVector.fromArray(SPECIES, sums, from)).intoArray(c, to);
            second.add(FloatVector.fromArray(SPECIES, sums, from + LANES)).intoArray(c, to + LANES);
        }
    }

    @Override
    public void copy(float[] x, int xo, int stepX, float[] y, int yo, int stepY, int rows, int n) {
        if (n == VectorTile.COLUMNS) {
            for (int row = 0; row < rows; row++) {
                FloatVector first = FloatVector.fromArray(SPECIES, x, xo + row * stepX);
                FloatVector second = FloatVector.fromArray(SPECIES, x, xo + row * stepX + LANES);
                first.intoArray(y, yo + row * stepY);
                second.intoArray(y, yo + row * stepY + LANES);
            }
            return;
        }
        for (int row = 0; row < rows; row++) {
            System.arraycopy(x, xo + row * stepX, y, yo + row * stepY, n);
        }
    }

    @Override
    public void unary(UnaryOp op, float[] x, int xo, float[] y, int yo, int n) {
        int whole = n - n % LANES;
        VectorUnary.apply(op, x, xo, y, yo, whole);
        if (whole < n) {
            float[] end = end(x, xo, 1, whole, n);
            VectorUnary.apply(op, end, 0, end, 0, LANES);
            System.arraycopy(end, 0, y, yo + whole, n - whole);
        }
    }

    @Override
    public void binary(
            BinaryOp op, float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        int whole = n - n % LANES;
        VectorBinary.apply(op, a, ao, stepA, b, bo, stepB, y, yo, whole);
        if (whole < n) {
            float[] endA = end(a, ao, stepA, whole, n);
            VectorBinary.apply(op, endA, 0, stepA, end(b, bo, stepB, whole, n), 0, stepB, endA, 0, LANES);
            System.arraycopy(endA, 0, y, yo + whole, n - whole);
        }
    }

    /** The last elements of a run, or its one number where the step is 0. */
    private static float[] end(float[] x, int xo, int step, int from, int to) {
        float[] end = new float[LANES];
        System.arraycopy(x, xo + from * step, end, 0, step == 0 ? 1 : to - from);
        return end;
    }

    @Override
    public void affine(float[] x, int xo, float center, float scale, float shift, float[] y, int yo, int n) {
        int whole = n - n % LANES;
        FloatVector centers = FloatVector.broadcast(SPECIES, center);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector.fromArray(SPECIES, x, xo + i)
                    .sub(centers)
                    .mul(scales)
                    .add(shifts)
                    .intoArray(y, yo + i);
        }
        for (int i = whole; i < n; i++) {
            y[yo + i] = (x[xo + i] - center) * scale + shift;
        }
    }

    /** Each lane adds at most {@link #STEPS} products in float; the lanes are added in double. */
    @Override
    public double dot(float[] x, int xo, float centerX, float[] z, int zo, float centerZ, int n) {
        int whole = n - n % LANES;
        FloatVector centersX = FloatVector.broadcast(SPECIES, centerX);
        FloatVector centersZ = FloatVector.broadcast(SPECIES, centerZ);
        float[] lanes = new float[LANES];
        double total = 0;
        for (int from = 0; from < whole; from += STEPS * LANES) {
            int end = Math.min(whole, from + STEPS * LANES);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = from; i < end; i += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i).sub(centersX);
                sum = FloatVector.fromArray(SPECIES, z, zo + i).sub(centersZ).fma(v, sum);
            }
            sum.intoArray(lanes, 0);
            for (float lane : lanes) {
                total += lane;
            }
        }
        for (int i = whole; i < n; i++) {
            total += (double) (x[xo + i] - centerX) * (z[zo + i] - centerZ);
        }
        return total;
    }

    @Override
    public void pairs(float kappa, float[] x, float[] s, float[] terms, int n) {
        int whole = n - n % LANES;
        VectorPairs.apply(kappa, x, s, terms, whole);
        if (whole < n) {
            float[] end = end(x, 0, 1, whole, n);
            float[] ofEnd = new float[LANES];
            VectorPairs.apply(kappa, end, end(s, 0, 1, whole, n), ofEnd, LANES);
            System.arraycopy(end, 0, x, whole, n - whole);
            System.arraycopy(ofEnd, 0, terms, whole, n - whole);
        }
    }

    @Override
    public double softplusGrid(float[] a, int na, float[] b, int nb) {
        return VectorGrid.softplus(a, na, b, nb);
    }

    @Override
    public void sigmoidGrid(float[] a, int na, float[] b, int nb, float[] rows, float[] columns) {
        VectorGrid.sigmoid(a, na, b, nb, rows, columns);
    }

    // ------------------------------------------------------------------ windows, the end of a run by the plain twin

    @Override
    public void selectLargest(float[] x, int[] at, int count, float[] values, float[] y, int yo, int n) {
        int whole = n - n % LANES;
        VectorPooling.selectLargest(x, at, count, values, y, yo, whole);
        for (int i = whole; i < n; i++) {
            y[yo + i] = values[at[Kernels.largest(x, at, count, i)] + i];
        }
    }

    @Override
    public void addToLargest(float[] x, int[] at, int count, float[] gy, int go, float[] gx, int n) {
        int whole = n - n % LANES;
        VectorPooling.addToLargest(x, at, count, gy, go, gx, whole);
        for (int i = whole; i < n; i++) {
            gx[at[Kernels.largest(x, at, count, i)] + i] += gy[go + i];
        }
    }

    @Override
    public void mean(float[] x, int[] at, int count, float divisor, float[] y, int yo, int n) {
        int whole = n - n % LANES;
        VectorPooling.mean(x, at, count, divisor, y, yo, whole);
        for (int i = whole; i < n; i++) {
            float sum = 0;
            for (int j = 0; j < count; j++) {
                sum += x[at[j] + i];
            }
            y[yo + i] = sum / divisor;
        }
    }

    @Override
    public void addShares(float[] gy, int go, float divisor, float[] gx, int[] at, int count, int n) {
        int whole = n - n % LANES;
        VectorPooling.addShares(gy, go, divisor, gx, at, count, whole);
        for (int j = 0; j < count; j++) {
            for (int i = whole; i < n; i++) {
                gx[at[j] + i] += gy[go + i] / divisor;
            }
        }
    }

    // ------------------------------------------------------------------ rows of channels, the last ones plainly

    @Override
    public void affineRows(
            float[] x, int at, int rows, int n, float[] center, float[] scale, float[] shift, float[] y) {
        int whole = n - n % LANES;
        VectorRows.affine(x, at, rows, n, whole, center, scale, shift, y);
        for (int row = 0; row < rows; row++) {
            for (int c = whole; c < n; c++) {
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
        int whole = n - n % LANES;
        VectorRows.residual(x, centerX, slope, z, centerZ, scale, at, rows, n, whole, y);
        for (int row = 0; row < rows; row++) {
            for (int c = whole; c < n; c++) {
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
        int whole = n - n % LANES;
        VectorRows.sum(x, centerX, z, centerZ, at, rows, n, whole, sums, products);
        for (int row = 0; row < rows; row++) {
            for (int c = whole; c < n; c++) {
                int i = at + row * n + c;
                float term = z[i] - centerZ[c];
                sums[c] += term;
                products[c] += (double) (x[i] - centerX[c]) * term;
            }
        }
    }
}
