package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tolerances;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Primitives on vectors of channels; the build runs these tests once more from blocked images. */
class FusedChannelsTest extends OnDevice {
    private static final int[][] IMAGES = {
        {1, 1, 1, 2}, {2, 3, 4, 5}, {3, 5}, {2, 17}, {4, 16}, {3, 2, 7, 7}, {2, 4, 15}, {2, 2, 33}, {3, 2, 30, 40}
    };

    @ParameterizedTest
    @EnumSource(Precision.class)
    void biasActivationAndItsGradientEqualTheirDefinition(Precision precision) {
        for (Activation activation : Activation.values()) {
            for (int[] image : IMAGES) {
                Input x = draw(image);
                Input bias = draw(image[1]);
                Input gy = draw(image);
                Within.assertFused(precision, new BiasActivation(activation), List.of(x, bias));
                Input broken = x.with(x.values().length - 1, Double.NaN);
                Within.assertFused(precision, new BiasActivation(activation), List.of(broken, bias));
                for (Input y : List.of(draw(image), broken)) {
                    Within.assertFused(precision, new BiasActivation.Gradient(activation), List.of(x, bias, y, gy));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void convolutionsWithBiasAndActivationEqualTheirDefinition(Precision precision) {
        // in lines and row-major, blocked, Winograd's, groups; with channels that don't fill the last block
        int[][][] layers = {
            {{2, 3, 9, 8}, {5, 3, 3, 3}, {1, 1, 1}},
            {{2, 3, 17, 16}, {33, 3, 5, 5}, {2, 2, 1}},
            {{3, 24, 5, 6}, {40, 24, 2, 3}, {1, 1, 1}},
            {{5, 16, 16, 14}, {49, 16, 3, 3}, {1, 1, 1}},
            {{3, 16, 15, 14}, {49, 16, 5, 5}, {1, 2, 1}},
            {{2, 32, 4, 5}, {64, 16, 3, 3}, {1, 0, 2}},
            {{2, 18, 4, 5}, {36, 9, 3, 3}, {1, 0, 2}}
        };
        for (int[][] layer : layers) {
            Input x = draw(layer[0]);
            Input w = draw(layer[1]);
            Input bias = drawn(v -> 4 * v, layer[1][0]);
            int[] g = layer[2];
            for (Activation activation : Activation.values()) {
                ConvolutionActivation op =
                        new ConvolutionActivation(new ConvGeometry(g[0], g[0], g[1], g[1], g[2]), activation);
                Within.assertFused(precision, op, List.of(x, w, bias));
            }
        }
    }

    /** With the CPU family, which has its kernels finish their sums. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void biasAndReluOfAConvolutionTakeNoLaunchOfTheirOwn(Precision precision) {
        OpenClBackend backend = opencl(precision);
        if (backend.engine().family() == Family.CPU) {
            assertOneLaunch(backend, "convolve", draw(2, 3, 5, 5), draw(4, 3, 3, 3), draw(4));
            String blocked = precision == Precision.F32 ? "winograd" : "convolve";
            assertOneLaunch(backend, blocked, draw(4, 16, 16, 16), draw(16, 16, 3, 3), draw(16));
            assertOneLaunch(backend, blocked, draw(4, 16, 16, 16), draw(16, 16, 5, 5), draw(16));
        }
    }

    private static void assertOneLaunch(OpenClBackend backend, String kernel, Input... inputs) {
        ConvolutionActivation op = new ConvolutionActivation(ConvGeometry.of(1, 1), Activation.RELU);
        long convolutions = launches(backend, kernel);
        long biases = launches(backend, "bias_relu");
        run(backend, fused(op), List.of(inputs));
        assertEquals(1, launches(backend, kernel) - convolutions, kernel);
        assertEquals(0, launches(backend, "bias_relu") - biases, kernel);
    }

    private static long launches(OpenClBackend backend, String kernel) {
        return backend.engine().launches().getOrDefault(kernel, 0L);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void momentsAndBatchNormalizationEqualTheirDefinition(Precision precision) {
        for (int[] image : new int[][] {
            {4, 3, 4, 5},
            {6, 5},
            {5, 17},
            {8, 16},
            {3, 2, 7, 7},
            {3, 4, 33},
            {3, 2, 30, 40},
            {4, 7, 1, 3},
            {5, 8, 2, 2},
            {4, 15, 3, 1},
            {3, 16, 1, 5},
            {2, 17, 3, 3},
            {5, 3, 50, 51}
        }) {
            Input x = draw(image);
            Input gamma = draw(image[1]);
            Input beta = draw(image[1]);
            Input y = draw(image);
            Input gy = along(x);
            Within.assertFused(precision, new MovingMoments(0.25), List.of(x, gamma, beta));
            for (Activation activation : Activation.values()) {
                Within.assertFused(precision, new BatchNormalization(0.1, activation), List.of(x, gamma, beta));
                Within.assertFused(
                        precision, new BatchNormalization.Gradient(0.1, activation), List.of(x, gamma, beta, y, gy));
            }
        }
    }

    /** x + |r|, so that sums of it, alone and times x, do not cancel. */
    private Input along(Input x) {
        double[] values = draw(x.shape().toArray()).values();
        Arrays.setAll(values, i -> (float) (x.values()[i] + Math.abs(values[i])));
        return new Input(x.shape(), values);
    }

    /**
     * Half the values of each channel are 999, half 1001, in turns. So sums, means and squared deviations of all of them are exact, but for a rounded
     * 1/n: means are off by at most e = 3u · 1000, the variance, 1, by e² and by 2e/n for each part of odd length. E[x²] − E[x]² in
     * single precision is off by some hundredths. A fused formula has less than 32 roundings apart from its sums.
     */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void varianceFarFromZeroKeepsItsDigits(Precision precision) {
        double e = 3 * precision.unitRoundoff() * 1000;
        double few = Tolerances.gamma(precision, 32);
        for (int[] image : new int[][] {{4, 3, 4, 5}, {6, 5}, {5, 3, 50, 51}}) {
            int n = Shape.of(image).size() / image[1];
            Input x = inTurns(999, 1001, image);
            Input gamma = draw(image[1]);
            Input beta = draw(image[1]);
            double variance = e * e + e / 8 + few;
            Within.assertFused(
                    precision,
                    new MovingMoments(0.25),
                    List.of(x, gamma, beta),
                    e + few * 1000,
                    2 * variance + few * 2);
            double normalized = e + variance;
            double argument = 2 * (normalized + 2 * few);
            for (Activation activation : Activation.values()) {
                BatchNormalization norm = new BatchNormalization(1, activation);
                Within.assertFused(precision, norm, List.of(x, gamma, beta), argument + few);
                double element = 2 * argument + normalized + Tolerances.gamma(precision, n + 32);
                Within.assertFused(
                        precision,
                        norm.gradient().orElseThrow(),
                        List.of(x, gamma, beta, draw(image), inTurns(0, 1, image)),
                        2 * 3 * element,
                        n * element,
                        n * element);
            }
        }
    }

    /** Images whose channels have two values in turns. */
    private static Input inTurns(double even, double odd, int... image) {
        Shape shape = Shape.of(image);
        int area = shape.product(2, shape.rank());
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> (i / (area * image[1]) * area + i % area) % 2 == 0 ? even : odd);
        return new Input(shape, values);
    }
}
