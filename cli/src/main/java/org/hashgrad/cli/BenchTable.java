package org.hashgrad.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One table of JMH's JSON; a row's ratio is how many times faster it is than the plain Java loop at the same sizes. */
final class BenchTable {
    /** The parameter that names who computes, and its value for the plain loop. */
    static final String BACKEND = "backend";

    static final String PLAIN = "java";

    private BenchTable() {}

    private record Row(String benchmark, Map<String, String> sizes, String backend, double score, String unit) {
        String work() {
            return benchmark + sizes;
        }

        /** How often this row's speed contains the other's. */
        double timesFasterThan(Row other) {
            return unit.startsWith("ops/") ? score / other.score : other.score / score;
        }
    }

    static Table of(JsonNode results) {
        List<Row> rows = new ArrayList<>();
        results.forEach(result -> rows.add(row(result)));
        Map<String, Row> plain = new HashMap<>();
        rows.stream().filter(row -> row.backend().equals(PLAIN)).forEach(row -> plain.put(row.work(), row));
        Table table = new Table("benchmark", "parameters", "backend", "score", "unit", "times plain Java");
        for (Row row : rows) {
            Row base = plain.get(row.work());
            table.row(
                    row.benchmark(),
                    row.sizes().toString().replaceAll("[{}]", ""),
                    row.backend(),
                    number(row.score()),
                    row.unit(),
                    base == null ? "-" : number(row.timesFasterThan(base)));
        }
        return table;
    }

    private static Row row(JsonNode result) {
        Map<String, String> sizes = new TreeMap<>();
        String backend = "-";
        for (Map.Entry<String, JsonNode> parameter : result.path("params").properties()) {
            if (parameter.getKey().equals(BACKEND)) {
                backend = parameter.getValue().asText();
            } else {
                sizes.put(parameter.getKey(), parameter.getValue().asText());
            }
        }
        String[] name = result.path("benchmark").asText().split("\\.");
        String shortName = name.length < 2 ? name[0] : name[name.length - 2] + "." + name[name.length - 1];
        JsonNode metric = result.path("primaryMetric");
        return new Row(
                shortName,
                sizes,
                backend,
                metric.path("score").asDouble(),
                metric.path("scoreUnit").asText());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 0.01 || Math.abs(value) >= 1e5 ? "%.3e" : "%.3f", value);
    }
}
