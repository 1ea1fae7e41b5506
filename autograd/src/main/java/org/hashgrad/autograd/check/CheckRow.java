package org.hashgrad.autograd.check;

import org.hashgrad.tensor.Backend;

/**
 * One line of a report: the largest error of one check of one function on one backend, and where it is.
 *
 * @param name what was checked
 * @param kind {@code op} or {@code loss}
 * @param backend the backend's name
 * @param precision {@code f32} or {@code f64}
 * @param check {@code numeric}, {@code second order}, {@code orders}, {@code closed form} or {@code backend}; see {@link GradientCheck}
 * @param error largest relative error; infinite when a value is not finite
 * @param bound largest error accepted
 * @param passed whether error ≤ bound
 * @param at the element with the largest error, for example {@code u[2, 0]}; empty when nothing was compared by element
 * @param actual what the tape gave there
 * @param expected what the check holds against it there
 * @param seed draws the same inputs again
 */
public record CheckRow(
        String name,
        String kind,
        String backend,
        String precision,
        String check,
        double error,
        double bound,
        boolean passed,
        String at,
        double actual,
        double expected,
        long seed) {

    /** The same row under another check's name. */
    public CheckRow as(String otherCheck) {
        return new CheckRow(
                name, kind, backend, precision, otherCheck, error, bound, passed, at, actual, expected, seed);
    }

    static String precisionOf(Backend backend) {
        return switch (backend.precision()) {
            case F32 -> "f32";
            case F64 -> "f64";
        };
    }
}
