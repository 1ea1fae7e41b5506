package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.protocol.Direction;

/** The rows of a sweep as Markdown, CSV and JSON. */
final class SweepTable {
    private static final String HELD_OUT = "held-out";

    /**
     * A column.
     *
     * @param title for people
     * @param key for machines
     * @param always whether a finished run is to have it
     */
    private record Column(String title, String key, boolean always, Function<SweepRow, Spread> figure) {}

    private static final List<Column> OF_ONE_MEDIUM = List.of(
            new Column("mAP", "mAP", true, row -> row.figure("mAP")),
            new Column("held-out mAP", "mAP_held_out", true, row -> row.figure("mAP_held_out")),
            new Column("full mAP", "mAP_full", true, row -> row.figure("mAP_full")),
            new Column("P@H≤2", "precision_at_radius_2", false, row -> row.figure("precision_at_radius_2")),
            new Column("empty", "empty_at_radius_2", false, row -> row.figure("empty_at_radius_2")),
            new Column(
                    "held-out P@H≤2",
                    "precision_at_radius_2_held_out",
                    false,
                    row -> row.figure("by_database", HELD_OUT, "precision_at_radius_2")),
            new Column(
                    "held-out empty",
                    "empty_at_radius_2_held_out",
                    false,
                    row -> row.figure("by_database", HELD_OUT, "empty_at_radius_2")),
            new Column("s per epoch", "seconds_per_epoch", false, SweepRow::epochSeconds));

    private static final List<Column> OF_TWO_MEDIA = ofTwoMedia();

    private static List<Column> ofTwoMedia() {
        List<Column> columns = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            columns.add(of("", "mAP_", direction, true));
        }
        for (Direction direction : List.of(Direction.IMAGE_TO_TEXT, Direction.TEXT_TO_IMAGE)) {
            columns.add(of(", P@H≤2", "precision_at_radius_2_", direction, false));
            columns.add(of(", empty", "empty_at_radius_2_", direction, false));
        }
        for (Medium medium : Medium.values()) {
            String set = medium.set("database");
            columns.add(new Column(
                    "commonest " + medium.word() + " code",
                    "commonest_" + medium.word(),
                    false,
                    row -> row.figure("codes", set, "commonest")));
        }
        columns.add(new Column("s per epoch", "seconds_per_epoch", false, SweepRow::epochSeconds));
        return List.copyOf(columns);
    }

    private static Column of(String what, String key, Direction direction, boolean always) {
        return new Column(
                direction.arrow() + what, key + direction.key(), always, row -> row.figure(key + direction.key()));
    }

    private final List<SweepRow> rows;
    private final List<Column> columns;
    private final Set<String> axes = new LinkedHashSet<>();

    SweepTable(List<SweepRow> rows) {
        this.rows = rows;
        this.columns = rows.stream().anyMatch(SweepRow::hasTwoMedia) ? OF_TWO_MEDIA : OF_ONE_MEDIUM;
        rows.forEach(row -> axes.addAll(row.settings().keySet()));
    }

    /** Settings first, then figures as mean ± deviation. */
    String markdown() {
        List<String> heads = new ArrayList<>(List.of("method"));
        heads.addAll(axes);
        columns.forEach(column -> heads.add(column.title()));
        List<List<String>> cells = new ArrayList<>();
        for (SweepRow row : rows) {
            List<String> line = new ArrayList<>(List.of(row.label()));
            axes.forEach(axis -> line.add(row.settings().getOrDefault(axis, "")));
            columns.forEach(column -> line.add(row.text(column.figure().apply(row), column.always())));
            cells.add(line);
        }
        return Markdown.table(heads, cells);
    }

    /** One line per row, {@code KEY_mean} and {@code KEY_sd}, empty where there is no number. */
    String csv() {
        StringBuilder text = new StringBuilder();
        List<String> heads = new ArrayList<>(List.of("method"));
        heads.addAll(axes);
        heads.addAll(List.of("seeds_finished", "seeds_wanted"));
        columns.forEach(column -> heads.addAll(List.of(column.key() + "_mean", column.key() + "_sd")));
        append(text, heads);
        for (SweepRow row : rows) {
            List<String> line = new ArrayList<>(List.of(row.label()));
            axes.forEach(axis -> line.add(row.settings().getOrDefault(axis, "")));
            line.add(Integer.toString(row.runs().size()));
            line.add(Integer.toString(row.wanted()));
            for (Column column : columns) {
                Spread figure = column.figure().apply(row);
                line.add(Double.isNaN(figure.mean()) ? "" : Double.toString(figure.mean()));
                line.add(Double.isNaN(figure.deviation()) ? "" : Double.toString(figure.deviation()));
            }
            append(text, line);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells) {
        text.append(String.join(
                        ",",
                        cells.stream()
                                .map(cell -> cell.matches("[^\",\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"')
                                .toList()))
                .append('\n');
    }

    /** As {@link #csv}, nested. */
    List<Map<String, Object>> json() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (SweepRow row : rows) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("method", row.label());
            map.put("settings", row.settings());
            map.put("seeds_finished", row.runs().size());
            map.put("seeds_wanted", row.wanted());
            for (Column column : columns) {
                Spread figure = column.figure().apply(row);
                map.put(column.key(), Map.of("mean", figure.mean(), "sd", figure.deviation(), "n", figure.count()));
            }
            list.add(map);
        }
        return list;
    }
}
