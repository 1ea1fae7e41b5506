package org.hashgrad.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.Test;

class BackendTrialTest {
    @Test
    void aResultOfAnotherLengthIsRefused() {
        for (float[] actual : new float[][] {{1}, {1, 1, 1}}) {
            IllegalStateException thrown = assertThrows(
                    IllegalStateException.class, () -> BackendTrial.requireClose("x", new float[] {1, 1}, actual, 0.1));
            assertEquals("x: " + actual.length + " elements; need 2", thrown.getMessage());
        }
    }

    @Test
    void aWrongSecondResultIsRefused() {
        try (BackendTrial trial = new BackendTrial("cpu")) {
            IllegalStateException thrown = assertThrows(
                    IllegalStateException.class,
                    () -> trial.checked(
                            be -> () -> List.of(
                                    be.fill(Shape.of(2), 1),
                                    be.fill(Shape.of(2), be.name().equals("cpu") ? 3 : 2)),
                            0.1));
            assertEquals("cpu, result 1: element 0 is 3.0; need 2.0", thrown.getMessage());
        }
    }
}
