package org.hashgrad.hashing.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class RetrievalCurvesTest {
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

    private RetrievalCurves curves() {
        return RetrievalCurves.of(query, queryLabels, database, labels);
    }

    @Test
    void everyPairIsCountedOnceAtItsDistance() {
        long[][] counts = new long[2][BITS + 1];
        for (int i = 0; i < QUERIES; i++) {
            for (int j = 0; j < ITEMS; j++) {
                counts[queryLabels.similar(i, labels, j) ? 1 : 0][query.hamming(i, database, j)]++;
            }
        }
        assertArrayEquals(counts[1], curves().similar());
        assertArrayEquals(counts[0], curves().dissimilar());
    }

    @Test
    void pointsByRankAreTheMeansOverQueries() {
        RetrievalReport report = RetrievalMetrics.standard(1).evaluate(query, queryLabels, database, labels);
        RetrievalCurves curves = curves();
        assertEquals(1, curves.ranks().get(0));
        assertEquals(ITEMS, curves.ranks().get(curves.ranks().size() - 1));
        assertEquals(
                report.meanAveragePrecision(),
                Arrays.stream(curves.averagePrecision()).average().orElseThrow(),
                1e-12);
        assertEquals(
                report.precisionAt().getOrDefault(10, -1.0),
                curves.precision()[curves.ranks().indexOf(10)],
                1e-12);
        long answered = IntStream.range(0, QUERIES)
                .filter(i -> IntStream.range(0, ITEMS).anyMatch(j -> queryLabels.similar(i, labels, j)))
                .count();
        assertEquals((double) answered / QUERIES, curves.recall()[curves.recall().length - 1], 1e-12);
    }

    @Test
    void realDistancesOfSignsAreHammingDistances() {
        RetrievalCurves real =
                RetrievalCurves.of(RelaxedCodes.of(query), queryLabels, RelaxedCodes.of(database), labels);
        assertArrayEquals(curves().similar(), real.similar());
        assertArrayEquals(curves().dissimilar(), real.dissimilar());
        assertArrayEquals(curves().precision(), real.precision());
        assertArrayEquals(curves().recall(), real.recall());
    }
}
