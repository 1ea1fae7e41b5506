package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands on runs of two media, on a few of the embedded drawings. */
class CrossModalCommandsTest {
    private static final String SPEC = """
            configs: [mine.yaml]
            baselines: [random-codes, linear]
            grid: {bits: [8, 16]}
            seeds: [0, 1]
            set: {data: "openclipart:64", train.epochs: 1, train.batch: 32, image.network: linear, text.units: 8}
            """;

    private final Path folder;

    CrossModalCommandsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void baselineWithoutSoManyBitsIsMissingAndSaysWhy() throws IOException {
        Files.copy(Path.of("../configs/dcmh.yaml"), folder.resolve("mine.yaml"));
        String spec = SPEC.replace("random-codes, linear", "scm-orthogonal")
                .replace("[8, 16]", "[64]")
                .replace("[0, 1]", "[0]");
        Path file = Files.writeString(folder.resolve("spec.yaml"), spec);
        Path runs = folder.resolve("runs");
        Called swept = Called.with("sweep", file.toString(), "--runs", runs.toString(), "--backend", "cpu");
        assertTrue(swept.endsWith(0).err().contains(": missing: scm: bits is 64; need <= "), swept.err());
        assertTrue(Files.exists(runs.resolve("mine_bits=64_seed=0")), swept.err());
    }

    @Test
    void sweepGoesOnWhereItWasAndItsPageHasFourDirections() throws IOException {
        Files.copy(Path.of("../configs/dcmh.yaml"), folder.resolve("mine.yaml"));
        String spec = Files.writeString(folder.resolve("spec.yaml"), SPEC).toString();
        Path runs = folder.resolve("runs");
        String[] sweep = {"sweep", spec, "--runs", runs.toString(), "--backend", "cpu", "--only", "bits=8"};
        Called.with(sweep).endsWith(0);
        assertTrue(Called.with(sweep).endsWith(0).err().contains("6 have finished, 0 to run"));
        Path page = folder.resolve("results.md");
        Called.with("results", spec, "--runs", runs.toString(), "--page", page.toString())
                .endsWith(0)
                .saying("6 of 12 cells");
        String text = Files.readString(page);
        List<String> mine =
                text.lines().filter(line -> line.startsWith("| mine |")).toList();
        assertEquals(11, mine.size(), text);
        assertEquals(4, text.lines().filter(line -> line.startsWith("## mAP, ")).count());
        double sum = 0;
        for (int seed = 0; seed < 2; seed++) {
            JsonNode metrics = new ObjectMapper()
                    .readTree(runs.resolve("mine_bits=8_seed=" + seed + "/metrics.json")
                            .toFile());
            sum += metrics.required("mAP_image_to_text").doubleValue();
        }
        assertTrue(mine.get(0).startsWith(String.format(Locale.ROOT, "| mine | %.3f ± ", sum / 2)), mine.get(0));
        assertTrue(mine.get(0).endsWith("| missing |"), mine.get(0));
        assertTrue(text.contains("| linear |") && text.contains("| random-codes |"), text);
        assertFalse(text.contains("sdah"), text);
    }

    @Test
    void pageShowsOtherSweepsBelowTheFiguresByBits() throws IOException {
        Files.copy(Path.of("../configs/dcmh.yaml"), folder.resolve("mine.yaml"));
        String spec = Files.writeString(folder.resolve("spec.yaml"), SPEC).toString();
        String other = Files.writeString(folder.resolve("weights.yaml"), """
                        configs: [mine.yaml]
                        baselines: [linear]
                        each: {loss.gamma: [1e-5, 0.01, 10]}
                        set: {data: "openclipart:64", train.epochs: 2, train.batch: 32, train.evaluateEvery: 1, image.network: linear, text.units: 8}
                        """).toString();
        Path runs = folder.resolve("runs");
        Called.with(
                        "sweep",
                        other,
                        "--runs",
                        runs.resolve("weights").toString(),
                        "--backend",
                        "cpu",
                        "--only",
                        "loss.gamma=0.01")
                .endsWith(0);
        Path page = folder.resolve("results.md");
        String[] results = {
            "results", spec, "--runs", runs.resolve("bits").toString(), "--also", other, "--page", page.toString()
        };
        Called.with(results).endsWith(0).saying("0 of 12 cells");
        String text = Files.readString(page);
        JsonNode run = new ObjectMapper()
                .readTree(runs.resolve("weights/mine_loss.gamma=0.01_seed=0/metrics.json")
                        .toFile());
        String figure = String.format(
                Locale.ROOT, "%.3f", run.required("mAP_image_to_text").doubleValue());
        assertTrue(text.contains("`hashgrad sweep " + other + "`: data openclipart:64, epochs 2, seeds 0."), text);
        assertTrue(text.contains("- Data by bits: missing."), text);
        String commonest = String.format(
                Locale.ROOT,
                "%.3f",
                run.required("codes")
                        .required("database-text")
                        .required("commonest")
                        .doubleValue());
        assertTrue(
                text.lines()
                        .anyMatch(line -> line.startsWith("| mine | 0.01 | " + figure + " | ")
                                && line.split("\\|", -1)[12].strip().equals(commonest)),
                text);
        assertTrue(text.contains("| commonest image code | commonest text code |"), text);
        assertTrue(text.contains("| mine | 10 | missing | "), text);
        assertEquals(
                2,
                text.lines()
                        .filter(line -> line.startsWith("| mine {loss.gamma=0.01} | "))
                        .count(),
                text);
        assertTrue(text.lines().anyMatch(line -> line.matches("\\| linear \\| \\d.*\\| 0\\.\\d{3} \\|")), text);
        for (String plot :
                List.of("recall-8-bits-text-to-image", "at-n-16-bits-image-to-text", "recall-32-bits-text-to-text")) {
            assertTrue(text.contains("precision-" + plot + ": missing"), text);
        }
        for (String plot : List.of("loss.gamma", "by-seconds", "by-radius-text-to-image")) {
            assertTrue(text.contains("](results/weights-" + plot + ".png)"), text);
            assertTrue(Files.exists(folder.resolve("results/weights-" + plot + ".png")), plot);
        }
    }

