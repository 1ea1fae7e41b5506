package org.hashgrad.tensor;

import java.util.List;

/**
 * Rounding error of an r × r convolution at stride 1 by Winograd's algorithm F(m × m, r × r), element by element. A tile of outputs is
 *
 * <pre>  y = Aᵀ [ Σ_c (G g_c Gᵀ) ∘ (Bᵀ d_c B) ] A        g r × r weights, d inputs of m + r − 1 squared, ∘ elementwise</pre>
 *
 * so every product g·d reaches y on several paths, of which most cancel, through at most {@link #ROUNDINGS} + C roundings each: per
 * transform and axis the terms of a row (at most 5) and the rounding of its coefficients, and one for each of the C products and their sum.
 * Hence, by the argument of an inner product (Higham, Accuracy and Stability, section 3.1) on every path,
 *
 * <pre>  |ŷ − y| ≤ γ_(C + 30) · |A|ᵀ [ Σ_c (|G| |g_c| |G|ᵀ) ∘ (|B|ᵀ |d_c| |B|) ] |A|</pre>
 *
 * The right factor is what {@link #magnitude} computes. Against the Σ|g||d| of {@link Tolerances#dot} it is up to (max_i Σ_p |A|_pi ‖G_p‖₁ ‖B_p‖₁ / 3)²
 * larger, for g and d of equal size everywhere (r in the place of 3 for r × r weights): 7 times for F(2 × 2, 3 × 3); with the points 0, ±½, ±2, ∞ used
 * here 53.8 times for F(4 × 4, 3 × 3) (the customary 0, ±1, ±2, ∞: 256 times) and 34.8 times for F(2 × 2, 5 × 5).
 */
public final class WinogradBound {
    /** Both axes of three transforms, 5 each. */
    private static final int ROUNDINGS = 30;

    /** Rows are points; the transposes of A, B and G in the formula's notation are these with rows and columns exchanged where it says so. */
    private record Transforms(double[][] a, double[][] g, double[][] b) {
        int taps() {
            return g[0].length;
        }

        int tile() {
            return a[0].length;
        }
    }

