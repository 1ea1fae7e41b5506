package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.WinogradBound;
import org.hashgrad.tensor.WinogradMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All algorithms in both precisions at every shape they can do, against the reference within {@link WinogradBound}. */
class WinogradTest extends OnDevice {
    static List<Object[]> algorithms() {
        List<Object[]> all = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            all.add(new Object[] {precision, WinogradMode.F2, 3});
            all.add(new Object[] {precision, WinogradMode.F4, 3});
            all.add(new Object[] {precision, WinogradMode.F4, 5});
        }
        return all;
    }

    /** A backend that takes every convolution it can. */
    private static OpenClBackend always(Precision precision, WinogradMode mode) {
        Engine shared = opencl(precision).engine();
        Engine engine = new Engine(shared.device(), precision, 0, shared.family());
        Reduction reduction = new Reduction(engine);
        Convolution direct = Convolution.of(engine, reduction, WinogradMode.OFF);
        return new OpenClBackend(
                engine,
                reduction,
                Gemm.of(engine, reduction),
                new Winograd(engine, mode, direct, (x, w, g, tile) -> true));
    }

    private interface Check {
        void on(OpenClBackend backend);
    }

    @SuppressWarnings("try")
    private static void check(Precision precision, WinogradMode mode, Check check) {
        try (OpenClBackend backend = always(precision, mode)) {
            try (Scope scope = backend.openScope()) {
                check.on(backend);
            }
            assertEquals(0, backend.liveBytes());
            assertTrue(backend.launches().getOrDefault("winograd", 0L) > 0, () -> "launches " + backend.launches());
        }
    }

    /**
     * Forward, alone and with bias and ReLU, and the gradient to the input, whose bound is that of its own convolution: over gy, with flipped,
     * transposed weights. A bias is one more term, of its size, and ReLU takes two numbers no further apart.
     */
    @SuppressWarnings("try")
    private void assertConvolution(
            OpenClBackend backend, int n, int c, int h, int w, int o, int taps, int padY, int padX) {
        ConvGeometry g = new ConvGeometry(1, 1, padY, padX, 1);
        Input x = draw(n, c, h, w);
        Input weights = draw(o, c, taps, taps);
        Input gy = draw(g.output(x.shape(), weights.shape()).toArray());
        Input turned = turned(weights);
        ConvGeometry back = new ConvGeometry(1, 1, taps - 1 - padY, taps - 1 - padX, 1);
        WinogradMode mode = backend.winograd();
        try (Scope scope = backend.openScope()) {
            double[] magnitude =
                    WinogradBound.magnitude(mode, x.shape(), x.values(), weights.shape(), weights.values(), g);
            compare(backend, one(in -> in.on().conv2d(in.x(0), in.x(1), g)), List.of(x, weights), magnitude, c);
            Input bias = drawn(v -> 4 * v, o);
            double[] withBias = magnitude.clone();
            Arrays.setAll(withBias, i -> magnitude[i] + Math.abs(bias.values()[i / (magnitude.length / n / o) % o]));
            compare(
                    backend,
                    fused(new ConvolutionActivation(g, Activation.RELU)),
                    List.of(x, weights, bias),
                    withBias,
                    c + 1);
            compare(
                    backend,
                    one(in -> in.on().conv2dInputGradient(in.x(0), in.x(1), x.shape(), g)),
                    List.of(gy, weights),
                    WinogradBound.magnitude(mode, gy.shape(), gy.values(), turned.shape(), turned.values(), back),
                    o);
        }
    }

    private static void compare(
            OpenClBackend backend, Computation computation, List<Input> inputs, double[] magnitude, int channels) {
        double[] expected = run(reference(), computation, inputs).get(0);
        double[] actual = run(backend, computation, inputs).get(0);
        double relative = WinogradBound.relative(backend.precision(), channels);
        for (int i = 0; i < expected.length; i++) {
            double bound = relative * magnitude[i];
            String at = inputs.get(0).shape() + " by " + inputs.get(1).shape() + "[" + i + "]: expected " + expected[i]
                    + ", got " + actual[i] + ", bound " + bound;
            assertTrue(Tolerances.close(expected[i], actual[i], bound), at);
        }
    }

    private static Input turned(Input w) {
        int outs = w.shape().dim(0);
        int ins = w.shape().dim(1);
        int area = w.shape().product(2, 4);
        double[] values = new double[w.values().length];
        for (int i = 0; i < values.length; i++) {
            int o = i / area / ins;
            int c = i / area % ins;
            values[(c * outs + o) * area + area - 1 - i % area] = w.values()[i];
        }
        return new Input(Shape.of(ins, outs, w.shape().dim(2), w.shape().dim(3)), values);
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void channelsAroundEachVectorMatchTheReference(Precision precision, WinogradMode mode, int taps) {
        check(precision, mode, backend -> {
            int lanes = backend.engine().lanes();
            for (int c : new int[] {1, lanes - 1, lanes, lanes + 1, 2 * lanes, 2 * lanes + 1, 3 * lanes}) {
                assertConvolution(backend, 2, c, 5, 6, 3, taps, 1, 1);
                assertConvolution(backend, 1, 2, 5, 5, c, taps, 1, 1);
            }
            assertConvolution(backend, 2, 3 * lanes - 1, 6, 5, 2 * lanes + 3, taps, 1, 1);
        });
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void extentsAndPaddingAroundTheEdgesOfATileMatchTheReference(Precision precision, WinogradMode mode, int taps) {
        check(precision, mode, backend -> {
            for (int padding = 0; padding < taps; padding++) {
                for (int extent = taps - padding; extent <= 2 * mode.tile(taps) + taps - 2; extent++) {
                    assertConvolution(backend, 1, 2, extent, 4, 3, taps, padding, 1);
                    assertConvolution(backend, 2, 3, 4, extent, 2, taps, 1, padding);
                }
            }
            assertConvolution(backend, 1, 1, 1, 1, 1, taps, taps / 2, taps / 2);
        });
    }

    /** Register tiles are 14 tiles of the image high, work-items transform 28 at a time and share out what there is. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void anyNumberOfTilesMatchesTheReference(Precision precision, WinogradMode mode, int taps) {
        check(precision, mode, backend -> {
            for (int n : new int[] {1, 2, 13, 14, 15, 27, 28, 29, 55, 56, 57, 113}) {
                assertConvolution(backend, n, 3, mode.tile(taps), mode.tile(taps), 2, taps, taps / 2, taps / 2);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void aNaNPixelStaysWithinTheTilesThatReadIt(Precision precision, WinogradMode mode, int taps) {
        check(precision, mode, backend -> {
            int tile = mode.tile(taps);
            int padding = taps / 2;
            int side = 3 * tile;
            Input x = draw(2, 1, side, side).with(side * side, Double.NaN);
            Computation convolution = one(in -> in.on().conv2d(in.x(0), in.x(1), ConvGeometry.of(1, padding)));
            double[] y = run(backend, convolution, List.of(x, draw(1, 1, taps, taps)))
                    .get(0);
            for (int i = 0; i < y.length; i++) {
                boolean reached = i >= side * side
                        && isReached(i / side % side, tile, padding)
                        && isReached(i % side, tile, padding);
                assertEquals(reached, Double.isNaN(y[i]), "output " + i);
            }
        });
    }

    /** All of the first tile, and of the next one, which has the pixel on its edge, only what reads it. */
    private static boolean isReached(int line, int tile, int padding) {
        return line < tile || line <= padding;
    }

    @Test
    void onlySquareKernelsOfThreeAndFiveAtStrideOneInOneGroupAreTaken() {
        try (OpenClBackend backend = always(Precision.F32, WinogradMode.F4)) {
            Shape x = Shape.of(8, 32, 16, 16);
            Shape w = Shape.of(32, 32, 3, 3);
            assertEquals(WinogradMode.F4, backend.winograd(x, w, ConvGeometry.of(1, 1)));
            assertEquals(WinogradMode.OFF, backend.winograd(x, w, ConvGeometry.of(2, 1)));
            assertEquals(WinogradMode.OFF, backend.winograd(x, w, ConvGeometry.of(1, 3)));
            for (int padding = 0; padding <= 4; padding++) {
                assertEquals(WinogradMode.F4, backend.winograd(x, Shape.of(32, 32, 5, 5), ConvGeometry.of(1, padding)));
            }
            assertEquals(WinogradMode.OFF, backend.winograd(x, Shape.of(32, 32, 5, 5), ConvGeometry.of(1, 5)));
            for (int[] kernel : new int[][] {{1, 1}, {2, 2}, {4, 4}, {6, 6}, {7, 7}, {3, 5}, {5, 3}}) {
                Shape other = Shape.of(32, 32, kernel[0], kernel[1]);
                assertEquals(WinogradMode.OFF, backend.winograd(x, other, ConvGeometry.of(1, 1)));
            }
            ConvGeometry grouped = new ConvGeometry(1, 1, 1, 1, 2);
            assertEquals(WinogradMode.OFF, backend.winograd(x, Shape.of(32, 16, 3, 3), grouped));
            assertEquals(WinogradMode.OFF, backend.winograd(x, Shape.of(32, 16, 5, 5), grouped));
        }
        try (OpenClBackend backend = always(Precision.F32, WinogradMode.F2)) {
            Shape x = Shape.of(8, 32, 16, 16);
            assertEquals(WinogradMode.F2, backend.winograd(x, Shape.of(32, 32, 3, 3), ConvGeometry.of(1, 1)));
            assertEquals(WinogradMode.OFF, backend.winograd(x, Shape.of(32, 32, 5, 5), ConvGeometry.of(1, 2)));
        }
    }

    @Test
    void theRuleLeavesOutFewChannelsFewTilesAndWhereTheBorderLeavesLittleToSave() {
        OpenClBackend backend = opencl(Precision.F32);
        WinogradMode taken = backend.winograd();
        ConvGeometry g = ConvGeometry.of(1, 1);
        assertEquals(taken, backend.winograd(Shape.of(64, 16, 4, 4), Shape.of(16, 16, 3, 3), g));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(64, 15, 4, 4), Shape.of(16, 15, 3, 3), g));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(64, 16, 4, 4), Shape.of(15, 16, 3, 3), g));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(63, 16, 4, 4), Shape.of(16, 16, 3, 3), g));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(64, 16, 5, 5), Shape.of(16, 16, 3, 3), g));
        assertEquals(taken, backend.winograd(Shape.of(64, 16, 6, 6), Shape.of(16, 16, 3, 3), g));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(64, 16, 3, 3), Shape.of(16, 16, 3, 3), g));
        Shape five = Shape.of(16, 16, 5, 5);
        assertEquals(taken, backend.winograd(Shape.of(2, 16, 16, 16), five, ConvGeometry.of(1, 2)));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(1, 16, 16, 16), five, ConvGeometry.of(1, 2)));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(64, 16, 5, 5), five, ConvGeometry.of(1, 2)));
        assertEquals(taken, backend.winograd(Shape.of(64, 16, 7, 7), five, ConvGeometry.of(1, 2)));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(64, 16, 7, 7), five, ConvGeometry.of(1, 4)));
    }

    @Test
    void doublePrecisionAndTheFamilyForGpusKeepToTheDefinition() {
        assertEquals(WinogradMode.OFF, opencl(Precision.F64).winograd());
        boolean cpu = opencl(Precision.F32).engine().family() == Family.CPU;
        assertEquals(
                cpu ? WinogradMode.DEFAULT : WinogradMode.OFF,
                opencl(Precision.F32).winograd());
    }
}
