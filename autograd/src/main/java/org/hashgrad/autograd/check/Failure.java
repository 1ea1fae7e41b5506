package org.hashgrad.autograd.check;

import java.util.List;
import java.util.Locale;

/**
 * The worst element of an input that failed a check.
 *
 * @param name what was checked
 * @param backend the backend's name and precision
 * @param check as in {@link CheckRow#check}
 * @param input the input's name, or {@code output}
 * @param index the element's position in that input
 * @param analytic what the tape gave
 * @param expected what the check holds against it: the central difference, the closed form, the reference
 * @param seed the seed that draws the same inputs again
 * @param likely the mistake that would explain it, or empty
 */
public record Failure(
        String name,
        String backend,
        String check,
        String input,
        List<Integer> index,
        double analytic,
        double expected,
        double error,
        double bound,
        long seed,
        String likely) {
    /** The same failure of {@code otherCheck}, explained by {@code mistake}. */
    public Failure as(String otherCheck, String mistake) {
        return new Failure(name, backend, otherCheck, input, index, analytic, expected, error, bound, seed, mistake);
    }

    /** One line with everything needed to find the fault. */
    public String message() {
        String source =
                switch (check) {
                    case "numeric", "second order" -> "numeric";
                    case "orders" -> "differentiable";
                    case "backend" -> "reference";
                    default -> check;
                };
        return String.format(
                Locale.ROOT,
                "%s: %s check on %s: %s%s: analytic %.12g, %s %.12g, error %.3g exceeds %.3g (seed %d)%s",
                name,
                check,
                backend,
                input,
                index,
                analytic,
                source,
                expected,
                error,
                bound,
                seed,
                likely.isEmpty() ? "" : "; likely: " + likely);
    }
}
