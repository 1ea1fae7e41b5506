package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.data.OpenClipart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
    @Test
    void withoutASetTheUsageIsPrinted() {
        assertEquals("", Called.with("data").endsWith(2).out());
        assertEquals("", Called.with("data", "build").endsWith(2).out());
        Called.with("data", "build", "openclipart", "--help")
                .endsWith(0)
                .saying("hashgrad data build openclipart", "--from=DIR", "apt-get install", "--debug");
    }

    @Test
    void missingPackagesAreNamed(@TempDir Path folder) {
        Called.with("data", "build", "openclipart", "--from", folder.toString(), "--out", folder + "/out")
                .endsWith(2)
                .withOneLine("png: no such folder", "apt-get install openclipart-png openclipart-svg");
        Called.with("data", "build", "openclipart").endsWith(2).withOneLine("--out");
        Called.with("data", "build", "openclipart", "--out", folder + "/out", "--side", "7")
                .endsWith(2)
                .withOneLine("side is 7; need 16 to 256");
    }

    @Test
    void aCollectionThatIsTooSmallLeavesNothingBehind(@TempDir Path folder) throws IOException {
        for (String kind : List.of("png", "svg")) {
            Files.createDirectories(folder.resolve(kind + "/food"));
        }
        BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", folder.resolve("png/food/a.png").toFile());
        Files.writeString(folder.resolve("svg/food/a.svg"), "<svg/>");
        Called called = Called.with("data", "build", "openclipart", "--from", folder.toString(), "--out", folder + "/o")
                .endsWith(2)
                .withOneLine("can be queries; need 400");
        assertEquals("", called.out());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("png", "svg"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    private static void pictures(Path folder) throws IOException {
        for (int i = 0; i < 24; i++) {
            Path file = folder.resolve((i % 2 == 0 ? "cat/" : "dog/") + i + ".png");
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < 320; p++) {
                image.setRGB(p % 20, p / 20, i % 2 == 0 ? 0xff0000 + i : 0x0000ff + (i << 8));
            }
            ImageIO.write(image, "png", file.toFile());
        }
    }

    @Test
    void infoCountsPartsLabelsAndTexts(@TempDir Path folder) throws IOException {
        pictures(folder);
        Called.with("data", "info", "folder:" + folder)
                .endsWith(0)
                .saying("query", "training", "database", "cat", "dog", "(3, 32, 32)");
        String words = OpenClipart.embedded().texts().training().sample().toString();
        Called.with("data", "info", "openclipart").endsWith(0).saying(words, "empty texts", "text: ", "animals");
        Called.with("data", "info", "--help").endsWith(0).saying("nus-wide-21:", "?corrupt=skip", "packed:FOLDER");
        Called.with("data", "info", "nothing").endsWith(2).withOneLine("data: expected one of", "folder:PLACE");
        Called.with("data", "info", "folder:" + folder + "/none").endsWith(2).withOneLine("no such folder");
    }

    @Test
    void verifyNamesEveryBrokenPictureAndFails(@TempDir Path folder) throws IOException {
        pictures(folder);
        Called.with("data", "verify", "folder:" + folder).endsWith(0).saying("24 items, 2 labels: all is whole");
        Files.writeString(folder.resolve("cat/4.png"), "broken");
        Called broken =
                Called.with("data", "verify", "folder:" + folder).endsWith(1).saying("1 broken");
        assertEquals(
                "image: " + folder.resolve("cat/4.png") + ": neither PNG nor JPEG: 6 bytes",
                broken.err().strip());
        Called.with("data", "verify", "embedded").endsWith(0).saying("8000 items in 3 parts are whole");
    }

    @Test
    void verifyReadsFeaturesInThePlaceOfAMediumToo(@TempDir Path folder) throws IOException {
        pictures(folder.resolve("set"));
        Path features = Files.createDirectories(folder.resolve("sounds"));
        NpyFile.write(features.resolve("query.npy"), new float[2 * 3], 2, 3);
        NpyFile.write(features.resolve("training.npy"), new float[12 * 3], 12, 3);
        NpyFile.write(features.resolve("database.npy"), new float[22 * 3], 22, 3);
        String data = "folder:" + folder.resolve("set") + "?side=16&texts=" + features;
        Called.with("data", "verify", data).endsWith(0).saying("24 items, 2 labels: all is whole");
        NpyFile.write(features.resolve("training.npy"), new float[11 * 3], 11, 3);
        Called.with("data", "verify", data)
                .endsWith(2)
                .withOneLine(
                        features.resolve("training.npy") + ": expected 12 vectors as training has items, found 11");
        Files.writeString(folder.resolve("set/cat/4.png"), "broken");
        Called.with("data", "verify", data).endsWith(1).saying("1 broken");
    }

    private static Called trained(String data, Path run) {
        List<String> line = new java.util.ArrayList<>(List.of("train", Called.DHN, "-o", "data=" + data));
        line.addAll(List.of("-o", "train.epochs=2", "-o", "train.batch=4", "-o", "bits=8", "--backend", "cpu"));
        line.addAll(List.of("--run", run.toString()));
        return Called.with(line.toArray(String[]::new));
    }

    @Test
    void whatIsImportedIsVerifiedAndTrainedOn(@TempDir Path folder) throws IOException {
        pictures(folder.resolve("set"));
        Path packed = folder.resolve("packed");
        Called.with("data", "import", "folder:" + folder.resolve("set") + "?side=16", "--out", packed.toString())
                .endsWith(0)
                .saying("24  items", "2  query", "packed: " + packed);
        Called.with("data", "import", "folder:" + folder.resolve("set"), "--out", packed.toString())
                .endsWith(2)
                .withOneLine("is there already; need a new folder");
        Called.with("data", "import", "embedded", "--out", folder + "/x")
                .endsWith(2)
                .withOneLine("expected one of cifar10:PLACE");
        Called.with("data", "verify", "packed:" + packed).endsWith(0).saying("all is whole");
        trained("folder:" + folder.resolve("set") + "?side=16", folder.resolve("near"))
                .endsWith(2)
                .withOneLine("protocol own: query in training: ", "2 nearly the same", "?protocol=as-is");
        for (String data : List.of(
                "packed:" + packed + "?side=12&resize=16&protocol=as-is",
                "folder:" + folder.resolve("set") + "?side=16&protocol=as-is")) {
            trained(data, folder.resolve("run" + data.length())).endsWith(0).saying("Protocol as-is, version 1, rule ");
        }
        byte[] images = Files.readAllBytes(packed.resolve("images.npy"));
        images[500]++;
        Files.write(packed.resolve("images.npy"), images);
        Called.with("data", "verify", "packed:" + packed).endsWith(1).saying("1 broken");
    }
}
