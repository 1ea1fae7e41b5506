package org.hashgrad.cli;

import java.util.List;
import java.util.Locale;

/** Mean and sample standard deviation (n − 1) of a figure over repetitions; the deviation of fewer than two is NaN. */
record Spread(double mean, double deviation, int count) {
    static Spread of(List<Double> values) {
        double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
        double squares =
                values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        return new Spread(
                mean, values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1)), values.size());
    }

    /** {@code 0.812 ± 0.003}, or the mean alone. */
    String text() {
        return count < 2
                ? String.format(Locale.ROOT, "%.3f", mean)
                : String.format(Locale.ROOT, "%.3f ± %.3f", mean, deviation);
    }
}
