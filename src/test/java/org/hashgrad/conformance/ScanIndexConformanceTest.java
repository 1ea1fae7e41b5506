package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.CodesWithIds;
import org.hashgrad.hashing.code.FlatIndex;
import org.hashgrad.hashing.code.HammingIndex;
import org.hashgrad.hashing.code.Neighbours;
import org.hashgrad.hashing.code.ScanIndex;
import org.hashgrad.hashing.code.Ties;
import org.hashgrad.tensor.HammingScan;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Search on a device against search on the host. */
final class ScanIndexConformanceTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    @ParameterizedTest
    @EnumSource(
            value = BackendUnderTest.class,
            mode = Mode.INCLUDE,
            names = {"OPENCL_F32", "OPENCL_F64", "OPENCL_GPU_KERNELS_F32"})
    void aDeviceFindsWhatTheHostFindsInTheSameOrder(BackendUnderTest which) {
        HammingScan scan = BACKENDS.get(which).hammingScan().orElseThrow();
        for (int bits : new int[] {8, 12, 31, 32, 33, 48, 64, 65, 100, 128, 256, 512, 1000, 2048, 4096}) {
            // Several blocks, the last one begun; fewer of long codes.
            for (int n : new int[] {1, 17, bits <= 256 ? 30_000 : 5000}) {
                Codes codes = clustered(n, bits, 1);
                CodesWithIds database = new CodesWithIds(
                        codes, LongStream.range(0, n).map(row -> 5 * row + 2).toArray());
                agree(database, clustered(7, bits, 2), scan, bits + " bits, " + n + " codes");
            }
        }
    }

    private static void agree(CodesWithIds database, Codes queries, HammingScan scan, String what) {
        HammingIndex host = new FlatIndex(database, 2);
        try (ScanIndex device = new ScanIndex(database, scan)) {
            assertEquals(database.size(), device.size());
            for (int k : new int[] {1, 10, 100, (int) database.size(), Integer.MAX_VALUE}) {
                for (Ties ties : Ties.values()) {
                    same(
                            host.nearest(queries, k, ties),
                            device.nearest(queries, k, ties),
                            what + ", k " + k + ", ties " + ties);
                }
            }
            for (int radius : new int[] {0, 2, database.bits() / 4, database.bits()}) {
                same(host.within(queries, radius), device.within(queries, radius), what + ", radius " + radius);
            }
        }
    }

    private static void same(List<Neighbours> expected, List<Neighbours> found, String what) {
        assertEquals(expected.size(), found.size(), what);
        for (int q = 0; q < expected.size(); q++) {
            assertArrayEquals(expected.get(q).ids(), found.get(q).ids(), what);
            assertArrayEquals(expected.get(q).distances(), found.get(q).distances(), what);
        }
    }

    /** Around 12 centres, a bit in eight flipped: near codes, far codes and many ties. */
    private static Codes clustered(int n, int bits, long seed) {
        RandomKey key = RandomKey.of(seed);
        int words = (bits + 63) / 64;
        long last = bits % 64 == 0 ? -1 : (1L << bits) - 1;
        long[] drawn = new long[n * words];
        Arrays.setAll(drawn, at -> {
            long centre = RandomKey.of(9).bits((long) key.below(12, at / words) * words + at % words);
            long word = centre ^ (key.bits(3L * at) & key.bits(3L * at + 1) & key.bits(3L * at + 2));
            return at % words == words - 1 ? word & last : word;
        });
        return Codes.ofWords(drawn, n, bits);
    }
}
