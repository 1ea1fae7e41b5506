package org.hashgrad.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Tolerances;
import org.junit.jupiter.api.Test;

/** The kernels of pairwise and triplet likelihoods, both twins against double arithmetic. */
class LikelihoodKernelsTest {
    private final Kernels scalar = new ScalarKernels();
    private final Kernels vector = CpuProvider.kernels();

    @Test
    void gridsOfAnySizeAndOrderOfMagnitudeKeepTheirRelativePrecision() {
        RandomKey key = RandomKey.of(9);
        int[][] sizes = {{0, 5}, {5, 0}, {1, 1}, {3, 15}, {2, 32}, {7, 33}, {70, 65}, {3, 511}, {2, 513}, {1100, 3}};
        for (int[] size : sizes) {
            for (double center : new double[] {-60, -12, 0, 50, 1000}) {
                float[] a = new float[size[0]];
                float[] b = new float[size[1]];
                for (int i = 0; i < a.length; i++) {
                    a[i] = (float) (center + 8 * key.uniform(i));
                }
                for (int j = 0; j < b.length; j++) {
                    b[j] = (float) (8 * key.uniform(a.length + j) - 8);
                }
                for (Kernels kernels : new Kernels[] {scalar, vector}) {
                    requireGrids(kernels, a, b);
                }
            }
        }
    }

    private static void requireGrids(Kernels kernels, float[] a, float[] b) {
        double softplus = 0;
        double[] rows = new double[a.length];
        double[] columns = new double[b.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                double t = a[i] + b[j];
                double e = Math.exp(-Math.abs(t));
                softplus += Math.max(t, 0) + Math.log1p(e);
                double sigma = (t >= 0 ? 1 : e) / (1 + e);
                rows[i] += sigma;
                columns[j] += sigma;
            }
        }
        double each = Tolerances.elementwise(Precision.F32, Kernels.ULPS);
        String where = kernels.name() + " " + a.length + " x " + b.length + " at " + (a.length > 0 ? a[0] : 0);
        assertEquals(
                softplus,
                kernels.softplusGrid(a, a.length, b, b.length),
                softplus * (each + Tolerances.gamma(Precision.F32, 132)),
                where);
        float[] sumsOfRows = new float[a.length];
        float[] sumsOfColumns = new float[b.length];
        kernels.sigmoidGrid(a, a.length, b, b.length, sumsOfRows, sumsOfColumns);
        for (int i = 0; i < a.length; i++) {
            double bound =
                    rows[i] * (each + Tolerances.sum(Precision.F32, b.length)) + Tolerances.floor(Precision.F32, 1);
            assertEquals(rows[i], sumsOfRows[i], bound, where);
        }
        for (int j = 0; j < b.length; j++) {
            double bound =
                    columns[j] * (each + Tolerances.sum(Precision.F32, a.length)) + Tolerances.floor(Precision.F32, 1);
            assertEquals(columns[j], sumsOfColumns[j], bound, where);
        }
    }

    /** Around whole vectors and blocks; arguments of every magnitude, among them those whose e^−|t| is no number of single precision. */
    @Test
    void pairsOfAnyNumberAndMagnitudeAreWithinTheirUnits() {
        float[] arguments = KernelsTest.arguments();
        float kappa = 0.5f;
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            for (int n : new int[] {1, 2, 15, 17, 33, 511, 513, arguments.length}) {
                float[] x = Arrays.copyOf(arguments, n);
                float[] s = new float[n];
                for (int i = 0; i < n; i++) {
                    s[i] = i % 3 == 0 ? 1 : 0;
                }
                float[] terms = new float[n];
                kernels.pairs(kappa, x, s, terms, n);
                for (int i = 0; i < n; i++) {
                    requirePair(kernels.name() + " of " + n, kappa * arguments[i], s[i], terms[i], x[i]);
                }
            }
        }
    }

    private static void requirePair(String where, float t, float s, float term, float slope) {
        String what = where + " at " + t + ", s " + s;
        if (!Float.isFinite(t)) {
            assertEquals(Float.isNaN(t), Float.isNaN(slope), what);
            return;
        }
        double e = Math.exp(-Math.abs((double) t));
        double unit = Tolerances.elementwise(Precision.F32, Kernels.ULPS + 1);
        assertEquals((t >= 0 ? 1 : e) / (1 + e) - s, slope, unit, what);
        double softplus = Math.max(t, 0) + Math.log1p(e);
        assertEquals(softplus - (double) s * t, term, unit * Math.max(1, Math.abs((double) t)), what);
    }
}
