package org.hashgrad.hashing.data;

/**
 * Scaling n pixels in a row to m with a triangle as wide as the larger of two pixels and two targets: bilinear when it grows, an antialiased mean when
 * it shrinks. Weights are whole numbers of 2⁻²², sums are rounded to bytes after each axis, so a picture is the same on every machine; it is
 * what Pillow's {@code resize(BILINEAR)} and so torchvision's {@code Resize} make of it.
 *
 * <pre>  target j has its centre at c = (j + ½) n/m;  pixel i weighs max(0, 1 − |i + ½ − c| / max(1, n/m)), divided by their sum </pre>
 *
 * @param first the first pixel of each target
 * @param weights of each target, in units of 2⁻²²
 */
record Resampling(int[] first, int[][] weights) {
    private static final int BITS = 22;

    static Resampling of(int n, int m) {
        double scale = (double) n / m;
        double reach = Math.max(scale, 1);
        int[] first = new int[m];
        int[][] weights = new int[m][];
        for (int j = 0; j < m; j++) {
            double centre = (j + 0.5) * scale;
            first[j] = Math.max(0, (int) (centre - reach + 0.5));
            int end = Math.min(n, (int) (centre + reach + 0.5));
            double[] share = new double[end - first[j]];
            double sum = 0;
            for (int i = 0; i < share.length; i++) {
                share[i] = Math.max(0, 1 - Math.abs((i + first[j] - centre + 0.5) * (1 / reach)));
                sum += share[i];
            }
            weights[j] = new int[share.length];
            for (int i = 0; i < share.length; i++) {
                weights[j][i] = (int) (0.5 + share[i] / sum * (1 << BITS));
            }
        }
        return new Resampling(first, weights);
    }

    /** Each of the rows of three bytes a pixel scaled to as many pixels as there are targets. */
    byte[] across(byte[] rgb, int width, int rows) {
        int m = first.length;
        byte[] scaled = new byte[3 * m * rows];
        for (int y = 0; y < rows; y++) {
            for (int j = 0; j < m; j++) {
                int[] weight = weights[j];
                int at = 3 * (y * width + first[j]);
                int red = 1 << (BITS - 1);
                int green = red;
                int blue = red;
                for (int w : weight) {
                    red += w * (rgb[at] & 0xff);
                    green += w * (rgb[at + 1] & 0xff);
                    blue += w * (rgb[at + 2] & 0xff);
                    at += 3;
                }
                int to = 3 * (y * m + j);
                scaled[to] = clamped(red);
                scaled[to + 1] = clamped(green);
                scaled[to + 2] = clamped(blue);
            }
        }
        return scaled;
    }

    /** The rows of {@code columns} pixels scaled to as many rows as there are targets. */
    byte[] down(byte[] rgb, int columns) {
        int row = 3 * columns;
        byte[] scaled = new byte[row * first.length];
        int[] sums = new int[row];
        for (int j = 0; j < first.length; j++) {
            java.util.Arrays.fill(sums, 1 << (BITS - 1));
            for (int i = 0; i < weights[j].length; i++) {
                int w = weights[j][i];
                int at = (first[j] + i) * row;
                for (int x = 0; x < row; x++) {
                    sums[x] += w * (rgb[at + x] & 0xff);
                }
            }
            for (int x = 0; x < row; x++) {
                scaled[j * row + x] = clamped(sums[x]);
            }
        }
        return scaled;
    }

    /** Weights can sum up to a little more than 1. */
    private static byte clamped(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> BITS));
    }
}
