package org.hashgrad.tensor.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Matrices of n channels per row, the first {@code whole} channels in whole vectors; see {@link org.hashgrad.tensor.cpu.Kernels}. */
final class VectorRows {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final ThreadLocal<float[]> TWO = ThreadLocal.withInitial(() -> new float[2 * LANES]);

    /** Rows that are added in float. */
    private static final int STEPS = 64;

    private VectorRows() {}

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    static void affine(
            float[] x, int at, int rows, int n, int whole, float[] center, float[] scale, float[] shift, float[] y) {
        for (int c = 0; c < whole; c += LANES) {
            FloatVector centers = load(center, c);
            FloatVector scales = load(scale, c);
            FloatVector shifts = load(shift, c);
            int i = at + c;
            for (int row = 0; row < rows; row++) {
                load(x, i).sub(centers).mul(scales).add(shifts).intoArray(y, i);
                i += n;
            }
        }
    }

    static void residual(
            float[] x,
            float[] centerX,
            float[] slope,
            float[] z,
            float[] centerZ,
            float[] scale,
            int at,
            int rows,
            int n,
            int whole,
            float[] y) {
        for (int c = 0; c < whole; c += LANES) {
            FloatVector centersX = load(centerX, c);
            FloatVector slopes = load(slope, c);
            FloatVector centersZ = load(centerZ, c);
            FloatVector scales = load(scale, c);
            int i = at + c;
            for (int row = 0; row < rows; row++) {
                FloatVector along = load(x, i).sub(centersX).mul(slopes);
                load(z, i).sub(centersZ).sub(along).mul(scales).intoArray(y, i);
                i += n;
            }
        }
    }

    static void sum(
            float[] x,
            float[] centerX,
            float[] z,
            float[] centerZ,
            int at,
            int rows,
            int n,
            int whole,
            double[] sums,
            double[] products) {
        float[] lanes = TWO.get();
        for (int c = 0; c < whole; c += LANES) {
            FloatVector centersX = load(centerX, c);
            FloatVector centersZ = load(centerZ, c);
            for (int from = 0; from < rows; from += STEPS) {
                int count = Math.min(STEPS, rows - from);
                FloatVector sum = FloatVector.zero(SPECIES);
                FloatVector product = FloatVector.zero(SPECIES);
                int i = at + from * n + c;
                for (int row = 0; row < count; row++) {
                    FloatVector term = load(z, i).sub(centersZ);
                    sum = sum.add(term);
                    product = load(x, i).sub(centersX).fma(term, product);
                    i += n;
                }
                sum.intoArray(lanes, 0);
                product.intoArray(lanes, LANES);
                for (int lane = 0; lane < LANES; lane++) {
                    sums[c + lane] += lanes[lane];
                    products[c + lane] += lanes[LANES + lane];
                }
            }
        }
    }
}
