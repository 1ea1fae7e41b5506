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
import org.hashgrad.hashing.protocol.Sweep;
import org.hashgrad.hashing.protocol.SweepFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {
    private static final String OWN = """
            import org.hashgrad.autograd.Variable;
            import org.hashgrad.hashing.loss.PointLoss;

            record MyLoss() implements PointLoss {
                public Variable of(Variable u) {
                    return u.square().plus(-1).square().mean();
                }
            }
            """;

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

    /** A cell of the embedded split without the overrides of {@link #sweep}. */
    private Called linear(String... more) {
        List<String> line = new ArrayList<>(
                List.of("sweep", Called.DHN, "--runs", runs.toString(), "--backend", "cpu", "-o", "network=linear"));
        line.addAll(List.of("-o", "train.epochs=1", "-o", "bits=8"));
        line.addAll(List.of(more));
        return Called.with(line.toArray(String[]::new));
    }

    @Test
    void onlyCellsThatNameNoFolderAreRunWithoutTheFullDatabase() throws IOException {
        Sweep sweep = Sweep.read(
                Path.of(Called.DHN),
                List.of("data=fashion-mnist,fashion-mnist:/my/dir,embedded-validation"),
                null,
                List.of());
        List<String> notes = new ArrayList<>();
        Sweep without = SweepOptions.withoutMissing(sweep, folder, notes::add);
        assertEquals(
                List.of("embedded", "fashion-mnist:/my/dir", "embedded-validation"),
                without.cells().stream().map(cell -> cell.config().data()).toList());
        assertEquals(
                sweep.cells().stream().map(Sweep.Cell::folder).toList(),
                without.cells().stream().map(Sweep.Cell::folder).toList());
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).contains("full database: no " + folder), notes.get(0));
        Files.createFile(folder.resolve("train-images-idx3-ubyte.gz"));
        assertEquals(sweep, SweepOptions.withoutMissing(sweep, folder, notes::add));
        assertEquals(1, notes.size());
    }

    @Test
    void folderThatIsNamedAndMissingIsAnErrorOfReadingIt() {
        String nowhere = folder.resolve("nowhere").toString();
        linear("--full", nowhere).endsWith(2).withOneLine(nowhere);
        linear("-o", "data=fashion-mnist:" + nowhere).endsWith(2).withOneLine(nowhere);
    }

    @Test
    void finishedCellsWithoutTheFullDatabaseAreCounted() {
        linear("--seeds", "0,1").endsWith(0).saying("| missing |");
        Called asked = linear("--seeds", "0,1", "--full", folder.toString()).endsWith(0);
        assertTrue(
                asked.err()
                        .contains(
                                "note: 2 finished cells lack the full database; remove their folders to run them again"),
                asked::err);
        Called content = linear("--seeds", "0,1").endsWith(0);
        assertFalse(content.err().contains("note:"), content::err);
    }

    @Test
    void baselineOfOtherDataIsAnErrorAndOfKeysItDoesNotKnowIsNot() throws IOException {
        Path spec = Files.writeString(folder.resolve("spec.yaml"), "baselines: [raw-pixels, pca-sign]\n");
        sweep(spec.toString(), "-o", "bits=8").endsWith(0);
        sweep(spec.toString(), "-o", "bits=8", "-o", "data=embedded:3")
                .endsWith(2)
                .withOneLine("raw-pixels", "made with data embedded:2, now embedded:3");
        sweep(spec.toString(), "-o", "bits=16").endsWith(2).withOneLine("pca-sign", "made with bits 8, now 16");
    }

    @Test
    void hyperplanesOfASweepAreMeasuredAsTheirCodesAreByEvaluate() throws IOException {
        Path spec = Files.writeString(folder.resolve("spec.yaml"), "baselines: [lsh]\ngrid: {bits: [2048]}\n");
        sweep(spec.toString()).endsWith(0);
        Path run = folder.resolve("run");
        Called.trainedBriefly(run).endsWith(0);
        for (String set : new String[] {"query", "database"}) {
            List<String> line = new ArrayList<>(List.of("encode", "--run", run.toString(), "--set", set));
            line.addAll(List.of("--method", "lsh", "--bits", "2048", "--backend", "cpu"));
            line.addAll(List.of("--out", folder.resolve(set).toString()));
            Called.with(line.toArray(String[]::new)).endsWith(0);
        }
        Path figures = folder.resolve("figures.json");
        List<String> line = new ArrayList<>(List.of("evaluate", "--json", figures.toString()));
        line.addAll(List.of("--query-codes", folder.resolve("query").toString()));
        line.addAll(List.of("--database-codes", folder.resolve("database").toString()));
        Called.with(line.toArray(String[]::new)).endsWith(0);
        JsonNode evaluated = new ObjectMapper().readTree(figures.toFile());
        JsonNode swept = json("lsh_bits=2048_seed=0/metrics.json");
        for (String key : List.of("mAP", "mAP_stable", "empty_at_radius_2", "precision_at_N", "pr_by_rank", "bits")) {
            assertEquals(evaluated.required(key), swept.required(key), key);
        }
        assertEquals(2048, swept.required("bits").intValue());
        assertEquals(1, swept.required("empty_at_radius_2").doubleValue());
    }

    @Test
    void runsOfALossOfOnesOwnAreThoseOfItsPresentText() throws IOException {
        Path source = Files.writeString(folder.resolve("MyLoss.java"), OWN);
        String loss = "loss=" + source;
        sweep(Called.DHN, "-o", "bits=8", "-o", loss).endsWith(0);
        Called again = sweep(Called.DHN, "-o", "bits=8", "-o", loss).endsWith(0);
        assertTrue(again.err().contains("1 have finished, 0 to run"), again::err);
        Path exported = folder.resolve("exported");
        sweep(Called.DHN, "-o", "bits=8", "-o", loss, "--export", exported.toString())
                .endsWith(0);
        assertEquals(OWN, Files.readString(exported.resolve("dhn_seed=0/MyLoss.java")));
        Files.writeString(source, OWN.replace("-1", "-2"));
        sweep(Called.DHN, "-o", "bits=8", "-o", loss)
                .endsWith(2)
                .withOneLine("dhn_seed=0", "made with another MyLoss.java");
        Files.delete(source);
        Path copy = runs.resolve("dhn_seed=0").resolve("MyLoss.java");
        Called fromCopy =
                sweep(Called.DHN, "-o", "bits=8", "-o", "loss=" + copy).endsWith(0);
        assertTrue(fromCopy.err().contains("1 have finished, 0 to run"), fromCopy::err);
        sweep(Called.DHN, "-o", "bits=8").endsWith(2).withOneLine("dhn_seed=0", "now");
    }

    @Test
    void plotThatCanNotBeDrawnLosesNoFigure() throws IOException {
        Files.createDirectories(runs.resolve("mAP-by-bits.png/full"));
        Called called = sweep(Called.DHN, "-g", "bits=8,16").endsWith(0).saying("| dhn | 16 | 0.");
        assertTrue(called.err().contains("plot not drawn: " + runs.resolve("mAP-by-bits.png")), called::err);
        assertEquals(2, json("table.json").size());
    }

    @Test
    void cellsOfEddhGetTheirPicture() throws IOException {
        sweep(Path.of("../configs/eddh.yaml").toString(), "-o", "bits=8", "-o", "train.pretrain=1")
                .endsWith(0);
        assertNotNull(ImageIO.read(
                runs.resolve("eddh_seed=0").resolve(DistancePlot.PICTURE).toFile()));
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
