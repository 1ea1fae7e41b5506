package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.data.TextSet;
import org.hashgrad.hashing.data.VectorSet;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Features in {@code .npy} files beside pictures, and beside texts. */
class FeatureFilesTest {
    private static final int PAIRS = 64;
    private static final List<String> BRIEF = List.of(
            "bits=16",
            "train.epochs=15",
            "train.batch=32",
            "loss.eta=0",
            "image.network=linear",
            "text.units=32",
            "image.optimizer.name=adam",
            "image.optimizer.rate=1e-3",
            "text.optimizer.name=adam",
            "text.optimizer.rate=0.01");

    /** Each label a direction, and noise. */
    private static float[] vectors(Labels labels, int dimensions, RandomKey noise) {
        RandomKey directions = RandomKey.of(3);
        float[] values = new float[labels.count() * dimensions];
        for (int at = 0; at < values.length; at++) {
            double value = 0.3 * noise.gaussian(at);
            for (int c = 0; c < labels.classes(); c++) {
                value += labels.has(at / dimensions, c) ? directions.gaussian(c * dimensions + at % dimensions) : 0;
            }
            values[at] = (float) value;
        }
        return values;
    }

    /** Of all sets of a split. */
    private static Path features(Path folder, Split split, int dimensions) throws IOException {
        Files.createDirectories(folder);
        write(folder.resolve("query.npy"), split.query().labels(), dimensions);
        write(folder.resolve("training.npy"), split.training().labels(), dimensions);
        return folder;
    }

    private static void write(Path file, Labels labels, int dimensions) throws IOException {
        NpyFile.write(file, vectors(labels, dimensions, RandomKey.of(labels.count())), labels.count(), dimensions);
    }

    private static PairedSplit drawings() {
        return OpenClipart.embedded(OpenClipart.Texts.STRICT, PAIRS);
    }

    private static RunConfig config(String data, String... overrides) {
        List<String> all = new ArrayList<>(BRIEF);
        all.addAll(List.of(overrides));
        return RunConfig.of(Map.of("method", "dcmh", "data", data), all);
    }

    private static RunResult run(RunConfig config, Backend backend, Path folder) {
        Device device = new Device("cpu", "java", Device.Kind.CPU, "", List.of(Precision.F32), "", "");
        return Experiment.run(config, backend, Environment.of(backend, device, 2), folder, TrainingListener.SILENT);
    }

    /** The features say the labels, so images of the same medium apart, a feature file finds itself. */
    @Test
    void drawingsAreTrainedWithAFeatureFileInThePlaceOfTheirTexts(@TempDir Path temporary) throws IOException {
        Path features = features(temporary.resolve("sounds"), drawings().images(), 24);
        RunConfig config = config("openclipart:" + PAIRS + "?texts=" + features);
        PairedSplit pairs = config.pairs();
        assertTrue(pairs.images().training() instanceof ImageSet);
        assertTrue(pairs.texts().training() instanceof VectorSet);
        try (Backend backend = new CpuBackend(2)) {
            RunResult result = run(config, backend, temporary.resolve("run"));
            Path folder = result.folder();
            double found = ((Number) Objects.requireNonNull(result.metrics().get("mAP_text_to_text"))).doubleValue();
            assertTrue(found > 0.5, "text to text " + found);
            try (TrainedRun trained = TrainedRun.open(folder, backend)) {
                assertArrayEquals(
                        NpyFile.read(folder.resolve("query-text-codes.npy")).toBytes(),
                        trained.encodeFeatures(Medium.TEXT, features.resolve("query.npy"))
                                .toPackedBytes());
                assertEquals("animals", trained.labelNames().get(0));
                var thrown = assertThrows(RunFolderException.class, () -> trained.encodeTexts(List.of("apple")));
                assertEquals("run: has no network for texts; need a cross-modal run on texts", thrown.getMessage());
                NpyFile.write(temporary.resolve("short.npy"), new float[6], 2, 3);
                thrown = assertThrows(
                        RunFolderException.class,
                        () -> trained.encodeFeatures(Medium.TEXT, temporary.resolve("short.npy")));
                assertEquals(
                        "run: its network of texts takes vectors (24), found vectors (3) in "
                                + temporary.resolve("short.npy"),
                        thrown.getMessage());
                thrown = assertThrows(
                        RunFolderException.class,
                        () -> trained.encodeFeatures(Medium.IMAGE, features.resolve("query.npy")));
                assertEquals(
                        "run: its network of images takes no features but samples (3, 32, 32), found vectors (24) in "
                                + features.resolve("query.npy"),
                        thrown.getMessage());
            }
        }
    }

    @Test
    void textsAreTrainedWithAFeatureFileInThePlaceOfTheirImages(@TempDir Path temporary) throws IOException {
        Path features = features(temporary.resolve("shapes"), drawings().images(), 24);
        RunConfig config = config("openclipart:" + PAIRS + "?images=" + features, "train.epochs=1", "texts.form=full");
        PairedSplit pairs = config.pairs();
        assertTrue(pairs.images().training() instanceof VectorSet);
        assertTrue(pairs.texts().training() instanceof TextSet);
        try (Backend backend = new CpuBackend(2)) {
            Path folder = run(config, backend, temporary.resolve("run")).folder();
            try (TrainedRun trained = TrainedRun.open(folder, backend)) {
                assertEquals(16, trained.encodeTexts(List.of("apple")).bits());
                assertEquals(
                        pairs.images().query().count(),
                        trained.encodeFeatures(Medium.IMAGE, features.resolve("query.npy"))
                                .count());
            }
        }
    }

