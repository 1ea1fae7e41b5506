package org.hashgrad.cli;

import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Lines over numbers, or groups of bars over words, as a PNG. */
final class LineChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 600;

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final List<Line> lines = new ArrayList<>();

    private record Line(String name, List<String> x, List<Spread> y) {}

    LineChart(String title, String xTitle, String yTitle) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
    }

    /** A line through the points that have a value; none without. Deviations become error bars where every point has one. */
    void line(String name, List<String> x, List<Spread> y) {
        List<String> at = new ArrayList<>();
        List<Spread> there = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            if (!Double.isNaN(y.get(i).mean())) {
                at.add(x.get(i));
                there.add(y.get(i));
            }
        }
        if (!at.isEmpty()) {
            lines.add(new Line(name, at, there));
        }
    }

    /** A line without deviations. */
    void curve(String name, List<Double> x, List<Double> y) {
        line(
                name,
                x.stream().map(String::valueOf).toList(),
                y.stream().map(value -> new Spread(value, Double.NaN, 1)).toList());
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
        for (Line line : lines) {
            List<Double> x = line.x().stream()
                    .map(text -> SweepRow.number(text).orElseThrow())
                    .toList();
            List<Double> y = line.y().stream().map(Spread::mean).toList();
            List<Double> deviations = deviations(line);
            if (deviations.isEmpty()) {
                chart.addSeries(line.name(), x, y);
            } else {
                chart.addSeries(line.name(), x, y, deviations);
            }
        }
        return chart;
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
