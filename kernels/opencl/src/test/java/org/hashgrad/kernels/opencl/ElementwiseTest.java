package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.UnaryOp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElementwiseTest extends OnDevice {
    private static final int[] SIZES = {1, 2, 255, 256, 257, 1000};

    /** OpenCL 1.2 allows 3 ulp for exp and log, 5 for tanh, 2 for log1p, 3 for √; composed formulas add theirs. */
    private static double ulps(UnaryOp op) {
        return switch (op) {
            case NEG, ABS, SGN, RELU -> 0;
            case SQUARE -> 0.5;
            case SQRT, RECIPROCAL, EXP, LOG -> 3;
            case TANH -> 5;
            case SIGMOID, SOFTPLUS, LOG_COSH -> 8;
        };
    }

    private static DoubleUnaryOperator domain(UnaryOp op) {
        return switch (op) {
            case SQRT, LOG -> Math::abs;
            case TANH, SIGMOID, SOFTPLUS, LOG_COSH, EXP -> v -> 8 * v;
            default -> v -> v;
        };
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyUnaryOpMatchesTheReferenceAtEverySizeAroundAGroup(Precision precision) {
        for (UnaryOp op : UnaryOp.values()) {
            for (int n : SIZES) {
                // near log cosh's root the reference's result is a difference of terms of size log 2
                double scale = op == UnaryOp.LOG_COSH ? 0.7 : 0;
                assertWithinUlps(
                        precision, ulps(op), scale, one(in -> in.on().unary(op, in.x(0))), drawn(domain(op), n));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void imagesOfAnyNumberOfChannelsMatchTheReference(Precision precision) {
        for (int channels : new int[] {1, 7, 8, 9, 15, 16, 17}) {
            Input a = draw(2, channels, 3, 2);
            Input b = draw(2, channels, 3, 2);
            assertWithinUlps(precision, 0, 0, one(in -> in.on().unary(UnaryOp.RELU, in.x(0))), a);
            assertWithinUlps(precision, 1, 2, one(in -> in.on().affine(in.x(0), 1.5, -0.5)), a);
            assertWithinUlps(precision, 1, 0, one(in -> in.on().binary(BinaryOp.SUB, in.x(0), in.x(1))), a, b);
            // one of them row-major, because its shape is another
            assertWithinUlps(
                    precision,
                    1,
                    0,
                    one(in -> in.on().multiply(in.x(0), in.on().reshape(in.x(1), a.shape()))),
                    a,
                    draw(2, 3, channels, 2));
        }
    }

    /** Around the pieces that a long run is cut into. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void operandsOfOneElementAndOfOneColumnMatchTheReference(Precision precision) {
        for (int n : new int[] {2, 4095, 4096, 4097, 10_001}) {
            for (int[][] shapes : new int[][][] {{{n}, {1}}, {{1}, {n}}, {{3, n}, {3, 1}}, {{n}, {2, 1}}}) {
                assertWithinUlps(
                        precision,
                        1,
                        0,
                        one(in -> in.on().binary(BinaryOp.SUB, in.x(0), in.x(1))),
                        draw(shapes[0]),
                        draw(shapes[1]));
            }
        }
    }

    @Test
    void aLongRunIsSharedOutAmongItemsAndManyRunsAreTakenWhole() {
        Axes one = Axes.of(new int[] {10_001}, new int[] {1}, new int[] {0});
        assertEquals(3, one.items(0));
        assertEquals(4096, one.piece(0));
        Axes many = Axes.of(new int[] {100, 10_001}, new int[] {10_001, 1}, new int[] {1, 0});
        assertEquals(100, many.items(0));
        assertEquals(10_001, many.piece(0));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void logCoshKeepsItsRelativePrecisionDownToItsRoot(Precision precision) {
        Input x = magnitudes();
        double[] y = run(opencl(precision), one(in -> in.on().unary(UnaryOp.LOG_COSH, in.x(0))), List.of(x))
                .get(0);
        for (int i = 0; i < y.length; i++) {
            assertLogCosh(precision, x.values()[i], y[i]);
        }
    }

    /** As in the headers of elementwise.cl and log_cosh.cl, against functions of double precision that don't cancel. */
    @Test
    void functionsOfSinglePrecisionStayWithinTheUlpsThatTheirHeaderStates() {
        Input x = drawn(v -> 10 * v * v * v, 100_003);
        assertUlps(UnaryOp.EXP, 3, x, StrictMath::exp);
        assertUlps(UnaryOp.TANH, 5, x, StrictMath::tanh);
        assertUlps(UnaryOp.SOFTPLUS, 4, x, v -> Math.max(v, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(v))));
        assertUlps(UnaryOp.LOG_COSH, 4, x, v -> StrictMath.log1p(2 * Math.pow(StrictMath.sinh(v / 2), 2)));
    }

    private static void assertUlps(UnaryOp op, double most, Input x, DoubleUnaryOperator exact) {
        double[] y = run(opencl(Precision.F32), one(in -> in.on().unary(op, in.x(0))), List.of(x))
                .get(0);
        for (int i = 0; i < y.length; i++) {
            double expected = exact.applyAsDouble(x.values()[i]);
            double ulps = Math.abs(y[i] - expected) / Math.ulp((float) expected);
            assertTrue(ulps <= most, op + " of " + x.values()[i] + " is " + ulps + " ulp off, stated are " + most);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyUnaryOpKeepsNaN(Precision precision) {
        for (UnaryOp op : UnaryOp.values()) {
            Input x = drawn(Math::abs, 300).with(17, Double.NaN).with(299, Double.NaN);
            double[] y = run(opencl(precision), one(in -> in.on().unary(op, in.x(0))), List.of(x))
                    .get(0);
            for (int i = 0; i < y.length; i++) {
                assertEquals(i == 17 || i == 299, Double.isNaN(y[i]), op + " at " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void extremeArgumentsStayFinite(Precision precision) {
        Input x = new Input(Shape.of(4), new double[] {1000, -1000, 0, -0.0});
        for (UnaryOp op :
                List.of(UnaryOp.TANH, UnaryOp.SIGMOID, UnaryOp.SOFTPLUS, UnaryOp.LOG_COSH, UnaryOp.SGN, UnaryOp.RELU)) {
            assertWithinUlps(precision, 8, 0, one(in -> in.on().unary(op, in.x(0))), x);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyBinaryOpMatchesTheReferenceForEqualAndForBroadcastShapes(Precision precision) {
        for (BinaryOp op : BinaryOp.values()) {
            Computation computation = one(in -> in.on().binary(op, in.x(0), in.x(1)));
            for (int n : SIZES) {
                assertWithinUlps(precision, 3, 1, computation, draw(n), draw(n));
            }
            assertWithinUlps(precision, 3, 1, computation, draw(3, 5, 7), draw(7));
            assertWithinUlps(precision, 3, 1, computation, draw(3, 5, 7), draw(1));
            assertWithinUlps(precision, 3, 1, computation, draw(3, 1, 7), draw(5, 1));
            assertWithinUlps(precision, 3, 1, computation, draw(4, 6, 3, 3), draw(1, 6, 1, 1));
            assertWithinUlps(precision, 3, 1, computation, draw(1), draw(2, 2));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void moreAxesThanAKernelWalksAreBroadcastToo(Precision precision) {
        assertWithinUlps(
                precision,
                1,
                0,
                one(in -> in.on().add(in.x(0), in.x(1))),
                draw(2, 1, 2, 1, 2, 1, 2, 1, 2, 1),
                draw(1, 2, 1, 2, 1, 2, 1, 2, 1, 2));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void binaryOpsKeepNaNExceptComparisons(Precision precision) {
        Input a = draw(4).with(0, Double.NaN);
        Input b = draw(4).with(1, Double.NaN);
        for (BinaryOp op : BinaryOp.values()) {
            double[] y = run(opencl(precision), one(in -> in.on().binary(op, in.x(0), in.x(1))), List.of(a, b))
                    .get(0);
            if (op == BinaryOp.GREATER || op == BinaryOp.EQUAL) {
                assertArrayEquals(new double[] {0, 0}, new double[] {y[0], y[1]}, op.name());
            } else {
                assertTrue(Double.isNaN(y[1]), op.name());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void equalValuesCompareEqual(Precision precision) {
        Input a = new Input(Shape.of(3), new double[] {1, 2, 3});
        Input b = new Input(Shape.of(3), new double[] {1, 3, 3});
        assertWithinUlps(precision, 0, 0, one(in -> in.on().binary(BinaryOp.EQUAL, in.x(0), in.x(1))), a, b);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void affineAndFillMatchTheReference(Precision precision) {
        assertWithinUlps(precision, 1, 4, one(in -> in.on().affine(in.x(0), -1.5, 0.25)), draw(1000));
        assertWithinUlps(precision, 0, 0, one(in -> in.on().fill(Shape.of(257), -0.375)));
    }
}
