package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.nn.MultiScaleFusion.Form;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiScaleFusionTest extends OnReference {
    private static final int TEXTS = 3;

    /** [x ; R relu(w A x)] for each text, by loops over words. */
    private static double[] directly(double[] x, int words, int[] windows, double[] weights) {
        int channels = windows.length + 1;
        double[] y = new double[TEXTS * channels * words];
        for (int text = 0; text < TEXTS; text++) {
            for (int word = 0; word < words; word++) {
                y[text * channels * words + word] = x[text * words + word];
            }
            for (int scale = 0; scale < windows.length; scale++) {
                int length = words / windows[scale];
                double[] pooled = new double[length];
                for (int i = 0; i < length; i++) {
                    for (int j = 0; j < windows[scale]; j++) {
                        pooled[i] += x[text * words + i * windows[scale] + j] / windows[scale];
                    }
                    pooled[i] = Math.max(0, weights[scale] * pooled[i]);
                }
                for (int word = 0; word < words; word++) {
                    double position = (double) word * length / words;
                    int left = (int) position;
                    int right = Math.min(left + 1, length - 1);
                    y[(text * channels + scale + 1) * words + word] =
                            pooled[left] * (left + 1 - position) + pooled[right] * (position - left);
                }
            }
        }
        return y;
    }

    @ParameterizedTest
    @ValueSource(ints = {1386, 1000, 2000, 600, 50})
    void itIsItsDefinitionForTextsOfAnyLength(int words) {
        Shape shape = Shape.of(TEXTS, words);
        double[] x = drawn("x" + words, shape);
        double[] weights = {0.7, 1.3, -0.4, 2, 1};
        try (MultiScaleFusion fusion =
                new MultiScaleFusion(root().at("fusion"), words, Form.published(), Initializer.constant(1))) {
            List<Slot> slots = fusion.slots();
            for (int i = 0; i < weights.length; i++) {
                slots.get(i).assign(weights[i]);
            }
            double[] expected = directly(x, words, new int[] {50, 30, 15, 10, 5}, weights);
            assertArrayEquals(expected, evaluated(fusion, shape, x), 1e-12);
            assertArrayEquals(expected, trained(fusion, shape, x), 1e-12);
        }
    }

    @ParameterizedTest
    @CsvSource({"1386, 27 46 92 138 277", "1000, 20 33 66 100 200", "2000, 40 66 133 200 400"})
    void theWindowsOfThePublishedFormCoverTheTextAsPublished(int words, String lengths) {
        List<String> found = new ArrayList<>();
        for (int window : Form.published().windows()) {
            found.add(String.valueOf(words / window));
        }
        assertEquals(lengths, String.join(" ", found));
        assertEquals(6 * words, Form.published().outputs(words));
    }

    @Test
    void aLineOfThreeMeansStretchedToSevenIsTheKnownOne() {
        Form form = new Form(List.of(2), 1, Interpolation.LEGACY_BILINEAR);
        try (MultiScaleFusion fusion = new MultiScaleFusion(root(), 7, form, Initializer.constant(1))) {
            assertArrayEquals(
                    new double[] {0, 2, 4, 2, 1, 3, 9, 1, 13 / 7.0, 19 / 7.0, 19 / 7.0, 16 / 7.0, 2, 2},
                    evaluated(fusion, Shape.of(1, 7), 0, 2, 4, 2, 1, 3, 9),
                    1e-14,
                    "means 1, 3, 2 and a 9 that fills no window");
        }
    }

    @Test
    void gradientMatchesCentralDifferencesInTextAndWeights() {
        for (Interpolation interpolation : Interpolation.values()) {
            Form form = new Form(List.of(3, 1, 2), 2, interpolation);
            try (MultiScaleFusion fusion = new MultiScaleFusion(root(), 13, form, Initializer.gaussian(1))) {
                new CentralDifference(backend, fusion, Shape.of(2, 13)).check();
            }
        }
    }

    @Test
    void onTheEmbeddedBackendItIsTheSameUpToRounding() {
        Shape shape = Shape.of(TEXTS, 1386);
        double[] x = drawn("x", shape);
        try (CpuBackend cpu = new CpuBackend(1)) {
            try (MultiScaleFusion fusion =
                            new MultiScaleFusion(root(), 1386, Form.published(), Initializer.constant(0.5));
                    MultiScaleFusion there = fusion.copyTo(cpu);
                    Pass pass = Pass.evaluate(cpu)) {
                double[] found = there.forward(pass, pass.constant(cpu.tensor(shape, x)))
                        .value()
                        .toDoubles();
                assertArrayEquals(evaluated(fusion, shape, x), found, 1e-5);
            }
            assertEquals(0, cpu.liveBytes());
        }
    }

    @Test
    void aWindowLongerThanTheTextIsAnErrorThatSaysWhich() {
        assertEquals(
                "multi-scale fusion text.fusion: a window of 50 words is longer than the vector of 49; need scale * unit <= words",
                assertThrows(
                                ShapeException.class,
                                () -> new MultiScaleFusion(
                                        root().at("text.fusion"), 49, Form.published(), Initializer.constant(1)))
                        .getMessage());
        try (MultiScaleFusion fusion = new MultiScaleFusion(root(), 600, Form.published(), Initializer.constant(1))) {
            assertEquals(
                    "multi-scale fusion: x is (2, 599), need (N, 600)",
                    assertThrows(ShapeException.class, () -> evaluated(fusion, Shape.of(2, 599), new double[1198]))
                            .getMessage());
        }
    }

    @Test
    void scalesThatMakeNoSenseAreRefused() {
        String message = "multi-scale fusion: need different scales >= 1 and a unit >= 1, got scales ";
        assertRefused(message + "[] and unit 5", List.of(), 5);
        assertRefused(message + "[2, 2] and unit 5", List.of(2, 2), 5);
        assertRefused(message + "[0] and unit 5", List.of(0), 5);
        assertRefused(message + "[1] and unit 0", List.of(1), 0);
    }

    private static void assertRefused(String message, List<Integer> scales, int unit) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> new Form(scales, unit, Interpolation.NEAREST))
                        .getMessage());
    }
}
