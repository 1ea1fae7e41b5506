package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitializerTest extends OnReference {
    /** Fan-in 20 · 9 = 180, fan-out 60 · 9 = 540; 10,800 values. */
    private static final Shape WEIGHT = Shape.of(60, 20, 3, 3);

    static Stream<Arguments> deviations() {
        return Stream.of(
                Arguments.of("gaussian", Initializer.gaussian(0.01), 0.01, 3.0),
                Arguments.of("Xavier normal", Initializer.xavierNormal(), Math.sqrt(2.0 / 720), 3.0),
                Arguments.of("Xavier uniform", Initializer.xavierUniform(), Math.sqrt(2.0 / 720), 1.8),
                Arguments.of("Kaiming normal", Initializer.kaimingNormal(), Math.sqrt(2.0 / 180), 3.0),
                Arguments.of("Kaiming uniform", Initializer.kaimingUniform(), Math.sqrt(2.0 / 180), 1.8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deviations")
    void valuesHaveTheirDistributionsMomentsAndAreFloats(
            String name, Initializer initializer, double deviation, double kurtosis) {
        double[] values = initializer.draw(KEY, WEIGHT);
        int n = values.length;
        assertEquals(WEIGHT.size(), n);
        double mean = Arrays.stream(values).sum() / n;
        double second = Arrays.stream(values).map(v -> v * v).sum() / n;
        double fourth = Arrays.stream(values).map(v -> v * v * v * v).sum() / n;
        assertEquals(0, mean, 4 * deviation / Math.sqrt(n));
        assertEquals(deviation * deviation, second, 4 * deviation * deviation * Math.sqrt((kurtosis - 1) / n));
        assertEquals(kurtosis, fourth / (second * second), 0.3);
        Arrays.stream(values).forEach(v -> assertEquals((float) v, v));
    }

    @Test
    void aConstantIsRoundedToFloat() {
        assertArrayEquals(new double[] {0.1f, 0.1f}, Initializer.constant(0.1).draw(KEY, Shape.of(2)));
    }

    @Test
    void fansNeedAWeightOfTwoAxes() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> Initializer.kaimingNormal()
                .draw(KEY, Shape.of(3)));
        assertEquals("initializer: fans need a weight (out, in, ...), got (3)", thrown.getMessage());
    }

    @Test
    void initialWeightsDependOnSeedAndNameButNotOnOrderOrBackend() {
        try (CpuBackend other = new CpuBackend(1)) {
            Blueprint here = root();
            Blueprint there = Blueprint.of(other, KEY);
            try (Linear a = linear(here, "a");
                    Linear b = linear(here, "b");
                    Linear otherB = linear(there, "b");
                    Linear otherA = linear(there, "a");
                    Linear seeded = linear(Blueprint.of(backend, RandomKey.of(8)), "a")) {
                assertArrayEquals(weights(a), weights(otherA));
                assertArrayEquals(weights(b), weights(otherB));
                assertFalse(Arrays.equals(weights(a), weights(b)));
                assertFalse(Arrays.equals(weights(a), weights(seeded)));
            }
            assertEquals(0, other.liveBytes());
        }
    }

    @Test
    void aBlankBlueprintLeavesZeros() {
        try (Linear layer = linear(Blueprint.blank(backend), "a")) {
            assertArrayEquals(new double[6], weights(layer));
            assertTrue(layer.state().containsKey("net.a.weight"));
        }
    }

    private static Linear linear(Blueprint root, String name) {
        return new Linear(root.at("net").at(name), 3, 2, Initializer.kaimingNormal());
    }

    private static double[] weights(Linear layer) {
        return layer.parameters().get(0).value().toDoubles();
    }
}