    @Test
    void sweepOfOneMediumHasNoPlaceOnThePageAcrossMedia() throws IOException {
        Files.copy(Path.of("../configs/dcmh.yaml"), folder.resolve("mine.yaml"));
        String spec = Files.writeString(folder.resolve("spec.yaml"), SPEC).toString();
        String page = folder.resolve("results.md").toString();
        Called.with("results", spec, "--also", Called.DHN, "--page", page)
                .endsWith(2)
                .withOneLine("--also: " + Called.DHN + " is not across media");
        Called.with("results", Called.DHN, "--also", spec, "--page", page)
                .endsWith(2)
                .withOneLine("--also: " + Called.DHN + " is not across media");
        assertFalse(Files.exists(Path.of(page)));
    }

    @Test
    void figuresOfARunAreEvaluatedAgainFromItsCodes() throws IOException {
        Path run = folder.resolve("run");
        Called trained = Called.with(
                "train",
                "../configs/dcmh.yaml",
                "-o",
                "data=openclipart:64",
                "-o",
                "train.epochs=2",
                "-o",
                "train.batch=32",
                "-o",
                "text.units=8",
                "-o",
                "image.network=linear",
                "--backend",
                "cpu",
                "--run",
                run.toString());
        trained.endsWith(0).saying("mAP_image_to_text", "mAP_text_to_image", "empty_at_radius_2_text_to_image");
        assertTrue(trained.err().matches("(?s).*epoch  1/2  loss .* \\(image .* in .* s, text .* in .* s\\)  rate.*"));
        Called.with("evaluate", "--run", run.toString())
                .endsWith(0)
                .saying(trained.out()
                        .lines()
                        .filter(line -> line.startsWith("mAP_text_to_image"))
                        .findFirst()
                        .orElseThrow());
    }

    /** On a few drawings, for an epoch. */
    private Called demo(String... changes) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> brief = new ArrayList<>(
                List.of("data=openclipart:96", "train.epochs=1", "train.batch=32", "text.units1=16", "text.units2=8"));
        brief.addAll(List.of(changes));
        int code = new CommandLine(new DemoCommand(brief))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(
                        "--cross-modal",
                        "--backend",
                        "cpu",
                        "--run",
                        folder.resolve("demo").toString());
        return new Called(code, out.toString(), err.toString());
    }

    @Test
    void demoAcrossMediaPrintsFiguresBesideTheBaselinesAndWhatItFinds() {
        Called demo = demo().endsWith(0);
        assertTrue(
                demo.err().contains("32 bits, on OpenClipart-40: 96 drawings with their texts, 96 queries"),
                demo.err());
        List<String> lines = demo.out().lines().toList();
        for (String row : List.of("CMCH, 32 bits", "linear codes", "random codes")) {
            List<String> cells = lines.stream()
                    .filter(line -> line.startsWith(row))
                    .map(line -> line.substring(row.length()).strip())
                    .flatMap(line -> Stream.of(line.split(" +")))
                    .toList();
            assertEquals(7, cells.size(), demo.out());
            for (String cell : cells.subList(0, 6)) {
                double figure = Double.parseDouble(cell);
                assertTrue(figure >= 0 && figure <= 1, demo.out());
            }
        }
        Pattern found = Pattern.compile("\"[a-z ]+\": ([a-z_0-9/-]+\\.(png|svg) \\([0-9]+\\)(, )?){5}");
        assertEquals(
                5, lines.stream().filter(line -> found.matcher(line).matches()).count(), demo.out());
    }

    @Test
    void demoSaysOfATextWithoutAKnownWordThatItHasNone() {
        Called demo = demo("texts.minDocuments=400").endsWith(0);
        assertEquals(
                5,
                demo.out()
                        .lines()
                        .filter(line -> line.endsWith(": none of these words is among those of the training texts"))
                        .count(),
                demo.out());
    }
}
