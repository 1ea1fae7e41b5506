package org.hashgrad.autograd.check;

import org.hashgrad.tensor.Precision;

/**
 * The bounds of the checks and where they come from. u is the unit roundoff of the backend.
 *
 * <p>Errors are relative: {@code |a − b| / max(floor, |a|, |b|)}. The floor keeps elements that cancel to almost nothing from being
 * compared by digits that neither side has.
 */
public final class Tolerances {
    /**
     * Step of the central differences for |x| ≤ 1, 2⁻¹¹ ≈ u^(1/5); beyond, times the power of two below |x|. The extrapolation
     * R = (4 D(h/2) − D(h)) / 3 has truncation error h⁴ |f⁗′| / 480 and rounding error near u |f| / h, which that step balances at
     * about u^(4/5) ≈ 2·10⁻¹³. A power of two, so x ± h is exact for a float x.
     */
    public static final double STEP = 0x1p-11;

    /**
     * Analytic against numeric derivative: six digits. The differences carry about twelve for functions of moderate higher derivatives;
     * a wrong formula is off in the first.
     */
    public static final double NUMERIC = 1e-6;

    /** Two exact ways to the same F64 gradient: closed form and tape, first-order and differentiable tape. 10⁴ roundoffs. */
    public static final double EXACT = 1e-12;

    /** Largest error of one elementary function in roundoffs: 8 ulp, which OpenCL grants none of those used more than. */
    private static final int ELEMENTARY = 16;

    /** Elementary functions in a row, forward and backward. */
    private static final int CHAIN = 8;

    private Tolerances() {}

    /**
     * Relative to the largest element, the rounding error of a value that is computed by {@link #CHAIN} elementary functions and a
     * sum of {@code terms} terms in any order: (128 + terms) u.
     */
    public static double rounding(Precision precision, int terms) {
        return (ELEMENTARY * CHAIN + terms) * precision.unitRoundoff();
    }

    /**
     * The floor of a numeric check by an element at x: what makes the rounding error of the differences pass. With values of relative
     * error r and scale s the extrapolated difference is off by up to (4·2 + 1)/3 · r s / h.
     */
    static double numericFloor(int terms, double scale, double x) {
        return 3 * rounding(Precision.F64, terms) * scale / step(x) / NUMERIC;
    }

    static double step(double x) {
        return STEP * Math.max(1, Math.scalb(1.0, Math.getExponent(x)));
    }
}
