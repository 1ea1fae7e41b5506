package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hashgrad.hashing.protocol.Direction;

/** mAP by each key of a sweep. */
final class AxisCharts {
    private final List<SweepRow> rows;

    /** The figures to draw by what they are called in a legend. */
    private final Map<String, String> figures = new LinkedHashMap<>();

    AxisCharts(List<SweepRow> rows) {
        this.rows = rows;
        if (rows.stream().anyMatch(SweepRow::hasTwoMedia)) {
            for (Direction direction : List.of(Direction.IMAGE_TO_TEXT, Direction.TEXT_TO_IMAGE)) {
                figures.put(", " + direction.arrow(), "mAP_" + direction.key());
            }
        } else {
            figures.put("", isHeldOut() ? "mAP_held_out" : "mAP");
        }
    }

    private boolean isHeldOut() {
        return rows.stream().anyMatch(row -> row.figure("mAP_held_out").count() > 0);
    }

    /** For every key: mAP over it, a line for each combination of the rest, in both directions of two media; none where nothing has a figure. */
    Map<String, LineChart> byKey() {
        Set<String> keys = new LinkedHashSet<>();
        rows.forEach(row -> keys.addAll(row.settings().keySet()));
        Map<String, LineChart> charts = new LinkedHashMap<>();
        for (String key : keys) {
            LineChart chart = chart(key);
            if (!chart.isEmpty()) {
                charts.put(key, chart);
            }
        }
        return charts;
    }

    private LineChart chart(String key) {
        Map<String, List<SweepRow>> lines = new LinkedHashMap<>();
        for (SweepRow row : rows) {
            if (row.settings().containsKey(key)) {
                Map<String, String> rest = new LinkedHashMap<>(row.settings());
                rest.remove(key);
                String name = row.label() + (rest.isEmpty() ? "" : " " + rest);
                lines.computeIfAbsent(name, line -> new ArrayList<>()).add(row);
            }
        }
        String unit = figures.containsKey("") && isHeldOut() ? "mAP, held-out database" : "mAP";
        LineChart chart = new LineChart("mAP by " + key, key, unit);
        lines.forEach((name, line) -> figures.forEach((suffix, figure) -> chart.line(
                name + suffix,
                line.stream().map(row -> row.settings().getOrDefault(key, "")).toList(),
                line.stream().map(row -> row.figure(figure)).toList())));
        return chart;
    }
}
