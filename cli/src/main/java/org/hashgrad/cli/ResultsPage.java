package org.hashgrad.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hashgrad.hashing.data.DataException;

/** The figures of methods by bits as tables and curves. */
final class ResultsPage {
    private static final String PROTOCOLS = "protocols.md";
    private static final List<String> CURVES_AT = List.of("48");
    private static final String HELD_OUT = "held-out";
    private static final String UNKNOWN_OBJECTIVE = "sdah (objective unknown)";

    private static final List<SearchCharts> DATABASES = List.of(
            new SearchCharts("embedded database", "embedded", CURVES_AT, List.of()),
            new SearchCharts("held-out database", HELD_OUT, CURVES_AT, List.of("by_database", HELD_OUT)));

    private final Path spec;
    private final RowsByBits byBits;

    /** @throws DataException unless bits are the only key of the grid */
    ResultsPage(List<SweepRow> rows, Path spec) {
        this.spec = spec;
        this.byBits = new RowsByBits(rows, spec);
    }

    /** Writes the page, which shows the plots that {@link #draw} draws. @throws DataException when it can't be written */
    void write(Path page) {
        StringBuilder text = new StringBuilder("# Results\n\n");
        text.append("Written by `hashgrad results ").append(spec).append("` from run folders; not to be edited.\n\n");
        text.append(CAVEATS);
        if (Files.exists(page.resolveSibling(PROTOCOLS))) {
            text.append("- Definitions and protocol: [" + PROTOCOLS + "](" + PROTOCOLS + ").\n");
        }
        text.append("\n## Figures\n\n");
        charts().forEach((plot, chart) -> text.append(PagePlots.shown(page, plot, chart)));
        tables().forEach((title, table) ->
                text.append("## ").append(title).append("\n\n").append(table).append('\n'));
        text.append("## Where the runs were made\n\n").append(byBits.provenance());
        SweepCommand.write(page, text.toString());
    }

    /** Draws the plots of the page. @throws DataException when their folder can't be made */
    void draw(Path page, PrintWriter err) {
        PagePlots.draw(page, charts(), err);
    }

    private static final String CAVEATS = """
            - The images are Fashion-MNIST's and the network is the small one of this project, trained from scratch. **No figure here is one on
              CIFAR-10, NUS-WIDE or ImageNet, nor one of a paper**; only methods on this page can be compared with each other.
            - Mean ± sample standard deviation over seeds; `missing` is a run that has not been made, `(2 of 3)` counts the seeds there are, `–` has
              no meaning for that row.
            - Embedded database: the 5000 training images, as papers report it; the network has seen them with their labels. Held-out database: 2000
              images that are neither trained on nor queried. Full database: the 69 000 images that are not queries.
            - ADSH learns codes of the training images and retrieves those on the embedded database; held-out and full database are encoded by the
              network, as every other method's codes are.
            - A row trains as its file in `configs/` says, and budgets differ: ADSH and DDSH train on samples drawn anew, EDDH and LFH begin with the
              backbone trained as a classifier.
            - Seconds per epoch are wall clock on the devices listed at the end, without pretraining, often with several trainings side by side: rows
              of different devices do not compare.
            - P@H≤2: mean precision within Hamming radius 2, an empty ball counts 0; empty balls: share of queries without an item there.
            - Curves are means over seeds; precision and recall at each radius are over all queries.
            - For scale: random codes; raw pixels ranked by cosine, without codes; pca-sign, signs of the principal components of the raw pixels.
            - SDAH's objective could not be found out, so nothing is run under that name and its row is empty.
            """;

    private Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("mAP, embedded database", table(true, row -> row.figure("mAP")));
        tables.put("mAP, held-out database", table(true, row -> row.figure("mAP_held_out")));
        tables.put("mAP, full database", table(true, row -> row.figure("mAP_full")));
        for (SearchCharts database : DATABASES) {
            tables.put(
                    "P@H≤2, " + database.title(),
                    table(false, row -> row.figure(database.to("precision_at_radius_2"))));
            tables.put(
                    "Empty balls, " + database.title(),
                    table(false, row -> row.figure(database.to("empty_at_radius_2"))));
        }
        tables.put("Seconds per epoch", table(false, SweepRow::epochSeconds));
        return tables;
    }

    /** Methods down, bits across, and a row for the method whose objective is unknown. */
    private String table(boolean always, Function<SweepRow, Spread> figure) {
        return byBits.table(always, figure, List.of(UNKNOWN_OBJECTIVE));
    }

    private Map<String, LineChart> charts() {
        Map<String, LineChart> charts = new LinkedHashMap<>();
        DATABASES.forEach(database -> charts.putAll(database.of(byBits.byLabel())));
        return charts;
    }
}
