package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code log_cosh.cl} says of its precision, and of the slopes that stay with the row sums. */
class LogCoshTest extends OnDevice {
    private static final int[][] SIZES = {{1, 1}, {3, 5}, {2, 16}, {33, 17}, {64, 48}, {5, 2049}};

    private static Tensor gradient(OpenClBackend on, Tensor z, Tensor y, Tensor gy) {
        return on.fused(new LogCoshToSign.Gradient(), List.of(z, y, gy)).get(0);
    }

    private static double logCosh(double x) {
        return StrictMath.log1p(2 * Math.pow(StrictMath.sinh(x / 2), 2));
    }

    /** Codes of both signs to 40 and more, densest about the signs; a row of one for the values, of 16 for what vectors compute. */
    @Test
    void valuesAndSlopesOfSinglePrecisionStayWithinTheUlpsThatTheHeaderStates() {
        OpenClBackend on = opencl(Precision.F32);
        Input drawn = drawn(v -> 1.5 * v * v * v * v * v, 100_000);
        for (int k : new int[] {1, 16}) {
            Tensor z = on.tensor(Shape.of(drawn.values().length / k, k), drawn.values());
            Tensor y = on.fused(new LogCoshToSign(), List.of(z)).get(0);
            double[] slopes = gradient(on, z, y, on.fill(y.shape(), 1)).toDoubles();
            double[] rows = y.toDoubles();
            for (int i = 0; i < slopes.length; i++) {
                double code = drawn.values()[i];
                double distance = Math.abs((float) code) - 1;
                double slope = StrictMath.tanh(distance) * (code < 0 ? -1 : 1);
                requireUlps("slope of " + code, 4, slope, slopes[i]);
                if (k == 1) {
                    requireUlps("value of " + code, 4, logCosh(distance), rows[i]);
                }
            }
        }
    }

    private static void requireUlps(String what, double most, double expected, double actual) {
        double ulps = Math.abs(actual - expected) / Math.ulp((float) expected);
        assertTrue(ulps <= most, what + " is " + actual + ", " + ulps + " ulp off, stated are " + most);
    }

    /** The cotangent 1 is known to be 1 where {@code fill} made it, and only another number where it came from the host. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void theGradientHasTheSameBitsWhoeverMadeItsSlopesAndItsCotangent(Precision precision) {
        OpenClBackend on = opencl(precision);
        for (int[] nk : SIZES) {
            Input drawn = draw(nk).with(0, 0);
            Tensor z = on.tensor(drawn.shape(), drawn.values());
            double[] ones = new double[nk[0]];
            Arrays.fill(ones, 1);
            Tensor sent = on.tensor(Shape.of(nk[0]), ones);
            Tensor known = on.broadcastTo(on.fill(Shape.of(1), 1), Shape.of(nk[0]));
            Tensor y = on.fused(new LogCoshToSign(), List.of(z)).get(0);
            double[] kept = gradient(on, z, y, known).toDoubles();
            List<Tensor> others = new ArrayList<>();
            others.add(gradient(on, z, y, known));
            others.add(gradient(on, z, sent, known));
            others.add(gradient(on, z, sent, sent));
            others.add(gradient(on, z, on.fused(new LogCoshToSign(), List.of(z)).get(0), sent));
            for (Tensor other : others) {
                assertArrayEquals(kept, other.toDoubles(), nk[0] + ", " + nk[1] + " in " + precision);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theGradientOfOtherCodesDoesNotUseTheSlopesKeptWithY(Precision precision) {
        OpenClBackend on = opencl(precision);
        Input drawn = draw(4, 3);
        Tensor z = on.tensor(drawn.shape(), drawn.values());
        Tensor other = on.affine(z, 1.5, 0);
        Tensor ones = on.fill(Shape.of(4), 1);
        Tensor y = on.fused(new LogCoshToSign(), List.of(z)).get(0);
        double[] expected = gradient(on, other, ones, ones).toDoubles();
        assertArrayEquals(expected, gradient(on, other, y, ones).toDoubles());
    }

    /** A factor per row, on slopes that y keeps: against the definition, element by element. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void slopesThatYKeepsAreMultipliedByTheCotangentOfTheirRow(Precision precision) {
        for (int[] nk : SIZES) {
            List<Input> inputs = List.of(draw(nk), draw(nk[0]));
            Computation both = (on, in) -> {
                Tensor y = on.fused(new LogCoshToSign(), in.subList(0, 1)).get(0);
                return on.fused(new LogCoshToSign.Gradient(), List.of(in.get(0), y, in.get(1)));
            };
            double[] expected = run(reference(), both, inputs).get(0);
            double[] actual = run(opencl(precision), both, inputs).get(0);
            for (int i = 0; i < expected.length; i++) {
                // the distance is rounded once, which tanh' <= 1 passes on; |gy| <= 2
                double bound = 2 * Tolerances.elementwise(precision, 6);
                assertTrue(
                        Tolerances.close(expected[i], actual[i], bound),
                        nk[0] + ", " + nk[1] + " [" + i + "]: " + expected[i] + ", " + actual[i]);
            }
        }
    }

    /** Slopes of more than the 16 MB that caches may hold are stored past them: the bits are the same, also behind the last whole item. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void slopesThatAreStoredPastTheCachesAreTheSame(Precision precision) {
        OpenClBackend on = opencl(precision);
        int n = 70_001;
        int k = 64;
        Input few = draw(1009, k);
        double[] values = new double[n * k];
        for (int i = 0; i < values.length; i++) {
            values[i] = few.values()[i % few.values().length];
        }
        Tensor small = on.tensor(few.shape(), few.values());
        Tensor large = on.tensor(Shape.of(n, k), values);
        double[][] rows = new double[2][];
        double[][] slopes = new double[2][];
        for (int i = 0; i < 2; i++) {
            Tensor z = i == 0 ? small : large;
            Tensor y = on.fused(new LogCoshToSign(), List.of(z)).get(0);
            rows[i] = y.toDoubles();
            slopes[i] = gradient(on, z, y, on.fill(y.shape(), 1)).toDoubles();
        }
        for (int i = 0; i < values.length; i++) {
            assertEquals(slopes[0][i % slopes[0].length], slopes[1][i], "slope " + i);
        }
        for (int i = 0; i < n; i++) {
            assertEquals(rows[0][i % rows[0].length], rows[1][i], "row " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aSlopeAtNaNIsNaNAndAtTheLargestNumbersOne(Precision precision) {
        OpenClBackend on = opencl(precision);
        double[] codes = {Double.NaN, 1000, -1000, 3e38, -3e38, 0, -0.0};
        for (int k : new int[] {1, 16}) {
            double[] z = new double[codes.length * k];
            for (int i = 0; i < z.length; i++) {
                z[i] = codes[i / k];
            }
            Tensor codesHere = on.tensor(Shape.of(codes.length, k), z);
            Tensor y = on.fused(new LogCoshToSign(), List.of(codesHere)).get(0);
            double[] slopes = gradient(on, codesHere, y, on.fill(y.shape(), 1)).toDoubles();
            double[] expected = {Double.NaN, 1, -1, 1, -1, StrictMath.tanh(-1), StrictMath.tanh(-1)};
            for (int i = 0; i < slopes.length; i++) {
                assertEquals(expected[i / k], slopes[i], 2 * Tolerances.elementwise(precision, 5), "slope " + i);
            }
            assertTrue(Double.isNaN(y.toDoubles()[0]), "row of NaN");
        }
    }
}
