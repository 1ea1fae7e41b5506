package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.metric.Convention;
import org.hashgrad.hashing.metric.PerQuery;
import org.hashgrad.hashing.metric.Retrieval;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.hashing.protocol.Protocol;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code evaluate} adds to the figures when it is asked to. */
final class EvaluationExtras {
    private static final double LEVEL = 0.95;
    private static final int RESAMPLES = 1000;

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            description =
                    "Claims a protocol of 'hashgrad protocols': rule and lists are compared with what the run or the code files were made under, its"
                            + " N of mAP@N is measured. Of .npy files only the numbers are compared, and the result says so.")
    private @Nullable String protocol;

    @Option(
            names = "--convention",
            paramLabel = "NAME",
            description =
                    "Also the figures in the arithmetic of a well-known code: deephash-pytorch, hashnet, dcmh, dch-radius, callHLLabel."
                            + " May be repeated.")
    private List<String> conventions = List.of();

    @Option(
            names = "--top",
            paramLabel = "N",
            description =
                    "mAP@N in its four meanings, and the N where conventions cut lists. May be repeated; conventions take the first.")
    private List<Integer> tops = List.of();

    @Option(
            names = "--no-stable",
            description = "Leaves out mAP_stable, the order of a stable sort, which takes half of the time.")
    private boolean noStable;

    @Option(names = "--ci", description = "95 %% bootstrap intervals over queries, from seed 0.")
    private boolean intervals;

    @Option(names = "--per-query", paramLabel = "F", description = "Write every measure of every query to F, as CSV.")
    private @Nullable Path perQuery;

    @Option(names = "--markdown", paramLabel = "F", description = "Write the table of figures to F.")
    private @Nullable Path markdown;

    /** Whether single queries are needed, or their codes. */
    boolean wanted() {
        return !conventions.isEmpty() || intervals || perQuery != null;
    }

    Optional<Protocol> claim() {
        return Optional.ofNullable(protocol).map(Protocol::named);
    }

    /** What is measured besides. */
    RetrievalMetrics settings(RetrievalMetrics standard) {
        RetrievalMetrics with = standard.withAveragePrecisionAt(tops);
        return noStable ? with.withoutStableOrder() : with;
    }

    void requireValid(List<Path> inputs) {
        conventions.forEach(Convention::named);
        if (protocol != null) {
            Protocol.named(protocol);
        }
        for (int n : tops) {
            if (n < 1) {
                throw new DataException("--top: N is " + n + "; need N >= 1");
            }
        }
        if (perQuery != null) {
            new OutputFile("--per-query", perQuery).requireWritable(inputs);
        }
        if (markdown != null) {
            new OutputFile("--markdown", markdown).requireWritable(inputs);
        }
    }

    /**
     * Adds to the figures what single queries say, and writes their values.
     *
     * @param ofQueries what else is known of each query, by column
     */
    void add(
            Map<String, Object> figures,
            Retrieval retrieval,
            RetrievalReport report,
            Supplier<Map<String, List<Double>>> ofQueries) {
        OptionalInt cut = Stream.concat(tops.stream(), Stream.ofNullable(Figures.topN(figures)))
                .mapToInt(Integer::intValue)
                .findFirst();
        if (intervals) {
            figures.put("intervals", intervals(report.perQuery()));
        }
        Map<String, Object> byConvention = new LinkedHashMap<>();
        for (String name : conventions) {
            byConvention.put(name, Convention.named(name).measure(retrieval, cut));
        }
        if (!byConvention.isEmpty()) {
            figures.put("conventions", byConvention);
        }
        if (perQuery != null) {
            new OutputFile("--per-query", perQuery).write(csv(report.perQuery(), ofQueries.get()));
        }
    }

    private static Map<String, Object> intervals(PerQuery perQuery) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("level", LEVEL);
        map.put("resamples", RESAMPLES);
        map.put("seed", 0);
        perQuery.intervals(LEVEL, RESAMPLES, 0)
                .forEach((key, interval) -> RetrievalReport.put(map, key, List.of(interval.low(), interval.high())));
        return map;
    }

    private static String csv(PerQuery perQuery, Map<String, List<Double>> ofQueries) {
        Map<String, List<Double>> all = new LinkedHashMap<>(ofQueries);
        all.putAll(perQuery.values());
        perQuery.chances().forEach((key, chance) -> all.put(key + "_chance", chance));
        List<String> keys = List.copyOf(all.keySet());
        List<List<Double>> columns = List.copyOf(all.values());
        StringBuilder text = new StringBuilder("query");
        keys.forEach(key -> text.append(',').append(key));
        for (int q = 0; q < columns.get(0).size(); q++) {
            text.append(System.lineSeparator()).append(q);
            for (List<Double> column : columns) {
                double value = column.get(q);
                text.append(',').append(Double.isNaN(value) ? "" : Double.toString(value));
            }
        }
        return text.append(System.lineSeparator()).toString();
    }

    /** The further lines of the table: intervals beside figures, conventions. */
    List<List<String>> rows(Map<String, ?> figures) {
        List<List<String>> rows = new ArrayList<>();
        if (figures.get("intervals") instanceof Map<?, ?> found) {
            found.forEach((key, value) -> {
                if (value instanceof List<?> bounds) {
                    rows.add(List.of(key + " 95 %", text(bounds.get(0)) + " – " + text(bounds.get(1))));
                }
            });
        }
        if (figures.get("conventions") instanceof Map<?, ?> found) {
            found.forEach((name, values) -> ((Map<?, ?>) values).forEach((key, value) -> {
                if (value instanceof Number) {
                    rows.add(List.of(name + ": " + key, text(value)));
                } else if (value instanceof List<?> curve) {
                    rows.add(List.of(name + ": " + key, curve.size() + " points, see --json"));
                }
            }));
        }
        return rows;
    }

    private static String text(@Nullable Object value) {
        return value instanceof Double number ? Figures.text(number) : String.valueOf(value);
    }

    /** The protocols, and what the conventions do otherwise. */
    List<String> notes(Map<String, ?> figures) {
        List<String> notes = new ArrayList<>(Figures.protocols(figures));
        for (String name : conventions) {
            Convention convention = Convention.named(name);
            notes.add(name + " (" + convention.source() + "):");
            convention.differences().forEach(line -> notes.add("  " + line));
        }
        return notes;
    }

    void writeMarkdown(Map<String, ?> figures) {
        if (markdown != null) {
            List<List<String>> rows = new ArrayList<>(Figures.rows(figures));
            rows.addAll(rows(figures));
            StringBuilder text = new StringBuilder(Markdown.table(List.of("figure", "value"), rows));
            notes(figures).forEach(note -> text.append('\n').append(note).append('\n'));
            new OutputFile("--markdown", markdown).write(text.toString());
        }
    }
}
