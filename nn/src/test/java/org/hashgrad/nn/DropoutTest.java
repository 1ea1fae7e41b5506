package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest extends OnReference {
    private static final int COUNT = 20_000;

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9})
    void trainingZeroesTheGivenShareAndScalesTheRestSoThatTheMeanStays(double p) {
        double[] y = trained(new Dropout(p), Shape.of(COUNT), ones());
        int zeros = (int) Arrays.stream(y).filter(v -> v == 0).count();
        double deviation = Math.sqrt(COUNT * p * (1 - p));
        assertEquals(COUNT * p, zeros, 4 * deviation);
        Arrays.stream(y).filter(v -> v != 0).forEach(v -> assertEquals(1 / (1 - p), v));
    }

    @Test
    void evaluationIsTheIdentity() {
        assertArrayEquals(ones(), evaluated(new Dropout(0.9), Shape.of(COUNT), ones()));
    }

    @Test
    void probabilityZeroIsTheIdentity() {
        assertArrayEquals(ones(), trained(new Dropout(0), Shape.of(COUNT), ones()));
    }

    @Test
    void theSamePassKeyDropsTheSameElementsAndTheNextLayerOthers() {
        double[][] first = twice();
        double[][] again = twice();
        assertArrayEquals(first[0], again[0]);
        assertArrayEquals(first[1], again[1]);
        assertFalse(Arrays.equals(first[0], first[1]));
    }

    private double[][] twice() {
        Dropout layer = new Dropout(0.5);
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = pass.constant(backend.fill(Shape.of(100), 1));
            return new double[][] {
                layer.forward(pass, x).value().toDoubles(),
                layer.forward(pass, x).value().toDoubles()
            };
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void aProbabilityOutsideItsRangeIsRefused(double p) {
        var thrown = assertThrows(IllegalArgumentException.class, () -> new Dropout(p));
        assertEquals("dropout: probability must be in [0, 1), got " + p, thrown.getMessage());
    }

    private static double[] ones() {
        double[] ones = new double[COUNT];
        Arrays.fill(ones, 1);
        return ones;
    }
}
