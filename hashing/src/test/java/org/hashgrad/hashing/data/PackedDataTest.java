package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedDataTest {
    private static final Framing FOUR = Framing.squeezed(4);

    private final Path folder;
    private final Path packed;

    PackedDataTest(@TempDir Path folder) {
        this.folder = folder;
        this.packed = folder.resolve("packed");
    }

    private Dataset own() throws IOException {
        for (int i = 0; i < 3; i++) {
            TestPictures.write(folder.resolve(i + ".png"), 9, 7, 0x102030 * (i + 1));
        }
        Path file = Files.writeString(
                folder.resolve("my.csv"),
                "path,labels,text,split\n0.png,red,one apple,training\n1.png,red;blue,,query\n2.png,,two apples,\n");
        return ImageCsv.read(file, FOUR, 1);
    }

    @Test
    void whatWasPackedIsReadBackWithLabelsTextsAndParts() throws IOException {
        Dataset set = own();
        List<Integer> told = new ArrayList<>();
        PackedData.write(set, packed, "", told::add);
        assertEquals(List.of(3), told);
        assertFalse(Files.exists(folder.resolve("packed.partial")));
        assertEquals(4, PackedData.side(packed));
        Dataset read = PackedData.read(packed, FOUR);
        assertEquals(set.ids(), read.ids());
        assertEquals(set.classes(), read.classes());
        assertArrayEquals(set.images().raw(), read.images().raw());
        for (int i = 0; i < 3; i++) {
            for (int c = 0; c < 2; c++) {
                assertEquals(set.labels().has(i, c), read.labels().has(i, c));
            }
        }
        assertEquals(
                ((TextSet) set.texts().orElseThrow()).texts(),
                ((TextSet) read.texts().orElseThrow()).texts());
        assertArrayEquals(new int[] {1}, read.parts().get("query"));
        assertEquals(
                2,
                PackedData.read(packed, Framing.squeezed(2)).images().sample().dim(1));
        assertEquals(List.of(), PackedData.changes(packed));
        assertArrayEquals(
                NpyFile.read(packed.resolve("images.npy")).shape(), new int[] {3, 3, 4, 4}, "any reader of npy has it");
    }

    @Test
    void classesAreKeptAsNumbers() {
        TestPictures.write(folder.resolve("set/a/1.png"), 4, 4, 1);
        TestPictures.write(folder.resolve("set/b/1.png"), 4, 4, 2);
        PackedData.write(ImageFolder.read(folder.resolve("set"), FOUR), packed, "", n -> {});
        Dataset read = PackedData.read(packed, FOUR);
        assertEquals(1, ((ClassLabels) read.labels()).classOf(1));
        assertTrue(read.texts().isEmpty());
    }

    @Test
    void aFolderThatIsThereAndABrokenPictureLeaveNothingBehind() throws IOException {
        Dataset set = own();
        Files.createDirectories(packed);
        assertEquals(
                "packed: " + packed + ": is there already; need a new folder",
                Failure.of(() -> PackedData.write(set, packed, "", n -> {})));
        Files.delete(packed);
        Files.writeString(folder.resolve("1.png"), "broken");
        assertTrue(Failure.of(() -> PackedData.write(set, packed, "", n -> {})).contains("neither PNG nor JPEG"));
        assertFalse(Files.exists(packed));
        BrokenPictures broken = BrokenPictures.of(set.images());
        assertEquals(List.of(1), List.copyOf(broken.reasons().keySet()));
        Dataset whole = broken.leftOutOf(set);
        assertEquals(List.of("0.png", "2.png"), whole.ids());
        assertEquals(0, Objects.requireNonNull(whole.parts().get("query")).length);
        PackedData.write(whole, packed, "", n -> {});
        assertEquals(2, PackedData.read(packed, FOUR).count(), "what an interrupted run left is no hindrance");
        for (String name : List.of("0.png", "2.png")) {
            Files.writeString(folder.resolve(name), "broken");
        }
        assertTrue(Failure.of(() -> BrokenPictures.of(set.images()).leftOutOf(set))
                .startsWith("data: my: none of its 3 pictures can be read; image: "));
    }

    @Test
    void changedAndBrokenFilesAreNamed() throws IOException {
        PackedData.write(own(), packed, "", n -> {});
        Path images = packed.resolve("images.npy");
        byte[] whole = Files.readAllBytes(images);
        whole[200]++;
        Files.write(images, whole);
        assertEquals(1, PackedData.changes(packed).size());
        assertTrue(PackedData.changes(packed).get(0).startsWith("packed: " + images + ": changed since it was packed"));
        Files.write(images, Arrays.copyOf(whole, 200));
        assertEquals(
                "npy: " + images + ": offset 128: expected 144 bytes, found 72",
                Failure.of(() -> PackedData.read(packed, FOUR)));
        NpyFile.write(images, new byte[96], 2, 3, 4, 4);
        assertTrue(Failure.of(() -> PackedData.read(packed, FOUR))
                .endsWith("found 2 images, 3 labels and 3 lines of items.jsonl"));
        NpyFile.write(images, new float[12], 1, 3, 2, 2);
        assertTrue(Failure.of(() -> PackedData.read(packed, FOUR)).contains("expected u1 (n, 3, height, width)"));
        Files.writeString(packed.resolve("manifest.json"), "{\"name\": \"x\"}");
        assertTrue(Failure.of(() -> PackedData.read(packed, FOUR))
                .startsWith("packed: " + packed.resolve("manifest.json")));
        Files.delete(packed.resolve("manifest.json"));
        assertTrue(Failure.of(() -> PackedData.read(packed, FOUR)).endsWith("manifest.json: no such file"));
    }

    @Test
    void aFolderOfAnotherMakerBesideIsLeftAlone() throws IOException {
        Path partial = Files.createDirectories(folder.resolve(packed.getFileName() + ".partial"));
        Path foreign = Files.writeString(partial.resolve("thesis.tex"), "years");
        assertEquals(
                "packed: " + partial
                        + ": holds thesis.tex, which packing does not make; need a folder that an interrupted"
                        + " packing left, or none",
                Failure.of(() -> PackedData.write(own(), packed, "", n -> {})));
        assertEquals("years", Files.readString(foreign));
        Files.delete(foreign);
        Files.writeString(partial.resolve("images.npy"), "half");
        PackedData.write(own(), packed, "", n -> {});
        assertFalse(Files.exists(partial));
    }

    @Test
    void labelsOfAHandMadePackHaveOneOrTwoDimensions() throws IOException {
        PackedData.write(own(), packed, "", n -> {});
        Path labels = packed.resolve("labels.npy");
        Path manifest = packed.resolve("manifest.json");
        String before = OpenClipart.sha256(Files.readAllBytes(labels));
        for (int[] shape : new int[][] {{}, {1, 1, 3}}) {
            int[] values = new int[shape.length == 0 ? 1 : 3];
            String old = Files.readString(manifest);
            NpyFile.write(labels, values, shape);
            String now = OpenClipart.sha256(Files.readAllBytes(labels));
            assertTrue(old.contains(before), old);
            Files.writeString(manifest, old.replace(before, now));
            before = now;
            assertEquals(
                    "packed: " + labels + ": expected labels (n) or (n, c), found i4 "
                            + (shape.length == 0 ? "()" : "(1, 1, 3)"),
                    Failure.of(() -> PackedData.read(packed, FOUR)));
        }
    }

    @Test
    void anEditedManifestWithTheRightNumbersIsFound() throws IOException {
        PackedData.write(own(), packed, "own", n -> {});
        Path manifest = packed.resolve("manifest.json");
        String whole = Files.readString(manifest);
        assertEquals(List.of(), PackedData.changes(packed));
        PackedData.read(packed, FOUR);
        Files.writeString(manifest, whole.replace("\"protocol\":\"own\"", "\"protocol\":\"cifar10/59k\""));
        String message = Failure.of(() -> PackedData.read(packed, FOUR));
        assertTrue(
                message.startsWith("packed: " + manifest + ": changed since it was packed: expected SHA-256 "),
                message);
        assertEquals(List.of(message), PackedData.changes(packed));
        Files.writeString(manifest, whole.replaceFirst(",\"digest\":\"[0-9a-f]{64}\"", ""));
        assertEquals(List.of(), PackedData.changes(packed));
        PackedData.read(packed, FOUR);
    }

    @Test
    void aManifestIsHeldAgainstTheFiles() throws IOException {
        PackedData.write(own(), packed, "", n -> {});
        Path manifest = packed.resolve("manifest.json");
        String whole = Files.readString(manifest);
        String[][] cases = {
            {"\"side\":4", "\"side\":8", "images.npy: expected pictures of 8 x 8 as in manifest.json, found 4 x 4"},
            {"\"query\":[", "\"query\":[7,", "manifest.json: parts: query has item 7; need 0 to 2"},
            {"\"query\":[", "\"query\":[-1,", "manifest.json: parts: query has item -1; need 0 to 2"},
            {
                "\"labels.npy\"",
                "\"../labels.npy\"",
                "manifest.json: sha256: expected digests of [images.npy, labels.npy,"
            },
        };
        for (String[] one : cases) {
            assertTrue(whole.contains(one[0]), whole);
            Files.writeString(manifest, whole.replace(one[0], one[1]));
            String message = Failure.of(() -> PackedData.read(packed, FOUR));
            assertTrue(message.startsWith("packed: " + packed.resolve(one[2].split(":", 2)[0])), message);
            assertTrue(message.contains(one[2]), message);
        }
        Files.writeString(manifest, whole);
        Path items = packed.resolve("items.jsonl");
        Files.writeString(items, Files.readString(items).replace("0.png", "9.png"));
        assertTrue(Failure.of(() -> PackedData.read(packed, FOUR))
                .startsWith("packed: " + items + ": changed since it was packed: expected SHA-256 "));
    }

    @Test
    void manifestsThatWereWrittenBeforeStayUntouched(@TempDir Path folder) throws IOException {
        String digest = "2fa64a2ba3c9340d607a24f493b24f0091f9e3f5a86b99ef0b7c0702d59aae9d";
        String manifest = """
                {"name":"x","resize":0,"side":2,"count":3,"classes":["a"],"vocabulary":[],"texts":false,\
                "parts":{"query":[0]},"protocol":null,\
                "sha256":{"images.npy":"1","labels.npy":"2","items.jsonl":"3"},"digest":"%s"}""".formatted(digest);
        Files.writeString(folder.resolve("manifest.json"), manifest);
        assertEquals(Optional.empty(), PackedManifest.read(folder).edit(folder));
        Files.writeString(folder.resolve("manifest.json"), manifest.replace("[0]", "[1]"));
        assertTrue(PackedManifest.read(folder).edit(folder).isPresent());
    }
}
