package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Framing;
import org.hashgrad.hashing.data.ImageFile;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.PackedData;
import org.hashgrad.hashing.data.PictureFiles;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.RgbImage;
import org.hashgrad.hashing.data.TestPictures;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.hashing.method.Trainer;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Module;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Image files get the codes that the same pictures have in the run's data, whatever way those become inputs. */
class EncodedImagesTest {
    private static final int PICTURES = 24;

    private final Backend backend = new ReferenceBackend();
    private final Device device = new Device("reference", "java", Device.Kind.CPU, "", List.of(Precision.F64), "", "");
    private final Path folder;

    EncodedImagesTest(@TempDir Path folder) {
        this.folder = folder;
        for (int i = 0; i < PICTURES; i++) {
            write(folder.resolve("set/" + (i % 2 == 0 ? "cat" : "dog") + "/" + i + ".png"), 24, 12, i);
        }
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    /** Noise over a slope, so that every framing of it is another picture. */
    private static Path write(Path file, int width, int height, int seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        RandomKey key = RandomKey.of(seed);
        for (int p = 0; p < width * height; p++) {
            int noise = key.below(1 << 24, p) & 0x7f7f7f;
            image.setRGB(p % width, p / width, noise + ((p % width * 127 / width) << (8 * (seed % 3))));
        }
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, TestPictures.encoded(image, "png"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path run(String data) {
        Path run = folder.resolve("run-" + Integer.toHexString(data.hashCode()));
        RunConfig config = RunConfig.of(
                Map.of("method", "dhn", "data", data),
                List.of("bits=16", "train.epochs=1", "train.batch=8", "network=linear", "seed=3"));
        Experiment.run(config, backend, Environment.of(backend, device, 1), run, TrainingListener.SILENT);
        return run;
    }

    /** Codes of the run's database by the data set's own reading, and of the same files. */
    private void assertFilesAreEncodedAsTheData(String data, OptionalInt crops) {
        try (TrainedRun trained = TrainedRun.open(run(data), backend, crops)) {
            PictureSet database = (PictureSet) trained.sets(Medium.IMAGE).values().stream()
                    .skip(2)
                    .findFirst()
                    .orElseThrow();
            List<String> ids = FileData.parse(data).orElseThrow().dataset().ids();
            List<Path> files = Arrays.stream(database.places())
                    .mapToObj(place -> folder.resolve("set").resolve(ids.get(place)))
                    .toList();
            Codes expected = trained.encode(Medium.IMAGE, database);
            assertArrayEquals(
                    expected.toPackedBytes(), trained.encodeImages(files).toPackedBytes(), data);
            assertTrue(IntStream.range(1, expected.count()).anyMatch(i -> expected.hamming(0, expected, i) > 0));
        }
    }

    @Test
    void filesAreFramedAsTheRunsDataAre() {
        String place = "folder:" + folder.resolve("set");
        assertFilesAreEncodedAsTheData(place + "?protocol=as-is&side=8&resize=10", OptionalInt.empty());
        assertFilesAreEncodedAsTheData(place + "?protocol=as-is&side=8", OptionalInt.empty());
        assertFilesAreEncodedAsTheData(place + "?protocol=as-is&side=6&resize=11&crops=10", OptionalInt.empty());
        assertFilesAreEncodedAsTheData(place + "?protocol=as-is&side=8&resize=11", OptionalInt.of(10));
    }

    @Test
    void filesAreFramedAsForPackingBeforeTheyAreFramedAsForTraining() {
        Path packed = folder.resolve("packed");
        String files = "folder:" + folder.resolve("set") + "?side=10&resize=12";
        PackedData.write(FileData.parse(files).orElseThrow().divided().set(), packed, "own", n -> {});
        assertFilesAreEncodedAsTheData("packed:" + packed + "?side=7&resize=10", OptionalInt.empty());
        assertFilesAreEncodedAsTheData("packed:" + packed, OptionalInt.empty());
    }

    @Test
    void greyRunsTakeTheBrightnessOfFilesAndMoreFilesThanABatchAreNoMatter() throws IOException {
        try (TrainedRun trained = TrainedRun.open(run("embedded:2"), backend)) {
            ImageSet query =
                    (ImageSet) Objects.requireNonNull(trained.sets(Medium.IMAGE).get("query"));
            List<Path> files = new ArrayList<>();
            for (int i = 0; i < query.count(); i++) {
                BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB);
                for (int p = 0; p < 784; p++) {
                    image.setRGB(p % 28, p / 28, (query.pixels()[i * 784 + p] & 0xff) * 0x010101);
                }
                files.add(Files.write(folder.resolve("f" + i + ".png"), TestPictures.encoded(image, "png")));
            }
            List<Path> many = IntStream.range(0, 30 * query.count())
                    .mapToObj(i -> files.get(i % files.size()))
                    .toList();
            byte[] expected = trained.encode(Medium.IMAGE, query).toPackedBytes();
            byte[] found = trained.encodeImages(many).toPackedBytes();
            for (int i = 0; i < found.length; i++) {
                assertEquals(expected[i % expected.length], found[i]);
            }
            assertThrows(RunFolderException.class, () -> TrainedRun.open(trainedFolder(), backend, OptionalInt.of(10)));
        }
    }

    private Path trainedFolder() {
        return folder.resolve("run-" + Integer.toHexString("embedded:2".hashCode()));
    }

    @Test
    void aCodeOfTenWindowsIsTheSignOfTheMeanOfTenOutputs() {
        Framing framing = new Framing(11, 8, 10);
        List<Path> files = IntStream.range(0, 5)
                .mapToObj(i -> write(folder.resolve("ten" + i + ".png"), 15, 13, 50 + i))
                .toList();
        var source = new PictureFiles(
                folder,
                files.stream().map(file -> file.getFileName().toString()).toList(),
                ImageFile.MOST_PIXELS);
        PictureSet pictures = PictureSet.of("ten", source, framing, ClassLabels.of(0, 1, 0, 1, 0));
        RunConfig config =
                RunConfig.of(Map.of("method", "dhn", "data", "embedded"), List.of("bits=12", "network=dense"));
        try (Module network = Experiment.network(config, pictures, Blueprint.of(backend, RandomKey.of(7)))) {
            RelaxedCodes mean = Trainer.relaxedCodes(backend, network, Samples.of(pictures, 0.4, 0.2));
            boolean otherThanTheMiddle = false;
            for (int i = 0; i < files.size(); i++) {
                double[] sum = new double[12];
                for (RgbImage window : framing.ten(ImageFile.read(files.get(i)))) {
                    ImageSet one = new ImageSet("one", 3, 8, 8, window.planes(), ClassLabels.of(0));
                    RelaxedCodes single = Trainer.relaxedCodes(backend, network, Samples.of(one, 0.4, 0.2));
                    for (int b = 0; b < 12; b++) {
                        sum[b] += single.values()[b];
                    }
                }
                PictureSet middle = pictures.with(framing.withCrops(1)).select("one", new int[] {i});
                RelaxedCodes alone = Trainer.relaxedCodes(backend, network, Samples.of(middle, 0.4, 0.2));
                for (int b = 0; b < 12; b++) {
                    assertEquals(sum[b] / 10, mean.values()[i * 12 + b], 1e-7);
                    otherThanTheMiddle |= Math.abs(alone.values()[b] - mean.values()[i * 12 + b]) > 1e-3;
                }
            }
            assertTrue(otherThanTheMiddle);
            assertFalse(framing.equals(framing.withCrops(1)));
        }
    }
}
