package org.hashgrad.hashing.step;

/** Arithmetic on rows of matrices. */
final class Rows {
    private Rows() {}

    /** ⟨a, b⟩ */
    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    /** sum += factor · x */
    static void addScaled(double[] sum, double factor, double[] x) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += factor * x[k];
        }
    }

    /** Σ a_ij² */
    static double squaredNorm(double[][] a) {
        double sum = 0;
        for (double[] row : a) {
            sum += dot(row, row);
        }
        return sum;
    }

    /** Rows that can be changed without changing those of {@code a}. */
    static double[][] copy(double[][] a) {
        double[][] copy = new double[a.length][];
        for (int i = 0; i < a.length; i++) {
            copy[i] = a[i].clone();
        }
        return copy;
    }

    /** The rows themselves, in the given order. */
    static double[][] select(double[][] a, int[] rows) {
        double[][] selected = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            selected[i] = a[rows[i]];
        }
        return selected;
    }
}
