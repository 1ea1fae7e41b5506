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
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.VectorSet;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.step.ScmSteps;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of two media: what they leave, what evaluation and a reader find there, and bad pairs. */
class CrossModalExperimentTest {
    private static final int CLASSES = 3;
    private static final List<String> SMALL = List.of(
            "bits=8",
            "train.epochs=12",
            "train.batch=10",
            "loss.eta=0",
            "image.network=linear",
            "text.units=12",
            "image.optimizer.rate=0.3",
            "text.optimizer.rate=0.3");

    private final Backend backend = new ReferenceBackend();
    private final Device device = new Device("reference", "java", Device.Kind.CPU, "", List.of(Precision.F64), "", "");

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    /** Features of both media around a centre per class; class 2 has label 1 besides. */
    private static void write(Path folder, String set, int count, long seed) throws IOException {
        RandomKey centres = RandomKey.of(99);
        RandomKey noise = RandomKey.of(seed);
        float[] images = new float[count * 6];
        float[] texts = new float[count * 4];
        int[] labels = new int[count * CLASSES];
        for (int i = 0; i < count; i++) {
            int label = i % CLASSES;
            labels[i * CLASSES + label] = 1;
            labels[i * CLASSES + 1] = label == 0 ? 0 : 1;
            for (int d = 0; d < 6; d++) {
                images[i * 6 + d] = (float) (2 * centres.gaussian(label * 6 + d) + 1.2 * noise.gaussian(i * 6 + d));
            }
            for (int d = 0; d < 4; d++) {
                texts[i * 4 + d] =
                        (float) (2 * centres.gaussian(100 + label * 4 + d) + 0.3 * noise.gaussian(9999 + i * 4 + d));
            }
        }
        NpyFile.write(folder.resolve(set + "-images.npy"), images, count, 6);
        NpyFile.write(folder.resolve(set + "-texts.npy"), texts, count, 4);
        NpyFile.write(folder.resolve(set + "-labels.npy"), labels, count, CLASSES);
    }

