package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class BitStatisticsTest {
    private static final int BITS = 9;

    private static double[] drawn(int count) {
        RandomKey key = RandomKey.of(7);
        double[] values = new double[count * BITS];
        for (int at = 0; at < values.length; at++) {
            int b = at % BITS;
            values[at] = b == 4 ? 1 : b == 8 ? -values[at - 5] : key.below(10, at) - b;
        }
        return values;
    }

    private static double mean(double[] values, int a, int b) {
        double sum = 0;
        for (int row = 0; row < values.length; row += BITS) {
            sum += (values[row + a] < 0 ? -1 : 1) * (b < 0 ? 1 : values[row + b] < 0 ? -1 : 1);
        }
        return sum * BITS / values.length;
    }

    @Test
    void meansAndCorrelationsAreThoseOfThePlainFormulas() {
        for (int count : new int[] {1, 5, 63, 64, 65, 200}) {
            double[] values = drawn(count);
            BitStatistics bits = BitStatistics.of(Codes.fromReal(values, count, BITS));
            assertEquals(BITS, bits.bits());
            for (int a = 0; a < BITS; a++) {
                double own = mean(values, a, -1);
                assertEquals(own, bits.mean(a), 1e-15);
                for (int b = 0; b < BITS; b++) {
                    double other = mean(values, b, -1);
                    double scale = Math.sqrt((1 - own * own) * (1 - other * other));
                    double expected = a == b || scale == 0 ? 1 : (mean(values, a, b) - own * other) / scale;
                    assertEquals(expected, bits.correlation(a, b), 1e-12, "bits " + a + " and " + b + " of " + count);
                }
            }
        }
    }

    @Test
    void nothingHasNoStatistics() {
        assertThrows(IllegalArgumentException.class, () -> BitStatistics.of(Codes.fromReal(new double[0], 0, 3)));
    }
}
