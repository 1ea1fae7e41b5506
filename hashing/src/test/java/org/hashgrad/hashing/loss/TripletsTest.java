package org.hashgrad.hashing.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.autograd.Pass;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;

class TripletsTest {
    private static final Labels LABELS = ClassLabels.of(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 0, 1);

    private static int count(Triplets triplets, int i, boolean positives) {
        int count = 0;
        for (int j = 0; j < triplets.columns(); j++) {
            count += (positives ? triplets.positive(i, j) : triplets.negative(i, j)) ? 1 : 0;
        }
        return count;
    }

    @Test
    void withinABatchEveryOtherSampleIsDrawn() {
        Triplets triplets = Triplets.within(Pairs.within(LABELS, 0, 1, 3, 2));
        assertEquals(1, count(triplets, 0, true));
        assertEquals(2, count(triplets, 0, false));
        assertEquals(0, count(triplets, 1, true), "no other sample of its class");
        assertEquals(3, count(triplets, 1, false));
        assertFalse(triplets.positive(0, 0));
        assertEquals(4, triplets.count(), "1 · 2 for each of the two samples of class 0");
        try (Backend backend = new ReferenceBackend();
                Pass pass = Pass.train(backend, RandomKey.of(0))) {
            assertArrayEquals(
                    new double[] {0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0},
                    triplets.drawn(pass).value().toDoubles());
        }
    }

    @Test
    void drawnPositivesAndNegativesPerClassAreAsManyAsAskedAndNeverOfTheBatch() {
        int[] batch = {0, 4, 5};
        for (int seed = 0; seed < 50; seed++) {
            Triplets triplets = Triplets.drawn(LABELS, batch, RandomKey.of(seed), 3, 2);
            for (int i = 0; i < batch.length; i++) {
                assertEquals(3, count(triplets, i, true));
                assertEquals(4, count(triplets, i, false), "2 of each of the other two classes");
                int[] perClass = new int[3];
                for (int j = 0; j < triplets.columns(); j++) {
                    boolean drawn = triplets.positive(i, j) || triplets.negative(i, j);
                    perClass[j == 17 ? 1 : j >= 15 ? 0 : j % 3] += drawn ? 1 : 0;
                }
                int[] expected = {2, 2, 2};
                expected[LABELS.has(batch[i], 0) ? 0 : LABELS.has(batch[i], 1) ? 1 : 2] = 3;
                assertArrayEquals(expected, perClass);
                for (int sample : batch) {
                    assertFalse(triplets.positive(i, sample) || triplets.negative(i, sample));
                }
            }
        }
    }

    @Test
    void everyCandidateIsDrawnEquallyOften() {
        int draws = 3000;
        int[] times = new int[LABELS.count()];
        for (int seed = 0; seed < draws; seed++) {
            Triplets triplets = Triplets.drawn(LABELS, new int[] {0}, RandomKey.of(seed), 2, 1);
            for (int j = 0; j < times.length; j++) {
                times[j] += triplets.positive(0, j) ? 1 : 0;
            }
        }
        for (int j : new int[] {3, 6, 9, 12, 15, 16}) {
            // Binomial(3000, 1/3): standard deviation 26; five of them.
            assertEquals(draws / 3.0, times[j], 130, "column " + j);
        }
    }

    @Test
    void classWithFewerSamplesThanAskedGivesAllItHas() {
        Triplets triplets = Triplets.drawn(LABELS, new int[] {0, 3}, RandomKey.of(1), 100, 100);
        assertEquals(5, count(triplets, 0, true));
        assertEquals(11, count(triplets, 0, false));
        assertEquals(2 * 5 * 11, triplets.count());
    }

    @Test
    void negativesOfSeveralLabelsShareNoneWithTheRow() {
        Labels labels = MultiLabels.ofRows(new int[] {1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1}, 3);
        Triplets triplets = Triplets.drawn(labels, new int[] {0}, RandomKey.of(2), 9, 9);
        assertTrue(triplets.positive(0, 1));
        assertFalse(triplets.negative(0, 1), "carries class 1, which the row is not in, but also the row's class 0");
        assertEquals(3, count(triplets, 0, false));
    }

    @Test
    void maskOfAnotherShapeOrNumberIsRefused() {
        Pairs pairs = Pairs.within(LABELS, 0, 1);
        var shape = assertThrows(IllegalArgumentException.class, () -> Triplets.of(pairs, new double[][] {{0}, {1}}));
        assertEquals("triplets: need a mask of shape (2, 2), got 2 rows of 1", shape.getMessage());
        var number = assertThrows(
                IllegalArgumentException.class, () -> Triplets.of(pairs, new double[][] {{0, 0.5}, {1, 1}}));
        assertEquals("triplets: drawn[0][1] is 0.5; need 0 or 1", number.getMessage());
    }
}
