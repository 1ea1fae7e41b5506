package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class SvgChartTest {
    private final Path file;

    SvgChartTest(@TempDir Path folder) {
        this.file = folder.resolve("plot.svg");
    }

    private ReportFile drawn(LineChart chart) throws IOException {
        return ReportFile.read(Files.writeString(file, chart.svg()));
    }

    @Test
    void everyPointSaysItsValueAndLiesWhereTheAxesHaveIt() throws IOException {
        LineChart chart = new LineChart("t", "x", "y");
        chart.curve("a < b", 1, List.of(0.0, 5.0, 10.0), List.of(0.25, 1.0, 0.0));
        ReportFile svg = drawn(chart);
        List<Element> points = svg.all("circle");
        assertEquals(
                List.of("a < b: 0.25 at 0", "a < b: 1 at 5", "a < b: 0 at 10"),
                points.stream().map(Element::getTextContent).toList());
        double[] x = points.stream()
                .mapToDouble(p -> Double.parseDouble(p.getAttribute("cx")))
                .toArray();
        double[] y = points.stream()
                .mapToDouble(p -> Double.parseDouble(p.getAttribute("cy")))
                .toArray();
        assertEquals((x[0] + x[2]) / 2, x[1], 0.1);
        assertEquals(0.25, (y[2] - y[0]) / (y[2] - y[1]), 0.002);
        assertTrue(
                svg.texts("text").containsAll(List.of("t", "x", "y", "a < b", "0", "0.2", "1", "10")),
                svg.texts("text")::toString);
        String said = svg.all("svg").get(0).getAttribute("aria-label");
        assertTrue(said.contains("a < b: 0.25 at 0, 0 at 10."), said);
    }

    @Test
    void histogramSaysBothHeightsOfABin() throws IOException {
        LineChart chart = new LineChart("t", "distance", "share");
        chart.steps("near", 0, List.of(0.75, 0.25));
        chart.steps("far", 1, List.of(0.125, 0.875));
        assertEquals(
                List.of("distance 0; near: 0.75; far: 0.125", "distance 1; near: 0.25; far: 0.875"),
                drawn(chart).texts("title"));
    }

    @Test
    void aLineOfOnePointIsSeen() throws IOException {
        LineChart chart = new LineChart("t", "epoch", "loss");
        chart.curve("short", 0, List.of(1.0), List.of(0.5));
        ReportFile svg = drawn(chart);
        assertEquals("1", svg.all("circle").get(0).getAttribute("fill-opacity"));
        assertFalse(svg.page().getDocumentElement().getTextContent().contains("NaN"));
        assertFalse(Files.readString(file).contains("NaN"));
    }

    @Test
    void constantAndExtremeValuesHaveAxes() throws IOException {
        for (double value : new double[] {0, -3, 1e-12, 4e11, 0.1}) {
            LineChart chart = new LineChart("t", "x", "y");
            chart.curve("c", 0, List.of(1.0, 2.0), List.of(value, value));
            String svg = Files.readString(
                    file.resolveSibling(Files.writeString(file, chart.svg()).getFileName()));
            assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
            ReportFile.read(file);
        }
    }

    @Test
    void numbersAreShort() {
        assertEquals(
                List.of("0", "0.1", "-2.5", "12.35", "1200", "1.5e10", "1e-5", "0.9999"),
                DoubleStream.of(0, 0.1, -2.5, 12.345678, 1200, 1.5e10, 1e-5, 0.99994)
                        .mapToObj(SvgChart::number)
                        .toList());
    }

    @Test
    void largeHeatMapKeepsTheLargestOfEachBlock() throws IOException {
        HeatMap map = new HeatMap("t", "d", 1030, (a, b) -> a == 1029 && b == 0 ? 1.0 : 0.0);
        var image = javax.imageio.ImageIO.read(new java.io.ByteArrayInputStream(map.png()));
        assertEquals(344, image.getWidth());
        assertEquals(255, image.getRGB(0, 343) >>> 24);
        assertEquals(
                1,
                Arrays.stream(image.getRGB(0, 0, 344, 344, null, 0, 344))
                        .filter(p -> p >>> 24 != 0)
                        .count());
    }
}
