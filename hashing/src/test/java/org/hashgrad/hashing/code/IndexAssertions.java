package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** An index against {@link Naive}. */
final class IndexAssertions {
    private IndexAssertions() {}

    static void searchesAsNaive(HammingIndex index, CodeStore database, Codes queries, String what) {
        assertEquals(database.size(), index.size(), what);
        int n = (int) database.size();
        Naive naive = new Naive(database, queries);
        for (int k : new int[] {1, 2, 10, Math.max(1, n - 1), Math.max(1, n), n + 1, 1 << 27}) {
            for (Ties ties : Ties.values()) {
                same(naive.nearest(k, ties), index.nearest(queries, k, ties), what + ", k " + k + ", ties " + ties);
            }
        }
        int bits = database.bits();
        for (int radius : new int[] {0, 1, 2, 3, bits / 4, bits / 2, bits - 1, bits, bits + 1}) {
            same(naive.within(radius), index.within(queries, radius), what + ", radius " + radius);
        }
    }

    static void same(List<Neighbours> expected, List<Neighbours> actual, String what) {
        assertEquals(expected.size(), actual.size(), what);
        for (int q = 0; q < expected.size(); q++) {
            String which = what + ", query " + q;
            assertArrayEquals(expected.get(q).ids(), actual.get(q).ids(), which + ", ids");
            assertArrayEquals(expected.get(q).distances(), actual.get(q).distances(), which + ", distances");
        }
    }
}
