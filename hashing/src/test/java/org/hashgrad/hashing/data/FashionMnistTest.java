package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FashionMnistTest {
    private final Path folder;

    FashionMnistTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void embeddedPartsHaveTheirContent() {
        Split split = FashionMnist.embedded();
        assertPart(
                split.query(),
                1000,
                "3d7f6d64869a3f2d1afe64ae33ffb9b20670a91b31e3bbf0657e3999ec7b35cf",
                "6b25654537ff83dd6c40fe0a122c7778d8219b2a88ff02c36dbdd21152fdb075");
        assertPart(
                split.training(),
                5000,
                "219e0834d6dbbfcccb72e61d67310bfef387e43aba6c40b2bc63758d7ad925c9",
                "4e5c0e8f28b58a4a5a035b2c3ca5c4e9b9dcd1ae36ad28d9ac24bdc36dc09cf1");
        assertPart(
                split.database("held-out"),
                2000,
                "b117218c58877e12973975cb01b138352629114dbc89e7e8b1b0ca63b5ef67d7",
                "50e13b1670490cae3ac72a6216a62cedd6987aa26853628f27d6936f80bef86d");
        assertSame(split.training(), split.database());
        assertEquals(Set.of("training", "held-out"), split.databases().keySet());
    }

    @Test
    void validationIsTheTrainingImagesWithTheLastHundredOfEachClassAsQueries() {
        ImageSet all = (ImageSet) FashionMnist.embedded().training();
        Split split = FashionMnist.validation();
        assertEquals(4000, split.training().count());
        assertEquals(1000, split.query().count());
        assertEquals(Set.of("training"), split.databases().keySet());
        assertSame(split.training(), split.database());
        int[] seen = new int[10];
        int[] next = new int[2];
        ImageSet[] parts = {(ImageSet) split.training(), (ImageSet) split.query()};
        for (int i = 0; i < all.count(); i++) {
            int part = seen[((ClassLabels) all.labels()).classOf(i)]++ < 400 ? 0 : 1;
            assertArrayEquals(image(all, i), image(parts[part], next[part]++));
        }
        assertArrayEquals(new int[] {4000, 1000}, next);
    }

    private static byte[] image(ImageSet set, int i) {
        return java.util.Arrays.copyOfRange(set.pixels(), i * set.imageSize(), (i + 1) * set.imageSize());
    }

    @Test
    void aSmallValidationSplitTakesTheFirstOfBothParts() {
        Split small = FashionMnist.validation(3);
        Split whole = FashionMnist.validation();
        assertEquals(30, small.training().count());
        assertEquals(30, small.query().count());
        assertArrayEquals(image((ImageSet) whole.query(), 0), image((ImageSet) small.query(), 0));
        assertArrayEquals(image((ImageSet) whole.training(), 0), image((ImageSet) small.training(), 0));
    }

    @Test
    void theSplitTakesTheFirstOfEachClassInFileOrder() {
        ImageSet train = cyclic("train", 4);
        ImageSet test = cyclic("t10k", 3);
        Split split = FashionMnist.split(train, test, new FashionMnist.Sizes(1, 2, 1));
        assertArrayEquals(firstPixels(0, 10), firstPixelsOf(split.query()));
        assertArrayEquals(firstPixels(0, 20), firstPixelsOf(split.training()));
        assertArrayEquals(firstPixels(10, 20), firstPixelsOf(split.database("held-out")));
        SampleSet full = split.database("full");
        assertEquals(40 + 30 - 10, full.count());
        int[] expected = new int[60];
        for (int i = 0; i < 60; i++) {
            expected[i] = i < 40 ? i : i - 40 + 10;
        }
        assertArrayEquals(expected, firstPixelsOf(full));
        for (int i = 0; i < 60; i++) {
            assertEquals(true, full.labels().has(i, expected[i] % 10));
        }
    }

    @Test
    void theSplitKeepsFileOrderWhenClassesAreMixed() {
        int[] classes = new int[40];
        for (int i = 0; i < 40; i++) {
            classes[i] = i < 20 ? 9 - i / 2 : i % 10;
        }
        ImageSet set = set("t10k", classes);
        Split split = FashionMnist.split(set, set, new FashionMnist.Sizes(1, 3, 1));
        assertArrayEquals(new int[] {0, 2, 4, 6, 8, 10, 12, 14, 16, 18}, firstPixelsOf(split.query()));
        assertArrayEquals(new int[] {1, 3, 5, 7, 9, 11, 13, 15, 17, 19}, firstPixelsOf(split.database("held-out")));
        int[] full = firstPixelsOf(split.database("full"));
        for (int i = 0; i < 70; i++) {
            int expected = i < 40 ? i : i < 50 ? 2 * (i - 40) + 1 : i - 30;
            assertEquals(expected, full[i]);
        }
        assertEquals(70, full.length);
        assertArrayEquals(firstPixels(0, 30), firstPixelsOf(split.training()));
    }

    @Test
    void theBuilderWritesWhatTheReaderReads() throws IOException {
        Path source = Files.createDirectories(folder.resolve("source"));
        FashionMnist.writePart(cyclic("train", 4), source);
        FashionMnist.writePart(cyclic("t10k", 3), source);
        Split split = FashionMnist.split(
                FashionMnist.readPart(source, "train"),
                FashionMnist.readPart(source, "t10k"),
                new FashionMnist.Sizes(1, 2, 1));
        Path target = folder.resolve("new").resolve("target");
        EmbeddedFashionMnistBuilder.write(split, target);
        for (SampleSet part : List.of(split.query(), split.training(), split.database("held-out"))) {
            ImageSet read = FashionMnist.readPart(target, part.name());
            assertArrayEquals(part.raw(), read.raw());
            assertEquals(2, read.height());
            assertEquals(3, read.width());
            for (int i = 0; i < part.count(); i++) {
                assertEquals(true, part.labels().similar(i, read.labels(), i));
            }
        }
    }

    @Test
    void aClassWithTooFewImagesIsNamed() {
        ImageSet train = cyclic("train", 4);
        ImageSet test = cyclic("t10k", 3);
        assertEquals(
                "Fashion-MNIST: train: class 0 has 4 images; need 5",
                Failure.of(() -> FashionMnist.split(train, test, new FashionMnist.Sizes(1, 5, 1))));
        FashionMnist.writePart(train, folder);
        FashionMnist.writePart(test, folder);
        assertEquals(
                "Fashion-MNIST: t10k: class 0 has 3 images; need 100", Failure.of(() -> FashionMnist.full(folder)));
    }

    @Test
    void aSmallGzipThatPromisesALargeContentIsRefusedByItsHeader() {
        Path images = folder.resolve("train-images-idx3-ubyte.gz");
        new IdxFile("bomb", new int[] {70_001, 28, 2}, new byte[70_001 * 56]).writeGzip(images);
        assertEquals(
                "IDX: " + images + ": offset 4: dimension 0: expected 1 to 70000, found 70001",
                Failure.of(() -> FashionMnist.readPart(folder, "train")));
        new IdxFile("bomb", new int[] {1, 29, 28}, new byte[29 * 28]).writeGzip(images);
        assertEquals(
                "IDX: " + images + ": offset 8: dimension 1: expected 1 to 28, found 29",
                Failure.of(() -> FashionMnist.readPart(folder, "train")));
    }

    @Test
    void aMismatchedLabelCountNamesBothFiles() {
        IdxFile images = new IdxFile("images.gz", new int[] {3, 1, 1}, new byte[3]);
        IdxFile labels = new IdxFile("labels.gz", new int[] {2}, new byte[2]);
        assertEquals(
                "IDX: labels.gz: offset 4: mismatched label count: expected 3 as in images.gz, found 2",
                Failure.of(() -> FashionMnist.paired("x", images, labels)));
    }

    @Test
    void anUnknownClassIsNamedWithItsOffset() {
        IdxFile images = new IdxFile("images.gz", new int[] {3, 1, 1}, new byte[3]);
        IdxFile labels = new IdxFile("labels.gz", new int[] {3}, new byte[] {9, 0, (byte) 200});
        assertEquals(
                "IDX: labels.gz: offset 10: unknown class: expected 0 to 9, found 200",
                Failure.of(() -> FashionMnist.paired("x", images, labels)));
    }

    @Test
    void anEmptyFolderNamesTheFileThatIsMissing() {
        assertEquals(
                "IDX: " + folder.resolve("train-images-idx3-ubyte.gz") + ": no such file",
                Failure.of(() -> FashionMnist.full(folder)));
    }

    @Test
    void anUnknownDatabaseListsThoseThereAre() {
        ImageSet set = cyclic("x", 1);
        Split split = new Split(set, set, java.util.Map.of("training", set));
        assertEquals("split: no database named 'test'; there are [training]", Failure.of(() -> split.database("test")));
        assertEquals("split: no database; need at least 1", Failure.of(() -> new Split(set, set, java.util.Map.of())));
    }

    @Test
    void imageShapesThatDifferAreErrors() {
        ImageSet a = cyclic("a", 1);
        ImageSet b = new ImageSet("b", 3, 2, 1, new byte[6], ClassLabels.of(0));
        String message = "split: sample shapes differ: a (1, 2, 3) against b (3, 2, 1)";
        assertEquals(message, Failure.of(() -> new Split(a, b, java.util.Map.of("a", a))));
        assertEquals(message, Failure.of(() -> new Split(a, a, java.util.Map.of("b", b))));
        assertEquals(message, Failure.of(() -> FashionMnist.split(a, b, new FashionMnist.Sizes(1, 1, 0))));
    }

    @Test
    void imageSetsCheckTheirPixels() {
        assertEquals(
                "image set a: pixels has length 5; need 6 for shape (1, 1, 2, 3)",
                Failure.of(() -> new ImageSet("a", 1, 2, 3, new byte[5], ClassLabels.of(0))));
        assertEquals(
                "image set a: image shape is (1, 0, 3); need sizes >= 1",
                Failure.of(() -> new ImageSet("a", 1, 0, 3, new byte[0], ClassLabels.of(0))));
    }

    @Test
    void standardizedPixelsAreShiftedAndScaled() {
        ImageSet set = new ImageSet("a", 1, 1, 2, new byte[] {0, (byte) 255, 51, 1}, ClassLabels.of(0, 1));
        assertArrayEquals(
                new float[] {(float) (-0.06 / 0.5), (float) ((1 / 255.0 - 0.26) / 0.5), -0.52f, 1.48f},
                set.standardized(new int[] {1, 0}, 0.26, 0.5),
                1e-7f);
    }

    private static void assertPart(SampleSet set, int count, String pixels, String labels) {
        ImageSet part = (ImageSet) set;
        assertEquals(count, part.count());
        assertEquals(List.of(1, 28, 28), List.of(part.channels(), part.height(), part.width()));
        byte[] classes = new byte[count];
        int[] perClass = new int[10];
        for (int i = 0; i < count; i++) {
            classes[i] = (byte) ((ClassLabels) part.labels()).classOf(i);
            perClass[classes[i]]++;
        }
        for (int c = 0; c < 10; c++) {
            assertEquals(count / 10, perClass[c], "images of class " + c);
        }
        assertEquals(pixels, sha256(part.pixels()), part.name() + " pixels");
        assertEquals(labels, sha256(classes), part.name() + " labels");
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Images 2 × 3 of classes 0 … 9 in turn; an image's first pixel is its index. */
    private static ImageSet cyclic(String name, int perClass) {
        int[] classes = new int[10 * perClass];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = i % 10;
        }
        return set(name, classes);
    }

    private static ImageSet set(String name, int[] classes) {
        byte[] pixels = new byte[classes.length * 6];
        for (int i = 0; i < classes.length; i++) {
            pixels[i * 6] = (byte) i;
        }
        return new ImageSet(name, 1, 2, 3, pixels, ClassLabels.of(classes));
    }

    private static int[] firstPixels(int from, int to) {
        return java.util.stream.IntStream.range(from, to).toArray();
    }

    private static int[] firstPixelsOf(SampleSet set) {
        return java.util.stream.IntStream.range(0, set.count())
                .map(i -> (int) set.raw()[i * set.sample().size()])
                .toArray();
    }
}
