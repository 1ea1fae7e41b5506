package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.hashgrad.hashing.protocol.Direction;
import org.hashgrad.hashing.protocol.SweepFolder;

/**
 * What the runs of a row found after so many seconds of training, both means over its runs: the mean mAP of the two directions.
 *
 * @param points seconds ascending, with those of what comes before the first epoch, without those that measuring took
 */
record TrainingCourse(String label, List<LineChart.Point> points) {
    private static final double STEP = 100;

    TrainingCourse {
        points = List.copyOf(points);
    }

    /** Of the rows whose runs measured while they trained, all equally often, and of baselines, which are measured once, when they have learned. */
    static List<TrainingCourse> of(List<SweepRow> rows) {
        List<TrainingCourse> courses = new ArrayList<>();
        for (SweepRow row : rows) {
            List<List<LineChart.Point>> runs =
                    row.runs().stream().map(TrainingCourse::points).toList();
            if (runs.stream().mapToInt(List::size).distinct().count() == 1
                    && !runs.get(0).isEmpty()) {
                courses.add(new TrainingCourse(row.name(), mean(runs)));
            }
        }
        return courses;
    }

    private static List<LineChart.Point> mean(List<List<LineChart.Point>> runs) {
        List<LineChart.Point> mean = new ArrayList<>();
        for (int i = 0; i < runs.get(0).size(); i++) {
            int at = i;
            mean.add(new LineChart.Point(
                    runs.stream().mapToDouble(run -> run.get(at).x()).average().orElseThrow(),
                    runs.stream().mapToDouble(run -> run.get(at).y()).average().orElseThrow()));
        }
        return mean;
    }

    private static List<LineChart.Point> points(SweepFolder.Finished run) {
        if (run.training().isEmpty()) {
            return ofBaseline(run.metrics());
        }
        List<LineChart.Point> points = new ArrayList<>();
        double seconds = before(run);
        for (Map<String, Object> line : run.training()) {
            seconds += number(line, "seconds").orElse(0);
            OptionalDouble both = bothWays(line);
            if (both.isPresent()) {
                points.add(new LineChart.Point(seconds, both.getAsDouble()));
            }
        }
        return points;
    }

    private static List<LineChart.Point> ofBaseline(Map<String, Object> metrics) {
        OptionalDouble seconds = number(metrics, "seconds_train");
        OptionalDouble both = bothWays(metrics);
        return seconds.isPresent() && both.isPresent()
                ? List.of(new LineChart.Point(seconds.getAsDouble(), both.getAsDouble()))
                : List.of();
    }

    private static OptionalDouble bothWays(Map<String, Object> figures) {
        OptionalDouble there = number(figures, "mAP_" + Direction.IMAGE_TO_TEXT.key());
        OptionalDouble back = number(figures, "mAP_" + Direction.TEXT_TO_IMAGE.key());
        return there.isPresent() && back.isPresent()
                ? OptionalDouble.of((there.getAsDouble() + back.getAsDouble()) / 2)
                : OptionalDouble.empty();
    }

    /** Pretraining, and what of training is outside of its epochs: the first codes of all items. */
    private static double before(SweepFolder.Finished run) {
        double epochs = run.epochSeconds().stream().mapToDouble(s -> s).sum();
        return number(run.metrics(), "seconds_pretrain").orElse(0)
                + Math.max(0, number(run.metrics(), "seconds_train").orElse(epochs) - epochs);
    }

    private static OptionalDouble number(Map<String, Object> map, String key) {
        return map.get(key) instanceof Number number ? OptionalDouble.of(number.doubleValue()) : OptionalDouble.empty();
    }

    static LineChart chart(List<TrainingCourse> courses) {
        LineChart chart = new LineChart("mAP while training, mean of both directions", "seconds of training", "mAP");
        courses.forEach(course -> chart.curve(
                course.label(),
                course.points().stream().map(LineChart.Point::x).toList(),
                course.points().stream().map(LineChart.Point::y).toList()));
        return chart;
    }

    private double best() {
        return points.stream().mapToDouble(LineChart.Point::y).max().orElseThrow();
    }

    /** Seconds until this mAP was first measured. */
    private OptionalDouble secondsTo(double level) {
        return points.stream()
                .filter(point -> point.y() >= level)
                .mapToDouble(LineChart.Point::x)
                .findFirst();
    }

    /** Seconds until the best mAP of each course, rounded down to a hundredth, was reached by the others. */
    static String table(List<TrainingCourse> courses) {
        List<Double> levels = courses.stream()
                .map(course -> Math.floor(course.best() * STEP) / STEP)
                .distinct()
                .sorted()
                .toList();
        List<String> heads = new ArrayList<>(List.of("method"));
        levels.forEach(level -> heads.add(String.format(Locale.ROOT, "seconds to mAP %.2f", level)));
        heads.addAll(List.of("seconds to the last measurement", "mAP then"));
        List<List<String>> cells = new ArrayList<>();
        for (TrainingCourse course : courses) {
            LineChart.Point last = course.points().get(course.points().size() - 1);
            List<String> line = new ArrayList<>(List.of(course.label()));
            for (double level : levels) {
                OptionalDouble seconds = course.secondsTo(level);
                line.add(seconds.isPresent() ? text(seconds.getAsDouble()) : "never");
            }
            line.add(text(last.x()));
            line.add(String.format(Locale.ROOT, "%.3f", last.y()));
            cells.add(line);
        }
        return Markdown.table(heads, cells);
    }

    private static String text(double seconds) {
        return String.format(Locale.ROOT, seconds < 10 ? "%.1f" : "%.0f", seconds);
    }
}
