package org.hashgrad.tensor.cpu.vector;

import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.hashgrad.tensor.cpu.HammingKernel;
import org.hashgrad.tensor.cpu.ScalarHamming;
import org.jspecify.annotations.Nullable;

/**
 * The SIMD twin. Four vectors of codes stay in registers while the planes go by, and one comparison asks whether any of them is near enough.
 * Before JDK 19 the Vector API can not count bits: then the plain loops do, and only the comparison is here.
 */
public final class VectorHamming implements HammingKernel {
    private static final VectorSpecies<Integer> SPECIES =
            IntVector.SPECIES_PREFERRED.length() * 4 > MULTIPLE ? IntVector.SPECIES_512 : IntVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int STEP = 4 * LANES;
    private static final VectorOperators.@Nullable Unary BIT_COUNT = bitCount();

    private static VectorOperators.@Nullable Unary bitCount() {
        try {
            return (VectorOperators.Unary)
                    VectorOperators.class.getField("BIT_COUNT").get(null);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    @Override
    public String name() {
        return (BIT_COUNT == null ? "vector comparison-" : "vector-") + SPECIES.vectorBitSize();
    }

    @Override
    public void distances(int[][] planes, int[] code, int n, int[] distances) {
        ScalarHamming.sum(planes, code, n, 0, distances);
    }

    @Override
    public int within(int[][] planes, int[] code, int n, int limit, int[] hits, int[] distances) {
        if (BIT_COUNT == null) {
            return compare(planes, code, n, limit, hits, distances);
        }
        return code.length == 2
                ? two(planes[0], planes[1], code[0], code[1], n, limit, hits, distances)
                : many(planes, code, n, limit, hits, distances);
    }

    private static int compare(int[][] planes, int[] code, int n, int limit, int[] hits, int[] distances) {
        ScalarHamming.sum(planes, code, n, 0, distances);
        int found = 0;
        for (int i = 0; i < n; i += STEP) {
            IntVector least = IntVector.fromArray(SPECIES, distances, i)
                    .min(IntVector.fromArray(SPECIES, distances, i + LANES))
                    .min(IntVector.fromArray(SPECIES, distances, i + 2 * LANES)
                            .min(IntVector.fromArray(SPECIES, distances, i + 3 * LANES)));
            if (least.compare(VectorOperators.LE, limit).anyTrue()) {
                for (int j = i; j < i + STEP; j++) {
                    if (distances[j] <= limit) {
                        hits[found] = j;
                        distances[found++] = distances[j];
                    }
                }
            }
        }
        return found;
    }

    private static int two(int[] a, int[] b, int first, int second, int n, int limit, int[] hits, int[] distances) {
        IntVector p = IntVector.broadcast(SPECIES, first);
        IntVector q = IntVector.broadcast(SPECIES, second);
        int found = 0;
        for (int i = 0; i < n; i += STEP) {
            IntVector w = IntVector.fromArray(SPECIES, a, i)
                    .lanewise(XOR, p)
                    .lanewise(BIT_COUNT)
                    .add(IntVector.fromArray(SPECIES, b, i).lanewise(XOR, q).lanewise(BIT_COUNT));
            IntVector x = IntVector.fromArray(SPECIES, a, i + LANES)
                    .lanewise(XOR, p)
                    .lanewise(BIT_COUNT)
                    .add(IntVector.fromArray(SPECIES, b, i + LANES)
                            .lanewise(XOR, q)
                            .lanewise(BIT_COUNT));
            IntVector y = IntVector.fromArray(SPECIES, a, i + 2 * LANES)
                    .lanewise(XOR, p)
                    .lanewise(BIT_COUNT)
                    .add(IntVector.fromArray(SPECIES, b, i + 2 * LANES)
                            .lanewise(XOR, q)
                            .lanewise(BIT_COUNT));
            IntVector z = IntVector.fromArray(SPECIES, a, i + 3 * LANES)
                    .lanewise(XOR, p)
                    .lanewise(BIT_COUNT)
                    .add(IntVector.fromArray(SPECIES, b, i + 3 * LANES)
                            .lanewise(XOR, q)
                            .lanewise(BIT_COUNT));
            if (w.min(x).min(y.min(z)).compare(VectorOperators.LE, limit).anyTrue()) {
                for (int j = i; j < i + STEP; j++) {
                    int distance = Integer.bitCount(a[j] ^ first) + Integer.bitCount(b[j] ^ second);
                    if (distance <= limit) {
                        hits[found] = j;
                        distances[found++] = distance;
                    }
                }
            }
        }
        return found;
    }

    private static int many(int[][] planes, int[] code, int n, int limit, int[] hits, int[] distances) {
        int found = 0;
        for (int i = 0; i < n; i += STEP) {
            IntVector w = IntVector.zero(SPECIES);
            IntVector x = w;
            IntVector y = w;
            IntVector z = w;
            for (int plane = 0; plane < code.length; plane++) {
                int[] a = planes[plane];
                IntVector p = IntVector.broadcast(SPECIES, code[plane]);
                w = w.add(IntVector.fromArray(SPECIES, a, i).lanewise(XOR, p).lanewise(BIT_COUNT));
                x = x.add(IntVector.fromArray(SPECIES, a, i + LANES)
                        .lanewise(XOR, p)
                        .lanewise(BIT_COUNT));
                y = y.add(IntVector.fromArray(SPECIES, a, i + 2 * LANES)
                        .lanewise(XOR, p)
                        .lanewise(BIT_COUNT));
                z = z.add(IntVector.fromArray(SPECIES, a, i + 3 * LANES)
                        .lanewise(XOR, p)
                        .lanewise(BIT_COUNT));
            }
            if (w.min(x).min(y.min(z)).compare(VectorOperators.LE, limit).anyTrue()) {
                for (int j = i; j < i + STEP; j++) {
                    int distance = 0;
                    for (int plane = 0; plane < code.length; plane++) {
                        distance += Integer.bitCount(planes[plane][j] ^ code[plane]);
                    }
                    if (distance <= limit) {
                        hits[found] = j;
                        distances[found++] = distance;
                    }
                }
            }
        }
        return found;
    }
}
