package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.hashgrad.hashing.protocol.Direction;
import org.hashgrad.hashing.protocol.SweepFolder;

/**
 * What a run across media found after so many seconds of training: the mean mAP of its two directions.
 *
 * @param points seconds ascending, without those that measuring took
 */
record TrainingCourse(String label, List<LineChart.Point> points) {
    private static final double STEP = 100;

    TrainingCourse {
        points = List.copyOf(points);
    }

    /** Of the runs that measured while they trained. */
    static List<TrainingCourse> of(List<SweepRow> rows) {
        List<TrainingCourse> courses = new ArrayList<>();
        for (SweepRow row : rows) {
            for (SweepFolder.Finished run : row.runs()) {
                List<LineChart.Point> points = points(run.training());
                if (!points.isEmpty()) {
                    courses.add(new TrainingCourse(
                            row.label() + (row.runs().size() > 1 ? " " + (courses.size() + 1) : ""), points));
                }
            }
        }
        return courses;
    }

    private static List<LineChart.Point> points(List<Map<String, Object>> training) {
        List<LineChart.Point> points = new ArrayList<>();
        double seconds = 0;
        for (Map<String, Object> line : training) {
            seconds += line.get("seconds") instanceof Number number ? number.doubleValue() : 0;
            if (line.get("mAP_" + Direction.IMAGE_TO_TEXT.key()) instanceof Number there
                    && line.get("mAP_" + Direction.TEXT_TO_IMAGE.key()) instanceof Number back) {
                points.add(new LineChart.Point(seconds, (there.doubleValue() + back.doubleValue()) / 2));
            }
        }
        return points;
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

    /** Seconds until the best mAP of each run, rounded down to a hundredth, was reached by the others. */
    static String table(List<TrainingCourse> courses) {
        List<Double> levels = courses.stream()
                .map(course -> Math.floor(course.best() * STEP) / STEP)
                .distinct()
                .sorted()
                .toList();
        List<String> heads = new ArrayList<>(List.of("method"));
        levels.forEach(level -> heads.add(String.format(Locale.ROOT, "seconds to mAP %.2f", level)));
        heads.addAll(List.of("seconds in all", "mAP then"));
        List<List<String>> cells = new ArrayList<>();
        for (TrainingCourse course : courses) {
            LineChart.Point last = course.points().get(course.points().size() - 1);
            List<String> line = new ArrayList<>(List.of(course.label()));
            for (double level : levels) {
                OptionalDouble seconds = course.secondsTo(level);
                line.add(seconds.isPresent() ? String.format(Locale.ROOT, "%.0f", seconds.getAsDouble()) : "never");
            }
            line.add(String.format(Locale.ROOT, "%.0f", last.x()));
            line.add(String.format(Locale.ROOT, "%.3f", last.y()));
            cells.add(line);
        }
        return Markdown.table(heads, cells);
    }
}
