package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {
    private static final RunConfig CONFIG =
            RunConfig.of(Map.of("bits", 12), List.of("train.epochs=1", "train.batch=4", "seed=5"));

    private final Backend backend = new ReferenceBackend();
    private final Device device = new Device("reference", "java", Device.Kind.CPU, "", List.of(Precision.F64), "", "");

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private static ImageSet images(String name, int count, long seed) {
        byte[] pixels = new byte[count * 64];
        int[] classes = new int[count];
        RandomKey key = RandomKey.of(seed);
        for (int i = 0; i < count; i++) {
            classes[i] = i % 2;
            for (int p = 0; p < 64; p++) {
                boolean bright = (p < 32) == (classes[i] == 0);
                pixels[i * 64 + p] = (byte) (key.below(100, i * 64 + p) + (bright ? 120 : 0));
            }
        }
        return new ImageSet(name, 1, 8, 8, pixels, ClassLabels.of(classes));
    }

    private static Split split() {
        ImageSet training = images("training", 8, 1);
        Map<String, SampleSet> databases = new LinkedHashMap<>();
        databases.put("training", training);
        databases.put("held-out", images("held-out", 6, 2));
        return new Split(images("query", 4, 3), training, databases);
    }

    private RunResult run(Path folder) {
        Environment environment = Environment.of(backend, device, 1);
        return Experiment.run(CONFIG, split(), backend, environment, folder, TrainingListener.SILENT);
    }

    @Test
    void runLeavesEverythingThatDescribesIt(@TempDir Path temporary) throws IOException {
        Path folder = temporary.resolve("a").resolve("run");
        RunResult result = run(folder);
        Set<String> files;
        try (var listed = Files.list(folder)) {
            files = listed.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
        }
        assertEquals(
                Set.of(
                        "config.yaml",
                        "environment.json",
                        "log.jsonl",
                        "weights.safetensors",
                        "metrics.json",
                        "query-codes.npy",
                        "query-labels.npy",
                        "query-ids.npy",
                        "database-codes.npy",
                        "database-labels.npy",
                        "database-ids.npy",
                        "held-out-codes.npy",
                        "held-out-labels.npy",
                        "held-out-ids.npy"),
                files);
        JsonNode metrics =
                new ObjectMapper().readTree(folder.resolve("metrics.json").toFile());
        for (String key : List.of(
                "mAP",
                "mAP_best",
                "mAP_worst",
                "mAP_held_out",
                "precision_at_radius_2",
                "empty_at_radius_2",
                "seconds_train")) {
            assertTrue(metrics.required(key).isNumber(), key);
        }
        double seconds = 0;
        double waited = 0;
        for (String line : Files.readAllLines(folder.resolve("log.jsonl"))) {
            JsonNode epoch = new ObjectMapper().readTree(line);
            assertTrue(epoch.required("waited_seconds").doubleValue() > 0, line);
            seconds += epoch.required("seconds").doubleValue();
            waited += epoch.required("waited_seconds").doubleValue();
        }
        assertTrue(waited < seconds);
        assertEquals(waited / seconds, metrics.required("share_waiting").doubleValue(), 1e-12);
        assertTrue(metrics.required("precision_at_N").required("100").isNumber());
        assertEquals(13, metrics.required("pr_by_radius").required("recall").size());
        assertEquals(
                "micro", metrics.required("pr_by_radius").required("average").asText());
        JsonNode environment =
                new ObjectMapper().readTree(folder.resolve("environment.json").toFile());
        assertEquals("reference", environment.required("backend").asText());
        assertEquals(5, environment.required("seed").asInt());
        assertEquals(CONFIG, RunConfig.read(folder.resolve("config.yaml"), List.of()));
        List<String> log = Files.readAllLines(folder.resolve("log.jsonl"));
        assertEquals(1, log.size());
        assertEquals(
                result.epochs().get(0).loss(),
                new ObjectMapper().readTree(log.get(0)).required("loss").doubleValue());
        assertArrayEquals(
                new int[] {4, 2},
                NpyFile.read(folder.resolve("query-codes.npy")).shape());
    }

    @Test
    void evaluationOfTheFolderFindsTheSameFigures(@TempDir Path temporary) {
        RunResult result = run(temporary.resolve("run"));
        assertEquals(result.metrics(), evaluated(temporary.resolve("run")));
    }

    @Test
    void realRankingIsMeasuredOnTheOutputsAndAgainFromTheFolder(@TempDir Path temporary) {
        Path folder = temporary.resolve("real");
        RunConfig real = RunConfig.of(CONFIG.toMap(), List.of("ranking=real"));
        Environment environment = Environment.of(backend, device, 1);
        RunResult result = Experiment.run(real, split(), backend, environment, folder, TrainingListener.SILENT);
        assertArrayEquals(
                new int[] {4, 12},
                NpyFile.read(folder.resolve("query-outputs.npy")).shape());
        assertEquals(result.metrics(), evaluated(folder));
    }

    @Test
    void sameSeedLeavesTheSameBytes(@TempDir Path temporary) throws IOException {
        run(temporary.resolve("first"));
        run(temporary.resolve("second"));
        for (String name : List.of("weights.safetensors", "query-codes.npy", "held-out-codes.npy", "config.yaml")) {
            assertArrayEquals(
                    Files.readAllBytes(temporary.resolve("first").resolve(name)),
                    Files.readAllBytes(temporary.resolve("second").resolve(name)),
                    name);
        }
    }

    @Test
    void folderThatCanNotBeWrittenIsRefusedBeforeTraining(@TempDir Path temporary) throws IOException {
        Path inTheWay = Files.writeString(temporary.resolve("file"), "");
        boolean[] trained = {false};
        var thrown = assertThrows(
                RunFolderException.class,
                () -> Experiment.run(
                        CONFIG,
                        split(),
                        backend,
                        Environment.of(backend, device, 1),
                        inTheWay.resolve("run"),
                        new TrainingListener() {
                            @Override
                            public void batchDone(int epoch, int batch, int batches, double loss) {
                                trained[0] = true;
                            }
                        }));
        assertTrue(
                String.valueOf(thrown.getMessage())
                        .startsWith("run folder: " + inTheWay.resolve("run") + ": can't be written: "),
                thrown.getMessage());
        assertFalse(trained[0]);
    }

    @Test
    void folderOfAnotherRunIsNotOverwritten(@TempDir Path temporary) {
        run(temporary.resolve("run"));
        var thrown = assertThrows(RunFolderException.class, () -> run(temporary.resolve("run")));
        assertTrue(
                String.valueOf(thrown.getMessage()).endsWith("holds a run already; choose another folder"),
                thrown.getMessage());
    }

    private static String refusal(Runnable action) {
        return String.valueOf(
                assertThrows(RunFolderException.class, action::run).getMessage());
    }

    @Test
    void unfinishedRunIsNeitherEvaluatedNorOverwritten(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("config.yaml"), CONFIG.toYaml());
        String unfinished =
                "run folder: " + folder + ": the run did not finish: no %s; train again into another folder";
        assertEquals(unfinished.formatted("query-codes.npy"), refusal(() -> evaluated(folder)));
        Files.writeString(folder.resolve("query-codes.npy"), "");
        Files.writeString(folder.resolve("query-labels.npy"), "");
        assertEquals(unfinished.formatted("database-codes.npy"), refusal(() -> evaluated(folder)));
        assertEquals(
                "run folder: " + folder + ": holds a run already, an unfinished run without metrics.json; "
                        + "choose another folder",
                refusal(() -> run(folder)));
        assertEquals(CONFIG.toYaml(), Files.readString(folder.resolve("config.yaml")));
    }

    @Test
    void foreignFilesAreRefusedAndLeftAsTheyAre(@TempDir Path folder) throws IOException {
        Path foreign = Files.writeString(folder.resolve("metrics.json"), "mine");
        assertEquals(
                "run folder: " + folder + ": expected a new or empty folder, found 1 files in it, such as metrics.json",
                refusal(() -> run(folder)));
        assertEquals("mine", Files.readString(foreign));
        assertFalse(Files.exists(folder.resolve("config.yaml")));
        Files.delete(foreign);
        RunFolder files = RunFolder.create(folder, "bits: 12\n");
        Files.writeString(foreign, "mine");
        assertEquals(
                "run folder: " + foreign + ": can't be written: is there already",
                refusal(() -> files.writeJson("metrics.json", Map.of())));
        assertEquals("mine", Files.readString(foreign));
        assertEquals("bits: 12\n", Files.readString(folder.resolve("config.yaml")));
    }

    @Test
    void batchOfMoreThanAllTrainingImagesIsFoundBeforeTheFolderIsMade(@TempDir Path temporary) {
        Path folder = temporary.resolve("run");
        RunConfig config = RunConfig.of(CONFIG.toMap(), List.of("train.batch=9"));
        var thrown = assertThrows(
                ConfigException.class,
                () -> Experiment.run(
                        config, split(), backend, Environment.of(backend, device, 1), folder, TrainingListener.SILENT));
        assertEquals("config: train.batch is 9; need <= 8, the number of training samples", thrown.getMessage());
        assertFalse(Files.exists(folder));
    }

    @Test
    void folderWithoutARunCanNotBeEvaluated(@TempDir Path temporary) {
        var thrown = assertThrows(RunFolderException.class, () -> evaluated(temporary));
        assertEquals("run folder: " + temporary + ": no run there; expected the file config.yaml", thrown.getMessage());
    }

    @Test
    void unknownDataAndNetworkAreRefusedBeforeTheFolderIsMade(@TempDir Path temporary) {
        Path folder = temporary.resolve("run");
        for (String override : List.of("data=cifar", "network=big-cnn")) {
            var thrown = assertThrows(
                    ConfigException.class,
                    () -> Experiment.run(
                            RunConfig.of(CONFIG.toMap(), List.of(override)),
                            backend,
                            Environment.of(backend, device, 1),
                            folder,
                            TrainingListener.SILENT));
            assertTrue(
                    String.valueOf(thrown.getMessage())
                            .contains("found '" + override.substring(override.indexOf('=') + 1) + "'"),
                    thrown.getMessage());
            assertFalse(Files.exists(folder));
        }
    }

    /** The figures of the stored codes. */
    private static Map<String, Object> evaluated(Path run) {
        return RunEvaluation.of(run, Optional.empty()).figures(RetrievalMetrics.standard(1));
    }
}
