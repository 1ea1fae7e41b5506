package org.hashgrad.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.protocol.Sweep;
import org.hashgrad.hashing.protocol.SweepFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the cells of a sweep that have not finished and writes what there is. */
@Command(
        name = "sweep",
        description = {
            "Runs a grid: configurations x values of keys x seeds, one run folder per cell, and writes one table (table.md, table.csv,"
                    + " table.json) and a plot per key (mAP-by-KEY.png) beside them.",
            "",
            "A cell that has finished is not run again, so an interrupted sweep goes on where it was, and run folders made on another"
                    + " machine can be copied in; --export writes the small files that this needs. What is not there is printed as missing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad sweep configs/dhn.yaml -g loss.lambda=0,0.1,1 -g bits=16,48 --seeds 0,1,2",
            "  hashgrad sweep experiments/image-methods.yaml --only bits=48 --jobs 2",
            "  hashgrad sweep configs/dhn.yaml -g loss.lambda=0.01,0.1 -o data=embedded-validation",
            "The last chooses a value without looking at the queries."
        },
        mixinStandardHelpOptions = true)
final class SweepCommand extends Action {
    @Mixin
    private SweepOptions options = new SweepOptions();

    @Mixin
    private BackendOptions backend = new BackendOptions();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Cells at a time, each on its own part of the threads. Times per epoch are then those of a busy machine."
                            + " Default: ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description =
                    "Run nothing; copy the small files of every finished cell to DIR, to be copied into --runs elsewhere.")
    private @Nullable Path export;

    @Override
    public Integer call() {
        if (jobs < 1) {
            throw wrongUsage("--jobs: need a number >= 1, got " + jobs);
        }
        Sweep sweep = options.sweep(note -> err().println(note));
        SweepFolder folder = options.folder();
        if (export != null) {
            out().println("exported: " + folder.export(sweep, export) + " of "
                    + sweep.cells().size() + " cells to " + export);
            out().flush();
            return ExitCodes.DONE;
        }
        List<String> failures = folder.exclusively(() -> {
            List<String> broken = new SweepRunner(sweep, folder, backend, jobs, err()).run();
            report(sweep, folder);
            return broken;
        });
        failures.forEach(failure -> err().println("failed: " + failure));
        err().flush();
        return failures.isEmpty() ? ExitCodes.DONE : ExitCodes.STOPPED;
    }

    private void report(Sweep sweep, SweepFolder folder) {
        List<SweepRow> rows = SweepRow.of(sweep, folder);
        SweepTable table = new SweepTable(rows);
        write(folder.path().resolve("table.md"), table.markdown());
        write(folder.path().resolve("table.csv"), table.csv());
        write(folder.path().resolve("table.json"), Json.pretty(table.json()) + "\n");
        out().print(table.markdown());
        out().println();
        out().println("runs, table and plots: " + folder.path());
        out().flush();
        new AxisCharts(rows).byKey().forEach((key, chart) -> new Picture(
                        folder.path().resolve("mAP-by-" + key + ".png"))
                .draw(chart::png, err()));
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new DataException(file + ": can not be written: " + e, e);
        }
    }
}
