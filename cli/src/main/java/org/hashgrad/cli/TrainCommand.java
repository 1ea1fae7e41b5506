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
            "The last is a quick look, at 20 images per class."
        },
        mixinStandardHelpOptions = true)
final class TrainCommand extends Action {
    @Parameters(paramLabel = "CONFIG", description = "A YAML file such as configs/dhn.yaml.")
    private @Nullable Path config;

    @Option(names = "-o", paramLabel = "KEY=VALUE", description = "Overrides a key; repeatable, the last one counts.")
    private List<String> overrides = new ArrayList<>();

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private BackendOptions backend = new BackendOptions();

    @Override
    public Integer call() {
        RunConfig resolved = RunConfig.read(Objects.requireNonNull(config), run.overrides(overrides));
        try (BackendOptions.Opened opened = backend.open()) {
            RunResult result;
            try (TrainingProgress progress = TrainingProgress.on(err(), resolved)) {
                result = run.run(resolved, opened, progress);
            }
            out().print(Figures.table(result.metrics()));
            out().println();
            out().println("run folder: " + result.folder());
            out().flush();
            DistancePlot.drawIn(result.folder(), err());
        }
        return ExitCodes.DONE;
    }
}
