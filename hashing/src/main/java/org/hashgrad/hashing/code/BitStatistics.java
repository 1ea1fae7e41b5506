package org.hashgrad.hashing.code;

/**
 * How the bits of n codes are used, with b = ±1: their means and their correlations. Balanced, uncorrelated bits have means and correlations
 * of 0; a constant bit has mean ±1 and by convention correlation 1 with every other.
 */
public final class BitStatistics {
    private final long count;
    private final long[] sum;
    private final long[] product;

    /**
     * From sums over n codes of k bits, handed over, not copied.
     *
     * @param count n, at least 1
     * @param sum (k), Σ b_a
     * @param product (k, k) row-major, Σ b_a b_b where b &lt; a; the rest is not read
     */
    public BitStatistics(long count, long[] sum, long[] product) {
        if (count < 1 || product.length != sum.length * sum.length) {
            throw new IllegalArgumentException("bit statistics: count is " + count + ", sums are (" + sum.length
                    + ") and products " + product.length + "; need count >= 1 and k * k products");
        }
        this.count = count;
        this.sum = sum;
        this.product = product;
    }

    /** Of all codes, at least one. Bits are compared as columns of n packed signs: Σ b_a b_b = n − 2 · (rows in which they differ). */
    public static BitStatistics of(Codes codes) {
        int bits = codes.bits();
        long[][] columns = new long[bits][(codes.count() + 63) / 64];
        for (int i = 0; i < codes.count(); i++) {
            for (int b = 0; b < bits; b++) {
                columns[b][i / 64] |= codes.bit(i, b) ? 1L << (i % 64) : 0;
            }
        }
        long[] sum = new long[bits];
        long[] product = new long[Math.multiplyExact(bits, bits)];
        for (int a = 0; a < bits; a++) {
            long ones = 0;
            for (long word : columns[a]) {
                ones += Long.bitCount(word);
            }
            sum[a] = 2 * ones - codes.count();
            for (int b = 0; b < a; b++) {
                long differing = 0;
                for (int w = 0; w < columns[a].length; w++) {
                    differing += Long.bitCount(columns[a][w] ^ columns[b][w]);
                }
                product[a * bits + b] = codes.count() - 2 * differing;
            }
        }
        return new BitStatistics(codes.count(), sum, product);
    }

    /** k */
    public int bits() {
        return sum.length;
    }

    /** Mean of bit b, −1 … 1. */
    public double mean(int b) {
        return (double) sum[b] / count;
    }

    /** Correlation of two bits, −1 … 1; 1 of a bit with itself and where either is constant. */
    public double correlation(int a, int b) {
        double scale = Math.sqrt((1 - mean(a) * mean(a)) * (1 - mean(b) * mean(b)));
        if (a == b || scale == 0) {
            return 1;
        }
        double both = (double) product[Math.max(a, b) * bits() + Math.min(a, b)] / count;
        return (both - mean(a) * mean(b)) / scale;
    }
}
