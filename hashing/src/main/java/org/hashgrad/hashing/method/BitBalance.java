package org.hashgrad.hashing.method;

import org.hashgrad.hashing.code.BitStatistics;

/**
 * How evenly bits are used: 0 is ideal, 1 is a constant or copied bit. With b = ±1 over the samples seen:
 *
 * @param meanImbalance mean over bits of |mean b|
 * @param worstImbalance largest |mean b|
 * @param meanCorrelation mean over pairs of bits of |corr|, where a constant bit counts 1; 0 for a single bit
 * @param worstCorrelation largest |corr|
 */
public record BitBalance(double meanImbalance, double worstImbalance, double meanCorrelation, double worstCorrelation) {
    /** The means and maxima of absolute values. */
    public static BitBalance of(BitStatistics bits) {
        double imbalance = 0;
        double worstImbalance = 0;
        double correlation = 0;
        double worstCorrelation = 0;
        for (int a = 0; a < bits.bits(); a++) {
            double mean = Math.abs(bits.mean(a));
            imbalance += mean;
            worstImbalance = Math.max(worstImbalance, mean);
            for (int b = 0; b < a; b++) {
                double size = Math.abs(bits.correlation(a, b));
                correlation += size;
                worstCorrelation = Math.max(worstCorrelation, size);
            }
        }
        double pairs = Math.max(1, bits.bits() * (bits.bits() - 1) / 2);
        return new BitBalance(imbalance / bits.bits(), worstImbalance, correlation / pairs, worstCorrelation);
    }

    /** Collects signs, sgn(0) = +1. */
    static final class Tally {
        private final int bits;
        private final long[] sum;
        private final long[] product;
        private long count;

        Tally(int bits) {
            this.bits = bits;
            this.sum = new long[bits];
            this.product = new long[bits * bits];
        }

        /** Adds codes (n, bits), row-major. */
        void add(double[] relaxedCodes) {
            int[] sign = new int[bits];
            for (int row = 0; row < relaxedCodes.length; row += bits) {
                for (int b = 0; b < bits; b++) {
                    sign[b] = relaxedCodes[row + b] < 0 ? -1 : 1;
                    sum[b] += sign[b];
                }
                for (int a = 0; a < bits; a++) {
                    for (int b = 0; b < a; b++) {
                        product[a * bits + b] += (long) sign[a] * sign[b];
                    }
                }
                count++;
            }
        }

        /** Of what was added; all 0 before. */
        BitBalance balance() {
            return count == 0 ? new BitBalance(0, 0, 0, 0) : BitBalance.of(new BitStatistics(count, sum, product));
        }
    }
}
