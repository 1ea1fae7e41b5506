package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.protocol.TrainedRun;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keywords of images by a short run. */
class TagCommandTest {
    private final Path folder;
    private final ObjectMapper mapper = new ObjectMapper();

    TagCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path run(String config, String... overrides) {
        Path run = folder.resolve("run");
        List<String> line = new ArrayList<>(List.of("train", config, "--backend", "cpu", "--run", run.toString()));
        for (String each : overrides) {
            line.addAll(List.of("-o", each));
        }
        Called.with(line.toArray(String[]::new)).endsWith(0);
        return run;
    }

    private Path ssah() {
        return run(
                "../configs/ssah.yaml",
                "data=openclipart:96",
                "train.epochs=1",
                "train.batch=32",
                "image.network=linear",
                "text.scales=",
                "text.hidden.units=16",
                "bits=8");
    }

    private Path image(String name, Color color) throws IOException {
        BufferedImage image = new BufferedImage(50, 40, BufferedImage.TYPE_INT_RGB);
        for (int at = 0; at < 50 * 40; at++) {
            image.setRGB(at % 50, at / 50, at % 3 == 0 ? color.getRGB() : Color.WHITE.getRGB());
        }
        Path file = Files.createDirectories(folder.resolve("images")).resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private JsonNode tags(Path run, int top, String... images) throws IOException {
        Path json = folder.resolve("tags.json");
        List<String> line = new ArrayList<>(List.of("tag", "--run", run.toString(), "--backend", "cpu", "--image"));
        line.addAll(List.of(images));
        line.addAll(List.of("--top", Integer.toString(top), "--json", json.toString()));
        Called.with(line.toArray(String[]::new)).endsWith(0);
        return mapper.readTree(json.toFile());
    }

    /** Column c is the manifest's label c. */
    private static float[] ofTheNetwork(Path run, String image) {
        try (Backend backend = Backends.installed().open("cpu");
                TrainedRun trained = TrainedRun.open(run, backend)) {
            return trained.labelProbabilities(List.of(Path.of(image))).get(0);
        }
    }

    @Test
    void mostProbableLabelsOfEachImageComeFirst() throws IOException {
        Path run = ssah();
        String red = image("red.png", Color.RED).toString();
        String blue = image("blue.png", Color.BLUE).toString();
        JsonNode all = tags(run, 1000, red, blue);
        assertEquals(2, all.size());
        assertEquals(blue, all.get(1).required("image").textValue());
        List<String> labels = new ArrayList<>();
        all.get(0).required("labels").forEach(label -> labels.add(label.textValue()));
        assertEquals(
                OpenClipart.manifest().labels().keySet().stream().sorted().toList(),
                labels.stream().sorted().toList());
        JsonNode probabilities = all.get(0).required("probabilities");
        List<String> names = List.copyOf(OpenClipart.manifest().labels().keySet());
        float[] ofRed = ofTheNetwork(run, red);
        assertTrue(names.size() == 40 && ofRed[names.indexOf(labels.get(0))] > ofRed[names.indexOf(labels.get(39))]);
        for (int i = 0; i < labels.size(); i++) {
            assertEquals(
                    ofRed[names.indexOf(labels.get(i))],
                    probabilities.get(i).floatValue(),
                    "the network's own of label " + labels.get(i));
        }
        for (int i = 1; i < labels.size(); i++) {
            assertTrue(probabilities.get(i).doubleValue()
                    <= probabilities.get(i - 1).doubleValue());
        }
        assertTrue(probabilities.get(39).doubleValue() > 0);
        assertTrue(probabilities.get(0).doubleValue() < 1);

        Called printed = Called.with("tag", "--run", run.toString(), "--image", red, "--top", "2", "--backend", "cpu");
        printed.endsWith(0)
                .saying(
                        labels.get(1),
                        String.format(Locale.ROOT, "%.3f", probabilities.get(1).doubleValue()));
        assertEquals(3, printed.out().lines().count(), printed.out());
        assertEquals(
                all.get(0).required("labels").get(0),
                tags(run, 1, red).get(0).required("labels").get(0));
        assertEquals(2, tags(run, 1, folder.resolve("images").toString()).size(), "a folder");
    }

    @Test
    void whatCanNotBeTaggedIsSaidInOneLine() throws IOException {
        Path run = ssah();
        String good = image("red.png", Color.RED).toString();
        String broken =
                Files.writeString(folder.resolve("broken.png"), "no picture").toString();
        String absent = folder.resolve("absent.png").toString();
        String[][] calls = {
            {broken, "5", "image: " + broken + ": neither PNG nor JPEG"},
            {absent, "5", "image: " + absent + ": no such file"},
            {good, "0", "--top: expected a number >= 1, found 0"},
            {good, "two", "--top", "'two'"},
        };
        for (String[] call : calls) {
            Called.with("tag", "--run", run.toString(), "--image", call[0], "--top", call[1], "--backend", "cpu")
                    .endsWith(2)
                    .withOneLine(call[2], call[call.length - 1]);
        }
        Path images = folder.resolve("images");
        for (String input : List.of(run.resolve("weights.safetensors").toString(), good)) {
            Called.with("tag", "--run", run.toString(), "--image", images.toString(), "--json", input)
                    .endsWith(2)
                    .withOneLine("--json " + input + ": is the input " + input);
        }
        Path deep = Files.createDirectory(images.resolve("deep")).resolve("a.png");
        Files.copy(Path.of(good), deep);
        for (String command : List.of("tag", "search")) {
            Called.with(command, "--run", run.toString(), "--image", images.toString(), "--json", deep.toString())
                    .endsWith(2)
                    .withOneLine("is the input " + deep);
        }
        Files.createSymbolicLink(images.resolve("loop"), images);
        Called.with("tag", "--run", run.toString(), "--image", images.toString())
                .endsWith(2)
                .withOneLine("images: " + images + ": can not be read: ", "FileSystemLoop");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Called.with("tag", "--run", run.toString(), "--image", empty.toString(), "--backend", "cpu")
                .endsWith(2)
                .withOneLine(empty + ": no .png");
        Called.with("tag", "--run", empty.toString(), "--image", good, "--backend", "cpu")
                .endsWith(2)
                .withOneLine("run folder: " + empty);
    }

    @Test
    void runWithoutALabelHeadSaysWhichMethodItIs() throws IOException {
        Path run = folder.resolve("run");
        Called.trainedBriefly(run).endsWith(0);
        String image = image("red.png", Color.RED).toString();
        Called.with("tag", "--run", run.toString(), "--image", image, "--backend", "cpu")
                .endsWith(2)
                .withOneLine("the network of method dhn has no label head; need a run of ssah");
    }
}
