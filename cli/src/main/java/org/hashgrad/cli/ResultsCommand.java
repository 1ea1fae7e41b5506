package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.protocol.Sweep;
import org.hashgrad.hashing.protocol.SweepFolder;
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
            "  hashgrad results experiments/cross-modal.yaml --also experiments/ssah-ablations.yaml --page docs/results-cross-modal.md"
        },
        mixinStandardHelpOptions = true)
final class ResultsCommand extends Action {
    @Mixin
    private SweepOptions options = new SweepOptions();

    @Option(names = "--page", paramLabel = "F", required = true, description = "The Markdown file to write, NAME.md.")
    private @Nullable Path page;

    @Option(
            names = "--also",
            paramLabel = "SPEC",
            description =
                    "Another sweep across media, over any keys, whose tables and plots come below those by bits; its runs are"
                            + " in the folder of its name beside SPEC's runs. Repeatable.")
    private List<Path> also = new ArrayList<>();

    @Override
    public Integer call() {
        Path file = Objects.requireNonNull(page);
        if (PagePlots.name(file).isEmpty()) {
            throw wrongUsage("--page: need a file NAME.md, got " + file);
        }
        Sweep sweep = options.sweep(note -> err().println(note));
        List<SweepRow> rows = SweepRow.of(sweep, options.folder());
        if (isAcrossMedia(sweep)) {
            List<SweepSection> sections = also.stream().map(this::section).toList();
            CrossModalPage results = new CrossModalPage(rows, options.spec(), sections);
            results.write(file);
            say(file, rows, sweep);
            results.draw(file, err());
        } else if (!also.isEmpty()) {
            throw wrongUsage("--also: " + options.spec() + " is not across media; its page has no other sweeps");
        } else {
            ResultsPage results = new ResultsPage(rows, options.spec());
            results.write(file);
            say(file, rows, sweep);
            results.draw(file, err());
        }
        return ExitCodes.DONE;
    }

    private static boolean isAcrossMedia(Sweep sweep) {
        return sweep.cells().stream().anyMatch(cell -> cell.config().method() instanceof CrossModalMethod);
    }

    private SweepSection section(Path spec) {
        Sweep sweep = Sweep.read(spec, List.of(), null, List.of());
        if (!isAcrossMedia(sweep)) {
            throw wrongUsage("--also: " + spec + " is not across media; need a sweep of cross-modal methods");
        }
        return new SweepSection(
                spec,
                sweep,
                SweepRow.of(sweep, new SweepFolder(options.folder().path().resolveSibling(SweepOptions.name(spec)))));
    }

    private void say(Path file, List<SweepRow> rows, Sweep sweep) {
        long there = rows.stream().mapToLong(row -> row.runs().size()).sum();
        out().println("page: " + file + ", " + there + " of " + sweep.cells().size() + " cells");
        out().flush();
    }
}
