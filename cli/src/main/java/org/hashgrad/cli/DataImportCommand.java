package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.Objects;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.PackedData;
import org.hashgrad.hashing.protocol.FileData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Packs pictures in files for training. */
@Command(
        name = "import",
        description = {
            "Decodes and scales the pictures of a data set once, and packs them with labels and texts into a new folder. Training on"
                    + " `data: packed:FOLDER` then only reads bytes.",
            "",
            "FILES is KIND:PLACE?side=N as `hashgrad data info --help` has it. To have windows drawn in training, pack larger pictures"
                    + " (?side=72) and train on smaller ones (packed:FOLDER?side=64&resize=72). ?corrupt=skip leaves out what can't be"
                    + " read; without it the first such picture stops the work. A folder appears only when it is whole."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad data import 'folder:photos?side=64' --out photos-64",
            "  hashgrad data import 'mirflickr:mirflickr25k?side=256&corrupt=skip' --out mirflickr-256"
        },
        mixinStandardHelpOptions = true)
final class DataImportCommand extends Action {
    private static final int REDRAW_MILLISECONDS = 250;

    @Parameters(paramLabel = "FILES", description = "KIND:PLACE, with ?side=N behind it.")
    private @Nullable String files;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to make.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        String name = Objects.requireNonNull(files);
        Path folder = Objects.requireNonNull(out);
        FileData data = FileData.parse(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "data: expected one of " + FileData.forms() + ", found '" + name + "'"));
        FileData.Divided divided = data.divided();
        Dataset set = divided.set();
        String protocol = divided.protocol().name();
        if (TrainingProgress.onTerminal()) {
            try (ProgressBar bar = new ProgressBarBuilder()
                    .setTaskName("pictures")
                    .setInitialMax(set.count())
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REDRAW_MILLISECONDS)
                    .build()) {
                PackedData.write(set, folder, protocol, bar::stepTo);
            }
        } else {
            PackedData.write(set, folder, protocol, count -> {});
        }
        out().printf("%6d  items%n", set.count());
        out().printf("%6d  labels%n", set.classes().size());
        set.parts().forEach((part, rows) -> out().printf("%6d  %s%n", rows.length, part));
        out().println("divided by protocol " + protocol);
        out().println("packed: " + folder);
        out().flush();
        return ExitCodes.DONE;
    }
}
