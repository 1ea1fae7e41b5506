package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A {@link LineChart} over numbers as SVG. It stands alone, in the light colours of {@link LineChart#COLOURS}; its classes let a page give it
 * others. Points of a line say their values where the pointer rests.
 */
final class SvgChart {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 250;
    private static final int TOP = 34;
    private static final int RIGHT = 22;
    private static final int AXIS = 42;
    private static final int ROW = 20;
    private static final double LETTER = 7.1;
    private static final int LONGEST_NAME = 60;
    private static final int MOST_TITLES = 130;
    private static final List<String> DASHES = List.of("", "7 3", "2 3", "9 3 2 3");

    private final StringBuilder svg = new StringBuilder();
    private final LineChart chart;
    private final Scale x;
    private final Scale y;

    /** A linear axis from the pixel of its first tick or value to that of its last. */
    private record Scale(double low, double high, double from, double to, List<Double> ticks) {
        /** Covers the values with ticks at least {@code apart} from each other; with {@code round} out to whole ticks. */
        static Scale over(double low, double high, double from, double to, double apart, boolean round) {
            double span = high > low ? high - low : Math.max(1e-12, Math.abs(high));
            double rough = Math.max(span / 5, apart);
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1);
            double first = Math.floor(low / step + 1e-9);
            double last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
            double least = round ? first * step : low;
            double most = round ? last * step : low + span;
            List<Double> ticks = new ArrayList<>();
            for (double at = first; at <= last; at++) {
                if (at * step >= least - 1e-9 * span && at * step <= most + 1e-9 * span) {
                    ticks.add(at * step);
                }
            }
            return new Scale(least, most, from, to, ticks);
        }

        double at(double value) {
            return from + (value - low) / (high - low) * (to - from);
        }
    }

    SvgChart(LineChart chart) {
        this.chart = chart;
        double low = chart.isFilled() ? 0 : extreme(false, false);
        double high = extreme(false, true);
        if (low > 0 && low < 0.5 * high) {
            low = 0;
        }
        this.y = Scale.over(low, high, TOP + HEIGHT - AXIS, TOP, 0, true);
        boolean whole = chart.isFilled()
                || chart.lines().stream()
                        .flatMap(line -> line.points().stream())
                        .allMatch(point -> point.x() == Math.rint(point.x()));
        double left = 34
                + LETTER
                        * y.ticks().stream()
                                .mapToInt(tick -> number(tick).length())
                                .max()
                                .orElse(1);
        this.x = Scale.over(extreme(true, false), extreme(true, true), left, WIDTH - RIGHT, whole ? 1 : 0, false);
    }

    private double extreme(boolean ofX, boolean largest) {
        var values = chart.lines().stream()
                .flatMapToDouble(line -> line.points().stream().mapToDouble(point -> ofX ? point.x() : point.y()));
        return (largest ? values.max() : values.min()).orElse(0);
    }

    /** The picture as an element. */
    String svg() {
        List<List<LineChart.Line>> legend = legendRows();
        int height = TOP + HEIGHT + ROW * legend.size() + 4;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" viewBox=\"0 0 %d %d\" aria-label=\"%s\""
                        + " font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#1f2933\">\n",
                WIDTH,
                height,
                Html.escape(description())));
        svg.append("<rect class=\"paper\" width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        text(0, 16, "start", " class=\"title\" font-weight=\"600\" font-size=\"14\"", chart.title());
        axes();
        chart.lines().forEach(this::line);
        if (chart.isFilled()) {
            bins();
        }
        for (int row = 0; row < legend.size(); row++) {
            legend(legend.get(row), TOP + HEIGHT + ROW * row + 8);
        }
        return svg.append("</svg>\n").toString();
    }

    /** What a picture says to those who do not see it. */
    private String description() {
        StringBuilder said = new StringBuilder(chart.title() + ". " + chart.yTitle() + " by " + chart.xTitle() + ".");
        for (LineChart.Line line : chart.lines()) {
            LineChart.Point first = line.points().get(0);
            LineChart.Point last = line.points().get(line.points().size() - 1);
            said.append(' ').append(line.name()).append(": ");
            if (line.filled()) {
                LineChart.Point top = line.points().stream().reduce(first, (a, b) -> b.y() > a.y() ? b : a);
                said.append("highest, ")
                        .append(number(top.y()))
                        .append(", near ")
                        .append(number(top.x()));
            } else {
                said.append(number(first.y())).append(" at ").append(number(first.x()));
                said.append(", ").append(number(last.y())).append(" at ").append(number(last.x()));
            }
            said.append('.');
        }
        return said.toString();
    }

    private void axes() {
        double bottom = y.from();
        for (double tick : y.ticks()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\" stroke=\"#e2e6ea\"/>\n",
                    x.from(),
                    y.at(tick),
                    x.to()));
            text(x.from() - 6, y.at(tick) + 4.5, "end", "", number(tick));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<path class=\"axis\" d=\"M%.1f %.1fH%.1f\" stroke=\"#7b8794\"/>\n",
                x.from(),
                bottom,
                x.to()));
        for (double tick : x.ticks()) {
            text(x.at(tick), bottom + 17, "middle", "", number(tick));
        }
        text((x.from() + x.to()) / 2, bottom + 35, "middle", " class=\"label\" fill=\"#52606d\"", chart.xTitle());
        double middle = (y.from() + y.to()) / 2;
        text(
                12,
                middle,
                "middle",
                String.format(
                        Locale.ROOT, " class=\"label\" fill=\"#52606d\" transform=\"rotate(-90 12 %.1f)\"", middle),
                chart.yTitle());
    }

    private void line(LineChart.Line line) {
        StringBuilder path = new StringBuilder();
        for (LineChart.Point point : line.points()) {
            path.append(path.isEmpty() ? 'M' : 'L').append(place(point));
        }
        if (line.filled()) {
            LineChart.Point first = line.points().get(0);
            LineChart.Point last = line.points().get(line.points().size() - 1);
            svg.append(String.format(
                    Locale.ROOT,
                    "<path class=\"f%d\" d=\"%sL%.1f %.1fL%.1f %.1fZ\" fill=\"%s\" fill-opacity=\"0.25\"/>\n",
                    line.hue(),
                    path,
                    x.at(last.x()),
                    y.from(),
                    x.at(first.x()),
                    y.from(),
                    line.colour()));
        }
        svg.append("<path ").append(stroke(line)).append(" d=\"").append(path).append("\"/>\n");
        if (!line.filled() && line.points().size() <= MOST_TITLES) {
            titles(line);
        }
    }

    private void titles(LineChart.Line line) {
        svg.append("<g fill-opacity=\"0\">\n");
        boolean few = line.points().size() == 1;
        for (LineChart.Point point : line.points()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle class=\"f%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\"%s><title>%s</title></circle>\n",
                    line.hue(),
                    x.at(point.x()),
                    y.at(point.y()),
                    line.colour(),
                    few ? " fill-opacity=\"1\"" : "",
                    Html.escape(line.name() + ": " + number(point.y()) + " at " + number(point.x()))));
        }
        svg.append("</g>\n");
    }

    /** Of a histogram: each step says the heights of all lines there. */
    private void bins() {
        List<LineChart.Point> first = chart.lines().get(0).points();
        svg.append("<g fill-opacity=\"0\">\n");
        for (int at = 0; at + 1 < first.size() && first.size() <= 2 * MOST_TITLES; at += 2) {
            double from = first.get(at).x();
            double to = first.get(at + 1).x();
            StringBuilder said = new StringBuilder(chart.xTitle() + " " + number((from + to) / 2));
            for (LineChart.Line line : chart.lines()) {
                said.append("; ")
                        .append(line.name())
                        .append(": ")
                        .append(number(line.points().get(at).y()));
            }
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>\n",
                    x.at(from),
                    TOP,
                    x.at(to) - x.at(from),
                    y.from() - TOP,
                    Html.escape(said.toString())));
        }
        svg.append("</g>\n");
    }

    private static String stroke(LineChart.Line line) {
        String dash = DASHES.get(line.hue() % DASHES.size());
        return "class=\"c" + line.hue() + "\" fill=\"none\" stroke=\"" + line.colour() + "\" stroke-width=\"2\""
                + " stroke-linejoin=\"round\""
                + (dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"");
    }

    private void legend(List<LineChart.Line> row, double at) {
        double left = x.from();
        for (LineChart.Line line : row) {
            svg.append(String.format(Locale.ROOT, "<path %s d=\"M%.1f %.1fh24\"/>\n", stroke(line), left, at));
            text(left + 30, at + 4.5, "start", "", shortened(line.name()));
            left += width(line);
        }
    }

    private List<List<LineChart.Line>> legendRows() {
        List<List<LineChart.Line>> rows = new ArrayList<>();
        double left = WIDTH;
        for (LineChart.Line line : chart.lines()) {
            if (rows.isEmpty() || left + width(line) > WIDTH) {
                rows.add(new ArrayList<>());
                left = x.from();
            }
            rows.get(rows.size() - 1).add(line);
            left += width(line);
        }
        return rows;
    }

    private static double width(LineChart.Line line) {
        return 46 + LETTER * shortened(line.name()).length();
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
    }

    private void text(double left, double base, String anchor, String more, String said) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>\n",
                left,
                base,
                anchor,
                more,
                Html.escape(said)));
    }

    private String place(LineChart.Point point) {
        return String.format(Locale.ROOT, "%.1f %.1f", x.at(point.x()), y.at(point.y()));
    }

    /** Up to four digits, without trailing zeros. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e6)) {
            return String.format(Locale.ROOT, "%.2e", value)
                    .replaceFirst("\\.?0+e", "e")
                    .replaceFirst("e([-+])0+", "e$1")
                    .replace("e+", "e");
        }
        String text = String.format(
                Locale.ROOT, size < 1 ? "%.4f" : size < 10 ? "%.3f" : size < 100 ? "%.2f" : "%.1f", value);
        return text.replaceFirst("\\.?0+$", "").replaceFirst("^-0$", "0");
    }
}
