package org.hashgrad.hashing.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.stream.IntStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class PairDistancesTest {
    private static final int BITS = 6;
    private static final int QUERIES = 7;
    private static final int ITEMS = 41;

    private final Codes query = codes("query", QUERIES);
    private final Codes database = codes("database", ITEMS);
    private final ClassLabels queryLabels = labels("of queries", QUERIES, 4);
    private final ClassLabels labels = labels("of items", ITEMS, 3);

    private static Codes codes(String name, int count) {
        RandomKey key = RandomKey.of(3).split(name);
        return Codes.fromReal(at -> key.below(2, at) - 0.5, count, BITS);
    }

    private static ClassLabels labels(String name, int count, int classes) {
        RandomKey key = RandomKey.of(3).split(name);
        return ClassLabels.of(
                IntStream.range(0, count).map(i -> key.below(classes, i)).toArray());
    }

    private PairDistances pairs() {
        return PairDistances.of(query, queryLabels, database, labels);
    }

    @Test
    void everyPairIsCountedOnceAtItsDistance() {
        long[][] counts = new long[2][BITS + 1];
        for (int i = 0; i < QUERIES; i++) {
            for (int j = 0; j < ITEMS; j++) {
                counts[queryLabels.similar(i, labels, j) ? 1 : 0][query.hamming(i, database, j)]++;
            }
        }
        assertArrayEquals(counts[1], pairs().similar());
        assertArrayEquals(counts[0], pairs().dissimilar());
    }

    @Test
    void realDistancesOfSignsAreHammingDistances() {
        PairDistances real = PairDistances.of(RelaxedCodes.of(query), queryLabels, RelaxedCodes.of(database), labels);
        assertArrayEquals(pairs().similar(), real.similar());
        assertArrayEquals(pairs().dissimilar(), real.dissimilar());
    }
}
