package org.hashgrad.hashing.metric;

import java.util.function.LongToDoubleFunction;

/** The sums that averages over the orders of ties are made of. */
final class RankSums {
    /** Up to here terms are added one by one; beyond, the asymptotic series of the harmonic numbers is exact to double precision. */
    private static final int DIRECT = 64;

    /** Weights below this share of the largest are left out. */
    private static final double NEGLIGIBLE = 1e-25;

    private RankSums() {}

    /**
     * Σ_{t=1..n} (a + (t − 1) s) / (N + t) in constant time: s n + (a − s (N + 1)) (H_{N+n} − H_N), H the harmonic numbers. The error is
     * a few units in the last place of s n.
     */
    static double overRanks(double a, double s, long before, long n) {
        long direct = n <= DIRECT ? n : Math.max(0, Math.min(n, DIRECT - before));
        double sum = 0;
        for (long t = 1; t <= direct; t++) {
            sum += (a + (t - 1) * s) / (before + t);
        }
        if (direct == n) {
            return sum;
        }
        long from = before + direct;
        double next = a + direct * s;
        return sum + s * (n - direct) + (next - s * (from + 1)) * harmonic(from, before + n);
    }

    /** H_b − H_a for a ≥ 64, by H_n = ln n + γ + 1/(2n) − 1/(12n²) + 1/(120n⁴) − 1/(252n⁶) + O(n⁻⁸/240). */
    private static double harmonic(long a, long b) {
        return Math.log1p((b - a) / (double) a) + (correction(b) - correction(a));
    }

    private static double correction(long n) {
        double inverse = 1.0 / n;
        double square = inverse * inverse;
        return inverse / 2 - square * (1 / 12.0 - square * (1 / 120.0 - square / 252));
    }

    /** Probabilities of {@code first}, {@code first} + 1, …; what is left out is below 1e-25 of the largest. */
    record Distribution(long first, double[] probability) {
        /** Σ p(x) f(x) */
        double mean(LongToDoubleFunction of) {
            double sum = 0;
            for (int x = 0; x < probability.length; x++) {
                sum += probability[x] * of.applyAsDouble(first + x);
            }
            return sum;
        }
    }

    /** Relevant items among m drawn without replacement from n, of which r are relevant. */
    static Distribution hits(long n, long r, long m) {
        return unimodal(
                Math.max(0, m - (n - r)),
                Math.min(r, m),
                h -> (double) (r - h) / (h + 1) * ((double) (m - h) / (n - r - m + h + 1)));
    }

    /** The place 1 … n of the h-th relevant item, h = 1 … r, in a random order of n items of which r are relevant. */
    static Distribution placeOf(long h, long n, long r) {
        return unimodal(h, n - (r - h), p -> (double) p / (p + 1 - h) * ((double) (n - p - (r - h)) / (n - p)));
    }

    /** From the ratios p(x + 1) / p(x), which fall with x: outwards from the largest, then divided by the sum. */
    private static Distribution unimodal(long low, long high, LongToDoubleFunction ratio) {
        long mode = modeOf(low, high, ratio);
        double[] up = tail(high - mode, x -> ratio.applyAsDouble(mode + x));
        double[] down = tail(mode - low, x -> 1 / ratio.applyAsDouble(mode - x - 1));
        double[] all = new double[down.length + 1 + up.length];
        all[down.length] = 1;
        for (int x = 0; x < down.length; x++) {
            all[down.length - 1 - x] = down[x];
        }
        System.arraycopy(up, 0, all, down.length + 1, up.length);
        double sum = 0;
        for (double weight : all) {
            sum += weight;
        }
        for (int x = 0; x < all.length; x++) {
            all[x] /= sum;
        }
        return new Distribution(mode - down.length, all);
    }

    private static long modeOf(long low, long high, LongToDoubleFunction ratio) {
        long mode = low;
        long end = high;
        while (mode < end) {
            long middle = mode + (end - mode) / 2;
            if (ratio.applyAsDouble(middle) >= 1) {
                mode = middle + 1;
            } else {
                end = middle;
            }
        }
        return mode;
    }

    private static double[] tail(long most, LongToDoubleFunction ratio) {
        double[] weights = new double[16];
        double weight = 1;
        int length = 0;
        while (length < most) {
            weight *= ratio.applyAsDouble(length);
            if (weight < NEGLIGIBLE) {
                break;
            }
            if (length == weights.length) {
                weights = java.util.Arrays.copyOf(weights, 2 * length);
            }
            weights[length++] = weight;
        }
        return java.util.Arrays.copyOf(weights, length);
    }
}