    private static final Transforms F2_3 = new Transforms(
            new double[][] {{1, 0}, {1, 1}, {1, -1}, {0, -1}},
            new double[][] {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}},
            new double[][] {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}});

    private static final double[][] B6 = {
        {1, 0, -4.25, 0, 1, 0},
        {0, -2, -4, 0.5, 1, 0},
        {0, 2, -4, -0.5, 1, 0},
        {0, -0.5, -0.25, 2, 1, 0},
        {0, 0.5, -0.25, -2, 1, 0},
        {0, 1, 0, -4.25, 0, 1}
    };

    private static final Transforms F4_3 = new Transforms(
            new double[][] {
                {1, 0, 0, 0}, {1, 0.5, 0.25, 0.125}, {1, -0.5, 0.25, -0.125}, {1, 2, 4, 8}, {1, -2, 4, -8}, {0, 0, 0, 1}
            },
            new double[][] {
                {1, 0, 0},
                {-16 / 30.0, -8 / 30.0, -4 / 30.0},
                {-16 / 30.0, 8 / 30.0, -4 / 30.0},
                {1 / 30.0, 2 / 30.0, 4 / 30.0},
                {1 / 30.0, -2 / 30.0, 4 / 30.0},
                {0, 0, 1}
            },
            B6);

    private static final Transforms F2_5 = new Transforms(
            new double[][] {{1, 0}, {1, 0.5}, {1, -0.5}, {1, 2}, {1, -2}, {0, 1}},
            new double[][] {
                {1, 0, 0, 0, 0},
                {-16 / 30.0, -8 / 30.0, -4 / 30.0, -2 / 30.0, -1 / 30.0},
                {-16 / 30.0, 8 / 30.0, -4 / 30.0, 2 / 30.0, -1 / 30.0},
                {1 / 30.0, 2 / 30.0, 4 / 30.0, 8 / 30.0, 16 / 30.0},
                {1 / 30.0, -2 / 30.0, 4 / 30.0, -8 / 30.0, 16 / 30.0},
                {0, 0, 0, 0, 1}
            },
            B6);

    private WinogradBound() {}

    /** The relative part γ_(C + 30) for C input channels. */
    public static double relative(Precision precision, int channels) {
        return Tolerances.gamma(precision, channels + ROUNDINGS);
    }

    /**
     * The right factor for y (N, O, OH, OW) = conv2d of x (N, C, H, W) and w (O, C, r, r), row-major.
     *
     * @throws IllegalArgumentException where the mode has no algorithm for r
     */
    public static double[] magnitude(
            WinogradMode mode, Shape shapeX, double[] x, Shape shapeW, double[] w, ConvGeometry geometry) {
        return convolve(absolute(transforms(mode, shapeW)), shapeX, absolute(x), shapeW, absolute(w), geometry);
    }

    /** The convolution itself, by the algorithm in double precision. */
    static double[] convolve(
            WinogradMode mode, Shape shapeX, double[] x, Shape shapeW, double[] w, ConvGeometry geometry) {
        return convolve(transforms(mode, shapeW), shapeX, x, shapeW, w, geometry);
    }

    private static Transforms transforms(WinogradMode mode, Shape w) {
        for (Transforms t : List.of(F2_3, F4_3, F2_5)) {
            if (t.taps() == w.dim(2) && t.taps() == w.dim(3) && t.tile() == mode.tile(t.taps())) {
                return t;
            }
        }
        throw new IllegalArgumentException(
                "winograd bound: need 3 x 3 weights by F2 or F4 or 5 x 5 by F4, got " + w + " by " + mode);
    }

    private static double[] convolve(Transforms t, Shape shapeX, double[] x, Shape shapeW, double[] w, ConvGeometry g) {
        Shape out = g.output(shapeX, shapeW);
        int channels = shapeX.dim(1);
        int outs = shapeW.dim(0);
        int edge = t.b.length;
        int tile = t.tile();
        int taps = t.taps();
        double[][][] kernels = new double[outs * channels][][];
        for (int oc = 0; oc < kernels.length; oc++) {
            kernels[oc] = sandwich(t.g, square(w, oc * taps * taps, taps, taps, taps, 0, 0));
        }
        double[] y = new double[out.size()];
        double[][][] points = new double[channels][][];
        for (int n = 0; n < out.dim(0); n++) {
            for (int top = 0; top < out.dim(2); top += tile) {
                for (int left = 0; left < out.dim(3); left += tile) {
                    for (int c = 0; c < channels; c++) {
                        int plane = (n * channels + c) * shapeX.dim(2) * shapeX.dim(3);
                        points[c] = sandwich(
                                t.b,
                                square(x, plane, shapeX.dim(2), shapeX.dim(3), edge, top - g.padY(), left - g.padX()));
                    }
                    for (int o = 0; o < outs; o++) {
                        double[][] sum = new double[edge][edge];
                        for (int c = 0; c < channels; c++) {
                            for (int i = 0; i < edge; i++) {
                                for (int j = 0; j < edge; j++) {
                                    sum[i][j] += kernels[o * channels + c][i][j] * points[c][i][j];
                                }
                            }
                        }
                        double[][] pixels = sandwich(transposed(t.a), sum);
                        for (int i = 0; i < Math.min(tile, out.dim(2) - top); i++) {
                            for (int j = 0; j < Math.min(tile, out.dim(3) - left); j++) {
                                y[((n * outs + o) * out.dim(2) + top + i) * out.dim(3) + left + j] = pixels[i][j];
                            }
                        }
                    }
                }
            }
        }
        return y;
    }

    /** The extent × extent pixels from (top, left) of a plane of height × width; zeros outside. */
    private static double[][] square(double[] x, int plane, int height, int width, int extent, int top, int left) {
        double[][] pixels = new double[extent][extent];
        for (int i = Math.max(0, -top); i < Math.min(extent, height - top); i++) {
            for (int j = Math.max(0, -left); j < Math.min(extent, width - left); j++) {
                pixels[i][j] = x[plane + (top + i) * width + left + j];
            }
        }
        return pixels;
    }

    /** m d mᵀ. */
    private static double[][] sandwich(double[][] m, double[][] d) {
        return product(product(m, d), transposed(m));
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] y = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    y[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return y;
    }

    private static double[][] transposed(double[][] m) {
        double[][] t = new double[m[0].length][m.length];
        for (int i = 0; i < m.length; i++) {
            for (int j = 0; j < m[0].length; j++) {
                t[j][i] = m[i][j];
            }
        }
        return t;
    }

    private static Transforms absolute(Transforms t) {
        return new Transforms(absolute(t.a), absolute(t.g), absolute(t.b));
    }

    private static double[][] absolute(double[][] m) {
        double[][] magnitudes = new double[m.length][];
        for (int i = 0; i < m.length; i++) {
            magnitudes[i] = absolute(m[i]);
        }
        return magnitudes;
    }

    private static double[] absolute(double[] x) {
        double[] magnitudes = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            magnitudes[i] = Math.abs(x[i]);
        }
        return magnitudes;
    }
}
