package org.hashgrad.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * A line of the table.
 *
 * @param subject what was timed: a {@link Case} without its implementation
 * @param milliseconds per call
 * @param error half the confidence interval of the mean; NaN where unknown
 */
record Row(String subject, String implementation, double milliseconds, double error) {
    private static final String IMPLEMENTATION = "implementation";

    static Row of(RunResult result) {
        BenchmarkParams params = result.getParams();
        TreeMap<String, String> values = new TreeMap<>();
        for (String key : params.getParamsKeys()) {
            values.put(key, params.getParam(key));
        }
        String implementation = values.remove(IMPLEMENTATION);
        double unit = milliseconds(result.getPrimaryResult().getScoreUnit());
        String name = params.getBenchmark();
        int dot = name.lastIndexOf('.');
        return new Row(
                Case.canonical(name.substring(0, dot), name.substring(dot + 1), values),
                implementation == null ? "" : implementation,
                result.getPrimaryResult().getScore() * unit,
                result.getPrimaryResult().getScoreError() * unit);
    }

    /** Milliseconds in a unit of JMH's. @throws IllegalArgumentException where it is no time per call */
    static double milliseconds(String unit) {
        return switch (unit) {
            case "ns/op" -> 1e-6;
            case "us/op" -> 1e-3;
            case "ms/op" -> 1;
            case "s/op" -> 1e3;
            case "min/op" -> 6e4;
            default ->
                throw new IllegalArgumentException(
                        "bench: the table needs a time per call in ns, us, ms, s or min, got " + unit);
        };
    }

    /**
     * Rows that {@code bench/peers/native.py} has written: {@code {"rows": [{"case": "Matmul size=…", "implementation": "openblas", "ms": 1.5}]}}.
     *
     * @throws IllegalArgumentException naming the file and what is missing
     */
    static List<Row> read(Path file) {
        JsonNode rows;
        try {
            rows = new ObjectMapper().readTree(file.toFile()).path("rows");
        } catch (IOException e) {
            throw new IllegalArgumentException("bench: can't read " + file + ": " + e.getMessage(), e);
        }
        if (!rows.isArray()) {
            throw new IllegalArgumentException("bench: " + file + " has no list \"rows\"");
        }
        List<Row> read = new ArrayList<>();
        for (JsonNode row : rows) {
            for (String key : List.of("case", IMPLEMENTATION, "ms")) {
                if (!row.has(key)) {
                    throw new IllegalArgumentException(
                            "bench: " + file + " row " + (read.size() + 1) + " has no \"" + key + "\"");
                }
            }
            read.add(new Row(
                    Case.canonical(row.get("case").asText()),
                    row.get(IMPLEMENTATION).asText(),
                    row.get("ms").asDouble(),
                    Double.NaN));
        }
        return read;
    }
}
