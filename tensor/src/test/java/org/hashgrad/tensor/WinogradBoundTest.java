package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WinogradBoundTest {
    private static final ConvGeometry PADDED = ConvGeometry.of(1, 1);

    private static double[] draw(Random random, Shape shape) {
        return random.doubles(shape.size(), -1, 1).toArray();
    }

    @ParameterizedTest
    @CsvSource({"F2, 3", "F4, 3", "F4, 5"})
    @SuppressWarnings("try")
    void theAlgorithmOfTheBoundIsTheConvolution(WinogradMode mode, int taps) {
        Random random = new Random(7);
        for (int padding = 0; padding < taps; padding++) {
            ConvGeometry geometry = ConvGeometry.of(1, padding);
            Shape x = Shape.of(2, 3, 7, 6);
            Shape w = Shape.of(2, 3, taps, taps);
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

    /** One channel of ones: the quotients in the class's documentation, 8² / 9, 22² / 9 and 29.5² / 25. */
    @Test
    void aTileOfOnesIsAmplifiedByTheNormsOfTheTransforms() {
        Shape x = Shape.of(1, 1, 6, 6);
        double[] xs = new double[36];
        Arrays.fill(xs, 1);
        assertEquals(64, largestOfOnes(WinogradMode.F2, x, xs, 3), 1e-12);
        assertEquals(22 * 22, largestOfOnes(WinogradMode.F4, x, xs, 3), 1e-12);
        assertEquals(29.5 * 29.5, largestOfOnes(WinogradMode.F4, x, xs, 5), 1e-12);
    }

    private static double largestOfOnes(WinogradMode mode, Shape x, double[] xs, int taps) {
        double[] ws = new double[taps * taps];
        Arrays.fill(ws, -1);
        double[] magnitude =
                WinogradBound.magnitude(mode, x, xs, Shape.of(1, 1, taps, taps), ws, ConvGeometry.of(1, 0));
        return Arrays.stream(magnitude).max().orElseThrow();
    }

    @Test
    void theRelativePartCountsChannelsAndTransforms() {
        assertEquals(Tolerances.gamma(Precision.F32, 94), WinogradBound.relative(Precision.F32, 64));
    }

    @ParameterizedTest
    @CsvSource({"OFF, 3, 3", "F2, 5, 5", "F4, 4, 4", "F4, 3, 5"})
    void thereIsNoBoundWithoutTheAlgorithm(WinogradMode mode, int height, int width) {
        Shape x = Shape.of(1, 1, height, width);
        double[] ones = new double[height * width];
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> WinogradBound.magnitude(mode, x, ones, x, ones, PADDED));
        assertEquals(
                "winograd bound: need 3 x 3 weights by F2 or F4 or 5 x 5 by F4, got " + x + " by " + mode,
                thrown.getMessage());
    }
}
