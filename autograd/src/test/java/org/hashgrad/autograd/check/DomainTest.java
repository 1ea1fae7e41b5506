package org.hashgrad.autograd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.Test;

class DomainTest {
    private static double[] draw(Domain domain, int n) {
        return domain.draw(Shape.of(n), RandomKey.of(3));
    }

    @Test
    void valuesLieInTheIntervalAndAreFloats() {
        for (double value : draw(Domain.between(-0.1, 0.3), 500)) {
            assertTrue(value >= (float) -0.1 && value <= (float) 0.3, "value " + value);
            assertEquals((float) value, value);
        }
    }

    @Test
    void valuesKeepTheirDistanceFromEveryKink() {
        double[] values = draw(Domain.between(-1, 1).awayFrom(0, 0.2).awayFrom(0.5, 0.1), 500);
        assertTrue(Arrays.stream(values).allMatch(v -> Math.abs(v) >= 0.2 && Math.abs(v - 0.5) >= 0.1));
        assertTrue(Arrays.stream(values).anyMatch(v -> v > 0.6)
                && Arrays.stream(values).anyMatch(v -> v < 0));
    }

    @Test
    void distinctValuesDoNotTie() {
        double[] values = draw(Domain.between(-2, 2).distinct(), 100);
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            assertTrue(sorted[i] - sorted[i - 1] > 0.019, "gap " + (sorted[i] - sorted[i - 1]));
        }
        assertTrue(!Arrays.equals(values, sorted), "drawn in ascending order");
    }

    @Test
    void stepsIncludeBothEnds() {
        Set<Double> seen =
                Arrays.stream(draw(Domain.steps(0, 1, 0.5), 200)).boxed().collect(Collectors.toSet());
        assertEquals(Set.of(0.0, 0.5, 1.0), seen);
    }

    @Test
    void anEmptyDomainIsAnErrorNotAnEndlessSearch() {
        Domain nothing = Domain.between(-1, 1).awayFrom(0, 5);
        assertThrows(IllegalStateException.class, () -> draw(nothing, 1));
        assertThrows(IllegalArgumentException.class, () -> Domain.between(1, 1));
        assertThrows(IllegalArgumentException.class, () -> Domain.between(0, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Domain.steps(0, 1, 0));
    }
}