    @Test
    void picturesOfOnesOwnStandBesideAFeatureFileWithoutAnyText(@TempDir Path temporary) throws IOException {
        StringBuilder csv = new StringBuilder("path,labels,split\n");
        IntUnaryOperator label = i -> i % 3;
        for (int i = 0; i < 24; i++) {
            var picture = new java.awt.image.BufferedImage(8, 8, java.awt.image.BufferedImage.TYPE_INT_RGB);
            picture.setRGB(label.applyAsInt(i), 0, 0xffffff);
            javax.imageio.ImageIO.write(
                    picture, "png", temporary.resolve(i + ".png").toFile());
            csv.append(i + ".png," + "abc".charAt(label.applyAsInt(i)) + "," + (i < 6 ? "query" : "training") + "\n");
        }
        Path file = Files.writeString(temporary.resolve("own.csv"), csv);
        Split pictures = DataChoice.parse("csv:" + file + "?side=8").split();
        Path features = features(temporary.resolve("features"), pictures, 5);
        PairedSplit pairs = config("csv:" + file + "?side=8&protocol=as-is&texts=" + features)
                .pairs();
        assertTrue(pairs.images().training() instanceof PictureSet);
        assertEquals(18, pairs.texts().training().count());
        assertEquals(pairs.texts().training(), pairs.texts().database(), "the training pairs are the database");
        try (Backend backend = new CpuBackend(2)) {
            RunConfig config = config(
                    "csv:" + file + "?side=8&protocol=as-is&texts=" + features, "train.batch=6", "train.epochs=1");
            Path folder = run(config, backend, temporary.resolve("run")).folder();
            assertTrue(Files.exists(folder.resolve("database-text-codes.npy")));
        }
    }

    @Test
    void otherNumbersShapesAndValuesThanAskedForAreNamedByTheirFile(@TempDir Path temporary) throws IOException {
        Path features = features(temporary.resolve("f"), drawings().images(), 4);
        int queries = drawings().images().query().count();
        Path query = features.resolve("query.npy");
        RunConfig config = config("openclipart:" + PAIRS + "?texts=" + features);

        NpyFile.write(query, new float[4 * (queries - 1)], queries - 1, 4);
        var thrown = assertThrows(DataException.class, config::pairs);
        assertEquals(
                query + ": expected " + queries + " vectors as query has items, found " + (queries - 1),
                thrown.getMessage());

        NpyFile.write(query, new float[queries], queries);
        thrown = assertThrows(DataException.class, config::pairs);
        assertTrue(
                String.valueOf(thrown.getMessage()).startsWith(query + ": expected shape (n, d), found "),
                thrown.getMessage());

        NpyFile.write(query, new float[queries * 5], queries, 5);
        thrown = assertThrows(DataException.class, config::pairs);
        assertEquals("split: sample shapes differ: query (5) against training (4)", thrown.getMessage());

        float[] values = new float[queries * 4];
        values[9] = Float.NaN;
        NpyFile.write(query, values, queries, 4);
        thrown = assertThrows(DataException.class, config::pairs);
        assertEquals(
                query + ": vector set query: vector 2 has NaN at component 1; need finite numbers",
                thrown.getMessage());

        Files.delete(query);
        thrown = assertThrows(DataException.class, config::pairs);
        assertTrue(String.valueOf(thrown.getMessage()).contains(query.toString()), thrown.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "paired:x?texts=y, expected pictures beside the texts of y",
        "vectors:x?texts=y, expected pictures beside the texts of y",
        "paired:x?images=y, expected texts beside the images of y",
        "embedded?images=y, expected texts beside the images of y",
        "folder:x?images=y, expected texts beside the images of y",
        "csv:x?texts=y&side=8, 'expected texts=FOLDER as the last option, with no ? or & in the folder''s name'",
        "openclipart?images=y?texts=z, 'expected images=FOLDER as the last option, with no ? or & in the folder''s name'"
    })
    void featuresStandBesideTheOtherMediumOnly(String data, String expected) {
        var thrown = assertThrows(ConfigException.class, () -> config(data));
        assertEquals("config: data: " + expected + ", found '" + data + "'", thrown.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"openclipart?texts=y, texts.form=full", "openclipart?images=y, train.augment=false"})
    void keysOfTheMediumThatIsNotThereHaveNoMeaning(String data, String override) {
        var thrown = assertThrows(ConfigException.class, () -> config(data, override));
        assertTrue(String.valueOf(thrown.getMessage()).contains("has no meaning for method dcmh"), thrown.getMessage());
    }

    @Test
    void aMethodOfOneMediumTakesNone() {
        var thrown = assertThrows(
                ConfigException.class,
                () -> RunConfig.of(Map.of("method", "dhn", "data", "embedded?texts=y"), List.of()));
        assertEquals("config: data: method dhn takes one medium; found 'embedded?texts=y'", thrown.getMessage());
    }
}
