package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.hashing.protocol.RunResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains what a configuration says. */
@Command(
        name = "train",
        description = {
            "Trains and measures what a configuration says, and leaves a run folder.",
            "",
            "Keys: method, bits, seed, data, network, train.epochs, train.batch, optimizer.*, loss.*; a key that is left out has its"
                    + " default. docs/protocols.md lists every key with its values and default; the run folder's config.yaml has them all."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad train configs/dhn.yaml",
            "  hashgrad train configs/dhn.yaml -o bits=32 -o loss.lambda=0.05 --seed 1",
            "  hashgrad train configs/dhn.yaml -o data=embedded:20 -o train.epochs=2",
            "  hashgrad train configs/dhn.yaml -o train.epochs=2 --profile",
            "The third is a quick look, at 20 images per class; the last says where the time goes."
        },
        mixinStandardHelpOptions = true)
final class TrainCommand extends Action {
    @Parameters(paramLabel = "CONFIG", description = "A YAML file such as configs/dhn.yaml.")
    private @Nullable Path config;

    @Option(names = "-o", paramLabel = "KEY=VALUE", description = "Overrides a key; repeatable, the last one counts.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--profile",
            description =
                    "Prints where the time of a step goes, by kernel and by layer, with what the device was seen to reach at most, and"
                            + " leaves trace.json in the run folder: the course of the first steps for chrome://tracing or Perfetto."
                            + " Trains the same bits. docs/profiling.md explains the columns.")
    private boolean profile;

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private BackendOptions backend = new BackendOptions();

    @Override
    public Integer call() {
        RunConfig resolved = RunConfig.read(Objects.requireNonNull(config), run.overrides(overrides));
        try (BackendOptions.Opened opened = backend.open()) {
            RunResult result;
            String figures = "";
            try (TrainingProgress progress = TrainingProgress.on(err(), resolved)) {
                if (profile) {
                    try (TrainingProfile seen = new TrainingProfile(opened.backend(), progress)) {
                        result = run.run(resolved, opened, seen);
                        figures = new ProfileTable(seen) + "trace: " + seen.writeTrace(result.folder());
                    }
                } else {
                    result = run.run(resolved, opened, progress);
                }
            }
            if (!figures.isEmpty()) {
                out().println(figures);
                out().println();
            }
            out().print(Figures.table(result.metrics()));
            Figures.protocols(result.metrics()).forEach(out()::println);
            out().println();
            out().println("run folder: " + result.folder());
            out().flush();
            DistancePlot.drawIn(result.folder(), err());
        }
        return ExitCodes.DONE;
    }
}
