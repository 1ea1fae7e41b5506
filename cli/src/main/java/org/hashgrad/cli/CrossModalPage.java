package org.hashgrad.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hashgrad.hashing.protocol.Direction;

/** The figures of cross-modal methods by bits, in four directions. */
final class CrossModalPage {
    private static final String CAVEATS = """
            - The data are the embedded drawings of OpenClipart-40 with their texts, the networks are small and trained from scratch. **No figure here is
              one on MIRFlickr, NUS-WIDE, IAPR TC-12 or COCO, nor one of a paper**; only methods on this page can be compared with each other.
            - A direction is the medium of the 400 queries → the medium of the 3609 database items, which are the training pairs, as papers report it.
            - Mean ± sample standard deviation over seeds; `missing` is a run that has not been made, `(2 of 3)` counts the seeds there are.
            - P@H≤2: mean precision within Hamming radius 2, an empty ball counts 0; empty balls: share of queries without an item there.
            - Seconds per epoch are wall clock of all networks' turns on the devices listed at the end: rows of different devices do not compare.
            - For scale: random codes; linear codes, ridge regressions to the labels from bags of words and hand-made image features.
            """;

    private final RowsByBits byBits;
    private final Path spec;

    /** @throws org.hashgrad.hashing.data.DataException unless bits are the only key of the grid */
    CrossModalPage(List<SweepRow> rows, Path spec) {
        this.byBits = new RowsByBits(rows, spec);
        this.spec = spec;
    }

    /** Writes the page. @throws org.hashgrad.hashing.data.DataException when it can't be written */
    void write(Path page) {
        StringBuilder text = new StringBuilder("# Results across media\n\n");
        text.append("Written by `hashgrad results ").append(spec).append("` from run folders; not to be edited.\n\n");
        text.append(CAVEATS);
        if (Files.exists(page.resolveSibling("protocols.md"))) {
            text.append("- Definitions and protocol: [protocols.md](protocols.md).\n");
        }
        text.append('\n');
        for (Direction direction : Direction.values()) {
            section(text, "mAP, " + direction.arrow(), "mAP_" + direction.key(), true);
        }
        for (Direction direction : List.of(Direction.IMAGE_TO_TEXT, Direction.TEXT_TO_IMAGE)) {
            section(text, "P@H≤2, " + direction.arrow(), "precision_at_radius_2_" + direction.key(), false);
            section(text, "Empty balls, " + direction.arrow(), "empty_at_radius_2_" + direction.key(), false);
        }
        text.append("## Seconds per epoch\n\n")
                .append(byBits.table(false, SweepRow::epochSeconds, List.of()))
                .append('\n');
        text.append("## Where the runs were made\n\n").append(byBits.provenance());
        SweepCommand.write(page, text.toString());
    }

    private void section(StringBuilder text, String title, String key, boolean always) {
        text.append("## ").append(title).append("\n\n");
        text.append(byBits.table(always, row -> row.figure(key), List.of())).append('\n');
    }
}
