package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.protocol.Direction;

/**
 * A sweep over any keys as a section of a page: its table, mAP by each key, precision by radius, and mAP by seconds where it was measured.
 *
 * @param spec its file
 */
record SweepSection(Path spec, List<SweepRow> rows) {
    /** Lines of a chart that can still be told apart. */
    private static final int MOST_LINES = 8;

    private static final int MOST_RADIUS = 16;

    SweepSection {
        rows = List.copyOf(rows);
    }

    /** The file's name without its ending. */
    String name() {
        return SweepOptions.name(spec);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append("`hashgrad sweep ").append(spec).append("`\n\n");
        text.append(new SweepTable(rows).markdown()).append('\n');
        List<TrainingCourse> courses = TrainingCourse.of(rows);
        if (!courses.isEmpty()) {
            text.append(TrainingCourse.table(courses)).append('\n');
        }
        return text.toString();
    }

    /** Each plot by the name of its file. */
    Map<String, LineChart> charts() {
        Map<String, LineChart> charts = new LinkedHashMap<>();
        new AxisCharts(rows).byKey().forEach((key, chart) -> charts.put(name() + "-" + key, chart));
        if (rows.size() <= MOST_LINES) {
            for (Direction direction : List.of(Direction.IMAGE_TO_TEXT, Direction.TEXT_TO_IMAGE)) {
                charts.put(name() + "-by-radius-" + direction.key().replace('_', '-'), byRadius(direction));
            }
        }
        List<TrainingCourse> courses = TrainingCourse.of(rows);
        if (!courses.isEmpty()) {
            charts.put(name() + "-by-seconds", TrainingCourse.chart(courses));
        }
        return charts;
    }

    /** Mean precision within each radius, where an empty ball counts 0. */
    private LineChart byRadius(Direction direction) {
        LineChart chart =
                new LineChart("Precision within a radius, " + direction.arrow(), "Hamming radius", "precision");
        String[] path = {"by_direction", direction.key(), "pr_by_radius_macro"};
        for (SweepRow row : rows) {
            List<Double> radii = row.curve(path[0], path[1], path[2], "radius");
            List<Double> precision = row.curve(path[0], path[1], path[2], "precision");
            int shown = Math.min(radii.size(), MOST_RADIUS + 1);
            chart.curve(
                    row.label() + (row.settings().isEmpty() ? "" : " " + row.settings()),
                    radii.subList(0, shown),
                    precision.subList(0, shown));
        }
        return chart;
    }
}
