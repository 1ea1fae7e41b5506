package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    /** How much of the training waited for data at most. */
    static String waiting(Map<String, ?> metrics) {
        return String.format(
                Locale.ROOT,
                "At most %.1f %% of the training waited for data (includes preparing the next batch while the device is busy).",
                100 * number(metrics, "share_waiting").doubleValue());
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
            } else if (key.equals("mAP_at_N") && value instanceof Map<?, ?> byN) {
                byN.forEach((n, meanings) -> ((Map<?, ?>) meanings)
                        .forEach((meaning, figure) ->
                                rows.add(List.of("mAP@" + n + " " + meaning, text(((Number) figure).doubleValue())))));
            }
        });
        return rows;
    }

    /** A line for the protocol of each database: name, version and the hashes of rule and lists. */
    static List<String> protocols(Map<String, ?> metrics) {
        List<String> lines = new ArrayList<>(protocol("Protocol", metrics));
        if (metrics.get("by_database") instanceof Map<?, ?> others) {
            others.forEach((name, figures) -> lines.addAll(protocol("Protocol of " + name, (Map<?, ?>) figures)));
        }
        return lines;
    }

    private static List<String> protocol(String what, Map<?, ?> figures) {
        if (!(figures.get("protocol") instanceof Map<?, ?> record)) {
            return List.of();
        }
        Object name = record.get("name");
        Object lists = record.get("lists_hash");
        return List.of(what + " "
                + (name == null ? "not of a known name" : name + ", version " + record.get("version"))
                + ", rule " + record.get("rule_hash")
                + (lists == null
                        ? "; claimed: the lists were not checked, only the numbers of queries and database items"
                        : ", lists " + lists));
    }

    /** The N of the protocol's mAP@N; null where it cuts nothing. */
    static @Nullable Integer topN(Map<String, ?> metrics) {
        return metrics.get("protocol") instanceof Map<?, ?> record && record.get("top_n") instanceof Number n
                ? n.intValue()
                : null;
    }

    /** A figure that every evaluation has. */
    static Number number(Map<?, ?> metrics, String key) {
        return (Number) Objects.requireNonNull(metrics.get(key), key);
    }

    static String text(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
