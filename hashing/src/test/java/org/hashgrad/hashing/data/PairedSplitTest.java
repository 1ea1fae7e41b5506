package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class PairedSplitTest {
    private static final MultiLabels TWO = MultiLabels.ofRows(new int[] {1, 0, 1, 1}, 2);

    private static SampleSet vectors(String name, int dimensions, Labels labels) {
        return new VectorSet(name, dimensions, new float[dimensions * labels.count()], labels);
    }

    private static Split split(int dimensions, Labels query, Labels training) {
        SampleSet database = vectors("training", dimensions, training);
        return new Split(vectors("query", dimensions, query), database, Map.of("training", database));
    }

    @Test
    void theMediaMayHaveOtherShapes() {
        Split images = split(5, TWO, TWO);
        PairedSplit paired = new PairedSplit(images, split(3, TWO, TWO));
        assertSame(images, paired.images());
    }

    @Test
    void partsOfOtherSizesAreRefused() {
        Labels three = MultiLabels.ofRows(new int[] {1, 0, 1, 1, 0, 1}, 2);
        assertEquals(
                "paired split: query has labels 0/1 rows (2, 2) and query has 0/1 rows (3, 2); need the same",
                Failure.of(() -> new PairedSplit(split(1, TWO, TWO), split(1, three, TWO))));
        assertEquals(
                "paired split: training has labels 0/1 rows (3, 2) and training has 0/1 rows (2, 2); need the same",
                Failure.of(() -> new PairedSplit(split(1, TWO, three), split(1, TWO, TWO))));
    }

    @Test
    void itemsWithOtherLabelsAreRefused() {
        Labels other = MultiLabels.ofRows(new int[] {1, 0, 1, 0}, 2);
        assertEquals(
                "paired split: item 1 of training and of training differ in label 1; need the same",
                Failure.of(() -> new PairedSplit(split(1, TWO, TWO), split(1, TWO, other))));
    }

    @Test
    void databasesNeedTheSameNames() {
        SampleSet set = vectors("a", 1, TWO);
        assertEquals(
                "paired split: databases are [x] and [y]; need the same names",
                Failure.of(() ->
                        new PairedSplit(new Split(set, set, Map.of("x", set)), new Split(set, set, Map.of("y", set)))));
    }
}
