package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsCommandTest {
    private static final String SPEC = """
            configs: [mine.yaml]
            baselines: [raw-pixels]
            grid: {bits: [48, 8]}
            seeds: [0, 1]
            set: {data: "embedded:2", train.epochs: 1, train.batch: 4}
            """;

    private final Path folder;

    ResultsCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path spec() throws IOException {
        Files.copy(Path.of(Called.DHN), folder.resolve("mine.yaml"));
        return Files.writeString(folder.resolve("spec.yaml"), SPEC);
    }

    private static double mean(Path runs, String key) throws IOException {
        double sum = 0;
        for (int seed = 0; seed < 2; seed++) {
            sum += new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(runs.resolve("mine_bits=48_seed=" + seed)
                            .resolve("metrics.json")
                            .toFile())
                    .required(key)
                    .doubleValue();
        }
        return sum / 2;
    }

    @Test
    void pageHasTheFiguresOfTheRunFoldersAndSaysWhatIsMissing() throws IOException {
        String spec = spec().toString();
        Path runs = folder.resolve("runs");
        Called.with("sweep", spec, "--runs", runs.toString(), "--backend", "cpu", "--only", "bits=48")
                .endsWith(0);
        Path page = folder.resolve("results.md");
        Called.with("results", spec, "--runs", runs.toString(), "--page", page.toString())
                .endsWith(0)
                .saying("3 of 5 cells");
        String text = Files.readString(page);
        List<String> mine =
                text.lines().filter(line -> line.startsWith("| mine |")).toList();
        assertEquals(8, mine.size());
        assertTrue(mine.get(0).startsWith("| mine | missing | "), mine.get(0));
        assertTrue(mine.get(0).contains(String.format(Locale.ROOT, "| %.3f ± ", mean(runs, "mAP"))), mine.get(0));
        assertTrue(mine.get(1).contains(String.format(Locale.ROOT, "| %.3f ± ", mean(runs, "mAP_held_out"))), text);
        assertEquals("| mine | missing | missing |", mine.get(2));
        assertTrue(text.contains("| sdah (objective unknown) |  |  |"), text);
        assertTrue(text.contains("No figure here is one on"), text);
        assertTrue(
                text.lines().anyMatch(line -> line.matches("\\| .*\\| cpu, F32 \\|.*\\| 3 \\| raw-pixels, mine \\|")),
                text);
        for (String plot : List.of(
                "precision-within-2-embedded",
                "precision-recall-48-bits-held-out",
                "precision-at-n-48-bits-embedded")) {
            assertTrue(text.contains("](results/" + plot + ".png)"), text);
            assertNotNull(ImageIO.read(
                    folder.resolve("results").resolve(plot + ".png").toFile()));
        }
        assertFalse(Files.exists(folder.resolve("results/sweep.lock")));
    }

    @Test
    void withoutAnyRunEverythingIsMissing() throws IOException {
        Path page = folder.resolve("results.md");
        Called.with(
                        "results",
                        spec().toString(),
                        "--runs",
                        folder.resolve("nothing").toString(),
                        "--page",
                        page.toString())
                .endsWith(0)
                .saying("0 of 5 cells");
        String text = Files.readString(page);
        assertTrue(text.contains("precision-at-n-48-bits-embedded: missing"), text);
        assertTrue(text.contains("| mine | missing | missing |"), text);
    }

    @Test
    void sweepOverOtherKeysHasNoSuchPage() throws IOException {
        Called.with(
                        "results",
                        spec().toString(),
                        "-g",
                        "loss.lambda=0,1",
                        "--runs",
                        folder.resolve("nothing").toString(),
                        "--page",
                        folder.resolve("results.md").toString())
                .endsWith(2)
                .withOneLine("the grid's keys are", "need bits only");
    }

    @Test
    void pageThatIsNoMarkdownFileIsRefusedBeforeAnyWork() throws IOException {
        for (String name : List.of("results", ".md")) {
            Called.with(
                            "results",
                            "no-such-spec.yaml",
                            "--page",
                            folder.resolve(name).toString())
                    .endsWith(2)
                    .withOneLine("--page: need a file NAME.md");
        }
    }

    @Test
    void linkToTheProtocolsIsThereWhereTheyAre() throws IOException {
        String[] line = {
            "results",
            spec().toString(),
            "--runs",
            folder.resolve("nothing").toString(),
            "--page",
            folder.resolve("results.md").toString()
        };
        Called.with(line).endsWith(0);
        assertFalse(Files.readString(folder.resolve("results.md")).contains("protocols.md"));
        Files.createFile(folder.resolve("protocols.md"));
        Called.with(line).endsWith(0);
        assertTrue(Files.readString(folder.resolve("results.md")).contains("[protocols.md](protocols.md)"));
    }
}
