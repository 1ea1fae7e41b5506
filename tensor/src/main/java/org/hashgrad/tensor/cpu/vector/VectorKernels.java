package org.hashgrad.tensor.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.UnaryOp;
import org.hashgrad.tensor.cpu.Kernels;

/**
 * The SIMD twin, in vectors of the width the JVM prefers. The end of a run that does not fill a vector goes through a short array and
 * the same code, so an element's result does not depend on its place.
 */
public final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int STEPS = 16;

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
    public void multiply(int depth, float[] a, int ao, float[] b, int bo, float[] c, int co, int stride, boolean add) {
        VectorTile.multiply(depth, a, ao, b, bo, c, co, stride, add);
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

    @Override
    public void residual(
            float[] x,
            int xo,
            float centerX,
            float slope,
            float[] z,
            int zo,
            float centerZ,
            float scale,
            float[] y,
            int yo,
            int n) {
        int whole = n - n % LANES;
        FloatVector centersX = FloatVector.broadcast(SPECIES, centerX);
        FloatVector slopes = FloatVector.broadcast(SPECIES, slope);
        FloatVector centersZ = FloatVector.broadcast(SPECIES, centerZ);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector along =
                    FloatVector.fromArray(SPECIES, x, xo + i).sub(centersX).mul(slopes);
            FloatVector.fromArray(SPECIES, z, zo + i)
                    .sub(centersZ)
                    .sub(along)
                    .mul(scales)
                    .intoArray(y, yo + i);
        }
        for (int i = whole; i < n; i++) {
            y[yo + i] = ((z[zo + i] - centerZ) - (x[xo + i] - centerX) * slope) * scale;
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
    public double softplusGrid(float[] a, int na, float[] b, int nb) {
        return VectorGrid.softplus(a, na, b, nb);
    }

    @Override
    public void sigmoidGrid(float[] a, int na, float[] b, int nb, float[] rows, float[] columns) {
        VectorGrid.sigmoid(a, na, b, nb, rows, columns);
    }
}
