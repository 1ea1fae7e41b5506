package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Times are the test's own: nothing here depends on how fast the machine is. */
final class TrialsTest {
    private static final double LEAST = 10;

    /** How many of some queries try, when tables answer every so manyth after some time and give up the others at their budget. */
    private static int tried(Trials trials, int queries, int every, long nanoseconds) {
        int tried = 0;
        for (int q = 0; q < queries; q++) {
            if (trials.next()) {
                boolean found = tried++ % every == 0 && nanoseconds <= trials.budget();
                trials.tried(found ? nanoseconds : (long) trials.budget(), found);
            }
        }
        return tried;
    }

    @Test
    void tablesFasterThanAnyScanAreUsedBeforeOneIsTimed() {
        Trials trials = new Trials(LEAST);
        assertTrue(trials.areNew());
        assertEquals(1000, tried(trials, 1000, 1, 9));
        assertFalse(trials.areNew());
    }

    @Test
    void untilAScanIsTimedQueriesHaveLittleTimeAndFewTry() {
        Trials trials = new Trials(LEAST);
        assertEquals(LEAST, trials.budget());
        assertEquals(1, tried(trials, 64, 1, 50));
    }

    @Test
    void tablesThatBeatTheTimedScanAreUsedAndOthersNot() {
        Trials faster = new Trials(LEAST);
        tried(faster, 64, 1, 50);
        faster.scanned(100);
        assertEquals(100, faster.budget());
        assertEquals(1000, tried(faster, 1000, 1, 50));
        Trials slower = new Trials(LEAST);
        tried(slower, 64, 1, 120);
        slower.scanned(100);
        assertTrue(tried(slower, 1000, 1, 120) < 20);
    }

    @Test
    void queriesGoToTheScanWhileTheTablesHaveTakenLongerThanTheScansTheySaved() {
        Trials trials = new Trials(LEAST);
        trials.scanned(100);
        // A third is answered, for half of a scan; the others give up after as long as one.
        assertTrue(tried(trials, 1000, 3, 50) < 30);
    }

    @Test
    void queriesComeBackToTablesThatHaveBecomeFaster() {
        Trials trials = new Trials(LEAST);
        trials.scanned(100);
        assertTrue(tried(trials, 300, 1, 1000) < 20);
        assertTrue(tried(trials, 1700, 1, 10) > 1000);
    }

    @Test
    void whatElseRunsOnTheMachineCountsForLittle() {
        Trials trials = new Trials(LEAST);
        trials.scanned(100);
        trials.tried(1_000_000_000, false);
        assertTrue(tried(trials, 1000, 1, 10) > 800);
        // A scan that was not compiled yet, and one by a clock that stands still.
        trials.scanned(1e9);
        assertEquals(50 * LEAST, trials.budget());
        trials.scanned(0);
        assertEquals(LEAST, trials.budget());
    }

    @Test
    void fewQueriesHaveTheTimeOfAScanByAllThreads() {
        assertEquals(Trials.least(1000, 1, 1) / 16, Trials.least(1000, 1, 16), 1e-12);
        assertEquals(Trials.least(1000, 64, 1), Trials.least(1000, 64, 16), 1e-12);
        assertTrue(Trials.least(1000, 64, 1) < Trials.least(1000, 1, 1));
    }

    @Test
    void fewQueriesTimeAScanThatIsLongAndMoreOneThatIsShort() {
        assertEquals(32, new Trials(1000).toTimeAScan());
        assertEquals(10, new Trials(1e5).toTimeAScan());
        assertEquals(8, new Trials(1e8).toTimeAScan());
    }
}
