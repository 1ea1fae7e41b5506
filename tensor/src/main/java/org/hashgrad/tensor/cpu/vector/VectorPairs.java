package org.hashgrad.tensor.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The logistic likelihood of pairs and its slope from one exponential, e = e^−|t|: softplus t = max(t, 0) + log(1 + e), σ(t) = (1 or e)/(1 + e). Block by
 * block, as {@link VectorUnary} does it.
 */
final class VectorPairs {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BLOCK = 512;
    private static final ThreadLocal<float[]> EXPONENTIALS = ThreadLocal.withInitial(() -> new float[BLOCK]);
    private static final FloatVector ZERO = FloatVector.zero(SPECIES);
    private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1);

    /** 1.5 · 2²³: adding it leaves the nearest integer in the low bits. */
    private static final float ROUNDER = 12582912f;

    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    private static final float LOG2_E = (float) (1 / Math.log(2));

    private VectorPairs() {}

    /** n is a multiple of the lanes. */
    static void apply(float kappa, float[] x, float[] s, float[] terms, int n) {
        float[] e = EXPONENTIALS.get();
        for (int from = 0; from < n; from += BLOCK) {
            int run = Math.min(BLOCK, n - from);
            decay(kappa, x, from, e, run);
            logOnePlus(e, terms, from, run);
            finish(kappa, x, s, e, terms, from, run);
        }
    }

    /** e = e^−|κx| = 2^m 2^r, |r| ≤ ½, 2^r by a polynomial; 0 where m is −127, as its bits are those of 0. */
    private static void decay(float kappa, float[] x, int from, float[] e, int n) {
        FloatVector factor = FloatVector.broadcast(SPECIES, -Math.abs(kappa) * LOG2_E);
        FloatVector least = FloatVector.broadcast(SPECIES, -127);
        for (int i = 0; i < n; i += LANES) {
            FloatVector t = FloatVector.fromArray(SPECIES, x, from + i).abs().mul(factor);
            t = t.blend(least, t.compare(VectorOperators.LT, least));
            FloatVector shifted = t.add(ROUNDER);
            FloatVector r = t.sub(shifted.sub(ROUNDER));
            FloatVector p = FloatVector.broadcast(SPECIES, 1.3264726988e-03f)
                    .fma(r, FloatVector.broadcast(SPECIES, 9.6715127627e-03f))
                    .fma(r, FloatVector.broadcast(SPECIES, 5.5507337450e-02f))
                    .fma(r, FloatVector.broadcast(SPECIES, 2.4022242083e-01f))
                    .fma(r, FloatVector.broadcast(SPECIES, 6.9314697760e-01f))
                    .fma(r, ONE);
            IntVector power =
                    shifted.reinterpretAsInts().sub(ROUNDER_BITS - 127).lanewise(VectorOperators.LSHL, 23);
            p.mul(power.reinterpretAsFloats()).intoArray(e, i);
        }
    }

    /** log(1 + e) for 0 ≤ e ≤ 1: e times a polynomial, at most 2 units in the last place. */
    private static void logOnePlus(float[] e, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, e, i);
            FloatVector.broadcast(SPECIES, 2.0302138291e-03f)
                    .fma(v, FloatVector.broadcast(SPECIES, -1.3407393359e-02f))
                    .fma(v, FloatVector.broadcast(SPECIES, 4.1477937251e-02f))
                    .fma(v, FloatVector.broadcast(SPECIES, -8.2441411912e-02f))
                    .fma(v, FloatVector.broadcast(SPECIES, 1.2418411672e-01f))
                    .fma(v, FloatVector.broadcast(SPECIES, -1.6105680168e-01f))
                    .fma(v, FloatVector.broadcast(SPECIES, 1.9890744984e-01f))
                    .fma(v, FloatVector.broadcast(SPECIES, -2.4987269938e-01f))
                    .fma(v, FloatVector.broadcast(SPECIES, 3.3332559466e-01f))
                    .fma(v, FloatVector.broadcast(SPECIES, -4.9999982119e-01f))
                    .fma(v, ONE)
                    .mul(v)
                    .intoArray(y, yo + i);
        }
    }

    /** terms = log(1 + e) becomes max(t, 0) + log(1 + e) − s t, and x becomes σ(t) − s. */
    private static void finish(float kappa, float[] x, float[] s, float[] e, float[] terms, int from, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector t = FloatVector.fromArray(SPECIES, x, from + i).mul(kappa);
            FloatVector similar = FloatVector.fromArray(SPECIES, s, from + i);
            FloatVector decay = FloatVector.fromArray(SPECIES, e, i);
            VectorMask<Float> negative = t.compare(VectorOperators.LT, 0);
            t.blend(ZERO, negative)
                    .add(FloatVector.fromArray(SPECIES, terms, from + i))
                    .sub(similar.mul(t))
                    .intoArray(terms, from + i);
            ONE.blend(decay, negative).div(decay.add(1)).sub(similar).intoArray(x, from + i);
        }
    }
}
