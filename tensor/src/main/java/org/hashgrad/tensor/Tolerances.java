package org.hashgrad.tensor;

/**
 * Error bounds that every comparison uses, each derived from the unit roundoff u of a {@link Precision}. A bound is relative to the
 * quantity that its Javadoc names; {@link #floor} is the absolute part that covers underflow. Notation and results: Higham, Accuracy
 * and Stability of Numerical Algorithms, 2nd ed. 2002, chapters 2 to 4.
 */
public final class Tolerances {
    private Tolerances() {}

    /** γ_n = n u / (1 − n u), the relative error that n roundings can build up. @throws IllegalArgumentException unless n u &lt; 1 */
    public static double gamma(Precision precision, int n) {
        double product = n * precision.unitRoundoff();
        if (n < 0 || product >= 1) {
            throw new IllegalArgumentException("gamma: need 0 <= n and n u < 1, got n " + n + " in " + precision);
        }
        return product / (1 - product);
    }

    /**
     * Error of an inner product of n terms, added in any order, with or without fused multiply-add, relative to Σ|a_i b_i|: γ_n
     * (Higham, equation 3.5). Matrix products and convolutions are inner products, n is the inner extent or C/groups · KH · KW.
     */
    public static double dot(Precision precision, int n) {
        return gamma(precision, n);
    }

    /** Error of a sum of n terms, added in any order, relative to Σ|x_i|: γ_{n−1}, and one rounding more for a mean (Higham 4.6). */
    public static double sum(Precision precision, int n) {
        return gamma(precision, n);
    }

    /**
     * Relative error of a function computed to {@code ulps} units in the last place: one unit is at most 2u of the value (Higham
     * section 2.1), so 2u · ulps.
     */
    public static double elementwise(Precision precision, double ulps) {
        return 2 * precision.unitRoundoff() * ulps;
    }

    /** Error of one computation on the result of another, both relative to the same quantity: (1 + a)(1 + b) − 1. */
    public static double chain(double a, double b) {
        return a + b + a * b;
    }

    /** What underflow may cost a sum of n terms, absolutely: n halves of the smallest subnormal number are below n of it. */
    public static double floor(Precision precision, int n) {
        return n * (precision == Precision.F32 ? Float.MIN_VALUE : Double.MIN_VALUE);
    }

    /** Whether {@code actual} is within {@code bound} (absolute) of {@code expected}; NaN and infinities must be equal. */
    public static boolean close(double expected, double actual, double bound) {
        return Double.compare(expected, actual) == 0 || Math.abs(expected - actual) <= bound;
    }
}
