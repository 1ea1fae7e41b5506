package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.Framing;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PackedData;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.data.TestPictures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDataTest {
    private final Path folder;

    FileDataTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private void pictures(int perClass) {
        for (int i = 0; i < perClass; i++) {
            TestPictures.write(folder.resolve("set/cat/" + i + ".png"), 8, 6, 0x300000 + i);
            TestPictures.write(folder.resolve("set/dog/" + i + ".png"), 8, 6, 0x000030 + (i << 16));
        }
    }

    @Test
    void kindsPlacesAndSizesAreParsed() {
        FileData data = FileData.parse("folder:/a b/c?side=224&resize=256").orElseThrow();
        assertEquals(Path.of("/a b/c"), data.place());
        assertEquals(Optional.of(Framing.IMAGENET), data.framing());
        assertTrue(FileData.parse("csv:x.csv?corrupt=skip").orElseThrow().skipBroken());
        assertEquals(
                FileData.Kind.NUS_WIDE_21,
                FileData.parse("nus-wide-21:x").orElseThrow().kind());
        for (String other : List.of("embedded", "folder:", "folder", "vectors:x")) {
            assertTrue(FileData.parse(other).isEmpty(), other);
        }
        for (String wrong : List.of(
                "folder:x?side=0",
                "folder:x?resize=9",
                "folder:x?side=9&resize=3",
                "folder:x?size=3",
                "folder:x?crops=10",
                "folder:x?side=9&crops=10")) {
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> DataChoice.parse(wrong))
                    .getMessage());
            assertTrue(message.startsWith("data: ") && message.endsWith("found '" + wrong + "'"), message);
        }
    }

    @Test
    void withoutListsTheSplitIsDrawnOnceAndForAllAndQueriesAreInNoDatabase() {
        Dataset set = cifar(4000);
        for (String kind : new String[] {"cifar10", "folder"}) {
            Map<String, int[]> parts = parts(kind + ":x", set);
            Set<Integer> queries = rows(parts, Dataset.QUERY);
            assertEquals(400, queries.size());
            assertEquals(2000, rows(parts, Dataset.TRAINING).size());
            assertEquals(3600, rows(parts, Dataset.DATABASE).size());
            assertTrue(rows(parts, Dataset.DATABASE).stream().noneMatch(queries::contains));
            assertTrue(rows(parts, Dataset.DATABASE).containsAll(rows(parts, Dataset.TRAINING)));
            assertArrayEquals(parts.get(Dataset.QUERY), parts(kind + ":x", set).get(Dataset.QUERY));
        }
    }

    private static FileData.Divided divided(String data, Dataset set) {
        return FileData.parse(data).orElseThrow().divided(set);
    }

    private static Map<String, int[]> parts(String data, Dataset set) {
        return divided(data, set).set().parts();
    }

    @Test
    void aNamedProtocolDividesTheItemsAndItsNumbersMustComeOut() {
        Dataset cifar = cifar(60_000);
        Map<String, int[]> parts = parts("cifar10:x?protocol=cifar10/59k", cifar);
        assertEquals(1000, rows(parts, Dataset.QUERY).size());
        assertEquals(5000, rows(parts, Dataset.TRAINING).size());
        assertEquals(59_000, rows(parts, Dataset.DATABASE).size());
        assertEquals(
                54_000,
                rows(parts("cifar10:x?protocol=cifar10/54k", cifar), Dataset.DATABASE)
                        .size());
        assertEquals(
                "protocol cifar10/59k: expected 59000 database items, found 49000",
                org.hashgrad.hashing.data.Failure.of(() -> parts("cifar10:x?protocol=cifar10/59k", cifar(50_000))));
        assertThrows(IllegalArgumentException.class, () -> FileData.parse("cifar10:x?protocol=nothing"));
    }

    @Test
    void allItemsOfPublishedDataAreDividedByTheirOwnProtocolAndFewerAreNot() {
        assertEquals(
                "cifar10/59k", divided("cifar10:x", cifar(60_000)).protocol().name());
        assertEquals("as-is", divided("cifar10:x", cifar(50_000)).protocol().name());
        assertEquals("own", divided("folder:x", cifar(60_000)).protocol().name());
        Dataset dcmh = labelled(20_015, 24);
        FileData.Divided mat = divided("mirflickr:FLICKR-25K.mat", dcmh);
        assertEquals("mirflickr/dcmh", mat.protocol().name());
        assertArrayEquals(IntStream.range(0, 2000).toArray(), mat.set().parts().get(Dataset.QUERY));
        assertEquals("as-is", divided("mirflickr:mirflickr25k", dcmh).protocol().name(), "raw files, another order");
        assertEquals(
                "as-is",
                divided("mirflickr:my.mat", labelled(20_015, 38)).protocol().name());
        assertEquals(
                "mirflickr/1k-4k",
                divided("mirflickr-38:mirflickr25k", labelled(25_000, 38))
                        .protocol()
                        .name());
        assertEquals(
                "as-is",
                divided("mirflickr-38:mirflickr25k", labelled(24_999, 38))
                        .protocol()
                        .name());
        assertEquals(
                "coco/cauchy",
                divided("coco:x", labelled(122_218, 80)).protocol().name());
        Map<String, int[]> lists = Map.of(
                Dataset.QUERY, new int[2000], Dataset.TRAINING, new int[10_000], Dataset.DATABASE, new int[18_015]);
        FileData.Divided own = divided(
                "mirflickr:FLICKR-25K.mat",
                new Dataset("x", dcmh.ids(), dcmh.classes(), dcmh.images(), Optional.empty(), lists));
        assertEquals("as-is", own.protocol().name(), "the file brings lists of its own");
    }

    @Test
    void aProtocolIsRefusedForFilesThatAreNotItsOwn() {
        for (String wrong : List.of(
                "mirflickr:mirflickr25k?protocol=mirflickr/dcmh",
                "mirflickr:FLICKR-25K.mat?protocol=mirflickr/1k-4k",
                "folder:x?protocol=cifar10/59k",
                "coco:x?protocol=coco/hashnet",
                "list:x?protocol=fashion-mnist/embedded")) {
            String name = wrong.substring(wrong.indexOf('=') + 1);
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> DataChoice.parse(wrong))
                    .getMessage());
            assertEquals(
                    "data: protocol " + name + " is one of "
                            + Protocol.named(name).reached() + ", found '" + wrong + "'",
                    message);
        }
    }

    @Test
    void everyProtocolIsReachedByTheKeyThatItNames() {
        for (Protocol protocol : Protocol.all()) {
            for (String key : protocol.dataKey().split("[,;] ", -1)) {
                if (!key.matches("any other|the database .*|KIND.*")) {
                    DataChoice.parse(key.replace("FOLDER", "x").replace("FILE", "x"));
                }
            }
        }
        for (String kind : List.of("folder:x", "cifar100:x", "packed:x")) {
            for (String any : List.of("own", "as-is")) {
                assertEquals(
                        any,
                        FileData.parse(kind + "?protocol=" + any)
                                .orElseThrow()
                                .protocol()
                                .orElseThrow()
                                .name());
            }
        }
    }

    @Test
    void packedDataKnowWhatDividedThem() {
        pictures(20);
        String files = "folder:" + folder.resolve("set") + "?side=8&protocol=as-is";
        FileData.Divided divided = FileData.parse(files).orElseThrow().divided();
        Path packed = folder.resolve("packed");
        PackedData.write(divided.set(), packed, divided.protocol().name(), n -> {});
        assertEquals("as-is", DataChoice.parse("packed:" + packed).split().protocol());
        assertEquals(
                "own",
                DataChoice.parse("packed:" + packed + "?protocol=own").split().protocol());
        assertEquals(
                "protocol cifar10/59k: " + packed + " was divided by as-is",
                org.hashgrad.hashing.data.Failure.of(
                        () -> DataChoice.parse("packed:" + packed + "?protocol=cifar10/59k")
                                .split()));
    }

    @Test
    void packedDataAreOfANamedProtocolOnlyIfTheirNumbersAre() throws IOException {
        pictures(20);
        Path packed = folder.resolve("packed");
        FileData.Divided divided = FileData.parse("folder:" + folder.resolve("set") + "?side=8")
                .orElseThrow()
                .divided();
        PackedData.write(divided.set(), packed, "", n -> {});
        String expected = "protocol cifar10/59k: expected 10 labels, found 2";
        assertEquals(expected, org.hashgrad.hashing.data.Failure.of(() -> DataChoice.parse(
                        "packed:" + packed + "?protocol=cifar10/59k")
                .split()));
        Path edited = folder.resolve("edited");
        PackedData.write(divided.set(), edited, "own", n -> {});
        Path manifest = edited.resolve("manifest.json");
        // As a manifest of before, which has no digest of itself.
        String text = Files.readString(manifest).replaceFirst(",\"digest\":\"[0-9a-f]{64}\"", "");
        assertTrue(text.contains(":\"own\""), text);
        Files.writeString(manifest, text.replace("\"own\"", "\"cifar10/59k\""));
        assertEquals(expected, org.hashgrad.hashing.data.Failure.of(() -> DataChoice.parse("packed:" + edited)
                .split()));
        Files.writeString(manifest, text.replace("\"own\"", "\"imagenet100/hashnet\""));
        assertEquals(
                "protocol imagenet100/hashnet: expected 100 labels, found 2",
                org.hashgrad.hashing.data.Failure.of(
                        () -> DataChoice.parse("packed:" + edited).split()));
    }

    @Test
    void listsOfFilesThatDoNotFitTheirProtocolAreAnErrorAndNotAsTheyAre() {
        pictures(20);
        String data = "folder:" + folder.resolve("set") + "?side=8";
        Split split = DataChoice.parse(data).split().under("cifar10/59k");
        assertEquals(
                "protocol cifar10/59k: expected 1000 queries, found 4",
                org.hashgrad.hashing.data.Failure.of(() -> ProtocolRecord.of(data, split)));
    }

    private static Dataset labelled(int n, int classes) {
        return new Dataset(
                "labelled",
                IntStream.range(0, n).mapToObj(String::valueOf).toList(),
                IntStream.range(0, classes).mapToObj(String::valueOf).toList(),
                new ImageSet("labelled", 1, 1, 1, new byte[n], MultiLabels.ofRows(new int[n * classes], classes)),
                Optional.empty(),
                Map.of());
    }

    private static Dataset cifar(int n) {
        int[] classes = IntStream.range(0, n).map(i -> i % 10).toArray();
        return new Dataset(
                "CIFAR-10",
                IntStream.range(0, n).mapToObj(String::valueOf).toList(),
                IntStream.range(0, 10).mapToObj(String::valueOf).toList(),
                new ImageSet("CIFAR-10", 1, 1, 1, new byte[n], ClassLabels.of(classes)),
                Optional.empty(),
                Map.of());
    }

    private static Set<Integer> rows(Map<String, int[]> parts, String part) {
        int[] rows = parts.getOrDefault(part, new int[0]);
        Set<Integer> different = new HashSet<>(Arrays.stream(rows).boxed().toList());
        assertEquals(rows.length, different.size());
        return different;
    }

    @Test
    void aConfigurationTrainsOnFilesAndOnWhatWasPackedOfThemAlike() {
        pictures(20);
        String files = "folder:" + folder.resolve("set") + "?side=8";
        PackedData.write(FileData.parse(files).orElseThrow().divided().set(), folder.resolve("packed"), "own", n -> {});
        Split fromFiles = DataChoice.parse(files).split();
        Split fromPack = DataChoice.parse("packed:" + folder.resolve("packed")).split();
        assertEquals(4, fromFiles.query().count());
        assertEquals(36, fromFiles.database().count());
        assertArrayEquals(fromFiles.training().raw(), fromPack.training().raw());
        assertArrayEquals(fromFiles.query().raw(), fromPack.query().raw());
    }

    @Test
    void textsOfFilesArePairsWithTheVocabularyOfTraining() throws IOException {
        for (int i = 0; i < 3; i++) {
            TestPictures.write(folder.resolve(i + ".png"), 8, 8, i);
        }
        Files.writeString(
                folder.resolve("my.csv"),
                "path,labels,text,split\n0.png,x,apple pear,training\n1.png,x,pear plum,query\n2.png,x,plum,database\n");
        PairedSplit pairs = DataChoice.parse("csv:" + folder.resolve("my.csv"))
                .pairs(new OpenClipart.Texts(OpenClipart.Form.FULL, 1, org.hashgrad.hashing.data.TermWeighting.BINARY));
        assertArrayEquals(new float[] {1, 1}, pairs.texts().training().raw());
        assertArrayEquals(new float[] {0, 1}, pairs.texts().query().raw());
        DataOverview overview = DataOverview.of("csv:" + folder.resolve("my.csv"));
        assertEquals(List.of("x"), overview.classes());
        assertEquals(Set.of("query", "training", "database"), overview.texts().keySet());
    }

    @Test
    void brokenPicturesAreLeftOutOnlyWhenAsked() throws IOException {
        pictures(3);
        Path broken = Files.writeString(folder.resolve("set/cat/1.png"), "broken");
        String place = "folder:" + folder.resolve("set");
        assertEquals(
                5,
                FileData.parse(place + "?corrupt=skip").orElseThrow().dataset().count());
        Dataset all = FileData.parse(place).orElseThrow().dataset();
        assertEquals(6, all.count());
        assertTrue(org.hashgrad.hashing.data.Failure.of(() -> all.images().raw())
                .startsWith("image: " + broken + ": neither PNG nor JPEG"));
    }

    @Test
    void listsMayNameTheirPicturesFromARootElsewhere() throws IOException {
        TestPictures.write(folder.resolve("data/coco/images/1.png"), 4, 4, 1);
        TestPictures.write(folder.resolve("data/coco/images/2.png"), 4, 4, 2);
        Path lists = Files.createDirectories(folder.resolve("lists"));
        Files.writeString(lists.resolve("train.txt"), "./data/coco/images/1.png 1 0\n");
        Files.writeString(lists.resolve("test.txt"), "data/coco/images/2.png 0 1\n");
        Dataset set = FileData.parse("list:" + lists + "?root=" + folder + "&side=4")
                .orElseThrow()
                .dataset();
        assertEquals(List.of("data/coco/images/2.png", "data/coco/images/1.png"), set.ids());
        assertEquals(4, set.images().sample().dim(1));
        assertTrue(org.hashgrad.hashing.data.Failure.of(
                        () -> FileData.parse("list:" + lists).orElseThrow().dataset())
                .contains("no such picture or not readable; paths of lists are below "));
        for (String wrong : List.of("folder:x?root=y", "list:x?captions=all", "coco:x?captions=some")) {
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> FileData.parse(wrong))
                    .getMessage());
            assertTrue(message.endsWith("found '" + wrong + "'"), message);
        }
        assertEquals(
                org.hashgrad.hashing.data.Coco.Captions.ALL,
                FileData.parse("coco:x?captions=all").orElseThrow().captions());
    }

    @Test
    void imagesOfCifarAreFramedWhereThatIsAskedFor() throws IOException {
        for (int file = 1; file <= 6; file++) {
            byte[] records = new byte[2 * 3073];
            new java.util.Random(file).nextBytes(records);
            records[0] = (byte) file;
            records[3073] = 0;
            Files.write(folder.resolve(file == 6 ? "test_batch.bin" : "data_batch_" + file + ".bin"), records);
        }
        Dataset held = FileData.parse("cifar10:" + folder).orElseThrow().dataset();
        Dataset framed = FileData.parse("cifar10:" + folder + "?side=24&resize=28")
                .orElseThrow()
                .dataset();
        ImageSet images = (ImageSet) held.images();
        var expected = new Framing(28, 24)
                .middle(org.hashgrad.hashing.data.RgbImage.ofPlanes(
                        3, 32, 32, images.pixels(), 3 * images.imageSize()));
        float[] found = framed.images().raw(new int[] {3});
        for (int p = 0; p < found.length; p++) {
            assertEquals(expected.planes()[p] & 0xff, found[p]);
        }
        assertEquals(held.labels().describe(), framed.labels().describe());
    }
}
