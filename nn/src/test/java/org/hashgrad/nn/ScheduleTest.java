package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static double[] rates(Schedule schedule, int epochs) {
        return IntStream.range(0, epochs)
                .mapToDouble(epoch -> schedule.rate(epoch, epochs))
                .toArray();
    }

    private static void assertRates(Schedule schedule, double... expected) {
        assertArrayEquals(expected, rates(schedule, expected.length), 1e-15);
    }

    @Test
    void constantNeverChanges() {
        assertRates(new Schedule.Constant(0.3), 0.3, 0.3, 0.3);
    }

    @Test
    void stepMultipliesOnceEverySoManyEpochs() {
        assertRates(new Schedule.Step(1, 2, 0.1), 1, 1, 0.1, 0.1, 0.01);
    }

    @Test
    void stepNeedsAWholeEpoch() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> new Schedule.Step(1, 0, 0.1));
        assertEquals("step schedule: every must be >= 1 epoch, got 0", thrown.getMessage());
    }

    @Test
    void exponentialMultipliesEveryEpoch() {
        assertRates(new Schedule.Exponential(8, 0.5), 8, 4, 2, 1);
    }

    @Test
    void cosineFallsAlongHalfAWave() {
        assertRates(new Schedule.Cosine(1, 0.2), 1, 0.6 + 0.4 * Math.sqrt(0.5), 0.6, 0.6 - 0.4 * Math.sqrt(0.5));
    }

    @Test
    void logspaceReachesBothEnds() {
        assertRates(new Schedule.Logspace(-2, -6), 1e-2, 1e-3, 1e-4, 1e-5, 1e-6);
        assertRates(new Schedule.Logspace(-2, -6), 1e-2);
    }
}
