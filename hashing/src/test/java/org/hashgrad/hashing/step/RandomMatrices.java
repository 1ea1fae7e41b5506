package org.hashgrad.hashing.step;

import org.hashgrad.tensor.RandomKey;

/** Matrices that steps are tested on. */
final class RandomMatrices {
    private RandomMatrices() {}

    /** M(r, c, a, s)_ij = s sin(a + 2i + 3j), i and j from 0: the definition of the golden inputs. */
    static double[][] sines(int rows, int columns, double a, double s) {
        double[][] m = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                m[i][j] = s * Math.sin(a + 2 * i + 3 * j);
            }
        }
        return m;
    }

    /** Normal with standard deviation {@code scale}. */
    static double[][] gaussian(RandomKey key, int rows, int columns, double scale) {
        double[][] m = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                m[i][j] = scale * key.gaussian((long) i * columns + j);
            }
        }
        return m;
    }

    /** −1 and +1, equally often. */
    static double[][] signs(RandomKey key, int rows, int columns) {
        return Signs.of(gaussian(key, rows, columns, 1));
    }
}
