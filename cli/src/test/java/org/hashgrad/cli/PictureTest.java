package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.AWTError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
    private final StringWriter err = new StringWriter();
    private final Path file;

    PictureTest(@TempDir Path folder) {
        this.file = folder.resolve("plot.png");
    }

    private String drawn(Picture.Drawing drawing) {
        new Picture(file).draw(drawing, new PrintWriter(err));
        return err.toString();
    }

    @Test
    void whatJavaLacksIsOneLineAndThePictureBeforeStays() throws IOException {
        Files.write(file, new byte[] {1});
        for (Throwable lack : List.of(
                new NoClassDefFoundError("sun.awt.X"),
                new UnsatisfiedLinkError("libfreetype"),
                new InternalError("head\nis null"),
                new AWTError("no toolkit"),
                new NullPointerException("fonts"))) {
            err.getBuffer().setLength(0);
            String said = drawn(() -> {
                if (lack instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) lack;
            });
            assertTrue(
                    said.startsWith(
                            "plot not drawn: " + file + ": " + lack.getClass().getName()),
                    said);
            assertTrue(said.strip().endsWith("; install fontconfig and a font"), said);
            assertEquals(1, said.lines().count(), said);
        }
        assertEquals(1, Files.size(file));
        try (var files = Files.list(file.resolveSibling(""))) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void placeThatCanNotBeWrittenIsOneLineThatBlamesNoFont() throws IOException {
        Files.createDirectories(file.resolve("full"));
        String said = drawn(() -> new byte[] {1});
        assertTrue(said.startsWith("plot not drawn: " + file), said);
        assertTrue(!said.contains("font"), said);
    }

    @Test
    void memoryThatRanOutIsNoLackOfFonts() {
        assertThrows(
                OutOfMemoryError.class,
                () -> drawn(() -> {
                    throw new OutOfMemoryError();
                }));
    }

    @Test
    void barOfAMissingFigureIsLeftOut() throws IOException {
        LineChart chart = new LineChart("t", "x", "y");
        List<String> words = List.of("none", "some");
        chart.line("whole", words, List.of(new Spread(0.5, Double.NaN, 1), new Spread(0.25, Double.NaN, 1)));
        chart.line("half", words, List.of(new Spread(Double.NaN, Double.NaN, 0), new Spread(0.75, Double.NaN, 1)));
        var bars = new java.util.ArrayList<>(
                java.util.Objects.requireNonNull(chart.barChart().getSeriesMap().get("half"))
                        .getYData());
        assertEquals(2, bars.size());
        assertNull(bars.get(0));
        assertEquals(0.75, bars.get(1).doubleValue());
        assertNotNull(ImageIO.read(new ByteArrayInputStream(chart.png())));
    }
}
