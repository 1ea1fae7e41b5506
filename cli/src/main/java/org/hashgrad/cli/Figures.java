package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The figures of {@code metrics.json} for people; {@code docs/protocols.md} defines the keys. */
final class Figures {
    private static final String TOP = "100";

    private Figures() {}

    /** One line per figure; curves and other databases are left to the file. */
    static Table table(Map<String, ?> metrics) {
        Table table = new Table("figure", "value");
        rows(metrics).forEach(row -> table.row(row.get(0), row.get(1)));
        return table;
    }

    /** The lines of {@link #table}. */
    static List<List<String>> rows(Map<String, ?> metrics) {
        List<List<String>> rows = new ArrayList<>();
        metrics.forEach((key, value) -> {
            if (value instanceof Double number) {
                rows.add(List.of(key, text(number)));
            } else if (value instanceof Number count) {
                rows.add(List.of(key, count.toString()));
            } else if (key.equals("precision_at_N") && value instanceof Map<?, ?> top) {
                rows.add(List.of("precision_at_" + TOP, text(number(top, TOP).doubleValue())));
            }
        });
        return rows;
    }

    /** A figure that every evaluation has. */
    static Number number(Map<?, ?> metrics, String key) {
        return (Number) Objects.requireNonNull(metrics.get(key), key);
    }

    static String text(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
