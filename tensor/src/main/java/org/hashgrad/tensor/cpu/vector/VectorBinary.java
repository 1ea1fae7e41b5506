package org.hashgrad.tensor.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.hashgrad.tensor.BinaryOp;

/** Functions of two arguments over whole vectors. Each has a loop of its own, so that no vector leaves its registers. */
final class VectorBinary {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final FloatVector ZERO = FloatVector.zero(SPECIES);
    private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1);

    private VectorBinary() {}

    /** n is a multiple of the lanes; see {@link org.hashgrad.tensor.cpu.Kernels#binary} for the steps. */
    static void apply(
            BinaryOp op, float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        switch (op) {
            case ADD -> add(a, ao, stepA, b, bo, stepB, y, yo, n);
            case SUB -> subtract(a, ao, stepA, b, bo, stepB, y, yo, n);
            case MUL -> multiply(a, ao, stepA, b, bo, stepB, y, yo, n);
            case DIV -> divide(a, ao, stepA, b, bo, stepB, y, yo, n);
            case MAX -> larger(a, ao, stepA, b, bo, stepB, y, yo, n);
            case MIN -> smaller(a, ao, stepA, b, bo, stepB, y, yo, n);
            case GREATER -> greater(a, ao, stepA, b, bo, stepB, y, yo, n);
            case EQUAL -> equal(a, ao, stepA, b, bo, stepB, y, yo, n);
            case TANH_GRADIENT -> tanhGradient(a, ao, stepA, b, bo, stepB, y, yo, n);
            case SIGMOID_GRADIENT -> sigmoidGradient(a, ao, stepA, b, bo, stepB, y, yo, n);
            case RELU_GRADIENT -> reluGradient(a, ao, stepA, b, bo, stepB, y, yo, n);
        }
    }

    private static FloatVector load(float[] x, int at, int i, int step) {
        return step == 0 ? FloatVector.broadcast(SPECIES, x[at]) : FloatVector.fromArray(SPECIES, x, at + i);
    }

    private static void add(float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            x.add(z).intoArray(y, yo + i);
        }
    }

    private static void subtract(float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            x.sub(z).intoArray(y, yo + i);
        }
    }

    private static void multiply(float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            x.mul(z).intoArray(y, yo + i);
        }
    }

    private static void divide(float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            x.div(z).intoArray(y, yo + i);
        }
    }

    private static void larger(float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            x.max(z).intoArray(y, yo + i);
        }
    }

    private static void smaller(float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            x.min(z).intoArray(y, yo + i);
        }
    }

    private static void greater(float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            ZERO.blend(ONE, x.compare(VectorOperators.GT, z)).intoArray(y, yo + i);
        }
    }

    private static void equal(float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            ZERO.blend(ONE, x.compare(VectorOperators.EQ, z)).intoArray(y, yo + i);
        }
    }

    private static void tanhGradient(
            float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            x.mul(ONE.sub(z.mul(z))).intoArray(y, yo + i);
        }
    }

    private static void sigmoidGradient(
            float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            x.mul(z).mul(ONE.sub(z)).intoArray(y, yo + i);
        }
    }

    private static void reluGradient(
            float[] a, int ao, int stepA, float[] b, int bo, int stepB, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(a, ao, i, stepA);
            FloatVector z = load(b, bo, i, stepB);
            ZERO.blend(x, z.compare(VectorOperators.GT, 0))
                    .blend(z, z.compare(VectorOperators.NE, z))
                    .intoArray(y, yo + i);
        }
    }
}
