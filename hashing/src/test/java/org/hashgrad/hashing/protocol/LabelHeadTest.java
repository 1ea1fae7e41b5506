package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.nn.io.Safetensors;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a finished run says of the labels of an image file. */
class LabelHeadTest {
    private static final int PAIRS = 48;
    private static final int SIDE = 32;
    private static final int FEATURES = 6;

    private final Backend backend = new ReferenceBackend();
    private final Path folder;

    LabelHeadTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private Path run(String method, String... overrides) {
        RunConfig config = RunConfig.of(Map.of("method", method, "data", "openclipart:" + PAIRS), List.of(overrides));
        Device device = new Device("reference", "java", Device.Kind.CPU, "", List.of(Precision.F64), "", "");
        Environment environment = Environment.of(backend, device, 1);
        return Experiment.run(config, backend, environment, folder.resolve(method), TrainingListener.SILENT)
                .folder();
    }

    /** Of the size that the network takes, so that nothing is scaled. */
    private static BufferedImage noise(long seed) {
        RandomKey key = RandomKey.of(seed);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int at = 0; at < SIDE * SIDE; at++) {
            image.setRGB(at % SIDE, at / SIDE, key.below(1 << 24, at));
        }
        return image;
    }

    /** Pixels as the network is given them, by colour: (3 · SIDE · SIDE). */
    private static double[] standardized(BufferedImage image) {
        byte[] training = ((ImageSet) OpenClipart.embedded(OpenClipart.Texts.STRICT, PAIRS)
                        .images()
                        .training())
                .pixels();
        double mean = 0;
        for (byte pixel : training) {
            mean += (pixel & 0xff) / 255.0 / training.length;
        }
        double variance = 0;
        for (byte pixel : training) {
            variance += Math.pow((pixel & 0xff) / 255.0 - mean, 2) / training.length;
        }
        double[] x = new double[3 * SIDE * SIDE];
        for (int at = 0; at < x.length; at++) {
            int place = at % (SIDE * SIDE);
            int level = image.getRGB(place % SIDE, place / SIDE) >> (16 - 8 * (at / (SIDE * SIDE))) & 0xff;
            x[at] = (level / 255.0 - mean) / Math.sqrt(variance);
        }
        return x;
    }

    private static double[] layer(Safetensors weights, String path, double[] x) throws IOException {
        double[] w = weights.doubles(path + ".weight");
        double[] y = weights.doubles(path + ".bias");
        for (int at = 0; at < w.length; at++) {
            y[at / x.length] += w[at] * x[at % x.length];
        }
        return y;
    }

    @Test
    void probabilityOfEachLabelIsThatOfTheStoredWeights() throws IOException {
        Path run = run(
                "ssah",
                "train.epochs=2",
                "train.batch=16",
                "bits=8",
                "features=" + FEATURES,
                "image.network=linear",
                "image.optimizer.rate=0.01",
                "label.hidden.units=8",
                "text.hidden.units=8",
                "adversary.first=4",
                "adversary.second=4");
        List<Path> files = List.of(folder.resolve("a.png"), folder.resolve("b.png"));
        for (Path file : files) {
            ImageIO.write(noise(files.indexOf(file)), "png", file.toFile());
        }
        try (TrainedRun trained = TrainedRun.open(run, backend);
                Safetensors weights = Safetensors.open(run.resolve(RunFolder.WEIGHTS))) {
            assertEquals(List.copyOf(OpenClipart.manifest().labels().keySet()), trained.labelNames());
            List<float[]> found = trained.labelProbabilities(files);
            assertEquals(2, found.size());
            for (int i = 0; i < 2; i++) {
                double[] features = Arrays.stream(layer(weights, "image.embedding", standardized(noise(i))))
                        .map(x -> Math.max(0, x))
                        .toArray();
                double[] logits = layer(weights, "image.labels", features);
                assertEquals(40, found.get(i).length);
                for (int c = 0; c < logits.length; c++) {
                    assertEquals(1 / (1 + Math.exp(-logits[c])), found.get(i)[c], 1e-5, i + ", " + c);
                }
            }
            assertTrue(Math.abs(found.get(0)[0] - found.get(1)[0]) > 1e-4, "the images differ");
        }
    }

    @Test
    void methodWithoutALabelHeadHasNoProbabilities() {
        Path run = run("dcmh", "train.epochs=1", "train.batch=16", "bits=8", "image.network=linear", "text.units=4");
        try (TrainedRun trained = TrainedRun.open(run, backend)) {
            var thrown = assertThrows(RunFolderException.class, () -> trained.labelProbabilities(List.of()));
            assertEquals("run: the network of method dcmh has no label head; need a run of ssah", thrown.getMessage());
        }
    }
}
