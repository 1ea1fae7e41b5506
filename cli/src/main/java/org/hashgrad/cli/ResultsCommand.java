package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.protocol.Sweep;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the results page of a sweep over bits from its run folders. */
@Command(
        name = "results",
        description = {
            "Writes a page with the figures of a sweep over bits, and the curves of the hashing papers as PNG files in a folder of the"
                    + " page's name beside it. It reads run folders only and runs nothing; what is not there is printed as missing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad results experiments/image-methods.yaml --page docs/results.md",
            "  hashgrad results experiments/image-methods.yaml --runs fetched --page results.md",
            "  hashgrad results experiments/cross-modal.yaml --page docs/results-cross-modal.md"
        },
        mixinStandardHelpOptions = true)
final class ResultsCommand extends Action {
    @Mixin
    private SweepOptions options = new SweepOptions();

    @Option(names = "--page", paramLabel = "F", required = true, description = "The Markdown file to write, NAME.md.")
    private @Nullable Path page;

    @Override
    public Integer call() {
        Path file = Objects.requireNonNull(page);
        if (ResultsPage.name(file).isEmpty()) {
            throw wrongUsage("--page: need a file NAME.md, got " + file);
        }
        Sweep sweep = options.sweep(note -> err().println(note));
        List<SweepRow> rows = SweepRow.of(sweep, options.folder());
        if (sweep.cells().stream().anyMatch(cell -> cell.config().method() instanceof CrossModalMethod)) {
            new CrossModalPage(rows, options.spec()).write(file);
            say(file, rows, sweep);
        } else {
            ResultsPage results = new ResultsPage(rows, options.spec());
            results.write(file);
            say(file, rows, sweep);
            results.draw(file, err());
        }
        return ExitCodes.DONE;
    }

    private void say(Path file, List<SweepRow> rows, Sweep sweep) {
        long there = rows.stream().mapToLong(row -> row.runs().size()).sum();
        out().println("page: " + file + ", " + there + " of " + sweep.cells().size() + " cells");
        out().flush();
    }
}
