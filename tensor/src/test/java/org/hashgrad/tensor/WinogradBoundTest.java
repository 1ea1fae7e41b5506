package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WinogradBoundTest {
    private static final ConvGeometry PADDED = ConvGeometry.of(1, 1);

    private static double[] draw(Random random, Shape shape) {
        return random.doubles(shape.size(), -1, 1).toArray();
    }

    @ParameterizedTest
    @EnumSource(value = WinogradMode.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    @SuppressWarnings("try")
    void theAlgorithmOfTheBoundIsTheConvolution(WinogradMode mode) {
        Random random = new Random(7);
        for (int padding = 0; padding <= 2; padding++) {
            ConvGeometry geometry = ConvGeometry.of(1, padding);
            Shape x = Shape.of(2, 3, 7, 6);
            Shape w = Shape.of(2, 3, 3, 3);
            double[] xs = draw(random, x);
            double[] ws = draw(random, w);
            try (ReferenceBackend reference = new ReferenceBackend();
                    Scope scope = reference.openScope()) {
                double[] expected = reference
                        .conv2d(reference.tensor(x, xs), reference.tensor(w, ws), geometry)
                        .toDoubles();
                assertArrayEquals(expected, WinogradBound.convolve(mode, x, xs, w, ws, geometry), 1e-13);
            }
        }
    }

    /** One channel of ones: the quotients in the class's documentation, 8² / 9 and 22² / 9. */
    @Test
    void aTileOfOnesIsAmplifiedByTheNormsOfTheTransforms() {
        Shape x = Shape.of(1, 1, 6, 6);
        Shape w = Shape.of(1, 1, 3, 3);
        double[] xs = new double[36];
        double[] ws = new double[9];
        Arrays.fill(xs, 1);
        Arrays.fill(ws, -1);
        ConvGeometry unpadded = ConvGeometry.of(1, 0);
        assertEquals(64, max(WinogradBound.magnitude(WinogradMode.F2, x, xs, w, ws, unpadded)), 1e-12);
        assertEquals(22 * 22, max(WinogradBound.magnitude(WinogradMode.F4, x, xs, w, ws, unpadded)), 1e-12);
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    @Test
    void theRelativePartCountsChannelsAndTransforms() {
        assertEquals(Tolerances.gamma(Precision.F32, 94), WinogradBound.relative(Precision.F32, 64));
    }

    @Test
    void thereIsNoBoundWithoutTheAlgorithm() {
        Shape x = Shape.of(1, 1, 3, 3);
        assertThrows(
                IllegalArgumentException.class,
                () -> WinogradBound.magnitude(WinogradMode.OFF, x, new double[9], x, new double[9], PADDED));
    }
}
