package org.hashgrad.tensor.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Windows of runs, vectors of elements of all runs of a window at once; see {@link org.hashgrad.tensor.cpu.Kernels}. n is a multiple of the lanes.
 * A vector that a loop changes never begins as a constant: it would be an object on the heap, and each of its later values another one.
 */
final class VectorPooling {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private VectorPooling() {}

    /** Where the best so far stays: the next is not larger, or the best is NaN. */
    private static VectorMask<Float> stays(FloatVector best, FloatVector next) {
        return next.compare(VectorOperators.LE, best).or(best.compare(VectorOperators.NE, best));
    }

    static void selectLargest(float[] x, int[] at, int count, float[] values, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector best = FloatVector.fromArray(SPECIES, x, at[0] + i);
            FloatVector chosen = FloatVector.fromArray(SPECIES, values, at[0] + i);
            for (int j = 1; j < count; j++) {
                FloatVector next = FloatVector.fromArray(SPECIES, x, at[j] + i);
                VectorMask<Float> stays = stays(best, next);
                best = next.blend(best, stays);
                chosen = FloatVector.fromArray(SPECIES, values, at[j] + i).blend(chosen, stays);
            }
            chosen.intoArray(y, yo + i);
        }
    }

    static void addToLargest(float[] x, int[] at, int count, float[] gy, int go, float[] gx, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector best = FloatVector.fromArray(SPECIES, x, at[0] + i);
            FloatVector index = FloatVector.zero(SPECIES);
            for (int j = 1; j < count; j++) {
                FloatVector next = FloatVector.fromArray(SPECIES, x, at[j] + i);
                VectorMask<Float> stays = stays(best, next);
                best = next.blend(best, stays);
                index = FloatVector.broadcast(SPECIES, j).blend(index, stays);
            }
            FloatVector g = FloatVector.fromArray(SPECIES, gy, go + i);
            for (int j = 0; j < count; j++) {
                FloatVector part = FloatVector.zero(SPECIES).blend(g, index.compare(VectorOperators.EQ, j));
                FloatVector.fromArray(SPECIES, gx, at[j] + i).add(part).intoArray(gx, at[j] + i);
            }
        }
    }

    static void mean(float[] x, int[] at, int count, float divisor, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int j = 0; j < count; j++) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, at[j] + i));
            }
            sum.div(divisor).intoArray(y, yo + i);
        }
    }

    static void addShares(float[] gy, int go, float divisor, float[] gx, int[] at, int count, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector share = FloatVector.fromArray(SPECIES, gy, go + i).div(divisor);
            for (int j = 0; j < count; j++) {
                FloatVector.fromArray(SPECIES, gx, at[j] + i).add(share).intoArray(gx, at[j] + i);
            }
        }
    }
}
