package org.hashgrad.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.UnaryOp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two twins against each other and against double arithmetic. */
class KernelsTest {
    private static final Set<UnaryOp> TRANSCENDENTAL =
            EnumSet.of(UnaryOp.EXP, UnaryOp.LOG, UnaryOp.TANH, UnaryOp.SIGMOID, UnaryOp.SOFTPLUS, UnaryOp.LOG_COSH);

    private static final float[] SPECIAL = {
        0f,
        -0f,
        1,
        -1,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        88.7f,
        88.8f,
        89f,
        -87.3f,
        -88f,
        -103.9f,
        -104f,
        -105f,
        0.625f,
        -0.625f,
        0.75f,
        1000,
        -1000,
        1e-4f,
        -1e-4f,
        1e-20f,
        9.1f,
        -9.1f,
        0.6249999f
    };

    private final Kernels scalar = new ScalarKernels();
    private final Kernels vector = CpuProvider.kernels();

    /** Special values, then every magnitude of both signs, then the range where the functions bend. */
    static float[] arguments() {
        RandomKey key = RandomKey.of(7);
        float[] x = new float[40_000];
        System.arraycopy(SPECIAL, 0, x, 0, SPECIAL.length);
        for (int i = SPECIAL.length; i < x.length; i++) {
            x[i] = i % 2 == 0
                    ? Float.intBitsToFloat((int) key.bits(i))
                    : (float) ((key.uniform(i) - 0.5) * (i % 4 == 1 ? 4 : 240));
        }
        return x;
    }

    /** The build runs these tests again with shorter vectors, {@code -Dhashgrad.test.vectorBits} says which. */
    @Test
    void theVectorTwinIsInUse() {
        assertTrue(
                vector.name().startsWith("vector-" + System.getProperty("hashgrad.test.vectorBits", "")),
                vector.name());
    }

    /** Around whole vectors, blocks and the number of factors that a product takes. */
    @ParameterizedTest
    @EnumSource
    void unaryTwinsAgree(UnaryOp op) {
        float[] x = arguments();
        float[] plain = new float[x.length];
        float[] simd = new float[x.length];
        scalar.unary(op, x, 0, plain, 0, x.length);
        vector.unary(op, x, 0, simd, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            String what = op + "(" + x[i] + "): scalar " + plain[i] + ", vector " + simd[i];
            if (!TRANSCENDENTAL.contains(op) || !Float.isFinite(plain[i])) {
                assertEquals(plain[i], simd[i], 0f, what);
                continue;
            }
            float unit = Math.ulp(op == UnaryOp.LOG_COSH ? Math.max(1, plain[i]) : plain[i]);
            // the scalar twin is itself rounded by half a unit
            double error = Math.abs((double) plain[i] - simd[i]) / unit + 0.5;
            assertTrue(error <= Kernels.ULPS, () -> what + ", " + error + " ulp");
        }
    }

    @ParameterizedTest
    @EnumSource
    void binaryTwinsAgreeToTheBit(BinaryOp op) {
        RandomKey key = RandomKey.of(11);
        int n = SPECIAL.length * SPECIAL.length + 1000;
        float[] a = new float[n];
        float[] b = new float[n];
        for (int i = 0; i < n; i++) {
            boolean special = i < SPECIAL.length * SPECIAL.length;
            a[i] = special ? SPECIAL[i / SPECIAL.length] : (float) key.gaussian(2L * i);
            b[i] = special ? SPECIAL[i % SPECIAL.length] : (float) key.gaussian(2L * i + 1);
        }
        for (int stepA = 0; stepA <= 1; stepA++) {
            for (int stepB = 0; stepB <= 1; stepB++) {
                for (int at = 0; at < (stepA + stepB == 2 ? 1 : SPECIAL.length); at++) {
                    float[] plain = new float[n];
                    float[] simd = new float[n];
                    int length = n - 200;
                    scalar.binary(op, a, at * 33, stepA, b, at, stepB, plain, 3, length - at * 33);
                    vector.binary(op, a, at * 33, stepA, b, at, stepB, simd, 3, length - at * 33);
                    assertArrayEquals(plain, simd, op + " steps " + stepA + stepB + " from " + at);
                }
            }
        }
    }

