package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class LabelsTest {
    @Test
    void sameClassIsSimilar() {
        ClassLabels a = ClassLabels.of(3, 0);
        ClassLabels b = ClassLabels.of(0, 3, 5);
        assertTrue(a.similar(0, b, 1));
        assertFalse(a.similar(0, b, 0));
        assertTrue(a.similar(1, b, 0));
        assertEquals(6, b.classes());
        assertTrue(b.has(2, 5));
        assertFalse(b.has(2, 3));
        assertTrue(b.labelled(0));
    }

    @Test
    void sharingOneLabelIsSimilarAndEqualsTheProductOfTheRows() {
        Random random = new Random(1);
        for (int classes : new int[] {1, 2, 63, 64, 65, 81, 130}) {
            int[] x = rows(random, 20, classes);
            int[] y = rows(random, 15, classes);
            MultiLabels a = MultiLabels.ofRows(x, classes);
            MultiLabels b = MultiLabels.ofRows(y, classes);
            for (int i = 0; i < 20; i++) {
                for (int j = 0; j < 15; j++) {
                    int shared = 0;
                    for (int c = 0; c < classes; c++) {
                        shared += x[i * classes + c] * y[j * classes + c];
                        assertEquals(x[i * classes + c] == 1, a.has(i, c));
                    }
                    assertEquals(shared > 0, a.similar(i, b, j), classes + " classes, pair " + i + ", " + j);
                }
            }
        }
    }

    @Test
    void aRowWithoutLabelsIsSimilarToNothing() {
        MultiLabels labels = MultiLabels.ofRows(new int[] {0, 0, 1, 1}, 2);
        assertFalse(labels.labelled(0));
        assertTrue(labels.labelled(1));
        assertFalse(labels.similar(0, labels, 0));
        assertFalse(labels.similar(0, labels, 1));
        assertTrue(labels.similar(1, labels, 1));
        assertFalse(labels.has(1, 2), "no such class");
    }

    @Test
    void everySingleSharedClassCounts() {
        for (int c = 0; c < 130; c++) {
            int[] row = new int[130];
            row[c] = 1;
            MultiLabels labels = MultiLabels.ofRows(row, 130);
            assertTrue(labels.similar(0, labels, 0), "class " + c);
        }
    }

    @Test
    void selectionKeepsTheRowsAsked() {
        Labels single = ClassLabels.of(3, 0, 5).select(new int[] {2, 0});
        assertTrue(single.has(0, 5) && single.has(1, 3) && single.count() == 2 && single.classes() == 6);
        Labels multi = MultiLabels.ofRows(new int[] {1, 0, 0, 1, 1, 1}, 2).select(new int[] {1, 1, 0});
        assertTrue(multi.has(0, 1) && multi.has(1, 1) && multi.has(2, 0) && !multi.has(2, 1) && multi.count() == 3);
    }

    @Test
    void badValuesAreNamed() {
        assertEquals("labels: class of sample 1 is -1; need a number >= 0", Failure.of(() -> ClassLabels.of(4, -1)));
        assertEquals(
                "labels: class of sample 0 is 2000000000; need a number < 1000000",
                Failure.of(() -> ClassLabels.of(2_000_000_000)));
        assertEquals(
                "labels: value at row 1, column 0 is 2; need 0 or 1",
                Failure.of(() -> MultiLabels.ofRows(new int[] {0, 1, 2, 0}, 2)));
        assertEquals(
                "labels: 3 values do not fill rows of 2 classes; need classes >= 1 and a multiple of it",
                Failure.of(() -> MultiLabels.ofRows(new int[3], 2)));
        assertEquals(
                "labels: 3 values do not fill rows of 0 classes; need classes >= 1 and a multiple of it",
                Failure.of(() -> MultiLabels.ofRows(new int[3], 0)));
    }

    @Test
    void kindsAndWidthsThatDifferAreErrors() {
        ClassLabels single = ClassLabels.of(1, 2);
        MultiLabels two = MultiLabels.ofRows(new int[] {1, 0}, 2);
        MultiLabels three = MultiLabels.ofRows(new int[] {1, 0, 1}, 3);
        String rule = "; need classes on both sides, or 0/1 rows with equally many columns";
        String kinds = "similarity: labels are not comparable: classes (2) against 0/1 rows (1, 2)" + rule;
        assertEquals(kinds, Failure.of(() -> Labels.requireComparable(single, two)));
        assertEquals(kinds, Failure.of(() -> single.similar(0, two, 0)));
        assertEquals(
                "similarity: labels are not comparable: 0/1 rows (1, 2) against 0/1 rows (1, 3)" + rule,
                Failure.of(() -> two.similar(0, three, 0)));
        assertEquals(
                "similarity: labels are not comparable: 0/1 rows (1, 2) against classes (2)" + rule,
                Failure.of(() -> two.similar(0, single, 0)));
    }

    private static int[] rows(Random random, int count, int classes) {
        return random.ints((long) count * classes, 0, Math.max(2, classes / 3))
                .map(v -> v == 0 ? 1 : 0)
                .toArray();
    }
}
