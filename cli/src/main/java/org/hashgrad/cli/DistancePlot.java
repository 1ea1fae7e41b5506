package org.hashgrad.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.step.AsymmetricNormal;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * What EDDH found out about visual distances, as a picture: the histogram of the drawn pairs, similar and dissimilar ones, as shares of a
 * density; the fitted densities; the thresholds α and β.
 */
final class DistancePlot {
    static final String FINDINGS = "eddh-similarity.json";
    static final String PICTURE = "eddh-similarity.png";
    private static final int POINTS = 400;
    private static final Color SIMILAR = new Color(0x1b, 0x7a, 0x3d, 0x90);
    private static final Color DISSIMILAR = new Color(0xb2, 0x3a, 0x2e, 0x90);
    private static final Color[] FITS = {new Color(0x70, 0x70, 0x70), Color.BLACK, new Color(0x2a, 0x5c, 0xaa)};

    private DistancePlot() {}

    /** Draws {@value #PICTURE} into a run folder that has {@value #FINDINGS} with distances; otherwise does nothing. */
    static void drawIn(Path folder, PrintWriter err) {
        Path findings = folder.resolve(FINDINGS);
        if (!Files.isRegularFile(findings)) {
            return;
        }
        JsonNode found;
        try {
            found = new ObjectMapper().readTree(findings.toFile());
        } catch (IOException e) {
            throw new DataException("plot: " + findings + ": can not be read: " + e.getMessage(), e);
        }
        if (found.has("histogram")) {
            new Picture(folder.resolve(PICTURE))
                    .draw(() -> BitmapEncoder.getBitmapBytes(chart(found), BitmapEncoder.BitmapFormat.PNG), err);
        }
    }

    static XYChart chart(JsonNode found) {
        JsonNode histogram = found.required("histogram");
        double from = histogram.required("from").doubleValue();
        double to = histogram.required("to").doubleValue();
        double[] similar = numbers(histogram.required("similar"));
        double[] dissimilar = numbers(histogram.required("dissimilar"));
        double unit = (to - from)
                / similar.length
                * (Arrays.stream(similar).sum() + Arrays.stream(dissimilar).sum());
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(560)
                .title("Visual distances of random pairs, and fitted densities")
                .xAxisTitle("cosine distance D")
                .yAxisTitle("density")
                .build();
        chart.getStyler()
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        steps(chart, "similar pairs", from, to, similar, unit, SIMILAR);
        steps(chart, "dissimilar pairs", from, to, dissimilar, unit, DISSIMILAR);
        double top = top(similar, dissimilar, unit);
        int color = 0;
        for (JsonNode fit : found.required("likelihood_fits")) {
            line(chart, law(fit), from, to, top, FITS[color++ % FITS.length]);
        }
        threshold(chart, "α", found.required("alpha").doubleValue(), top, SIMILAR);
        threshold(chart, "β", found.required("beta").doubleValue(), top, DISSIMILAR);
        return chart;
    }

    private static AsymmetricNormal law(JsonNode fit) {
        return new AsymmetricNormal(
                fit.required("zeta").doubleValue(),
                fit.required("iota").doubleValue(),
                fit.required("sigma_left").doubleValue(),
                fit.required("sigma_right").doubleValue());
    }

    private static double[] numbers(JsonNode list) {
        double[] numbers = new double[list.size()];
        Arrays.setAll(numbers, i -> list.get(i).doubleValue());
        return numbers;
    }

    /** Twice the highest bar of either kind: densities above it are cut, so that a sharp one does not flatten the rest. */
    private static double top(double[] similar, double[] dissimilar, double unit) {
        double highest = 0;
        for (int i = 0; i < similar.length; i++) {
            highest = Math.max(highest, (similar[i] + dissimilar[i]) / unit);
        }
        return 2 * highest;
    }

    private static void steps(
            XYChart chart, String name, double from, double to, double[] counts, double unit, Color color) {
        double[] x = new double[2 * counts.length];
        double[] y = new double[x.length];
        for (int i = 0; i < counts.length; i++) {
            x[2 * i] = from + (to - from) * i / counts.length;
            x[2 * i + 1] = from + (to - from) * (i + 1) / counts.length;
            y[2 * i] = counts[i] / unit;
            y[2 * i + 1] = y[2 * i];
        }
        XYSeries series = chart.addSeries(name, x, y);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
        series.setFillColor(color);
        series.setLineColor(color);
        series.setMarker(SeriesMarkers.NONE);
    }

    private static void line(XYChart chart, AsymmetricNormal law, double from, double to, double top, Color color) {
        double[] x = new double[POINTS + 1];
        double[] y = new double[POINTS + 1];
        for (int i = 0; i <= POINTS; i++) {
            x[i] = from + (to - from) * i / POINTS;
            y[i] = Math.min(top, law.density(x[i]));
        }
        XYSeries series = chart.addSeries(String.format(Locale.ROOT, "fit, ζ = %.3g", law.zeta()), x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(color);
    }

    private static void threshold(XYChart chart, String name, double at, double top, Color color) {
        XYSeries series = chart.addSeries(
                String.format(Locale.ROOT, "%s = %.3f", name, at), new double[] {at, at}, new double[] {0, top});
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(color);
        series.setLineStyle(
                new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {6, 4}, 0));
    }
}
