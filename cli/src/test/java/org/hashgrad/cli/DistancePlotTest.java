package org.hashgrad.cli;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.step.AsymmetricNormal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class DistancePlotTest {
    private static final String FINDINGS = """
            {"source": "visual", "alpha": 1.1, "beta": 0.34,
             "likelihood_fits": [
               {"zeta": 1.0, "iota": 0.8, "sigma_left": 0.4, "sigma_right": 0.1},
               {"zeta": 2.0, "iota": 0.7, "sigma_left": 0.3, "sigma_right": 0.2}],
             "histogram": {"from": 0.0, "to": 1.0, "similar": [3, 2, 1, 0], "dissimilar": [0, 1, 2, 3]}}
            """;

    @Test
    void chartHasBarsOfAreaOneTheFittedDensitiesAndTheThresholds() throws IOException {
        XYChart chart = DistancePlot.chart(new ObjectMapper().readTree(FINDINGS));
        assertEquals(
                List.of(
                        "similar pairs",
                        "dissimilar pairs",
                        "fit, ζ = 1.00",
                        "fit, ζ = 2.00",
                        "α = 1.100",
                        "β = 0.340"),
                chart.getSeriesMap().keySet().stream().collect(Collectors.toList()));
        double area = 0;
        for (String kind : List.of("similar pairs", "dissimilar pairs")) {
            XYSeries bars = requireNonNull(chart.getSeriesMap().get(kind));
            for (int i = 0; i < 8; i += 2) {
                area += (bars.getXData()[i + 1] - bars.getXData()[i]) * bars.getYData()[i];
            }
        }
        assertEquals(1, area, 1e-12);
        XYSeries fit = requireNonNull(chart.getSeriesMap().get("fit, ζ = 2.00"));
        assertEquals(0.5, fit.getXData()[200], 1e-12);
        assertEquals(new AsymmetricNormal(2, 0.7, 0.3, 0.2).density(0.5), fit.getYData()[200], 1e-12);
    }

    @Test
    void aRunFolderWithDistancesGetsAPicture(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve(DistancePlot.FINDINGS), FINDINGS);
        DistancePlot.drawIn(folder, new PrintWriter(Writer.nullWriter()));
        BufferedImage picture =
                ImageIO.read(folder.resolve(DistancePlot.PICTURE).toFile());
        assertEquals(900, picture.getWidth());
        long colors = java.util.stream.IntStream.range(0, 900 * 560)
                .map(at -> picture.getRGB(at % 900, at / 900))
                .distinct()
                .count();
        assertTrue(colors > 10, colors + " colours");
    }

    @Test
    void aRunFolderWithoutDistancesGetsNone(@TempDir Path folder) throws IOException {
        DistancePlot.drawIn(folder, new PrintWriter(Writer.nullWriter()));
        Files.writeString(folder.resolve(DistancePlot.FINDINGS), "{\"source\": \"labels\"}");
        DistancePlot.drawIn(folder, new PrintWriter(Writer.nullWriter()));
        assertFalse(Files.exists(folder.resolve(DistancePlot.PICTURE)));
    }
}
