package org.hashgrad.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.hashgrad.hashing.data.DataException;

/** The plots of a page NAME.md, which are NAME/PLOT.png beside it. */
final class PagePlots {
    private static final String ENDING = ".md";

    private PagePlots() {}

    /** The name of the page and of its folder of plots: the file's without {@code .md}; empty where it is no such name. */
    static String name(Path page) {
        String file = String.valueOf(page.getFileName());
        return file.endsWith(ENDING) ? file.substring(0, file.length() - ENDING.length()) : "";
    }

    /** The paragraph that shows a plot, or says that it is missing. */
    static String shown(Path page, String plot, LineChart chart) {
        return chart.isEmpty()
                ? plot + ": " + SweepRow.MISSING + "\n\n"
                : "![" + plot + "](" + name(page) + "/" + plot + ".png)\n\n";
    }

    /** Draws those that are not missing. @throws DataException when their folder can't be made */
    static void draw(Path page, Map<String, LineChart> charts, PrintWriter err) {
        Path plots = page.resolveSibling(name(page));
        try {
            Files.createDirectories(plots);
        } catch (IOException e) {
            throw new DataException(plots + ": can not be written: " + e, e);
        }
        charts.forEach((plot, chart) -> {
            if (!chart.isEmpty()) {
                new Picture(plots.resolve(plot + ".png")).draw(chart::png, err);
            }
        });
    }
}
