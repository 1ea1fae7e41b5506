package org.hashgrad.autograd.check;

import org.hashgrad.tensor.Backend;

/**
 * One line of a report: the largest error of one check of one function on one backend.
 *
 * @param name what was checked
 * @param kind {@code op} or {@code loss}
 * @param backend the backend's name
 * @param precision {@code f32} or {@code f64}
 * @param check {@code numeric}, {@code second order}, {@code orders}, {@code closed form} or {@code backend}; see {@link GradientCheck}
 * @param error largest relative error; infinite when a value is not finite
 * @param bound largest error accepted
 * @param passed whether error ≤ bound
 */
public record CheckRow(
        String name,
        String kind,
        String backend,
        String precision,
        String check,
        double error,
        double bound,
        boolean passed) {

    static String precisionOf(Backend backend) {
        return switch (backend.precision()) {
            case F32 -> "f32";
            case F64 -> "f64";
        };
    }
}
