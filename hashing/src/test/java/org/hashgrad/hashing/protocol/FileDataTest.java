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
        for (String name : new String[] {"CIFAR-10", "own"}) {
            Map<String, int[]> parts = of(name).parts(set);
            Set<Integer> queries = rows(parts, Dataset.QUERY);
            assertEquals(400, queries.size());
            assertEquals(2000, rows(parts, Dataset.TRAINING).size());
            assertEquals(3600, rows(parts, Dataset.DATABASE).size());
            assertTrue(rows(parts, Dataset.DATABASE).stream().noneMatch(queries::contains));
            assertTrue(rows(parts, Dataset.DATABASE).containsAll(rows(parts, Dataset.TRAINING)));
            assertArrayEquals(parts.get(Dataset.QUERY), of(name).parts(set).get(Dataset.QUERY));
            if (!name.equals("own")) {
                int[] of = new int[10];
                queries.forEach(i -> of[i % 10]++);
                assertArrayEquals(IntStream.generate(() -> 40).limit(10).toArray(), of, "as many of each class");
            }
        }
    }

    private static FileData of(String name) {
        return FileData.parse((name.equals("own") ? "folder" : "cifar10") + ":x")
                .orElseThrow();
    }

    @Test
    void aNamedProtocolDividesTheItemsAndItsNumbersMustComeOut() {
        Dataset cifar = cifar(60_000);
        Map<String, int[]> parts =
                FileData.parse("cifar10:x?protocol=cifar10/59k").orElseThrow().parts(cifar);
        assertEquals(1000, rows(parts, Dataset.QUERY).size());
        assertEquals(5000, rows(parts, Dataset.TRAINING).size());
        assertEquals(59_000, rows(parts, Dataset.DATABASE).size());
        assertEquals(
                54_000,
                rows(
                                FileData.parse("cifar10:x?protocol=cifar10/54k")
                                        .orElseThrow()
                                        .parts(cifar),
                                Dataset.DATABASE)
                        .size());
        assertEquals(
                "protocol cifar10/59k: expected 59000 database items, found 49000",
                org.hashgrad.hashing.data.Failure.of(() -> FileData.parse("cifar10:x?protocol=cifar10/59k")
                        .orElseThrow()
                        .parts(cifar(50_000))));
        assertThrows(IllegalArgumentException.class, () -> FileData.parse("cifar10:x?protocol=nothing"));
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
        PackedData.write(FileData.parse(files).orElseThrow().divided(), folder.resolve("packed"), n -> {});
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
}
