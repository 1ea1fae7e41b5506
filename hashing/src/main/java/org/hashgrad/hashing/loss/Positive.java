package org.hashgrad.hashing.loss;

/** The common rule for a loss's factors. */
final class Positive {
    private Positive() {}

    static void require(String loss, String component, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(loss + ": " + component + " is " + value + "; need > 0");
        }
    }
}
