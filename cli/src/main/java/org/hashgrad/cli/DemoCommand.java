package org.hashgrad.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.hashing.protocol.Baselines;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.hashing.protocol.RunResult;
import org.hashgrad.hashing.protocol.TrainedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job, end to end. */
@Command(
        name = "demo",
        description = {
            "Trains the Deep Hashing Network (Zhu et al., AAAI 2016) on real images and prints how well its codes retrieve.",
            "",
            "It is configs/dhn.yaml: 48 bits, class-balanced pairs, 20 epochs over 5000 images of Fashion-MNIST, which are part of the"
                    + " program: nothing is downloaded. Expect one to four minutes on two cores.",
            "",
            "With --cross-modal: Cauchy cross-media hashing (2021), configs/cmch.yaml, 32 bits, on 3609 drawings and their texts from"
                    + " the Open Clip Art Library, part of the program too; images are found by text and texts by image. Expect three minutes on two cores."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad demo",
            "  hashgrad demo --backend cpu --seed 1 --run runs/first",
            "  hashgrad demo --cross-modal"
        },
        mixinStandardHelpOptions = true)
final class DemoCommand extends Action {
    private static final String CONFIG = "configs/dhn.yaml";
    private static final String NONE = "-";

    @Option(names = "--cross-modal", description = "Images and texts that find each other, instead of images alone.")
    private boolean crossModal;

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private BackendOptions backend = new BackendOptions();

    private final List<String> brief;

    DemoCommand() {
        this(List.of());
    }

    /** @param brief changes of the configuration, as {@code key=value}, with which a test takes seconds */
    DemoCommand(List<String> brief) {
        this.brief = brief;
    }

    @Override
    public Integer call() {
        if (crossModal) {
            return acrossMedia();
        }
        RunConfig config = RunConfig.parse(CONFIG, shipped(CONFIG), run.overrides(brief));
        Split split = FashionMnist.embedded();
        err().printf(
                        Locale.ROOT,
                        "Deep Hashing Network, %d bits, on Fashion-MNIST: %d training images, %d queries, %d epochs (%s)%n",
                        config.bits(),
                        split.training().count(),
                        split.query().count(),
                        config.train().epochs(),
                        CONFIG);
        try (BackendOptions.Opened opened = backend.open()) {
            RunResult result;
            try (TrainingProgress progress = TrainingProgress.on(err(), config)) {
                result = run.run(config, opened, progress);
            }
            out().println();
            out().print(table(config, split, result, opened));
            out().println();
            out().println("The database is the " + split.database().count() + " training images; held-out: "
                    + split.database(FashionMnist.HELD_OUT).count() + " images that training did not see.");
            Figures.protocols(result.metrics()).forEach(out()::println);
            out().println(Figures.waiting(result.metrics()));
            out().println("run folder: " + result.folder());
            out().println("go on:      hashgrad train " + CONFIG
                    + " -o bits=32        (README.md: how to read the numbers)");
            out().flush();
            DistancePlot.drawIn(result.folder(), err());
        }
        return ExitCodes.DONE;
    }

    private Integer acrossMedia() {
        RunConfig config = RunConfig.parse(CrossModalDemo.CONFIG, shipped(CrossModalDemo.CONFIG), run.overrides(brief));
        CrossModalDemo demo = new CrossModalDemo(config, backend.hostThreads());
        demo.announce(err());
        try (BackendOptions.Opened opened = backend.open()) {
            RunResult result;
            try (TrainingProgress progress = TrainingProgress.on(err(), config)) {
                result = run.run(config, opened, progress);
            }
            out().println();
            out().print(demo.figures(result));
            out().println();
            out().println(
                            "mAP of each direction; radius 2 over both directions across media. The database is the training set.");
            out().println("Nearest drawings, with their Hamming distances:");
            try (TrainedRun trained = TrainedRun.open(result.folder(), opened.backend())) {
                demo.ask(trained, out());
            }
            out().println();
            Figures.protocols(result.metrics()).forEach(out()::println);
            out().println(Figures.waiting(result.metrics()));
            out().println("run folder: " + result.folder());
            out().println("go on:      hashgrad train " + CrossModalDemo.CONFIG + " -o bits=16");
            out().flush();
        }
        return ExitCodes.DONE;
    }

    private Table table(RunConfig config, Split split, RunResult result, BackendOptions.Opened opened) {
        Table table =
                new Table("", "mAP", "best", "worst", "held-out mAP", "P@radius 2", "empty balls", "P@100", "train s");
        String heldOut = FashionMnist.HELD_OUT;
        RetrievalReport learned = result.reports().values().iterator().next();
        double seconds = Figures.number(result.metrics(), "seconds_train").doubleValue();
        hashed(
                table,
                "DHN, " + config.bits() + " bits",
                learned,
                Objects.requireNonNull(result.reports().get(heldOut)),
                String.format(Locale.ROOT, "%.1f", seconds));
        Baselines.Ranked pixels = Baselines.rawPixels(split.query(), split.database(), List.of(), opened.backend());
        Baselines.Ranked unseen =
                Baselines.rawPixels(split.query(), split.database(heldOut), List.of(), opened.backend());
        table.row(
                "raw pixels, cosine",
                Figures.text(pixels.meanAveragePrecision()),
                NONE,
                NONE,
                Figures.text(unseen.meanAveragePrecision()),
                NONE,
                NONE,
                Figures.text(pixels.precisionAt(100)),
                NONE);
        int threads = backend.hostThreads();
        hashed(
                table,
                "random codes",
                Baselines.randomCodes(split.query(), split.database(), config.bits(), config.seed(), threads),
                Baselines.randomCodes(split.query(), split.database(heldOut), config.bits(), config.seed(), threads),
                NONE);
        return table;
    }

    private static void hashed(Table table, String name, RetrievalReport all, RetrievalReport heldOut, String seconds) {
        table.row(
                name,
                Figures.text(all.meanAveragePrecision()),
                Figures.text(all.meanAveragePrecisionBest()),
                Figures.text(all.meanAveragePrecisionWorst()),
                Figures.text(heldOut.meanAveragePrecision()),
                Figures.text(all.precisionWithinRadius()),
                Figures.text(all.emptyWithinRadius()),
                Figures.text(Objects.requireNonNull(all.precisionAt().get(100))),
                seconds);
    }

    private static String shipped(String config) {
        try (InputStream in = DemoCommand.class.getResourceAsStream("/" + config)) {
            if (in == null) {
                throw new IllegalStateException("demo: " + config + " is not part of this jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("demo: " + config + " can't be read", e);
        }
    }
}
