package org.hashgrad.tensor.cpu;

import static org.hashgrad.tensor.Precision.F32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.BufferPool;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.RowReplacement;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fused kernels against their composite in F64. The magnitudes in each bound are of the terms that the formula adds; the count is of
 * roundings on the way from an input to the result.
 */
class CpuFusedTest {
    private static final int ULPS = Kernels.ULPS;

    private static Comparison.Program fused(FusedPrimitive primitive) {
        return (on, in) -> {
            requireKernel(primitive, on, in);
            return on.fused(primitive, in);
        };
    }

    /** Without one the definition would run and agree. */
    private static void requireKernel(FusedPrimitive primitive, Backend on, List<Tensor> in) {
        if (on instanceof CpuBackend cpu) {
            List<Shape> out =
                    primitive.outputShapes(in.stream().map(Tensor::shape).toList());
            cpu.fusedKernel(primitive, in, out).orElseThrow().forEach(made -> ((Floats) made).release());
        }
    }

    /** A bound of the same number for every element of every output, from {@code roundings} of terms as large as {@code size}. */
    private static Comparison.Program uniform(FusedPrimitive primitive, int roundings, double size) {
        return (on, in) -> {
            List<Shape> shapes = in.stream().map(Tensor::shape).toList();
            List<Tensor> bounds = new ArrayList<>();
            for (Shape shape : primitive.outputShapes(shapes)) {
                bounds.add(on.fill(shape, Tolerances.gamma(F32, roundings) * size));
            }
            return bounds;
        };
    }

    @ParameterizedTest
    @EnumSource
    void biasAndActivationAgree(Activation activation) {
        for (int[] shape : new int[][] {{1, 1}, {3, 5}, {7, 33}, {2, 3, 1, 1}, {2, 3, 5, 7}, {65, 4, 4, 4}}) {
            FusedPrimitive primitive = new BiasActivation(activation);
            new Comparison("bias")
                    .normal(shape)
                    .normal(shape[1])
                    .within(uniform(primitive, 2 * ULPS + 2, 8), fused(primitive));
            FusedPrimitive gradient = primitive.gradient().orElseThrow();
            int count = Shape.of(shape).size() / shape[1];
            new Comparison("biasGradient")
                    .normal(shape)
                    .normal(shape[1])
                    .normalTimes(0.5, shape)
                    .normal(shape)
                    .within(
                            (on, in) -> {
                                List<Tensor> bounds = uniform(gradient, 4, 20).run(on, in);
                                return List.of(bounds.get(0), on.scale(bounds.get(1), count));
                            },
                            fused(gradient));
        }
    }

    @ParameterizedTest
    @EnumSource
    void convolutionWithBiasAndActivationIsThemOneByOneToTheBit(Activation activation) {
        int[][] cases = {
            {1, 1, 1, 1, 1, 1},
            {2, 3, 7, 5, 3, 1},
            {3, 3, 3, 3, 3, 1},
            {3, 16, 9, 33, 3, 1},
            {2, 6, 8, 4, 2, 2},
            {5, 17, 10, 49, 1, 1}
        };
        for (int[] c : cases) {
            FusedPrimitive primitive = new ConvolutionActivation(new ConvGeometry(1, 1, 1, 1, c[5]), activation);
            int terms = c[1] / c[5] * c[4] * c[4];
            new Comparison("convolution")
                    .normal(c[0], c[1], c[2], c[2])
                    .normal(c[3], c[1] / c[5], c[4], c[4])
                    .normal(c[3])
                    .within(uniform(primitive, terms + 2 * ULPS + 2, 32.0 * terms), (on, in) -> {
                        Tensor y = on.fused(primitive, in).get(0);
                        assertArrayEquals(on.composite(primitive, in).get(0).toFloats(), y.toFloats());
                        return List.of(y);
                    });
        }
    }

