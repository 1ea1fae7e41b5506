package org.hashgrad.hashing.step;

import java.util.Arrays;

/**
 * Cosine distances D(x, y) = 1 − ⟨x, y⟩ / (‖x‖ ‖y‖) in [0, 2] of n feature vectors (n, d), computed by blocks. A zero vector is at
 * distance 1 from every other.
 */
public final class CosineDistances {
    private final double[][] directions;
    private final LinearAlgebra algebra;

    /**
     * Normalises a copy of the features once.
     *
     * @throws IllegalArgumentException unless all features are finite and the vectors equally long
     */
    public CosineDistances(double[][] features, LinearAlgebra algebra) {
        this.directions = new double[features.length][];
        this.algebra = algebra;
        for (int i = 0; i < features.length; i++) {
            directions[i] = direction(features, i);
        }
    }

    private static double[] direction(double[][] features, int i) {
        double squares = Rows.dot(features[i], features[i]);
        if (!Double.isFinite(squares) || features[i].length != features[0].length) {
            throw new IllegalArgumentException("cosine distances: feature vector " + i + " of length "
                    + features[i].length + " has squared norm " + squares + "; need finite values and length "
                    + features[0].length);
        }
        double norm = Math.sqrt(squares);
        return Arrays.stream(features[i]).map(x -> norm == 0 ? 0 : x / norm).toArray();
    }

    /** D(x_i, x_j); 0 for i = j. */
    public double of(int i, int j) {
        return i == j ? 0 : bounded(Rows.dot(directions[i], directions[j]));
    }

    /** D of the rows top … bottom − 1 with the columns left … right − 1: (bottom − top, right − left). */
    public double[][] block(int top, int bottom, int left, int right) {
        double[][] products = algebra.multiplyTranspose(
                Arrays.copyOfRange(directions, top, bottom), Arrays.copyOfRange(directions, left, right));
        for (int i = 0; i < products.length; i++) {
            for (int j = 0; j < products[i].length; j++) {
                products[i][j] = top + i == left + j ? 0 : bounded(products[i][j]);
            }
        }
        return products;
    }

    private static double bounded(double product) {
        return Math.min(2, Math.max(0, 1 - product));
    }
}
