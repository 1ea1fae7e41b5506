package org.hashgrad.bench;

import java.util.Arrays;

/**
 * The baseline of every table: what a careful Java programmer writes in an afternoon. One thread, contiguous inner loops that C2 can
 * vectorise, no library.
 */
final class PlainJava {
    private PlainJava() {}

    /** c (m, n) = a (m, k) · b (k, n). */
    static float[] matmul(float[] a, float[] b, float[] c, int m, int k, int n) {
        for (int i = 0; i < m; i++) {
            float[] row = new float[n];
            for (int p = 0; p < k; p++) {
                addScaled(row, a[i * k + p], b, p * n);
            }
            System.arraycopy(row, 0, c, i * n, n);
        }
        return c;
    }

    /** (columns, rows) of x (rows, columns). */
    static float[] transpose(float[] x, int rows, int columns) {
        float[] y = new float[x.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                y[j * rows + i] = x[i * columns + j];
            }
        }
        return y;
    }

    private static void addScaled(float[] sum, float factor, float[] x, int offset) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += factor * x[offset + j];
        }
    }

    /** y = conv(x, w). */
    static float[] convolve(ConvLayer l, float[] x, float[] w, float[] y) {
        Arrays.fill(y, 0);
        int step = l.stride();
        visit(l, (ix, iw, iy, count) -> {
            float factor = w[iw];
            for (int j = 0; j < count; j++) {
                y[iy + j] += factor * x[ix + j * step];
            }
        });
        return y;
    }

    /** gx from gy and w. */
    static float[] inputGradient(ConvLayer l, float[] gy, float[] w, float[] gx) {
        Arrays.fill(gx, 0);
        int step = l.stride();
        visit(l, (ix, iw, iy, count) -> {
            float factor = w[iw];
            for (int j = 0; j < count; j++) {
                gx[ix + j * step] += factor * gy[iy + j];
            }
        });
        return gx;
    }

    /** gw from x and gy. */
    static float[] weightGradient(ConvLayer l, float[] x, float[] gy, float[] gw) {
        Arrays.fill(gw, 0);
        int step = l.stride();
        visit(l, (ix, iw, iy, count) -> {
            float sum = 0;
            for (int j = 0; j < count; j++) {
                sum += x[ix + j * step] * gy[iy + j];
            }
            gw[iw] += sum;
        });
        return gw;
    }

    /** Receives runs of {@code count} terms x·w → y that share one weight: neighbours in y, a stride apart in x. */
    private interface Run {
        void visit(int x, int w, int y, int count);
    }

    private static void visit(ConvLayer l, Run run) {
        int side = l.side();
        int stride = l.stride();
        int across = l.output().dim(3);
        for (int n = 0; n < l.batch(); n++) {
            for (int o = 0; o < l.outputs(); o++) {
                for (int c = 0; c < l.channels(); c++) {
                    for (int ky = 0; ky < l.kernel(); ky++) {
                        for (int kx = 0; kx < l.kernel(); kx++) {
                            int iw = ((o * l.channels() + c) * l.kernel() + ky) * l.kernel() + kx;
                            int shift = kx - l.padding();
                            int first = Math.max(0, (-shift + stride - 1) / stride);
                            int count = Math.min(across - 1, Math.floorDiv(side - 1 - shift, stride)) - first + 1;
                            for (int oy = 0; oy < across; oy++) {
                                int row = oy * stride + ky - l.padding();
                                if (row >= 0 && row < side && count > 0) {
                                    int ix = ((n * l.channels() + c) * side + row) * side + first * stride + shift;
                                    run.visit(ix, iw, ((n * l.outputs() + o) * across + oy) * across + first, count);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /** y = tanh x. */
    static float[] tanh(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) Math.tanh(x[i]);
        }
        return y;
    }

    /** gz and the sum of log cosh(|z| − 1). */
    static double logCoshToSign(float[] z, float[] gz) {
        double sum = 0;
        for (int i = 0; i < z.length; i++) {
            double distance = Math.abs(z[i]) - 1;
            sum += Math.abs(distance) + Math.log1p(Math.exp(-2 * Math.abs(distance))) - Math.log(2);
            gz[i] = (float) (Math.tanh(distance) * (z[i] >= 0 ? 1 : -1));
        }
        return sum;
    }

    /** gu and Σ w (softplus θ − s θ), θ = u uᵀ, for s and w of shape (n, n). */
    static double pairwise(float[] u, float[] s, float[] w, float[] gu, int n, int k) {
        Arrays.fill(gu, 0);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                float theta = 0;
                for (int b = 0; b < k; b++) {
                    theta += u[i * k + b] * u[j * k + b];
                }
                double e = Math.exp(-Math.abs(theta));
                int at = i * n + j;
                sum += w[at] * (Math.max(theta, 0) + Math.log1p(e) - s[at] * theta);
                float residual = (float) (w[at] * ((theta >= 0 ? 1 : e) / (1 + e) - s[at]));
                for (int b = 0; b < k; b++) {
                    gu[i * k + b] += residual * u[j * k + b];
                    gu[j * k + b] += residual * u[i * k + b];
                }
            }
        }
        return sum;
    }

    /** s (n, m): 1 where sample and column are of the same of ten classes, which follow one another. */
    static float[] similarityOfTenClasses(int n, int m) {
        float[] s = new float[n * m];
        for (int at = 0; at < s.length; at++) {
            s[at] = at / m % 10 == at % m % 10 ? 1 : 0;
        }
        return s;
    }

    private static float halfInner(float[] u, int i, float[] v, int j, int k) {
        float theta = 0;
        for (int b = 0; b < k; b++) {
            theta += u[i * k + b] * v[j * k + b];
        }
        return theta / 2;
    }

    private static void addRow(float[] sum, int i, double factor, float[] v, int j, int k) {
        for (int b = 0; b < k; b++) {
            sum[i * k + b] += (float) factor * v[j * k + b];
        }
    }

    /** gu and w Σ (softplus θ − s θ), θ = ½ u vᵀ. */
    static double pairwiseBank(float[] u, float[] v, float[] s, float w, float[] gu, int n, int m, int k) {
        Arrays.fill(gu, 0);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                float theta = halfInner(u, i, v, j, k);
                double e = Math.exp(-Math.abs(theta));
                float similar = s[i * m + j];
                sum += Math.max(theta, 0) + Math.log1p(e) - similar * theta;
                addRow(gu, i, w * ((theta >= 0 ? 1 : e) / (1 + e) - similar) / 2, v, j, k);
            }
        }
        return w * sum;
    }

    /** gu and Σ softplus(margin − θ_ip + θ_iq) over drawn positives p and negatives q, θ = ½ u vᵀ. */
    static double triplets(float[] u, float[] v, float[] s, float[] d, float margin, float[] gu, int n, int m, int k) {
        Arrays.fill(gu, 0);
        double sum = 0;
        double[] slope = new double[m];
        float[] theta = new float[m];
        for (int i = 0; i < n; i++) {
            Arrays.fill(slope, 0);
            for (int j = 0; j < m; j++) {
                theta[j] = d[i * m + j] == 0 ? 0 : halfInner(u, i, v, j, k);
            }
            for (int p = 0; p < m; p++) {
                for (int q = 0; q < m && d[i * m + p] * s[i * m + p] == 1; q++) {
                    if (d[i * m + q] == 1 && s[i * m + q] == 0) {
                        float t = margin - theta[p] + theta[q];
                        double e = Math.exp(-Math.abs(t));
                        double sigma = (t >= 0 ? 1 : e) / (1 + e);
                        sum += Math.max(t, 0) + Math.log1p(e);
                        slope[p] -= sigma / 2;
                        slope[q] += sigma / 2;
                    }
                }
            }
            for (int j = 0; j < m; j++) {
                if (slope[j] != 0) {
                    addRow(gu, i, slope[j], v, j, k);
                }
            }
        }
        return sum;
    }
}