    @Test
    void anElementDoesNotDependOnItsPlaceInTheRun() {
        float[] x = arguments();
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            for (UnaryOp op : UnaryOp.values()) {
                float[] whole = new float[x.length];
                kernels.unary(op, x, 0, whole, 0, x.length);
                for (int length : new int[] {1, 2, 15, 16, 17, 33, 511, 512, 513}) {
                    float[] part = new float[length];
                    kernels.unary(op, x, 5, part, 0, length);
                    for (int i = 0; i < length; i++) {
                        assertEquals(whole[i + 5], part[i], 0f, kernels.name() + " " + op + "(" + x[i + 5] + ")");
                    }
                }
            }
        }
    }

    @Test
    void affineTwinsAgreeToTheBit() {
        float[] x = arguments();
        for (int n : new int[] {1, 15, 16, 17, 100, x.length - 7}) {
            float[] plain = new float[n];
            float[] simd = new float[n];
            scalar.affine(x, 7, 0.3f, 1.7f, -0.9f, plain, 0, n);
            vector.affine(x, 7, 0.3f, 1.7f, -0.9f, simd, 0, n);
            assertArrayEquals(plain, simd);
        }
    }

    @Test
    void dotTwinsAgreeWithinTheirBound() {
        RandomKey key = RandomKey.of(13);
        float[] x = new float[3000];
        float[] z = new float[3000];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) key.gaussian(2L * i);
            z[i] = (float) key.gaussian(2L * i + 1);
        }
        for (int n : new int[] {1, 15, 16, 17, 49, 255, 256, 257, 784, 2990}) {
            double exact = 0;
            double size = 0;
            for (int i = 0; i < n; i++) {
                double term = ((double) x[3 + i] - 0.2f) * ((double) z[5 + i] + 0.1f);
                exact += term;
                size += Math.abs(term);
            }
            double bound = Tolerances.gamma(Precision.F32, 19) * size;
            assertEquals(exact, scalar.dot(x, 3, 0.2f, z, 5, -0.1f, n), bound);
            assertEquals(exact, vector.dot(x, 3, 0.2f, z, 5, -0.1f, n), bound);
        }
    }

    /** Both ways to read a left factor are the same product, and so the same bits. */
    @Test
    void unpackedLeftFactorsGiveTheBitsOfAPackedOne() {
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            int height = kernels.tileRows();
            int width = kernels.tileColumns();
            for (int depth : new int[] {1, 2, 3, 33, 256}) {
                float[] packed = draw(3, 5 + depth * height);
                float[] b = draw(4, 7 + depth * width);
                int[] rows = new int[height + 1];
                float[] unpacked = new float[11 + height * (depth + 3)];
                for (int i = 0; i < height; i++) {
                    rows[1 + i] = (height - 1 - i) * (depth + 3);
                    for (int k = 0; k < depth; k++) {
                        unpacked[11 + rows[1 + i] + k] = packed[5 + k * height + i];
                    }
                }
                float[] expected = draw(5, 9 + height * (width + 1));
                float[] byRows = expected.clone();
                kernels.multiply(depth, packed, 5, height, b, 7, expected, 9, width + 1);
                kernels.multiplyRows(depth, unpacked, 11, rows, 1, b, 7, byRows, 9, width + 1);
                assertArrayEquals(expected, byRows, kernels.name() + " rows, depth " + depth);
            }
        }
    }

    @Test
    void aTileIsAddedToItsRowsOnly() {
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            int height = kernels.tileRows();
            int width = kernels.tileColumns();
            float[] sums = draw(5, height * width);
            float[] c = draw(6, 9 + height * (width + 3));
            float[] expected = c.clone();
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    expected[9 + i * (width + 3) + j] += sums[i * width + j];
                }
            }
            kernels.addTile(sums, c, 9, width + 3);
            assertArrayEquals(expected, c, kernels.name());
        }
    }

    @Test
    void copiesTouchTheirRunsOnly() {
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            for (int n : new int[] {1, 15, 16, 17, 31, 32, 33, 70}) {
                float[] x = draw(6, 3 + 5 * (n + 2));
                float[] y = new float[4 + 5 * (n + 3)];
                kernels.copy(x, 3, n + 2, y, 4, n + 3, 5, n);
                float[] expected = new float[y.length];
                for (int row = 0; row < 5; row++) {
                    System.arraycopy(x, 3 + row * (n + 2), expected, 4 + row * (n + 3), n);
                }
                assertArrayEquals(expected, y, kernels.name() + " n " + n);
            }
        }
    }

    /** Few distinct values, both zeros and NaN, so that windows have ties. */
    @Test
    void windowTwinsAgreeToTheBit() {
        float[] few = {1, 0f, -0f, 2, Float.NaN, -1, 2, 1, Float.NEGATIVE_INFINITY};
        for (int n : new int[] {1, 15, 16, 17, 33}) {
            int[] at = {3, 40, 90, 140, 2 * n + 200};
            float[] x = new float[400];
            for (int i = 0; i < x.length; i++) {
                x[i] = few[(i * 7919 + i / 7) % few.length];
            }
            float[] values = draw(7, x.length);
            for (int count = 1; count <= at.length; count++) {
                float[][] results = new float[2][];
                for (int twin = 0; twin < 2; twin++) {
                    Kernels kernels = twin == 0 ? scalar : vector;
                    float[] y = new float[2 * n + 5];
                    float[] g = draw(8, x.length);
                    kernels.selectLargest(x, at, count, values, y, 2, n);
                    kernels.mean(values, at, count, count + 1f, y, n + 3, n);
                    kernels.addToLargest(x, at, count, values, 1, g, n);
                    kernels.addShares(values, 4, 3f, g, at, count, n);
                    results[twin] = Arrays.copyOf(y, y.length + g.length);
                    System.arraycopy(g, 0, results[twin], y.length, g.length);
                }
                assertArrayEquals(results[0], results[1], "n " + n + ", count " + count);
            }
        }
    }

    @Test
    void theFirstOfEqualMaximaIsTakenAndNotANumberIsLargest() {
        float[] x = {1, 2, 2, Float.NaN, 5, Float.NaN, -0f, 0f};
        int[] at = {0, 1, 2, 3, 4, 5};
        float[] index = {0, 1, 2, 3, 4, 5, 6, 7};
        float[] y = new float[3];
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            kernels.selectLargest(x, at, 3, index, y, 0, 1);
            kernels.selectLargest(x, at, 6, index, y, 1, 1);
            kernels.selectLargest(x, new int[] {6, 7}, 2, index, y, 2, 1);
            assertArrayEquals(new float[] {1, 3, 6}, y, kernels.name());
        }
    }

    @Test
    void rowTwinsAgreeToTheBitAndTheirSumsWithinTheirBound() {
        for (int n : new int[] {1, 15, 16, 17, 32, 33}) {
            for (int rows : new int[] {1, 2, 63, 64, 65, 130}) {
                float[] x = draw(9, 3 + rows * n);
                float[] z = draw(10, 3 + rows * n);
                float[][] per = {draw(11, n), draw(12, n), draw(13, n), draw(14, n)};
                float[][] affine = new float[2][x.length];
                float[][] residual = new float[2][x.length];
                for (int twin = 0; twin < 2; twin++) {
                    Kernels kernels = twin == 0 ? scalar : vector;
                    kernels.affineRows(x, 3, rows, n, per[0], per[1], per[2], affine[twin]);
                    kernels.residualRows(x, per[0], per[1], z, per[2], per[3], 3, rows, n, residual[twin]);
                    double[] sums = new double[n];
                    double[] products = new double[n];
                    kernels.sumRows(x, per[0], z, per[1], 3, rows, n, sums, products);
                    for (int c = 0; c < n; c++) {
                        double[] exact = new double[4];
                        for (int row = 0; row < rows; row++) {
                            double term = (double) z[3 + row * n + c] - per[1][c];
                            double other = (double) x[3 + row * n + c] - per[0][c];
                            exact[0] += term;
                            exact[1] += Math.abs(term);
                            exact[2] += other * term;
                            exact[3] += Math.abs(other * term);
                        }
                        double each = Tolerances.gamma(Precision.F32, 67);
                        assertEquals(exact[0], sums[c], each * exact[1], kernels.name());
                        assertEquals(exact[2], products[c], each * exact[3], kernels.name());
                    }
                }
                assertArrayEquals(affine[0], affine[1]);
                assertArrayEquals(residual[0], residual[1]);
            }
        }
    }

    private static float[] draw(long seed, int n) {
        RandomKey key = RandomKey.of(seed);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) key.gaussian(i);
        }
        return x;
    }
}
