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

/** Both algorithms in both precisions at every shape they can do, against the reference within {@link WinogradBound}. */
class WinogradTest extends OnDevice {
    static List<Object[]> algorithms() {
        List<Object[]> all = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            all.add(new Object[] {precision, WinogradMode.F2});
            all.add(new Object[] {precision, WinogradMode.F4});
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
                new Winograd(engine, mode, direct, (x, w, y, tile) -> true));
    }

    private interface Check {
        void on(OpenClBackend backend, int tile);
    }

    @SuppressWarnings("try")
    private static void check(Precision precision, WinogradMode mode, Check check) {
        try (OpenClBackend backend = always(precision, mode)) {
            try (Scope scope = backend.openScope()) {
                check.on(backend, mode.tile());
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
    private void assertConvolution(OpenClBackend backend, int n, int c, int h, int w, int o, int padY, int padX) {
        ConvGeometry g = new ConvGeometry(1, 1, padY, padX, 1);
        Input x = draw(n, c, h, w);
        Input weights = draw(o, c, 3, 3);
        Input gy = draw(g.output(x.shape(), weights.shape()).toArray());
        Input turned = turned(weights);
        ConvGeometry back = new ConvGeometry(1, 1, 2 - padY, 2 - padX, 1);
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
        double[] values = new double[w.values().length];
        for (int i = 0; i < values.length; i++) {
            int o = i / 9 / ins;
            int c = i / 9 % ins;
            values[(c * outs + o) * 9 + 8 - i % 9] = w.values()[i];
        }
        return new Input(Shape.of(ins, outs, 3, 3), values);
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void channelsAroundEachVectorMatchTheReference(Precision precision, WinogradMode mode) {
        check(precision, mode, (backend, tile) -> {
            int lanes = backend.engine().lanes();
            for (int c : new int[] {1, lanes - 1, lanes, lanes + 1, 2 * lanes, 2 * lanes + 1, 3 * lanes}) {
                assertConvolution(backend, 2, c, 5, 6, 3, 1, 1);
                assertConvolution(backend, 1, 2, 5, 5, c, 1, 1);
            }
            assertConvolution(backend, 2, 3 * lanes - 1, 6, 5, 2 * lanes + 3, 1, 1);
        });
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void extentsAndPaddingAroundTheEdgesOfATileMatchTheReference(Precision precision, WinogradMode mode) {
        check(precision, mode, (backend, tile) -> {
            for (int padding = 0; padding <= 2; padding++) {
                for (int extent = 3 - padding; extent <= 2 * tile + 1; extent++) {
                    assertConvolution(backend, 1, 2, extent, 4, 3, padding, 1);
                    assertConvolution(backend, 2, 3, 4, extent, 2, 1, padding);
                }
            }
            assertConvolution(backend, 1, 1, 1, 1, 1, 1, 1);
        });
    }

    /** Register tiles are 14 tiles of the image high, work-items transform 28 at a time and share out what there is. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void anyNumberOfTilesMatchesTheReference(Precision precision, WinogradMode mode) {
        check(precision, mode, (backend, tile) -> {
            for (int n : new int[] {1, 2, 13, 14, 15, 27, 28, 29, 55, 56, 57, 113}) {
                assertConvolution(backend, n, 3, tile, tile, 2, 1, 1);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void aNaNPixelStaysWithinTheTileThatReadsIt(Precision precision, WinogradMode mode) {
        check(precision, mode, (backend, tile) -> {
            int side = 3 * tile;
            Input x = draw(2, 1, side, side).with(side * side, Double.NaN);
            Computation convolution = one(in -> in.on().conv2d(in.x(0), in.x(1), ConvGeometry.of(1, 1)));
            double[] y = run(backend, convolution, List.of(x, draw(1, 1, 3, 3))).get(0);
            for (int i = 0; i < y.length; i++) {
                boolean read = i >= side * side && i / side % side < tile && i % side < tile;
                assertEquals(read, Double.isNaN(y[i]), "output " + i);
            }
        });
    }

    @Test
    void onlyThreeByThreeAtStrideOneInOneGroupIsTaken() {
        try (OpenClBackend backend = always(Precision.F32, WinogradMode.F4)) {
            Shape x = Shape.of(8, 32, 16, 16);
            Shape w = Shape.of(32, 32, 3, 3);
            assertEquals(WinogradMode.F4, backend.winograd(x, w, ConvGeometry.of(1, 1)));
            assertEquals(WinogradMode.OFF, backend.winograd(x, w, ConvGeometry.of(2, 1)));
            assertEquals(WinogradMode.OFF, backend.winograd(x, w, ConvGeometry.of(1, 3)));
            assertEquals(WinogradMode.OFF, backend.winograd(x, Shape.of(32, 32, 5, 5), ConvGeometry.of(1, 1)));
            ConvGeometry grouped = new ConvGeometry(1, 1, 1, 1, 2);
            assertEquals(WinogradMode.OFF, backend.winograd(x, Shape.of(32, 16, 3, 3), grouped));
        }
    }

    @Test
    void theRuleLeavesOutFewChannelsFewTilesAndTilesMostlyOutside() {
        OpenClBackend backend = opencl(Precision.F32);
        WinogradMode taken = backend.winograd();
        ConvGeometry g = ConvGeometry.of(1, 1);
        assertEquals(taken, backend.winograd(Shape.of(64, 16, 4, 4), Shape.of(16, 16, 3, 3), g));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(64, 15, 4, 4), Shape.of(16, 15, 3, 3), g));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(64, 16, 4, 4), Shape.of(15, 16, 3, 3), g));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(63, 16, 4, 4), Shape.of(16, 16, 3, 3), g));
        assertEquals(WinogradMode.OFF, backend.winograd(Shape.of(64, 16, 5, 5), Shape.of(16, 16, 3, 3), g));
        assertEquals(taken, backend.winograd(Shape.of(64, 16, 6, 6), Shape.of(16, 16, 3, 3), g));
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