    @Test
    void aConvolutionWithBiasTakesImagesAsPoolingLeavesThemAndMakesNoOtherFormOfThem() {
        try (CpuBackend on = Comparison.vector(2)) {
            Tensor x = on.averagePool(on.fill(Shape.of(2, 3, 8, 8), 1), PoolGeometry.of(2, 2, false));
            Tensor w = on.fill(Shape.of(5, 3, 3, 3), 0.5);
            Tensor b = on.fill(Shape.of(5), -1);
            long before = on.liveBytes();
            ConvolutionActivation primitive = new ConvolutionActivation(ConvGeometry.of(1, 1), Activation.RELU);
            Tensor y = on.fused(primitive, List.of(x, w, b)).get(0);
            assertEquals(before + BufferPool.sizeClass(4L * y.shape().size()), on.liveBytes());
            assertTrue(Floats.isChannelsLast(y));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1, 1", "5, 3, 1", "33, 17, 1", "4, 3, 35", "3, 20, 49", "64, 33, 4"})
    void batchNormalizationAndItsMomentsAgree(int n, int c, int inner) {
        double epsilon = 1e-3;
        // |x - mean| and |mean| below 8, |γ| below 4 and 1/deviation below 1/√ε: each factor rounded once
        double slope = 4 / Math.sqrt(epsilon);
        new Comparison("moments")
                .normal(n, c, inner)
                .normal(c)
                .normal(c)
                .within(uniform(new MovingMoments(0.25), 6, 64), fused(new MovingMoments(0.25)));
        for (Activation activation : Activation.values()) {
            FusedPrimitive batch = new BatchNormalization(epsilon, activation);
            new Comparison("batch " + activation)
                    .normal(n, c, inner)
                    .normal(c)
                    .normal(c)
                    .within(uniform(batch, 8 + ULPS, 8 * slope), fused(batch));
        }
    }

    /**
     * Half the values of each channel are 4095, half 4097, in turns: their sums, mean and squared deviations are exact, but for a rounded 1/n. So means
     * are off by at most e = 3u · 4096 and the variance, 1, by e² and by 2e/n for each piece of odd length. E[x²] − E[x]² of sums in single precision is off by some tenths.
     */
    @ParameterizedTest
    @CsvSource({"6, 5, 1", "4, 17, 20", "3, 33, 700"})
    void varianceFarFromZeroKeepsItsDigits(int n, int c, int inner) {
        Shape image = Shape.of(n, c, inner);
        float[] x = new float[image.size()];
        for (int i = 0; i < x.length; i++) {
            int at = i / (c * inner) * inner + i % inner;
            x[i] = at % 2 == 0 ? 4095 : 4097;
        }
        double e = 3 * F32.unitRoundoff() * 4096;
        double few = Tolerances.gamma(F32, 32);
        double variance = e * e + e / 8 + few;
        Comparison.Program moments = fused(new MovingMoments(0.25));
        new Comparison("far moments")
                .input(image, x)
                .normal(c)
                .normal(c)
                .within(
                        (on, in) -> List.of(
                                on.fill(Shape.of(c), e + few * 4096), on.fill(Shape.of(c), 2 * variance + few * 2)),
                        moments);
        for (Activation activation : Activation.values()) {
            new Comparison("far batch " + activation)
                    .input(image, x)
                    .normal(c)
                    .normal(c)
                    .within(
                            (on, in) -> List.of(on.fill(image, 4 * (e + variance + 2 * few) + 8 * few)),
                            fused(new BatchNormalization(1, activation)));
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 3, 1", "33, 17, 1", "4, 3, 35", "3, 20, 49", "64, 33, 4"})
    void batchNormalizationGradientAgrees(int n, int c, int inner) {
        for (Activation activation : Activation.values()) {
            batchNormalizationGradientAgrees(new BatchNormalization.Gradient(1e-3, activation), n, c, inner);
        }
    }

    private static void batchNormalizationGradientAgrees(FusedPrimitive gradient, int n, int c, int inner) {
        int count = n * inner;
        // the deviation of count >= 5 normal numbers is above 0.05 in these cases; x̂, gy, γ below 8; x̂ is off by
        // u|mean|/deviation
        double normalized = 8 / 0.05;
        new Comparison(gradient.toString())
                .normal(n, c, inner)
                .normal(c)
                .normal(c)
                .normal(n, c, inner)
                .normal(n, c, inner)
                .within(
                        (on, in) -> {
                            List<Tensor> bounds =
                                    uniform(gradient, 12, 8 * normalized).run(on, in);
                            return List.of(
                                    on.scale(bounds.get(0), 4),
                                    on.scale(bounds.get(1), count),
                                    on.scale(bounds.get(2), count));
                        },
                        fused(gradient));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 0", "2, 5, 1, 2", "3, 17, 9, 2", "2, 4, 33, 7"})
    void localResponseNormalizationAgrees(int n, int c, int inner, int radius) {
        LocalResponseNormalization primitive = new LocalResponseNormalization(radius, 0.3, 0.75, 2);
        // |x| < 8, base in [2, 2 + 0.3 · 15 · 64], so |β log base| < 5 and the power is below 1
        int roundings = 2 * radius + 8 + 2 * ULPS * 5;
        new Comparison("lrn").normal(n, c, inner).within(uniform(primitive, roundings, 8), fused(primitive));
        FusedPrimitive gradient = primitive.gradient().orElseThrow();
        double across = 8 * 2 * 0.3 * 0.75 * (2 * radius + 1) * 64;
        new Comparison("lrnGradient")
                .normal(n, c, inner)
                .normal(n, c, inner)
                .normal(n, c, inner)
                .within(uniform(gradient, roundings + 8, 8 + across), fused(gradient));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 15", "5, 16", "4, 17", "64, 48"})
    void logCoshToSignAgrees(int n, int k) {
        FusedPrimitive primitive = new LogCoshToSign();
        new Comparison("logCosh").normal(n, k).within(uniform(primitive, 2 * ULPS + 4, 8 * k), fused(primitive));
        FusedPrimitive gradient = primitive.gradient().orElseThrow();
        new Comparison("logCoshGradient")
                .normal(n, k)
                .normal(n)
                .normal(n)
                .within(uniform(gradient, 2 * ULPS + 4, 8), fused(gradient));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 15", "5, 16", "4, 17", "64, 10"})
    void logSoftmaxAgrees(int n, int c) {
        FusedPrimitive primitive = new LogSoftmax();
        new Comparison("logSoftmax").normal(n, c).within(uniform(primitive, 2 * ULPS + 6, 16), fused(primitive));
        FusedPrimitive gradient = primitive.gradient().orElseThrow();
        new Comparison("logSoftmaxGradient")
                .normal(n, c)
                .normalTimes(0.5, n, c)
                .normal(n, c)
                .within(uniform(gradient, 2 * ULPS + 6, 8 * c * Math.exp(4)), fused(gradient));
    }

    @Test
    void optimizerUpdatesAgree() {
        for (int n : new int[] {1, 15, 16, 17, 100, 20000}) {
            for (boolean nesterov : new boolean[] {false, true}) {
                FusedPrimitive sgd = new OptimizerUpdate.Sgd(0.05, 0.9, 5e-4, nesterov);
                new Comparison("sgd").normal(n).normal(n).normal(n).within(uniform(sgd, 8, 16), fused(sgd));
            }
            Comparison.Program squared = (on, in) -> {
                List<Tensor> changed = new ArrayList<>(in);
                changed.set(in.size() - 1, on.multiply(in.get(in.size() - 1), in.get(in.size() - 1)));
                return changed;
            };
            // the step is d / (√v′ + ε) with |d| <= √(v′ / (1 − decay)), so at most 1/√0.01 and Adam's |m′|/√v′
            // likewise
            FusedPrimitive rms = new OptimizerUpdate.RmsProp(0.01, 0.99, 1e-8, 5e-4);
            new Comparison("rms")
                    .normal(n)
                    .normal(n)
                    .normal(n)
                    .within(uniform(rms, 12, 40), (on, in) -> on.fused(rms, squared.run(on, in)));
            FusedPrimitive adam = new OptimizerUpdate.Adam(0.01, 0.9, 0.999, 1e-8, 5e-4, 3);
            new Comparison("adam")
                    .normal(n)
                    .normal(n)
                    .normal(n)
                    .normal(n)
                    .within(uniform(adam, 16, 4000), (on, in) -> on.fused(adam, squared.run(on, in)));
        }
    }

    @Test
    void replacedRowsAreThoseGivenToTheBit() {
        FusedPrimitive replacement = new RowReplacement(IndexTensor.of(8, 0, 3));
        for (int width : new int[] {1, 5, 17}) {
            new Comparison("rows")
                    .normal(9, width)
                    .normal(3, width)
                    .within(uniform(replacement, 0, 0), fused(replacement));
        }
    }

    @Test
    void fusedKernelsAgreeWithTheirCompositeOnTheSameBackend() {
        try (CpuBackend on = Comparison.vector(2)) {
            Tensor x = on.tensor(Shape.of(2, 2), 1, -2, 3, -4);
            Tensor b = on.tensor(Shape.of(2), 0.5, -0.5);
            FusedPrimitive relu = new BiasActivation(Activation.RELU);
            assertArrayEquals(
                    on.composite(relu, List.of(x, b)).get(0).toFloats(),
                    on.fused(relu, List.of(x, b)).get(0).toFloats());
        }
    }

    @Test
    void aNotANumberReachesTheResult() {
        try (CpuBackend on = Comparison.vector(1)) {
            Tensor x = on.tensor(Shape.of(1, 3), 1, Double.NaN, 2);
            Tensor b = on.tensor(Shape.of(3), 0, 0, 0);
            for (Activation activation : Activation.values()) {
                double[] y = on.fused(new BiasActivation(activation), List.of(x, b))
                        .get(0)
                        .toDoubles();
                assertTrue(Double.isNaN(y[1]) && !Double.isNaN(y[0]));
            }
            for (FusedPrimitive primitive : List.of(new LogSoftmax(), new LogCoshToSign())) {
                double[] y = on.fused(primitive, List.of(x)).get(0).toDoubles();
                assertTrue(Double.isNaN(y[0]));
            }
            Tensor gy = on.binary(BinaryOp.RELU_GRADIENT, b, on.reshape(x, Shape.of(3)));
            assertTrue(Double.isNaN(gy.toDoubles()[1]));
        }
    }
}
