package org.hashgrad.autograd.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.hashgrad.autograd.check.Probe.Argument;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;

/** Collects the rows and failures of one check on one backend. */
final class Comparison {
    private final String name;
    private final String kind;
    private final Backend backend;
    private final long seed;
    private final List<Argument> differentiated;
    private final List<CheckRow> rows = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();

    Comparison(String name, String kind, Backend backend, long seed, List<Argument> arguments) {
        this.name = name;
        this.kind = kind;
        this.backend = backend;
        this.seed = seed;
        this.differentiated =
                arguments.stream().filter(Argument::differentiated).toList();
    }

    /** The element of an input, or of the output, with the largest error. */
    private record Worst(String input, List<Integer> index, double error, double actual, double expected) {
        Worst or(Worst other) {
            return other.error >= error ? other : this;
        }
    }

    private static final Worst NOTHING = new Worst("", List.of(), 0, 0, 0);

    /** Gradients against differences of sums of so many terms and such a scale. */
    void numeric(String check, List<double[]> actual, List<double[]> differences, int terms, double scale) {
        Worst worst = NOTHING;
        for (int i = 0; i < actual.size(); i++) {
            Argument input = differentiated.get(i);
            double[] floors = Arrays.stream(input.values())
                    .map(x -> Tolerances.numericFloor(terms, scale, x))
                    .toArray();
            worst = worst.or(worst(
                    check,
                    input.name(),
                    input.shape(),
                    actual.get(i),
                    differences.get(i),
                    at -> floors[at],
                    Tolerances.NUMERIC));
        }
        row(check, worst, Tolerances.NUMERIC);
    }

    /** Gradients relative to the largest element by each input. */
    void check(String check, List<double[]> actual, List<double[]> expected, double bound) {
        row(check, worst(check, actual, expected, bound), bound);
    }

    /** The output and gradients, each relative to its largest element, in the one row {@code backend}. */
    void checkWithOutput(
            double[] actual,
            double[] expected,
            List<double[]> gradients,
            List<double[]> expectedGradients,
            double bound) {
        if (actual.length != expected.length) {
            throw new ShapeException("gradient check: the output of " + name + " has " + actual.length + " elements on "
                    + backend.name() + ", the reference's has " + expected.length);
        }
        double floor = largest(expected);
        Worst value = worst("backend", "output", Shape.of(actual.length), actual, expected, at -> floor, bound);
        row("backend", value.or(worst("backend", gradients, expectedGradients, bound)), bound);
    }

    CheckReport report() {
        return new CheckReport(rows, failures);
    }

    private Worst worst(String check, List<double[]> actual, List<double[]> expected, double bound) {
        Worst worst = NOTHING;
        for (int i = 0; i < actual.size(); i++) {
            Argument input = differentiated.get(i);
            double floor = largest(expected.get(i));
            worst = worst.or(
                    worst(check, input.name(), input.shape(), actual.get(i), expected.get(i), at -> floor, bound));
        }
        return worst;
    }

    private void row(String check, Worst worst, double bound) {
        String precision = CheckRow.precisionOf(backend);
        rows.add(new CheckRow(
                name,
                kind,
                backend.name(),
                precision,
                check,
                worst.error(),
                bound,
                worst.error() <= bound,
                worst.input().isEmpty() ? "" : worst.input() + worst.index(),
                worst.actual(),
                worst.expected(),
                seed));
    }

    /** The largest error of one input; a failure is noted if it exceeds the bound. */
    private Worst worst(
            String check,
            String input,
            Shape shape,
            double[] actual,
            double[] expected,
            IntToDoubleFunction floor,
            double bound) {
        double largest = -1;
        int at = 0;
        for (int i = 0; i < actual.length; i++) {
            double error = relativeError(actual[i], expected[i], floor.applyAsDouble(i));
            if (error > largest) {
                largest = error;
                at = i;
            }
        }
        Worst worst = new Worst(input, index(shape, at), largest, actual[at], expected[at]);
        if (!(largest <= bound)) {
            String where = backend.name() + " " + CheckRow.precisionOf(backend);
            failures.add(new Failure(
                    name, where, check, input, worst.index(), actual[at], expected[at], largest, bound, seed, ""));
        }
        return worst;
    }

    /** |a − b| / max(floor, |a|, |b|); 0 for equal numbers, infinity as soon as one is not finite. */
    private static double relativeError(double a, double b, double floor) {
        if (!Double.isFinite(a) || !Double.isFinite(b)) {
            return Double.POSITIVE_INFINITY;
        }
        return a == b ? 0 : Math.abs(a - b) / Math.max(floor, Math.max(Math.abs(a), Math.abs(b)));
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    private static List<Integer> index(Shape shape, int flat) {
        Integer[] index = new Integer[shape.rank()];
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = flat % shape.dim(axis);
            flat /= shape.dim(axis);
        }
        return List.of(index);
    }
}
