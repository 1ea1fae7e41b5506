package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.protocol.SweepFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {
    private final Path folder;
    private final Path runs;

    SweepCommandTest(@TempDir Path folder) {
        this.folder = folder;
        this.runs = folder.resolve("runs");
    }

    /** Cells of a second or two: 2 images per class, one epoch. */
    private Called sweep(String spec, String... more) {
        List<String> line = new ArrayList<>(List.of("sweep", spec, "--runs", runs.toString(), "--backend", "cpu"));
        line.addAll(List.of("-o", "data=embedded:2", "-o", "train.epochs=1", "-o", "train.batch=4"));
        line.addAll(List.of(more));
        return Called.with(line.toArray(String[]::new));
    }

    private JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(runs.resolve(file).toFile());
    }

    @Test
    void gridIsRunOnceAndItsTableHasMeanAndDeviationOverSeeds() throws IOException {
        Called first = sweep(Called.DHN, "-g", "bits=8,16", "-g", "loss.lambda=0,0.1", "--seeds", "0,1")
                .endsWith(0);
        assertTrue(first.err().contains("8/8 "), first::err);
        assertTrue(first.err().contains("cells: 0 have finished, 8 to run"), first::err);
        JsonNode rows = json("table.json");
        assertEquals(4, rows.size());
        for (JsonNode row : rows) {
            List<Double> figures = new ArrayList<>();
            for (int seed = 0; seed < 2; seed++) {
                String cell = "dhn_bits=" + row.at("/settings/bits").asText() + "_loss.lambda="
                        + row.at("/settings/loss.lambda").asText() + "_seed=" + seed;
                figures.add(json(cell + "/metrics.json").required("mAP").doubleValue());
            }
            double mean = (figures.get(0) + figures.get(1)) / 2;
            assertEquals(mean, row.at("/mAP/mean").doubleValue(), 1e-15);
            assertEquals(
                    Math.abs(figures.get(0) - figures.get(1)) / Math.sqrt(2),
                    row.at("/mAP/sd").doubleValue(),
                    1e-15);
            first.saying("| dhn | " + row.at("/settings/bits").asText());
        }
        assertEquals(5, Files.readAllLines(runs.resolve("table.csv")).size());
        for (String axis : List.of("bits", "loss.lambda")) {
            assertNotNull(ImageIO.read(runs.resolve("mAP-by-" + axis + ".png").toFile()));
        }

        Path metrics = runs.resolve("dhn_bits=8_loss.lambda=0_seed=0").resolve("metrics.json");
        FileTime before = Files.getLastModifiedTime(metrics);
        Called again = sweep(Called.DHN, "-g", "bits=8,16", "-g", "loss.lambda=0,0.1", "--seeds", "0,1")
                .endsWith(0);
        assertTrue(again.err().contains("cells: 8 have finished, 0 to run"), again::err);
        assertEquals(before, Files.getLastModifiedTime(metrics));
    }

    @Test
    void interruptedCellBeginsAnewAndAnExportCarriesWhatATableNeeds() throws IOException {
        Path partial = Files.createDirectories(runs.resolve("dhn_seed=0.partial"));
        Files.writeString(partial.resolve("config.yaml"), "bits: 8\n");
        sweep(Called.DHN, "-o", "bits=8").endsWith(0);
        assertFalse(Files.exists(partial));
        Path exported = folder.resolve("exported");
        sweep(Called.DHN, "-o", "bits=8", "--seeds", "0,1", "--export", exported.toString())
                .endsWith(0)
                .saying("exported: 1 of 2 cells");
        long bytes = 0;
        try (var files = Files.list(exported.resolve("dhn_seed=0"))) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        assertTrue(bytes < 20_000, "bytes: " + bytes);
        String table = Files.readString(runs.resolve("table.md"));
        Called there = Called.with(
                        "sweep",
                        Called.DHN,
                        "--runs",
                        exported.toString(),
                        "-o",
                        "data=embedded:2",
                        "-o",
                        "train.epochs=1",
                        "-o",
                        "train.batch=4",
                        "-o",
                        "bits=8",
                        "--backend",
                        "cpu")
                .endsWith(0);
        assertTrue(there.err().contains("1 have finished, 0 to run"), there::err);
        assertEquals(table, Files.readString(exported.resolve("table.md")));
    }

    @Test
    void runMadeWithOtherSettingsIsNamedAndNothingIsRun() {
        sweep(Called.DHN, "-o", "bits=8").endsWith(0);
        Called called = sweep(Called.DHN, "-o", "bits=8", "-o", "optimizer.rate=0.01")
                .endsWith(2)
                .withOneLine("dhn_seed=0", "made with optimizer.rate 0.05, now 0.01");
        assertFalse(called.err().contains("to run"), called::err);
    }

    @Test
    void cellThatBreaksDownIsReportedAndTheOthersAreRun() {
        Called called = sweep(Called.DHN, "-o", "bits=8", "-g", "optimizer.rate=1e30,0.01", "--jobs", "2")
                .endsWith(1)
                .saying("| dhn | 1e30 | missing |", "| dhn | 0.01 | 0.");
        assertTrue(called.err().contains("failed: dhn_optimizer.rate=1e30_seed=0: training: epoch 1"), called::err);
    }

    @Test
    void specListsMethodsBaselinesAndTheirOrder() throws IOException {
        Files.copy(Path.of(Called.DHN), folder.resolve("mine.yaml"));
        Path spec = Files.writeString(folder.resolve("spec.yaml"), """
                configs: [mine.yaml]
                baselines: [random-codes, raw-pixels, pca-sign]
                grid: {bits: [16, 8]}
                seeds: [0, 1]
                set: {optimizer: {rate: 0.01}}
                """);
        Called called = sweep(spec.toString(), "--only", "bits=8").endsWith(0);
        assertEquals(
                List.of(
                        "raw-pixels",
                        "random-codes_bits=8_seed=0",
                        "random-codes_bits=8_seed=1",
                        "pca-sign_bits=8",
                        "mine_bits=8_seed=0",
                        "mine_bits=8_seed=1"),
                called.err()
                        .lines()
                        .filter(l -> l.matches("\\d/6 .*"))
                        .map(l -> l.replaceAll("^\\d/6 |: mAP.*", ""))
                        .toList());
        Called all = sweep(spec.toString(), "--seeds", "0", "--only", "method=pca-sign")
                .endsWith(0);
        all.saying("| pca-sign | 8 | 0.", "| pca-sign | 16 | 0.");
        assertTrue(json("raw-pixels/metrics.json")
                .at("/by_database/held-out/precision_at_N/1")
                .isNumber());
    }

    @Test
    void missingFullDatabaseIsALineAndAColumnNotAnError() {
        Called called = Called.with(
                        "sweep",
                        Called.DHN,
                        "--runs",
                        runs.toString(),
                        "--backend",
                        "cpu",
                        "--full",
                        folder.resolve("nowhere").toString(),
                        "-o",
                        "train.epochs=1",
                        "-o",
                        "network=linear",
                        "-o",
                        "bits=8")
                .endsWith(0)
                .saying("| missing |");
        assertTrue(called.err().contains("full database: no " + folder.resolve("nowhere")), called::err);
    }

    @Test
    void faultsInASpecAreOneLine() throws IOException {
        Path spec = folder.resolve("spec.yaml");
        Files.writeString(spec, "configs: [a.yaml]\ngridd: {bits: [8]}\n");
        sweep(spec.toString()).endsWith(2).withOneLine("spec.yaml", "unknown key 'gridd'; nearest: grid");
        Files.writeString(spec, "configs: a.yaml\n");
        sweep(spec.toString()).endsWith(2).withOneLine("configs: expected a list [V, …], found 'a.yaml'");
        Files.writeString(spec, "baselines: [pca]\n");
        sweep(spec.toString()).endsWith(2).withOneLine("random-codes, raw-pixels, pca-sign", "'pca'");
        sweep(Called.DHN, "-g", "bits").endsWith(2).withOneLine("-g: expected KEY=V1,V2,…", "'bits'");
        sweep(Called.DHN, "-g", "seed=1,2").endsWith(2).withOneLine("seed is no key of the grid");
        sweep(Called.DHN, "-g", "bit=1").endsWith(2).withOneLine("unknown key 'bit'; nearest: bits");
        sweep(Called.DHN, "--only", "bits=3").endsWith(2).withOneLine("no cell has bits=3");
        sweep(Called.DHN, "-g", "bits=8,8").endsWith(2).withOneLine("two cells", "dhn_bits=8_seed=0");
        sweep(Called.DHN, "--jobs", "0").endsWith(2).withOneLine("--jobs");
    }

    @Test
    void secondSweepInTheSameFolderIsRefused() {
        Called called = new SweepFolder(runs).exclusively(() -> sweep(Called.DHN, "-o", "bits=8"));
        called.endsWith(2).withOneLine("another sweep is at work");
    }
}
