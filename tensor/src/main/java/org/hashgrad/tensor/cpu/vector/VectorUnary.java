package org.hashgrad.tensor.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.hashgrad.tensor.UnaryOp;

/**
 * Functions of one argument over whole vectors, of correctly rounded operations only, so a result is the same bits before and after
 * compilation (the library's {@code VectorOperators.TANH} and its kin are not). Composed functions go block by block through
 * {@link #exp}: each loop stays small enough that no vector leaves its registers.
 */
final class VectorUnary {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BLOCK = 512;
    private static final ThreadLocal<float[]> EXPONENTIALS = ThreadLocal.withInitial(() -> new float[BLOCK]);
    private static final FloatVector ZERO = FloatVector.zero(SPECIES);
    private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1);
    private static final FloatVector MINUS_ONE = FloatVector.broadcast(SPECIES, -1);
    private static final FloatVector NAN = FloatVector.broadcast(SPECIES, Float.NaN);

    /** 1.5 · 2²³: adding it leaves the nearest integer in the low bits. */
    private static final float ROUNDER = 12582912f;

    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    private static final float LOG2_E = (float) (1 / Math.log(2));
    private static final float LN2_HIGH = (float) Math.log(2);
    private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);
    private static final float SQRT_HALF = (float) Math.sqrt(0.5);
    private static final int SQRT_HALF_BITS = Float.floatToRawIntBits(SQRT_HALF);
    private static final float SUBNORMAL_SCALE = 0x1p23f;

    private VectorUnary() {}

    /** n is a multiple of the lanes. */
    static void apply(UnaryOp op, float[] x, int xo, float[] y, int yo, int n) {
        switch (op) {
            case NEG -> negate(x, xo, y, yo, n);
            case ABS -> scaledAbs(x, xo, 1, y, yo, n);
            case SGN -> sign(x, xo, y, yo, n);
            case SQUARE -> square(x, xo, y, yo, n);
            case SQRT -> squareRoot(x, xo, y, yo, n);
            case RECIPROCAL -> reciprocal(x, xo, y, yo, n);
            case EXP -> exp(x, xo, y, yo, n);
            case LOG -> log(x, xo, y, yo, n);
            case RELU -> relu(x, xo, y, yo, n);
            case TANH, SIGMOID, SOFTPLUS, LOG_COSH -> composed(op, x, xo, y, yo, n);
        }
    }

    private static void composed(UnaryOp op, float[] x, int xo, float[] y, int yo, int n) {
        float[] e = EXPONENTIALS.get();
        for (int from = 0; from < n; from += BLOCK) {
            int run = Math.min(BLOCK, n - from);
            float factor = op == UnaryOp.TANH ? 2 : op == UnaryOp.LOG_COSH ? -2 : -1;
            scaledAbs(x, xo + from, factor, e, 0, run);
            exp(e, 0, e, 0, run);
            switch (op) {
                case TANH -> tanh(x, xo + from, e, y, yo + from, run);
                case SIGMOID -> sigmoid(x, xo + from, e, y, yo + from, run);
                case SOFTPLUS -> softplus(x, xo + from, e, y, yo + from, run);
                default -> logCosh(x, xo + from, e, y, yo + from, run);
            }
        }
    }

    private static void scaledAbs(float[] x, int xo, float factor, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector.fromArray(SPECIES, x, xo + i).abs().mul(factor).intoArray(y, yo + i);
        }
    }

    private static void negate(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            v.neg().intoArray(y, yo + i);
        }
    }

    private static void sign(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            MINUS_ONE
                    .blend(ONE, v.compare(VectorOperators.GE, 0))
                    .blend(v, v.compare(VectorOperators.NE, v))
                    .intoArray(y, yo + i);
        }
    }

    private static void square(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            v.mul(v).intoArray(y, yo + i);
        }
    }

    private static void squareRoot(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            v.sqrt().intoArray(y, yo + i);
        }
    }

    private static void reciprocal(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            ONE.div(v).intoArray(y, yo + i);
        }
    }

    private static void relu(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            v.max(ZERO).intoArray(y, yo + i);
        }
    }

    /**
     * eˣ = 2ᵐ eʳ with m = ⌊x log₂e⌉ and |r| ≤ ½ log 2, where eight Taylor terms leave 5·10⁻⁹; 2ᵐ in two factors, so that overflow and
     * gradual underflow round once.
     */
    static void exp(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i).max(-104).min(89);
            FloatVector shifted = v.mul(LOG2_E).add(ROUNDER);
            FloatVector m = shifted.sub(ROUNDER);
            FloatVector r = m.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), v);
            r = m.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
            FloatVector p = FloatVector.broadcast(SPECIES, 1f / 5040)
                    .fma(r, FloatVector.broadcast(SPECIES, 1f / 720))
                    .fma(r, FloatVector.broadcast(SPECIES, 1f / 120))
                    .fma(r, FloatVector.broadcast(SPECIES, 1f / 24))
                    .fma(r, FloatVector.broadcast(SPECIES, 1f / 6))
                    .fma(r, FloatVector.broadcast(SPECIES, 0.5f))
                    .fma(r, ONE)
                    .fma(r, ONE);
            IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
            IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
            IntVector rest = exponent.sub(half);
            FloatVector scale = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector scaleRest =
                    rest.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            p.mul(scale).mul(scaleRest).intoArray(y, yo + i);
        }
    }

    /** log x = e log 2 + 2 artanh s, x = 2ᵉ m with √½ ≤ m &lt; √2, s = (m − 1)/(m + 1); five terms leave 2·10⁻⁹. */
    private static void log(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            VectorMask<Float> small = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
            IntVector bits =
                    v.blend(v.mul(SUBNORMAL_SCALE), small).reinterpretAsInts().sub(SQRT_HALF_BITS);
            FloatVector e = bits.lanewise(VectorOperators.ASHR, 23)
                    .add(ROUNDER_BITS)
                    .reinterpretAsFloats()
                    .sub(ROUNDER);
            e = e.blend(e.sub(23), small);
            FloatVector f =
                    bits.and(0x7fffff).add(SQRT_HALF_BITS).reinterpretAsFloats().sub(1);
            FloatVector s = f.div(f.add(2));
            FloatVector z = s.mul(s);
            FloatVector p = FloatVector.broadcast(SPECIES, 2f / 9)
                    .fma(z, FloatVector.broadcast(SPECIES, 2f / 7))
                    .fma(z, FloatVector.broadcast(SPECIES, 2f / 5))
                    .fma(z, FloatVector.broadcast(SPECIES, 2f / 3))
                    .mul(z)
                    .fma(s, s.add(s));
            FloatVector log =
                    e.fma(FloatVector.broadcast(SPECIES, LN2_HIGH), e.fma(FloatVector.broadcast(SPECIES, LN2_LOW), p));
            log.blend(NAN, v.compare(VectorOperators.GE, 0).not())
                    .blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0))
                    .blend(v, v.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY))
                    .intoArray(y, yo + i);
        }
    }

    /** e = e^2|x|: 1 − 2/(1 + e) with x's sign, near zero x + x³ P(x²), fitted to 2·10⁻⁸. */
    private static void tanh(float[] x, int xo, float[] e, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            FloatVector large = ONE.sub(FloatVector.broadcast(SPECIES, 2)
                    .div(FloatVector.fromArray(SPECIES, e, i).add(1)));
            large = large.blend(large.neg(), v.compare(VectorOperators.LT, 0));
            FloatVector z = v.mul(v);
            FloatVector near = FloatVector.broadcast(SPECIES, -0.006104948f)
                    .fma(z, FloatVector.broadcast(SPECIES, 0.021003641f))
                    .fma(z, FloatVector.broadcast(SPECIES, -0.0538525f))
                    .fma(z, FloatVector.broadcast(SPECIES, 0.13332783f))
                    .fma(z, FloatVector.broadcast(SPECIES, -0.33333328f))
                    .mul(z)
                    .fma(v, v);
            large.blend(near, v.abs().compare(VectorOperators.LT, 0.625f)).intoArray(y, yo + i);
        }
    }

    /** e = e^−|x|. */
    private static void sigmoid(float[] x, int xo, float[] e, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            FloatVector t = FloatVector.fromArray(SPECIES, e, i);
            t.blend(ONE, v.compare(VectorOperators.GE, 0)).div(t.add(1)).intoArray(y, yo + i);
        }
    }

    /** e = e^−|x|: max(x, 0) + log1p(e). */
    private static void softplus(float[] x, int xo, float[] e, float[] y, int yo, int n) {
        logOnePlus(e, n);
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
            v.max(ZERO).add(FloatVector.fromArray(SPECIES, e, i)).intoArray(y, yo + i);
        }
    }

    /** e = e^−2|x|: |x| + log1p(e) − log 2, near zero x² P(x²), fitted to 5·10⁻⁹. */
    private static void logCosh(float[] x, int xo, float[] e, float[] y, int yo, int n) {
        logOnePlus(e, n);
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i).abs();
            FloatVector large = v.add(FloatVector.fromArray(SPECIES, e, i).sub(LN2_HIGH));
            FloatVector z = v.mul(v);
            FloatVector near = FloatVector.broadcast(SPECIES, -0.0004296273f)
                    .fma(z, FloatVector.broadcast(SPECIES, 0.0020139997f))
                    .fma(z, FloatVector.broadcast(SPECIES, -0.0066985986f))
                    .fma(z, FloatVector.broadcast(SPECIES, 0.022216193f))
                    .fma(z, FloatVector.broadcast(SPECIES, -0.08333305f))
                    .fma(z, FloatVector.broadcast(SPECIES, 0.5f))
                    .mul(z);
            large.blend(near, v.compare(VectorOperators.LT, 0.75f)).intoArray(y, yo + i);
        }
    }

    /** e ← log(1 + e) = 2 artanh(e/(2 + e)) for 0 ≤ e ≤ 1; seven terms leave 2·10⁻⁸. */
    private static void logOnePlus(float[] e, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector t = FloatVector.fromArray(SPECIES, e, i);
            FloatVector s = t.div(t.add(2));
            FloatVector z = s.mul(s);
            FloatVector.broadcast(SPECIES, 2f / 13)
                    .fma(z, FloatVector.broadcast(SPECIES, 2f / 11))
                    .fma(z, FloatVector.broadcast(SPECIES, 2f / 9))
                    .fma(z, FloatVector.broadcast(SPECIES, 2f / 7))
                    .fma(z, FloatVector.broadcast(SPECIES, 2f / 5))
                    .fma(z, FloatVector.broadcast(SPECIES, 2f / 3))
                    .mul(z)
                    .fma(s, s.add(s))
                    .intoArray(e, i);
        }
    }
}
