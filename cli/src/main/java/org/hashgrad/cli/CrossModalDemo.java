package org.hashgrad.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.hashing.protocol.Baselines;
import org.hashgrad.hashing.protocol.CrossModalMetrics;
import org.hashgrad.hashing.protocol.Direction;
import org.hashgrad.hashing.protocol.LinearPairCodes;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.hashing.protocol.RunResult;
import org.hashgrad.hashing.protocol.TrainedRun;

/** The demo of retrieval between images and texts: what it prints of a run on the embedded drawings. */
final class CrossModalDemo {
    static final String CONFIG = "configs/cmch.yaml";
    private static final String NONE = "-";
    private static final List<String> ASKED = List.of("red apple", "dog", "sailing boat", "clock", "road");
    private static final int SHOWN = 5;

    private final RunConfig config;
    private final PairedSplit pairs;
    private final int threads;

    CrossModalDemo(RunConfig config, int threads) {
        this.config = config;
        this.threads = threads;
        this.pairs = config.pairs();
    }

    void announce(PrintWriter err) {
        err.printf(
                Locale.ROOT,
                "Cauchy cross-media hashing, %d bits, on OpenClipart-40: %d drawings with their texts, %d queries, %d epochs (%s)%n",
                config.bits(),
                pairs.images().training().count(),
                pairs.images().query().count(),
                config.train().epochs(),
                CONFIG);
    }

    /** mAP in four directions, and how full the balls of radius 2 are, beside linear and random codes. */
    Table figures(RunResult result) {
        List<String> heads = new ArrayList<>(List.of(""));
        for (Direction direction : Direction.values()) {
            heads.add(direction.arrow());
        }
        heads.addAll(List.of("P@radius 2", "empty balls", "train s"));
        Table table = new Table(heads.toArray(String[]::new));
        double seconds = Figures.number(result.metrics(), "seconds_train").doubleValue();
        row(table, "CMCH, " + config.bits() + " bits", result.reports(), String.format(Locale.ROOT, "%.1f", seconds));
        row(
                table,
                "linear codes",
                CrossModalMetrics.measure(pairs, LinearPairCodes.of(pairs, config.bits(), config.seed()), threads),
                NONE);
        row(
                table,
                "random codes",
                CrossModalMetrics.measure(pairs, Baselines.randomCodes(config.bits(), config.seed()), threads),
                NONE);
        return table;
    }

    private static void row(Table table, String name, Map<String, RetrievalReport> reports, String seconds) {
        List<String> cells = new ArrayList<>(List.of(name));
        for (Direction direction : Direction.values()) {
            cells.add(Figures.text(report(reports, direction).meanAveragePrecision()));
        }
        List<RetrievalReport> across =
                List.of(report(reports, Direction.IMAGE_TO_TEXT), report(reports, Direction.TEXT_TO_IMAGE));
        cells.add(Figures.text(across.stream()
                .mapToDouble(RetrievalReport::precisionWithinRadius)
                .average()
                .orElseThrow()));
        cells.add(Figures.text(across.stream()
                .mapToDouble(RetrievalReport::emptyWithinRadius)
                .average()
                .orElseThrow()));
        cells.add(seconds);
        table.row(cells.toArray(String[]::new));
    }

    private static RetrievalReport report(Map<String, RetrievalReport> reports, Direction direction) {
        return Objects.requireNonNull(reports.get(direction.key()));
    }

    /** The drawings whose codes are nearest to those of a few texts; of a text without a known word, that it has none. */
    void ask(TrainedRun run, PrintWriter out) {
        List<OpenClipart.Item> drawings = OpenClipart.items(OpenClipart.TRAINING);
        Codes images = run.encode(Medium.IMAGE, pairs.images().database());
        for (String asked : ASKED) {
            if (run.knownWords(asked).isEmpty()) {
                out.println("\"" + asked + "\": none of these words is among those of the training texts");
                continue;
            }
            Codes text = run.encodeTexts(List.of(asked));
            List<Integer> nearest = IntStream.range(0, images.count())
                    .boxed()
                    .sorted(Comparator.comparingInt(j -> text.hamming(0, images, j)))
                    .limit(SHOWN)
                    .toList();
            List<String> found = new ArrayList<>();
            for (int j : nearest) {
                found.add(drawings.get(j).image() + " (" + text.hamming(0, images, j) + ")");
            }
            out.println("\"" + asked + "\": " + String.join(", ", found));
        }
    }
}
