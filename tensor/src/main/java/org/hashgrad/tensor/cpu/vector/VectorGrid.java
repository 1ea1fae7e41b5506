package org.hashgrad.tensor.cpu.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of every sum a_i + b_j, added up where they are made. b goes in blocks that stay in the first-level cache, padded with −∞,
 * where softplus and σ vanish. A softplus costs an exponential and two more operations: with e = e^−|t|, Σ log1p(e) is log1p of
 * p = Π(1 + e) − 1, which each factor changes to p + e(1 + p), exact to rounding also for small e; only the end takes a logarithm.
 */
final class VectorGrid {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int PAIR = 2 * LANES;

    /** Elements of b at a time: 32 vectors, or fewer very long ones. */
    private static final int BLOCK = Math.max(PAIR, Math.min(512, 32 * LANES));

    /** Factors at most 2 that a lane multiplies: their product, and that of all lanes in double, stay finite. */
    private static final int FACTORS = Math.min(64, 1008 / LANES);

    private static final FloatVector ZERO = FloatVector.zero(SPECIES);
    private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1);

    private VectorGrid() {}

    /** Σ_ij softplus(a_i + b_j). */
    static double softplus(float[] a, int na, float[] b, int nb) {
        float[] x = new float[BLOCK];
        float[] e = new float[BLOCK];
        float[] hinges = new float[LANES];
        float[] products = new float[LANES];
        double total = 0;
        int factors = 0;
        for (int from = 0; from < nb; from += BLOCK) {
            int run = padded(b, from, nb, x);
            for (int i = 0; i < na; i++) {
                if (factors + run / LANES > FACTORS) {
                    total += taken(hinges, products);
                    factors = 0;
                }
                decay(x, a[i], e, run);
                add(x, a[i], e, run, hinges, products);
                factors += run / LANES;
            }
        }
        return total + taken(hinges, products);
    }

    /** rows_i = Σ_j σ(a_i + b_j), columns_j = Σ_i σ(a_i + b_j). */
    static void sigmoid(float[] a, int na, float[] b, int nb, float[] rows, float[] columns) {
        float[] x = new float[BLOCK];
        float[] e = new float[BLOCK];
        float[] sums = new float[BLOCK];
        float[] lanes = new float[LANES];
        Arrays.fill(rows, 0, na, 0);
        for (int from = 0; from < nb; from += BLOCK) {
            int run = padded(b, from, nb, x);
            Arrays.fill(sums, 0);
            for (int i = 0; i < na; i++) {
                decay(x, a[i], e, run);
                addSigmoids(x, a[i], e, run, sums, lanes);
                double sum = 0;
                for (float lane : lanes) {
                    sum += lane;
                }
                rows[i] += (float) sum;
            }
            System.arraycopy(sums, 0, columns, from, Math.min(BLOCK, nb - from));
        }
    }

    /** Copies a block of b and fills it up to whole pairs of vectors; their elements. */
    private static int padded(float[] b, int from, int nb, float[] x) {
        int count = Math.min(BLOCK, nb - from);
        int run = (count + PAIR - 1) / PAIR * PAIR;
        System.arraycopy(b, from, x, 0, count);
        Arrays.fill(x, count, run, Float.NEGATIVE_INFINITY);
        return run;
    }

    /** e = e^−|x + a|. */
    private static void decay(float[] x, float a, float[] e, int n) {
        FloatVector shift = FloatVector.broadcast(SPECIES, a);
        for (int i = 0; i < n; i += LANES) {
            FloatVector.fromArray(SPECIES, x, i).add(shift).abs().neg().intoArray(e, i);
        }
        VectorUnary.exp(e, 0, e, 0, n);
    }

    /** Adds max(x + a, 0) to the hinges and multiplies the products by 1 + e, two vectors at a time to shorten the chain. */
    private static void add(float[] x, float a, float[] e, int n, float[] hinges, float[] products) {
        FloatVector shift = FloatVector.broadcast(SPECIES, a);
        FloatVector hinge = FloatVector.fromArray(SPECIES, hinges, 0);
        FloatVector p = FloatVector.fromArray(SPECIES, products, 0);
        for (int i = 0; i < n; i += PAIR) {
            FloatVector t0 = FloatVector.fromArray(SPECIES, x, i).add(shift).max(ZERO);
            FloatVector t1 =
                    FloatVector.fromArray(SPECIES, x, i + LANES).add(shift).max(ZERO);
            hinge = hinge.add(t0.add(t1));
            FloatVector e0 = FloatVector.fromArray(SPECIES, e, i);
            FloatVector e1 = FloatVector.fromArray(SPECIES, e, i + LANES);
            FloatVector both = e0.fma(e1, e0.add(e1));
            p = p.fma(both, p.add(both));
        }
        hinge.intoArray(hinges, 0);
        p.intoArray(products, 0);
    }

    /** What the lanes hold, which begin anew. */
    private static double taken(float[] hinges, float[] products) {
        double hinge = 0;
        double p = 0;
        for (int lane = 0; lane < LANES; lane++) {
            hinge += hinges[lane];
            p += products[lane] * (1 + p);
        }
        Arrays.fill(hinges, 0);
        Arrays.fill(products, 0);
        return hinge + Math.log1p(p);
    }

    /** Adds σ(x + a) to the sums, and all of them up in {@code lanes}. */
    private static void addSigmoids(float[] x, float a, float[] e, int n, float[] sums, float[] lanes) {
        FloatVector shift = FloatVector.broadcast(SPECIES, a);
        FloatVector total = FloatVector.zero(SPECIES);
        for (int i = 0; i < n; i += LANES) {
            FloatVector t = FloatVector.fromArray(SPECIES, x, i).add(shift);
            FloatVector decay = FloatVector.fromArray(SPECIES, e, i);
            FloatVector sigma =
                    decay.blend(ONE, t.compare(VectorOperators.GE, 0)).div(decay.add(1));
            FloatVector.fromArray(SPECIES, sums, i).add(sigma).intoArray(sums, i);
            total = total.add(sigma);
        }
        total.intoArray(lanes, 0);
    }
}
