package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.hashgrad.hashing.protocol.Direction;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.hashing.protocol.Sweep;

/**
 * A sweep over any keys as a section of a page: its table, mAP by each key, precision by radius, mAP by seconds where it was measured, and where its
 * runs were made.
 *
 * @param spec its file
 */
record SweepSection(Path spec, Sweep sweep, List<SweepRow> rows) {
    private static final String MACRO = "pr_by_radius_macro";

    /** Lines of a chart that can still be told apart. */
    private static final int MOST_LINES = 8;

    /** Those of the γ study of Cauchy cross-media hashing. */
    private static final List<Integer> RADII = List.of(2, 4, 10, 20, 30, 50);

    private static final List<Direction> ACROSS = List.of(Direction.IMAGE_TO_TEXT, Direction.TEXT_TO_IMAGE);

    SweepSection {
        rows = List.copyOf(rows);
    }

    /** The file's name without its ending. */
    String name() {
        return SweepOptions.name(spec);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append("`hashgrad sweep ")
                .append(spec)
                .append("`: ")
                .append(settings())
                .append("\n\n");
        text.append(new SweepTable(rows).markdown()).append('\n');
        if (rows.size() <= MOST_LINES) {
            text.append("Precision within a radius, where an empty ball counts 0, ")
                    .append("image → text / text → image:\n\n");
            text.append(radii()).append('\n');
        }
        List<TrainingCourse> courses = TrainingCourse.of(rows);
        if (!courses.isEmpty()) {
            text.append(TrainingCourse.table(courses)).append('\n');
        }
        return text.append(RowsByBits.provenance(rows)).append('\n').toString();
    }

    /** What all its runs are made with. */
    private String settings() {
        return "data " + distinct(cell -> true, config -> config.data())
                + ", epochs "
                + distinct(cell -> cell.baseline().isEmpty(), config -> config.train()
                        .epochs())
                + ", seeds " + distinct(cell -> true, config -> config.seed()) + ".";
    }

    private String distinct(Predicate<Sweep.Cell> among, Function<RunConfig, Object> of) {
        return sweep.cells().stream()
                .filter(among)
                .map(cell -> of.apply(cell.config()).toString())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private String radii() {
        List<String> heads = new ArrayList<>(List.of("method"));
        RADII.forEach(radius -> heads.add("radius " + radius));
        List<List<String>> cells = new ArrayList<>();
        for (SweepRow row : rows) {
            List<String> line = new ArrayList<>(List.of(row.name()));
            for (int radius : RADII) {
                line.add(ACROSS.stream()
                        .map(direction -> row.curve("by_direction", direction.key(), MACRO, "precision"))
                        .map(curve -> radius < curve.size()
                                ? String.format(Locale.ROOT, "%.3f", curve.get(radius))
                                : curve.isEmpty() ? SweepRow.MISSING : "–")
                        .collect(Collectors.joining(" / ")));
            }
            cells.add(line);
        }
        return Markdown.table(heads, cells);
    }

    /** Each plot by the name of its file. */
    Map<String, LineChart> charts() {
        Map<String, LineChart> charts = new LinkedHashMap<>();
        new AxisCharts(rows).byKey().forEach((key, chart) -> charts.put(name() + "-" + key, chart));
        if (rows.size() <= MOST_LINES) {
            for (Direction direction : ACROSS) {
                charts.put(name() + "-by-radius-" + direction.key().replace('_', '-'), byRadius(direction));
            }
        }
        List<TrainingCourse> courses = TrainingCourse.of(rows);
        if (!courses.isEmpty()) {
            charts.put(name() + "-by-seconds", TrainingCourse.chart(courses));
        }
        return charts;
    }

    /** Mean precision within each radius up to half of the bits, where an empty ball counts 0. */
    private LineChart byRadius(Direction direction) {
        LineChart chart =
                new LineChart("Precision within a radius, " + direction.arrow(), "Hamming radius", "precision");
        for (SweepRow row : rows) {
            List<Double> radii = row.curve("by_direction", direction.key(), MACRO, "radius");
            List<Double> precision = row.curve("by_direction", direction.key(), MACRO, "precision");
            int shown = (radii.size() + 1) / 2;
            chart.curve(row.name(), radii.subList(0, shown), precision.subList(0, shown));
        }
        return chart;
    }
}
