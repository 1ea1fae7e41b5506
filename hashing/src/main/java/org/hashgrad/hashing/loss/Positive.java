package org.hashgrad.hashing.loss;

/** The common rules for a loss's factors. */
final class Positive {
    private Positive() {}

    static void require(String loss, String component, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(loss + ": " + component + " is " + value + "; need > 0");
        }
    }

    static void requireFinite(String loss, String component, double value) {
        require(loss, component, value);
        if (value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(loss + ": " + component + " is Infinity; need a finite number");
        }
    }

    static void requireNotNegative(String loss, String component, double value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException(loss + ": " + component + " is " + value + "; need >= 0");
        }
        if (value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(loss + ": " + component + " is Infinity; need a finite number");
        }
    }
}
