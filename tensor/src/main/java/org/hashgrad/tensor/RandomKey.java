package org.hashgrad.tensor;

/**
 * A key of the counter-based random generator: the i-th number is a hash of (key, i), so nothing depends on the order of calls, on
 * threads or on a backend. Keys split by purpose: {@code RandomKey.of(seed).split("shuffle").split(epoch)}. The hash is the finaliser
 * of SplitMix64 (Steele, Lea, Flood 2014).
 */
public record RandomKey(long state) {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    public static RandomKey of(long seed) {
        return new RandomKey(mix(seed + GOLDEN));
    }

    public RandomKey split(long index) {
        return new RandomKey(mix(mix(state ^ 0x5851F42D4C957F2DL) + GOLDEN * (index + 1)));
    }

    public RandomKey split(String purpose) {
        long hash = state;
        for (int i = 0; i < purpose.length(); i++) {
            hash = mix(hash + GOLDEN + purpose.charAt(i));
        }
        return new RandomKey(mix(hash ^ 0xD6E8FEB86659FD93L));
    }

    /** 64 random bits at {@code index}. */
    public long bits(long index) {
        return mix(state + GOLDEN * (index + 1));
    }

    /** Uniform in [0, 1), a multiple of 2⁻²⁴ and so exact in F32. */
    public double uniform(long index) {
        return (bits(index) >>> 40) * 0x1p-24;
    }

    /** Uniform in {0, …, bound − 1}; the bias is below bound · 2⁻³². */
    public int below(int bound, long index) {
        return (int) (((bits(index) >>> 32) * bound) >>> 32);
    }

    /** Standard normal at {@code index} (Box–Muller), rounded to float so that F32 and F64 nets start equal. */
    public double gaussian(long index) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(((bits(2 * index) >>> 11) + 0.5) * 0x1p-53));
        double angle = 2 * Math.PI * ((bits(2 * index + 1) >>> 11) * 0x1p-53);
        return (float) (radius * StrictMath.cos(angle));
    }

    /** A permutation of 0 … n − 1 (Fisher–Yates). */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = below(i + 1, i);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
