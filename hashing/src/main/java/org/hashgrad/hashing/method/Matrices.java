package org.hashgrad.hashing.method;

/** Between the flat arrays of tensors and the rows of steps. */
final class Matrices {
    private Matrices() {}

    /** Row-major values as rows (count, values.length / count). */
    static double[][] rows(float[] values, int count) {
        int width = values.length / count;
        double[][] rows = new double[count][width];
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < width; b++) {
                rows[i][b] = values[i * width + b];
            }
        }
        return rows;
    }

    /** Rows of one length, row-major. */
    static double[] flat(double[][] rows) {
        int width = rows[0].length;
        double[] flat = new double[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * width, width);
        }
        return flat;
    }

    /** As {@link #flat}, rounded. */
    static float[] flatFloats(double[][] rows) {
        int width = rows[0].length;
        float[] flat = new float[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            for (int b = 0; b < width; b++) {
                flat[i * width + b] = (float) rows[i][b];
            }
        }
        return flat;
    }
}
