package org.hashgrad.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.protocol.Direction;

/** The figures of cross-modal methods by bits, in four directions, and below them other sweeps. */
final class CrossModalPage {
    private static final List<Direction> ACROSS = List.of(Direction.IMAGE_TO_TEXT, Direction.TEXT_TO_IMAGE);
    /** The bits of the curves of directions within a medium. */
    private static final List<String> WITHIN_AT = List.of("32");

    private static final String CAVEATS = """
            - Networks are trained from scratch on the data named, small ones unless their configuration says otherwise. **No figure here is one of a
              paper**; only methods on the same data can be compared with each other.
            - A direction is the medium of the queries → the medium of the database, which are the training pairs, as papers report it.
            - Mean ± sample standard deviation over seeds, where there are several; `missing` is a run that has not been made, `(2 of 3)` counts the seeds there are.
            - P@H≤2: mean precision within Hamming radius 2, an empty ball counts 0; empty balls: share of queries without an item there;
              commonest code: share of the database that has one and the same code, near 1 where a network tells nothing apart.
            - Curves are means over seeds; precision and recall at each radius (hash lookup) are over all queries.
            - Seconds per epoch are wall clock of all networks' turns on the devices listed, often beside other work: rows of different devices do not
              compare, and only a section of its own with nothing else beside it compares methods.
            - For scale: random codes; linear codes, ridge regressions to the labels from bags of words and hand-made image features; SCM, sequential
              and with orthogonal directions (of which there are no more than labels), on the same features.
            """;

    private final RowsByBits byBits;
    private final Path spec;
    private final List<SweepSection> sections;

    /**
     * @param sections below the figures by bits
     * @throws org.hashgrad.hashing.data.DataException unless bits are the only key of the grid
     */
    CrossModalPage(List<SweepRow> rows, Path spec, List<SweepSection> sections) {
        this.byBits = new RowsByBits(rows, spec);
        this.spec = spec;
        this.sections = sections;
    }

    /** Writes the page, which shows the plots that {@link #draw} draws. @throws org.hashgrad.hashing.data.DataException when it can't be written */
    void write(Path page) {
        StringBuilder text = new StringBuilder("# Results across media\n\n");
        text.append("Written by `hashgrad results ").append(spec);
        sections.forEach(section -> text.append(" --also ").append(section.spec()));
        text.append("` from run folders; not to be edited.\n\n").append(CAVEATS);
        for (String beside : List.of("protocols.md", "cross-modal.md")) {
            if (Files.exists(page.resolveSibling(beside))) {
                text.append("- See [" + beside + "](" + beside + ").\n");
            }
        }
        text.append("- Data by bits: ").append(data()).append(".\n\n");
        for (Direction direction : Direction.values()) {
            table(text, "mAP, " + direction.arrow(), true, "mAP_" + direction.key());
        }
        for (Direction direction : ACROSS) {
            table(text, "P@H≤2, " + direction.arrow(), false, "precision_at_radius_2_" + direction.key());
            table(text, "Empty balls, " + direction.arrow(), false, "empty_at_radius_2_" + direction.key());
        }
        for (Medium medium : Medium.values()) {
            table(text, "Commonest " + medium.word() + " code", false, "codes", medium.set("database"), "commonest");
        }
        text.append("## Seconds per epoch\n\n")
                .append(byBits.table(false, SweepRow::epochSeconds, List.of()))
                .append("\n## Curves\n\n");
        charts().forEach((plot, chart) -> text.append(PagePlots.shown(page, plot, chart)));
        for (SweepSection section : sections) {
            text.append("## ").append(section.name()).append("\n\n").append(section.text());
            section.charts().forEach((plot, chart) -> text.append(PagePlots.shown(page, plot, chart)));
        }
        text.append("## Where the runs by bits were made\n\n").append(byBits.provenance());
        SweepCommand.write(page, text.toString());
    }

    /** Draws the plots of the page. @throws org.hashgrad.hashing.data.DataException when their folder can't be made */
    void draw(Path page, PrintWriter err) {
        Map<String, LineChart> charts = charts();
        sections.forEach(section -> charts.putAll(section.charts()));
        PagePlots.draw(page, charts, err);
    }

    /** The data of the runs by bits, as the runs say it. */
    private String data() {
        List<String> said = byBits.byLabel().values().stream()
                .flatMap(List::stream)
                .flatMap(row -> row.runs().stream())
                .map(run -> String.format(
                        "%s, %s queries, %s database items",
                        run.metrics().get("protocol") instanceof Map<?, ?> protocol ? protocol.get("data") : "unknown",
                        run.metrics().get("queries"),
                        run.metrics().get("database")))
                .distinct()
                .toList();
        return said.isEmpty() ? SweepRow.MISSING : String.join("; ", said);
    }

    private void table(StringBuilder text, String title, boolean always, String... path) {
        text.append("## ").append(title).append("\n\n");
        text.append(byBits.table(always, row -> row.figure(path), List.of())).append('\n');
    }

    private Map<String, LineChart> charts() {
        Map<String, LineChart> charts = new LinkedHashMap<>();
        for (Direction direction : Direction.values()) {
            List<String> bits = ACROSS.contains(direction) ? byBits.bits() : WITHIN_AT;
            List<String> path = List.of("by_direction", direction.key());
            charts.putAll(new SearchCharts(direction.arrow(), direction.key().replace('_', '-'), bits, path)
                    .of(byBits.byLabel()));
        }
        return charts;
    }
}
