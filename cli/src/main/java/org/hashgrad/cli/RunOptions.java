package org.hashgrad.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.protocol.Environment;
import org.hashgrad.hashing.protocol.Experiment;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.hashing.protocol.RunResult;
import org.hashgrad.tensor.Backend;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of whatever trains. */
final class RunOptions {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "Run folder, new; default: runs/METHOD-BITS-TIME-sSEED in the current folder.")
    private @Nullable Path run;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of initialisation and shuffling; default: the configuration's.")
    private @Nullable Long seed;

    /** What the options change in a configuration, as {@code key=value}. */
    List<String> overrides() {
        return seed == null ? List.of() : List.of("seed=" + seed);
    }

    List<String> overrides(List<String> before) {
        List<String> all = new ArrayList<>(before);
        all.addAll(overrides());
        return all;
    }

    /** Trains, measures and leaves the run folder. */
    RunResult run(RunConfig config, BackendOptions.Opened opened, TrainingListener listener) {
        Backend backend = opened.backend();
        Environment environment = Environment.of(backend, opened.device(), opened.threads());
        return Experiment.run(config, backend, environment, folder(config), listener);
    }

    /** Two runs that begin in the same second do not get the same folder. */
    private Path folder(RunConfig config) {
        if (run != null) {
            return run;
        }
        String time = LocalDateTime.now(ZoneId.systemDefault()).format(TIME);
        return unused(
                Path.of("runs", config.method().name() + "-" + config.bits() + "-" + time + "-s" + config.seed()));
    }

    /** The path, or with the first number behind it that nothing has. */
    static Path unused(Path wish) {
        Path folder = wish;
        for (int i = 2; Files.exists(folder); i++) {
            folder = wish.resolveSibling(wish.getFileName() + "-" + i);
        }
        return folder;
    }
}
