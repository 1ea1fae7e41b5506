package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** By a clock of the test's own: nothing here depends on how fast the machine is. */
final class SearchCostsTest {
    private static final long MILLISECOND = 1_000_000;

    private long now;
    private int rounds;

    /** The time per step of ten-step rounds that take so many nanoseconds each. */
    private double settled(double bound, IntToLongFunction nanoseconds) {
        now = 0;
        rounds = 0;
        return SearchCosts.settled(() -> now, 10, bound, () -> now += nanoseconds.applyAsLong(rounds++));
    }

    @Test
    void aScanIsTimedWhenItIsCompiledAndNotBefore() {
        // Interpreted for half a second, at a pace that has long settled.
        assertEquals(100, settled(500, round -> round < 500 ? MILLISECOND : 1000));
        assertEquals(MILLISECOND / 10, settled(1e9, round -> round < 500 ? MILLISECOND : 1000));
    }

    @Test
    void whatFallsInStagesIsTimedAtTheLast() {
        assertEquals(1, settled(1e9, round -> round < 30 ? MILLISECOND : round < 1000 ? 50_000 : 10));
    }

    @Test
    void aCompilationThatDoesNotComeIsWaitedForTwoSeconds() {
        assertEquals(MILLISECOND / 10, settled(1, round -> MILLISECOND));
        assertEquals(2000, rounds);
    }

    @Test
    void aDisturbedRoundDoesNotCount() {
        assertEquals(100, settled(1e9, round -> round % 7 == 0 ? 1000 : MILLISECOND));
    }

    @Test
    void queriesGoToTheScanWhileTheTablesHaveTakenLongerThanTheScansTheySaved() {
        Trials trials = new Trials(100);
        int tried = 0;
        // Every other one is answered, for half of a scan; the others give up after as long as one.
        for (int q = 0; q < 1000; q++) {
            if (trials.next()) {
                boolean answered = tried++ % 2 == 0;
                trials.tried(answered ? 50 : 100, answered ? 50 : 100, answered);
            }
        }
        assertTrue(tried < 30, "tried " + tried);
    }

    @Test
    void queriesKeepToTablesThatAreFasterAndSomeComeBackToThem() {
        Trials fast = new Trials(100);
        for (int q = 0; q < 1000; q++) {
            assertTrue(fast.next());
            fast.tried(10, 10, true);
        }
        Trials later = new Trials(100);
        int tried = 0;
        for (int q = 0; q < 2000; q++) {
            if (later.next()) {
                tried++;
                later.tried(q < 300 ? 100 : 10, q < 300 ? 100 : 10, q >= 300);
            }
        }
        assertTrue(tried > 900, "tried " + tried);
    }

    @Test
    void tablesThatTakeLongerThanReckonedAreGivenUpSooner() {
        Trials trials = new Trials(100);
        assertEquals(100, trials.budget());
        trials.tried(20, 80, true);
        assertEquals(25, trials.budget());
        // A pause of the whole machine says nothing about the tables.
        trials.tried(5, 1_000_000_000, true);
        assertEquals(100 * 25 / 120.0, trials.budget(), 1e-9);
        Trials faster = new Trials(100);
        faster.tried(20, 10, true);
        assertEquals(100, faster.budget());
    }
}
