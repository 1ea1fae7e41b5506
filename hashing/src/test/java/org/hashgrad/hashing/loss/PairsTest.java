package org.hashgrad.hashing.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;

class PairsTest {
    private static final Labels LABELS = ClassLabels.of(0, 1, 0, 2);

    private static double[] weights(Pairs pairs, PairConvention convention, Balance balance, Reduction reduction) {
        return new PairWeighting(convention, balance, reduction).weights(pairs);
    }

    @Test
    void batchRowsAreComparedInTheOrderGiven() {
        Pairs pairs = Pairs.within(LABELS, 2, 3, 0);
        assertTrue(pairs.similar(0, 2));
        assertFalse(pairs.similar(0, 1));
        assertTrue(pairs.same(1, 1));
    }

    @Test
    void bankKnowsTheBatchsOwnSamples() {
        Pairs pairs = Pairs.withBank(LABELS, 2, 3);
        assertEquals(4, pairs.columns());
        assertTrue(pairs.same(0, 2));
        assertFalse(pairs.same(0, 0));
        assertArrayEquals(
                new double[] {1, 1, 0, 1, 1, 1, 1, 0},
                weights(pairs, PairConvention.UNORDERED, Balance.NONE, Reduction.SUM));
    }

    @Test
    void conventionsTakeTheirPairs() {
        Pairs pairs = Pairs.within(LABELS, 0, 1, 2);
        assertArrayEquals(
                new double[] {0, 1, 1, 1, 0, 1, 1, 1, 0},
                weights(pairs, PairConvention.ORDERED, Balance.NONE, Reduction.SUM));
        assertArrayEquals(
                new double[] {0, 1, 1, 0, 0, 1, 0, 0, 0},
                weights(pairs, PairConvention.UNORDERED, Balance.NONE, Reduction.SUM));
        assertArrayEquals(
                new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1},
                weights(pairs, PairConvention.WITH_DIAGONAL, Balance.NONE, Reduction.SUM));
    }

    @Test
    void oneNumberStandsForEqualWeightsOfAllPairs() {
        Pairs bank = Pairs.withBank(LABELS, 2, 3);
        for (Reduction reduction : Reduction.values()) {
            for (PairConvention convention : PairConvention.values()) {
                try (Backend backend = new ReferenceBackend();
                        Pass pass = Pass.evaluate(backend)) {
                    Tensor given = new PairWeighting(convention, Balance.NONE, reduction)
                            .on(pass, bank)
                            .value();
                    boolean all = convention == PairConvention.WITH_DIAGONAL;
                    assertEquals(all ? Shape.of(1, 1) : Shape.of(2, 4), given.shape());
                    assertArrayEquals(
                            weights(bank, convention, Balance.NONE, reduction),
                            backend.broadcastTo(given, Shape.of(2, 4)).toDoubles());
                }
            }
        }
    }

    @Test
    void weightsThatTheBackendMakesOfTheSimilarityAreThoseOfTheHost() {
        Pairs bank = Pairs.withBank(LABELS, 2, 1, 3);
        for (Balance balance : Balance.values()) {
            for (PairConvention convention : PairConvention.values()) {
                try (Backend backend = new ReferenceBackend();
                        Pass pass = Pass.evaluate(backend)) {
                    Tensor given = new PairWeighting(convention, balance, Reduction.MEAN)
                            .on(pass, bank)
                            .value();
                    double[] weights = weights(bank, convention, balance, Reduction.MEAN);
                    assertArrayEquals(
                            weights,
                            backend.broadcastTo(given, bank.shape()).toDoubles(),
                            1e-15,
                            balance + " " + convention);
                }
            }
        }
    }

    @Test
    void similarityIsSentOnceAPass() {
        Pairs pairs = Pairs.withBank(LABELS, 2, 3);
        try (Backend backend = new ReferenceBackend();
                Pass first = Pass.evaluate(backend);
                Pass second = Pass.evaluate(backend)) {
            Variable sent = pairs.similarity(first);
            assertSame(sent, pairs.similarity(first));
            Variable again = pairs.similarity(second);
            assertSame(second, again.pass());
            assertArrayEquals(
                    new double[] {1, 0, 1, 0, 0, 0, 0, 1}, again.value().toDoubles());
        }
    }

    @Test
    void similarityThatWasSentAheadIsWhatPassesReadUntilItIsClosed() {
        Pairs pairs = Pairs.withBank(LABELS, 2, 3);
        try (Backend backend = new ReferenceBackend()) {
            Tensor ahead = pairs.sendAhead(backend);
            assertFalse(pairs.isRead());
            try (Pass pass = Pass.evaluate(backend)) {
                assertSame(ahead, pairs.similarity(pass).value());
                assertTrue(pairs.isRead());
            }
            ahead.close();
            try (Pass pass = Pass.evaluate(backend)) {
                Tensor again = pairs.similarity(pass).value();
                assertArrayEquals(new double[] {1, 0, 1, 0, 0, 0, 0, 1}, again.toDoubles());
            }
            assertEquals(0, backend.liveBytes());
        }
    }

    /** 40 x 1000 pairs: an array of them would be 160 kB. */
    @Test
    void similarPairsAreCountedWhenTheyAreSentAheadWithoutAnArrayOfAllPairs() {
        RandomKey key = RandomKey.of(6);
        int[] classes = new int[1000];
        Arrays.setAll(classes, i -> (int) (5 * key.uniform(i)));
        int[] batch = key.split("batch").permutation(classes.length);
        Pairs pairs = Pairs.withBank(ClassLabels.of(classes), Arrays.copyOf(batch, 40));
        int similar = 0;
        for (int i = 0; i < 40; i++) {
            for (int other : classes) {
                similar += classes[batch[i]] == other ? 1 : 0;
            }
        }
        try (Backend backend = new ReferenceBackend();
                Tensor ahead = pairs.sendAhead(backend)) {
            assertEquals(pairs.shape(), ahead.shape());
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            int counted = pairs.similarCount();
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(similar, counted);
            assertTrue(bytes < 40_000, bytes + " bytes to look the count up");
        }
    }

    @Test
    void samplesThatThereAreNotAreNamedWhenPairsAreMade() {
        var ofBatch = assertThrows(IndexOutOfBoundsException.class, () -> Pairs.withBank(LABELS, 2, 4));
        assertEquals("pairs: batch[1] is 4; need 0 <= sample < 4, the number of labels", ofBatch.getMessage());
        var ofColumns = assertThrows(
                IndexOutOfBoundsException.class,
                () -> Pairs.between(LABELS, new int[] {0}, LABELS, new int[] {1, 2, -1}));
        assertEquals("pairs: columns[2] is -1; need 0 <= sample < 4, the number of labels", ofColumns.getMessage());
    }

    @Test
    void balancedSimilarPairsWeighAsMuchAsDissimilarOnesTogether() {
        Pairs pairs = Pairs.within(LABELS, 0, 1, 2);
        double[] w = weights(pairs, PairConvention.ORDERED, Balance.DISSIMILAR_PER_SIMILAR, Reduction.MEAN);
        assertEquals(1.0 / 6, w[1], 1e-15);
        assertEquals(2.0 / 6, w[2], 1e-15, "4 dissimilar, 2 similar ordered pairs");
    }

    @Test
    void allPerSimilarCountsTheDiagonalWhereItIsTaken() {
        Pairs pairs = Pairs.within(LABELS, 0, 1, 2);
        double[] w = weights(pairs, PairConvention.WITH_DIAGONAL, Balance.ALL_PER_SIMILAR, Reduction.SUM);
        assertEquals(9.0 / 5, w[0], 1e-15);
        assertEquals(1, w[1], 1e-15);
    }

    @Test
    void batchWithoutSimilarPairsIsLeftUnbalanced() {
        Pairs pairs = Pairs.within(LABELS, 0, 1, 3);
        double[] w = weights(pairs, PairConvention.ORDERED, Balance.DISSIMILAR_PER_SIMILAR, Reduction.SUM);
        assertArrayEquals(new double[] {0, 1, 1, 1, 0, 1, 1, 1, 0}, w);
    }

    @Test
    void batchOfOneHasNoPairs() {
        Pairs one = Pairs.within(LABELS, 0);
        var thrown = assertThrows(
                IllegalArgumentException.class,
                () -> weights(one, PairConvention.ORDERED, Balance.NONE, Reduction.SUM));
        assertEquals(
                "pairs: none left of (1, 1) by convention ORDERED; need a batch of at least 2 samples",
                thrown.getMessage());
    }

    @Test
    void similarityOtherThanZeroAndOneIsRefused() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> Pairs.of(new double[][] {{1, 0.5}}, false));
        assertEquals("pairs: similarity[0][1] is 0.5; need 0 or 1", thrown.getMessage());
    }

    @Test
    void lossRefusesFactorsThatAreNotPositive() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> DhnLoss.paper(-1));
        assertEquals("dhn: lambda is -1.0; need >= 0", thrown.getMessage());
    }
}