    private static Path data(Path temporary) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("data"));
        write(folder, "query", 9, 1);
        write(folder, "training", 30, 2);
        write(folder, "held-out", 12, 3);
        return folder;
    }

    private RunResult run(Path temporary, String data, List<String> overrides) {
        RunConfig config = RunConfig.of(Map.of("method", "dcmh", "data", data), overrides);
        return Experiment.run(
                config, backend, Environment.of(backend, device, 1), temporary.resolve("run"), TrainingListener.SILENT);
    }

    @Test
    void runLeavesCodesOfBothMediaAndFiguresOfFourDirections(@TempDir Path temporary) throws IOException {
        RunResult result = run(temporary, "paired:" + data(temporary), SMALL);
        Path folder = result.folder();
        Set<String> files;
        try (var listed = Files.list(folder)) {
            files = listed.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
        }
        for (String set : List.of("query", "database", "held-out")) {
            for (String medium : List.of("image", "text")) {
                for (String content : List.of("codes", "labels", "ids")) {
                    assertTrue(files.contains(set + "-" + medium + "-" + content + ".npy"), files::toString);
                }
            }
        }
        JsonNode metrics =
                new ObjectMapper().readTree(folder.resolve("metrics.json").toFile());
        double sum = 0;
        for (String direction : List.of("image_to_text", "text_to_image", "image_to_image", "text_to_text")) {
            double figure = metrics.required("mAP_" + direction).doubleValue();
            assertEquals(
                    figure,
                    metrics.required("by_direction")
                            .required(direction)
                            .required("mAP")
                            .doubleValue());
            assertTrue(figure > 0.8, direction + " " + figure);
            assertTrue(metrics.required("precision_at_radius_2_" + direction).isNumber());
            assertTrue(metrics.required("empty_at_radius_2_" + direction).isNumber());
            sum += direction.startsWith("image_to_text") || direction.startsWith("text_to_image") ? figure : 0;
        }
        assertEquals(sum / 2, metrics.required("mAP").doubleValue(), 1e-12);
        assertTrue(metrics.required("by_database")
                .required("held-out")
                .required("mAP_text_to_image")
                .isNumber());
        assertEquals(9, metrics.required("queries").intValue());
        assertEquals("own", metrics.required("protocol").required("name").textValue());
        assertEquals(
                "paired:data", metrics.required("protocol").required("source").textValue());
        assertEquals(2, metrics.required("overlap").size());
        assertTrue(metrics.path("seconds_pretrain").isMissingNode());
        assertEquals(3, metrics.at("/by_database/held-out/overlap").size());
        assertEquals(
                12,
                metrics.at("/by_database/held-out/protocol/lists/database/count")
                        .intValue());
        Map<String, Object> again = evaluated(folder);
        assertEquals(result.metrics().get("mAP_image_to_text"), again.get("mAP_image_to_text"));
        assertEquals(result.metrics().keySet(), again.keySet());
        List<String> log = Files.readAllLines(folder.resolve("log.jsonl"));
        JsonNode last = new ObjectMapper().readTree(log.get(log.size() - 1));
        for (String figure : List.of("image_loss", "text_loss", "image_rate", "text_rate", "image_seconds")) {
            assertTrue(last.required(figure).isNumber(), figure);
        }
        assertEquals(12, log.size());
    }

    @Test
    void aClaimOnARunWithoutARecordIsComparedByTheNumbersOfBothMedia(@TempDir Path temporary) throws IOException {
        Path folder = run(temporary, "paired:" + data(temporary), SMALL).folder();
        Files.delete(folder.resolve("metrics.json"));
        assertTrue(RunEvaluation.of(folder, Optional.of(Protocol.named("own"))).hasTwoMedia());
        var thrown = assertThrows(
                DataException.class, () -> RunEvaluation.of(folder, Optional.of(Protocol.named("mirflickr/dcmh"))));
        assertEquals("protocol mirflickr/dcmh: expected 2000 queries, found 9", thrown.getMessage());
    }

    @Test
    void retrievalIsLoggedAfterTheEpochsThatAreAskedFor(@TempDir Path temporary) throws IOException {
        List<String> overrides = new java.util.ArrayList<>(SMALL);
        overrides.addAll(List.of("train.epochs=4", "train.evaluateEvery=2"));
        RunResult result = run(temporary, "paired:" + data(temporary), overrides);
        List<String> log = Files.readAllLines(result.folder().resolve("log.jsonl"));
        assertTrue(!log.get(0).contains("mAP_") && !log.get(2).contains("mAP_"), log::toString);
        JsonNode last = new ObjectMapper().readTree(log.get(3));
        assertEquals(
                result.metrics().get("mAP_text_to_image"),
                last.required("mAP_text_to_image").doubleValue());
    }

    @Test
    void secondsOfPretrainingStandApartFromThoseOfTraining(@TempDir Path temporary) {
        List<String> overrides = List.of(
                "bits=8",
                "train.epochs=1",
                "train.batch=16",
                "image.network=linear",
                "text.units1=16",
                "text.units2=8",
                "text.boltzmann.epochs=8");
        RunConfig config = RunConfig.of(Map.of("method", "cmch", "data", "openclipart:48"), overrides);
        Environment environment = Environment.of(backend, device, 1);
        Path folder = temporary.resolve("run");
        long start = System.nanoTime();
        RunResult result = Experiment.run(config, backend, environment, folder, TrainingListener.SILENT);
        double all = (System.nanoTime() - start) * 1e-9;
        double pretraining = (double) Objects.requireNonNull(result.metrics().get("seconds_pretrain"));
        double training = (double) Objects.requireNonNull(result.metrics().get("seconds_train"));
        double waiting = (double) Objects.requireNonNull(result.metrics().get("share_waiting"));
        assertTrue(waiting > 0 && waiting < 1, () -> "share of both networks' turns: " + waiting);
        assertTrue(pretraining > 0 && training > 0 && pretraining + training < all);
        assertEquals(pretraining, evaluated(folder).get("seconds_pretrain"));
        assertTrue(Files.isRegularFile(folder.resolve("boltzmann.json")));
    }

    @Test
    void mediaWithTheSameCodesOfAllQueriesOrAllItemsAreAnError(@TempDir Path temporary) throws IOException {
        Path folder = run(temporary, "paired:" + data(temporary), SMALL).folder();
        for (String set : List.of("query", "database")) {
            evaluated(folder);
            Path texts = folder.resolve(set + "-text-codes.npy");
            byte[] own = Files.readAllBytes(texts);
            Files.copy(folder.resolve(set + "-image-codes.npy"), texts, StandardCopyOption.REPLACE_EXISTING);
            var thrown = assertThrows(RunFolderException.class, () -> evaluated(folder));
            assertEquals(
                    "run folder: " + folder + ": images and texts of " + set
                            + " have the same codes: one network was evaluated against itself",
                    thrown.getMessage());
            Files.write(texts, own);
        }
    }

    private static void put(Path folder, String set, Codes codes) throws IOException {
        Path file = folder.resolve(set + "-codes.npy");
        Files.delete(file);
        NpyFile.write(file, codes.toPackedBytes(), codes.count(), Codes.bytesPerCode(codes.bits()));
    }

    private static Codes drawn(int count, long seed) {
        RandomKey key = RandomKey.of(seed);
        return Codes.fromReal(key::gaussian, count, 8);
    }

    @Test
    void figuresOfEachDirectionAreThoseOfItsQueriesAndItsDatabase(@TempDir Path temporary) throws IOException {
        Path data = data(temporary);
        Path folder = run(temporary, "paired:" + data, SMALL).folder();
        PairedSplit pairs = VectorSet.pairs(data);
        Map<String, Codes> codes = Map.of(
                "query-image", drawn(9, 1),
                "query-text", drawn(9, 2),
                "database-image", drawn(30, 3),
                "database-text", drawn(30, 4));
        for (Map.Entry<String, Codes> set : codes.entrySet()) {
            put(folder, set.getKey(), set.getValue());
        }
        Map<String, Object> found = evaluated(folder);
        Set<Object> different = new HashSet<>();
        for (String[] direction :
                new String[][] {{"image", "text"}, {"text", "image"}, {"image", "image"}, {"text", "text"}}) {
            double expected = RetrievalMetrics.standard(1)
                    .evaluate(
                            Objects.requireNonNull(codes.get("query-" + direction[0])),
                            pairs.images().query().labels(),
                            Objects.requireNonNull(codes.get("database-" + direction[1])),
                            pairs.images().database().labels())
                    .meanAveragePrecision();
            assertEquals(expected, found.get("mAP_" + direction[0] + "_to_" + direction[1]));
            different.add(expected);
        }
        assertEquals(4, different.size());
        assertEquals(0, found.get("collapsed"));
    }

    @Test
    void runWhoseCodesAreAllOneIsMeasuredAndSaysSo(@TempDir Path temporary) throws IOException {
        List<String> still = new java.util.ArrayList<>(SMALL);
        still.addAll(List.of("train.epochs=1", "image.optimizer.rate=0.01", "text.optimizer.rate=0.01"));
        Path folder = run(temporary, "paired:" + data(temporary), still).folder();
        Codes all = Codes.fromReal(at -> 1, 30, 8);
        Codes few = Codes.fromReal(at -> 1, 9, 8);
        put(folder, "query-image", few);
        put(folder, "database-image", all);
        assertEquals(1, evaluated(folder).get("collapsed"), "the images' codes say nothing");
        put(folder, "query-text", few);
        put(folder, "database-text", all);
        Map<String, Object> found = evaluated(folder);
        assertEquals(2, found.get("collapsed"));
        assertEquals(found.get("mAP_image_to_text"), found.get("mAP_text_to_image"));
    }

    @Test
    void oneCodeForNineTenthsOfAMediumIsACollapse(@TempDir Path temporary) throws IOException {
        List<String> still = new java.util.ArrayList<>(SMALL);
        still.addAll(List.of("train.epochs=1", "image.optimizer.rate=0.01", "text.optimizer.rate=0.01"));
        Path folder = run(temporary, "paired:" + data(temporary), still).folder();
        put(folder, "query-image", Codes.fromReal(at -> 1, 9, 8));
        for (int others = 3; others <= 4; others++) {
            int different = others;
            put(folder, "database-image", Codes.fromReal(at -> at / 8 < different && at % 8 <= at / 8 ? -1 : 1, 30, 8));
            Map<String, Object> found = evaluated(folder);
            Map<?, ?> codes = (Map<?, ?>) Objects.requireNonNull(found.get("codes"));
            assertEquals(others == 3 ? 1 : 0, found.get("collapsed"), (39 - others) + " of 39");
            assertEquals(
                    Map.of("distinct", others + 1, "commonest", (30 - others) / 30.0), codes.get("database-image"));
            assertEquals(Map.of("distinct", 1, "commonest", 1.0), codes.get("query-image"));
            assertEquals(
                    Set.of("query-image", "database-image", "query-text", "database-text"), Set.copyOf(codes.keySet()));
        }
    }

    @Test
    void readerMakesTheNetworksAgain(@TempDir Path temporary) throws IOException {
        Path data = data(temporary);
        Path folder = run(temporary, "paired:" + data, SMALL).folder();
        PairedSplit pairs = VectorSet.pairs(data);
        try (TrainedRun trained = TrainedRun.open(folder, backend)) {
            assertTrue(trained.isCrossModal());
            assertArrayEquals(
                    NpyFile.read(folder.resolve("query-image-codes.npy")).toBytes(),
                    trained.encode(Medium.IMAGE, pairs.images().query()).toPackedBytes());
            assertArrayEquals(
                    NpyFile.read(folder.resolve("database-text-codes.npy")).toBytes(),
                    trained.encode(Medium.TEXT, pairs.texts().database()).toPackedBytes());
            assertThrows(RunFolderException.class, () -> trained.encodeTexts(List.of("words")));
        }
        Files.delete(folder.resolve("weights.safetensors"));
        assertThrows(RunFolderException.class, () -> TrainedRun.open(folder, backend));
    }

    @Test
    void writtenTextBecomesWhatTheVocabularyKnowsOfIt(@TempDir Path temporary) {
        List<String> overrides = new java.util.ArrayList<>(SMALL);
        overrides.addAll(List.of("train.epochs=1", "train.batch=32", "image.optimizer.rate=1e-3"));
        Path folder = run(temporary, "openclipart:64", overrides).folder();
        try (TrainedRun trained = TrainedRun.open(folder, backend)) {
            Codes known = trained.encodeTexts(List.of("A red Apple xyzzy"));
            assertArrayEquals(
                    trained.encodeTexts(List.of("apple red")).toPackedBytes(), known.toPackedBytes(), "words as a bag");
            var thrown = assertThrows(RunFolderException.class, () -> trained.encodeTexts(List.of("xyzzy")));
            assertTrue(
                    String.valueOf(thrown.getMessage())
                            .startsWith("run: none of the words of 'xyzzy' is among the 600 that it was trained on"),
                    thrown.getMessage());
            thrown = assertThrows(RunFolderException.class, () -> trained.encodeTexts(List.of("")));
            assertTrue(
                    String.valueOf(thrown.getMessage()).startsWith("run: none of the words of '' is among the 600"),
                    thrown.getMessage());
        }
    }

    @Test
    void baselinesOfTwoMediaAreMeasuredInFourDirections(@TempDir Path temporary) throws IOException {
        RunConfig config = RunConfig.of(
                Map.of("method", "dcmh", "data", "paired:" + data(temporary)), List.of("bits=16", "seed=1"));
        Environment environment = Environment.of(backend, device, 1);
        Baselines.run(Baselines.Kind.LINEAR, config, backend, environment, temporary.resolve("linear"));
        Baselines.run(Baselines.Kind.RANDOM_CODES, config, backend, environment, temporary.resolve("random"));
        ObjectMapper json = new ObjectMapper();
        JsonNode linear = json.readTree(temporary.resolve("linear/metrics.json").toFile());
        JsonNode random = json.readTree(temporary.resolve("random/metrics.json").toFile());
        for (Direction direction : Direction.values()) {
            String key = "mAP_" + direction.key();
            assertTrue(linear.required(key).doubleValue() > 0.8, () -> key + " " + linear.get(key));
            assertTrue(random.required(key).doubleValue() < 0.75, () -> key + " " + random.get(key));
        }
        JsonNode flips = random.required("codes").required("database-text");
        assertEquals(30, flips.required("distinct").intValue(), "30 draws of 65536 codes");
        assertEquals(1 / 30.0, flips.required("commonest").doubleValue());
        Path none = temporary.resolve("orthogonal");
        var tooMany = assertThrows(
                TooManyBitsException.class,
                () -> Baselines.run(Baselines.Kind.SCM_ORTHOGONAL, config, backend, environment, none));
        assertTrue(String.valueOf(tooMany.getMessage()).startsWith("scm: bits is 16; need <= "), tooMany.getMessage());
        assertFalse(Files.exists(none));
        RunConfig few = RunConfig.of(config.toMap(), List.of("bits=2"));
        for (boolean orthogonal : new boolean[] {true, false}) {
            Path folder = temporary.resolve("scm-" + orthogonal);
            Baselines.Kind kind = orthogonal ? Baselines.Kind.SCM_ORTHOGONAL : Baselines.Kind.SCM;
            Baselines.run(kind, few, backend, environment, folder);
            PairCodes codes = LinearPairCodes.scm(few.pairs(), 2, orthogonal, new ScmSteps(1e-6, 1e-6));
            JsonNode metrics = json.readTree(folder.resolve("metrics.json").toFile());
            CrossModalMetrics.measure(few.pairs(), codes, 1)
                    .forEach((direction, report) -> assertEquals(
                            report.meanAveragePrecision(),
                            metrics.required("mAP_" + direction).doubleValue(),
                            folder + " " + direction));
        }
        var thrown = assertThrows(
                ConfigException.class,
                () -> Baselines.run(Baselines.Kind.PCA_SIGN, config, backend, environment, temporary.resolve("pca")));
        assertEquals("baseline pca-sign has one medium; the data are pairs", thrown.getMessage());
    }

    @Test
    void imageNetworkNeedsImages(@TempDir Path temporary) throws IOException {
        String data = "paired:" + data(temporary);
        var thrown = assertThrows(
                ConfigException.class, () -> run(temporary, data, List.of("train.batch=10", "train.epochs=1")));
        assertEquals(
                "config: image.network is small-cnn, which takes images (channels, height, width); expected dense or linear for"
                        + " samples (6)",
                thrown.getMessage());
    }

    @Test
    void imageWithoutItsTextIsNamedByItsFile(@TempDir Path temporary) throws IOException {
        Path folder = data(temporary);
        NpyFile.write(folder.resolve("query-texts.npy"), new float[8 * 4], 8, 4);
        var thrown = assertThrows(DataException.class, () -> VectorSet.pairs(folder));
        assertTrue(
                String.valueOf(thrown.getMessage())
                        .endsWith("query-texts.npy: expected 9 vectors as in query-labels.npy, found 8"),
                thrown.getMessage());
        Files.delete(folder.resolve("query-texts.npy"));
        thrown = assertThrows(DataException.class, () -> VectorSet.pairs(folder));
        assertTrue(String.valueOf(thrown.getMessage()).contains("query-texts.npy"), thrown.getMessage());
    }

    @Test
    void labelWithoutItsItemIsNamedByItsFile(@TempDir Path temporary) throws IOException {
        Path folder = data(temporary);
        NpyFile.write(folder.resolve("training-labels.npy"), new int[31 * CLASSES], 31, CLASSES);
        var thrown = assertThrows(DataException.class, () -> VectorSet.pairs(folder));
        assertTrue(
                String.valueOf(thrown.getMessage())
                        .endsWith("training-images.npy: expected 31 vectors as in training-labels.npy, found 30"),
                thrown.getMessage());
    }

    /** The figures of the stored codes. */
    private static Map<String, Object> evaluated(Path run) {
        return RunEvaluation.of(run, Optional.empty()).figures(RetrievalMetrics.standard(1));
    }
}
