package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.Objects;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.openclipart.OpenClipartBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds OpenClipart-40 from Debian's packages. */
@Command(
        name = "openclipart",
        description = {
            "Builds OpenClipart-40, public-domain drawings with texts and 40 labels, from Debian's packages: apt-get install"
                    + " openclipart-png openclipart-svg.",
            "",
            "The same packages, side and seed give the same set; without options it is the one that ships with hashgrad."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad data build openclipart --out openclipart-40",
            "  hashgrad data build openclipart --from /usr/share/openclipart --out openclipart-64 --side 64"
        },
        mixinStandardHelpOptions = true)
final class BuildOpenClipartCommand extends Action implements OpenClipartBuilder.Progress {
    private static final int REDRAW_MILLISECONDS = 250;

    @Option(names = "--from", paramLabel = "DIR", description = "Has png and svg; ${DEFAULT-VALUE} unless named.")
    private Path from = OpenClipartBuilder.DEBIAN_FOLDER;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to make.")
    private @Nullable Path out;

    @Option(
            names = "--side",
            paramLabel = "N",
            description = "Width and height of the images, 16 to 256; ${DEFAULT-VALUE} unless given.")
    private int side = OpenClipartBuilder.EMBEDDED_SIDE;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Draws what is left out beyond the caps, and the queries; ${DEFAULT-VALUE} unless given.")
    private long seed = OpenClipartBuilder.EMBEDDED_SEED;

    private @Nullable ProgressBar bar;
    private String stage = "";

    @Override
    public Integer call() {
        Path folder = Objects.requireNonNull(out);
        OpenClipart.Manifest manifest;
        try {
            manifest = new OpenClipartBuilder(side, seed).build(from, folder, this);
        } finally {
            endStage();
        }
        manifest.source().forEach((what, count) -> out().printf("%6d  %s%n", count, what));
        manifest.items().forEach((part, count) -> out().printf("%6d  drawings in %s%n", count, part));
        out().printf("%6d  labels%n", manifest.labels().size());
        out().println("built: " + folder);
        out().flush();
        return ExitCodes.DONE;
    }

    @Override
    public void done(String what, int count, int all) {
        if (!stage.equals(what)) {
            endStage();
            stage = what;
            if (TrainingProgress.onTerminal()) {
                bar = new ProgressBarBuilder()
                        .setTaskName(what)
                        .setInitialMax(all)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(REDRAW_MILLISECONDS)
                        .build();
            }
        }
        if (bar != null) {
            bar.stepTo(count);
        } else if (count == all) {
            err().println(what + ": " + all);
            err().flush();
        }
    }

    private void endStage() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
