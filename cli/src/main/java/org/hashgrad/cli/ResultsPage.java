package org.hashgrad.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hashgrad.hashing.data.DataException;

/** The figures of methods by bits as tables and curves. */
final class ResultsPage {
    private static final String ENDING = ".md";
    private static final String PROTOCOLS = "protocols.md";
    private static final String CURVES_AT = "48";
    private static final String HELD_OUT = "held-out";
    private static final String UNKNOWN_OBJECTIVE = "sdah (objective unknown)";

    /** Where a database's figures are in {@code metrics.json}. */
    private record Database(String title, String file, String... path) {
        String[] to(String... rest) {
            List<String> all = new ArrayList<>(List.of(path));
            all.addAll(List.of(rest));
            return all.toArray(String[]::new);
        }
    }

    private static final List<Database> DATABASES = List.of(
            new Database("embedded database", "embedded"),
            new Database("held-out database", HELD_OUT, "by_database", HELD_OUT));

    private final List<SweepRow> rows;
    private final Path spec;
    private final RowsByBits byBits;

    /** @throws DataException unless bits are the only key of the grid */
    ResultsPage(List<SweepRow> rows, Path spec) {
        this.rows = rows;
        this.spec = spec;
        this.byBits = new RowsByBits(rows, spec);
    }

    /** The name of the page and of its folder of plots: the file's without {@code .md}; empty where it is no such name. */
    static String name(Path page) {
        String file = String.valueOf(page.getFileName());
        return file.endsWith(ENDING) ? file.substring(0, file.length() - ENDING.length()) : "";
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
        charts().forEach((plot, chart) -> text.append(
                chart.isEmpty()
                        ? plot + ": " + SweepRow.MISSING + "\n\n"
                        : "![" + plot + "](" + name(page) + "/" + plot + ".png)\n\n"));
        tables().forEach((title, table) ->
                text.append("## ").append(title).append("\n\n").append(table).append('\n'));
        text.append("## Where the runs were made\n\n").append(byBits.provenance());
        SweepCommand.write(page, text.toString());
    }

    /** Draws the plots of the page. @throws DataException when their folder can't be made */
    void draw(Path page, PrintWriter err) {
        Path plots = page.resolveSibling(name(page));
        try {
            Files.createDirectories(plots);
        } catch (IOException e) {
            throw new DataException(plots + ": can not be written: " + e, e);
        }
        charts().forEach((plot, chart) -> {
            if (!chart.isEmpty()) {
                new Picture(plots.resolve(plot + ".png")).draw(chart::png, err);
            }
        });
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
        for (Database database : DATABASES) {
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
        for (Database database : DATABASES) {
            LineChart within =
                    new LineChart("Precision within Hamming radius 2, " + database.title(), RowsByBits.BITS, "P@H≤2");
            LineChart curve =
                    new LineChart("Precision and recall, 48 bits, " + database.title(), "recall", "precision");
            LineChart top = new LineChart("Precision of the first N, 48 bits, " + database.title(), "N", "precision");
            Map<String, List<SweepRow>> byLabel = new LinkedHashMap<>();
            rows.forEach(row -> byLabel.computeIfAbsent(row.label(), key -> new ArrayList<>())
                    .add(row));
            byLabel.forEach((label, own) -> {
                within.line(
                        label,
                        own.stream()
                                .map(row -> row.settings().getOrDefault(RowsByBits.BITS, ""))
                                .toList(),
                        own.stream()
                                .map(row -> row.figure(database.to("precision_at_radius_2")))
                                .toList());
                own.stream().filter(row -> RowsByBits.at(row, CURVES_AT)).forEach(row -> {
                    curve.curve(
                            label,
                            row.curve(database.to("pr_by_radius", "recall")),
                            row.curve(database.to("pr_by_radius", "precision")));
                    topN(top, label, row, database);
                });
            });
            charts.put("precision-within-2-" + database.file(), within);
            charts.put("precision-recall-48-bits-" + database.file(), curve);
            charts.put("precision-at-n-48-bits-" + database.file(), top);
        }
        return charts;
    }

    private static void topN(LineChart chart, String label, SweepRow row, Database database) {
        List<String> at = row.keys(database.to("precision_at_N")).stream()
                .sorted(Comparator.comparingInt(Integer::parseInt))
                .toList();
        chart.line(
                label,
                at,
                at.stream()
                        .map(n -> row.figure(database.to("precision_at_N", n)))
                        .toList());
    }
}
