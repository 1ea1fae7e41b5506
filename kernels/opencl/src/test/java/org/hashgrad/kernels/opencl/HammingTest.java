package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.hashgrad.tensor.HammingScan;
import org.hashgrad.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HammingTest extends OnDevice {
    private final Random random = new Random(7);

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyCodeWithinItsQuerysLimitIsCountedAndFoundAndNoOther(Precision precision) {
        for (int planes : new int[] {1, 2, 3, 16, 128}) {
            for (int n : new int[] {1, 15, 16, 17, 63, 64, 65, 1000, 5000}) {
                int m = n % 2 == 0 ? 1 : 3;
                int[] codes = random.ints((long) planes * n).toArray();
                int[] queries = random.ints((long) m * planes).toArray();
                // A code that is the query, one that is its complement, and one beside each: distances 0, 1 and the
                // last two.
                for (int p = 0; p < planes; p++) {
                    codes[p * n] = queries[p];
                    codes[p * n + n - 1] = ~queries[p];
                    codes[p * n + n / 2] = p == 0 ? queries[p] ^ 8 : queries[p];
                }
                for (int limit : new int[] {-1, 0, 1, 16 * planes, 32 * planes - 1, 32 * planes}) {
                    int[] limits = new int[m];
                    Arrays.setAll(limits, q -> q == 1 ? limit / 2 : limit);
                    agrees(opencl(precision), codes, n, queries, limits);
                }
            }
        }
    }

    static void agrees(OpenClBackend backend, int[] codes, int n, int[] queries, int[] limits) {
        int planes = codes.length / n;
        int m = limits.length;
        int bins = 32 * planes + 1;
        int[] counts = new int[m * bins];
        int[] firsts = new int[m + 1];
        long[] found = new long[m * n];
        int at = 0;
        for (int q = 0; q < m; q++) {
            for (int i = 0; i < n; i++) {
                int d = 0;
                for (int p = 0; p < planes; p++) {
                    d += Integer.bitCount(codes[p * n + i] ^ queries[q * planes + p]);
                }
                if (d <= limits[q]) {
                    counts[q * bins + d]++;
                    found[at++] = (long) i << 32 | d;
                }
            }
            firsts[q + 1] = at;
        }
        try (HammingScan.Block block = backend.hammingScan().orElseThrow().load(codes, n)) {
            String what = planes + " planes, " + n + " codes, limits " + Arrays.toString(limits);
            assertArrayEquals(counts, block.counts(queries, limits), what);
            long[] within = block.within(queries, limits, firsts);
            for (int q = 0; q < m; q++) {
                Arrays.sort(within, firsts[q], firsts[q + 1]);
            }
            assertArrayEquals(Arrays.copyOf(found, at), within, what);
        }
    }

    @Test
    void codesThatAreGivenBackAreTakenAgain() {
        HammingScan scan = opencl(Precision.F32).hammingScan().orElseThrow();
        scan.load(new int[1 << 16], 1 << 16).close();
        opencl(Precision.F32).synchronize();
        long before = opencl(Precision.F32).allocations();
        scan.load(new int[1 << 16], 1 << 16).close();
        assertEquals(before, opencl(Precision.F32).allocations());
    }
}
