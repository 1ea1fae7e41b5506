package org.hashgrad.cli;

import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over numbers, as a PNG or as SVG, or groups of bars over words, as a PNG. */
final class LineChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 600;
    private static final double POWERS_OF_TEN = 1e4;

    /** Of lines that have a colour of their own: apart from each other also for those who see fewer colours. */
    static final List<String> COLOURS =
            List.of("#2a5caa", "#c4542d", "#2f855a", "#8a5aa8", "#b07d12", "#1f8a99", "#a23b67", "#5f6b7a");

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final List<Line> lines = new ArrayList<>();

    /**
     * One line.
     *
     * @param hue of {@link #COLOURS}; −1 leaves the colour to the PNG
     * @param filled down to 0
     */
    record Line(String name, int hue, boolean filled, List<String> x, List<Spread> y) {
        String colour() {
            return COLOURS.get(hue);
        }

        /** Its means. */
        List<Point> points() {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < x.size(); i++) {
                points.add(new Point(
                        SweepRow.number(x.get(i)).orElseThrow(), y.get(i).mean()));
            }
            return points;
        }
    }

    /** Where a line goes. */
    record Point(double x, double y) {}

    LineChart(String title, String xTitle, String yTitle) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
    }

    /** A line through the points that have a value; none without. Deviations become error bars where every point has one. */
    void line(String name, List<String> x, List<Spread> y) {
        line(name, -1, false, x, y);
    }

    private void line(String name, int hue, boolean filled, List<String> x, List<Spread> y) {
        List<String> at = new ArrayList<>();
        List<Spread> there = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            if (!Double.isNaN(y.get(i).mean())) {
                at.add(x.get(i));
                there.add(y.get(i));
            }
        }
        if (!at.isEmpty()) {
            lines.add(new Line(name, hue < 0 ? hue : hue % COLOURS.size(), filled, at, there));
        }
    }

    /** A line without deviations. */
    void curve(String name, List<Double> x, List<Double> y) {
        curve(name, -1, x, y);
    }

    /** A line without deviations, in the colour of that number. */
    void curve(String name, int hue, List<Double> x, List<Double> y) {
        line(name, hue, false, words(x), exact(y));
    }

    /** A histogram over 0, 1, 2, …: a step as wide as 1 around each, filled. */
    void steps(String name, int hue, List<Double> heights) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int at = 0; at < heights.size(); at++) {
            x.addAll(List.of(at - 0.5, at + 0.5));
            y.addAll(List.of(heights.get(at), heights.get(at)));
        }
        line(name, hue, true, words(x), exact(y));
    }

    private static List<String> words(List<Double> values) {
        return values.stream().map(String::valueOf).toList();
    }

    private static List<Spread> exact(List<Double> values) {
        return values.stream().map(value -> new Spread(value, Double.NaN, 1)).toList();
    }

    String title() {
        return title;
    }

    String xTitle() {
        return xTitle;
    }

    String yTitle() {
        return yTitle;
    }

    List<Line> lines() {
        return lines;
    }

    boolean isFilled() {
        return lines.stream().anyMatch(Line::filled);
    }

    /** The picture over numbers as an element of a page, or as a file. */
    String svg() {
        return new SvgChart(this).svg();
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** The picture. */
    byte[] png() throws IOException {
        boolean numbers = lines.stream().flatMap(line -> line.x().stream()).allMatch(x -> SweepRow.number(x)
                .isPresent());
        return numbers
                ? BitmapEncoder.getBitmapBytes(lineChart(), BitmapFormat.PNG)
                : BitmapEncoder.getBitmapBytes(barChart(), BitmapFormat.PNG);
    }

    private XYChart lineChart() {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        if (isFilled()) {
            chart.getStyler().setXAxisMin(-1.0).setXAxisDecimalPattern("0");
        }
        if (spansPowersOfTen()) {
            chart.getStyler().setXAxisLogarithmic(true);
        }
        for (Line line : lines) {
            List<Double> x = line.x().stream()
                    .map(text -> SweepRow.number(text).orElseThrow())
                    .toList();
            List<Double> y = line.y().stream().map(Spread::mean).toList();
            List<Double> deviations = deviations(line);
            XYSeries series = deviations.isEmpty()
                    ? chart.addSeries(line.name(), x, y)
                    : chart.addSeries(line.name(), x, y, deviations);
            if (line.hue() >= 0) {
                paint(series, line);
            }
        }
        return chart;
    }

    /** Whether what is between numbers would be lost on an even axis. */
    private boolean spansPowersOfTen() {
        DoubleSummaryStatistics x = lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::x)
                .summaryStatistics();
        return x.getMin() > 0 && x.getMax() / x.getMin() > POWERS_OF_TEN;
    }

    private static void paint(XYSeries series, Line line) {
        Color colour = Color.decode(line.colour());
        series.setLineColor(colour);
        series.setMarker(line.x().size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        series.setMarkerColor(colour);
        if (line.filled()) {
            series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
            series.setFillColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 0x40));
        }
    }

    /** Groups of bars; a line that has no figure at a word has no bar there. */
    CategoryChart barChart() {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        List<String> all =
                lines.stream().flatMap(line -> line.x().stream()).distinct().toList();
        for (Line line : lines) {
            List<@Nullable Double> y = new ArrayList<>();
            for (String x : all) {
                int at = line.x().indexOf(x);
                y.add(at < 0 ? null : Double.valueOf(line.y().get(at).mean()));
            }
            chart.addSeries(line.name(), all, y);
        }
        return chart;
    }

    private static List<Double> deviations(Line line) {
        return line.y().stream().anyMatch(y -> Double.isNaN(y.deviation()))
                ? List.of()
                : line.y().stream().map(Spread::deviation).toList();
    }
}
