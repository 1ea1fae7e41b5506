package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.data.TestPictures;
import org.hashgrad.hashing.data.VectorSet;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run stores about its lists. */
final class ProtocolRecordTest {
    /** Noise: no two pictures are nearly the same. */
    private static ImageSet noise(String name, int count, long seed) {
        byte[] pixels = new byte[count * 256];
        RandomKey key = RandomKey.of(seed);
        for (int p = 0; p < pixels.length; p++) {
            pixels[p] = (byte) key.below(256, p);
        }
        return new ImageSet(name, 1, 16, 16, pixels, ClassLabels.of(new int[count]));
    }

    /** The set with a picture of another in place of its last. */
    private static ImageSet with(ImageSet set, ImageSet other) {
        byte[] pixels = set.pixels().clone();
        System.arraycopy(other.pixels(), 0, pixels, pixels.length - 256, 256);
        return new ImageSet(set.name(), 1, 16, 16, pixels, set.labels());
    }

    private static Split split(SampleSet query, SampleSet training, SampleSet second) {
        Map<String, SampleSet> databases = new LinkedHashMap<>();
        databases.put("training", training);
        databases.put("second", second);
        return new Split(query, training, databases);
    }

    @Test
    void everyDatabaseHasItsRecordAndIsComparedWithTheQueries() {
        ImageSet query = noise("query", 3, 1);
        ImageSet training = noise("training", 6, 2);
        ImageSet second = noise("second", 4, 3);
        Map<String, ProtocolRecord> records = ProtocolRecord.compared("vectors:/a/b", split(query, training, second));
        assertEquals(List.of("database", "second"), List.copyOf(records.keySet()));
        Map<String, Object> first = first(records).toMap();
        Map<String, Object> other = Experiment.require(records, "second").toMap();
        assertEquals("own", first.get("name"));
        assertEquals("vectors:b", first.get("source"));
        assertEquals(first.get("rule_hash"), other.get("rule_hash"));
        assertNotEquals(first.get("lists_hash"), other.get("lists_hash"));
        assertEquals(2, first(records).overlap().size());
        assertEquals(3, Experiment.require(records, "second").overlap().size());
        String failure =
                Failure.of(() -> ProtocolRecord.compared("vectors:/a/b", split(query, training, with(second, query))));
        assertTrue(
                failure.startsWith(
                        "protocol own: query in database: 0 items by path, 1 by pixels, 1 nearly the same; allowed: "),
                failure);
    }

    @Test
    void theEmbeddedImagesAreMeasuredUnderTheirOwnProtocolsAndOthersOfTheirNumbersAreNot() {
        Split embedded = FashionMnist.embedded();
        Map<String, ProtocolRecord> records = ProtocolRecord.of("embedded", embedded);
        assertEquals(
                List.of("fashion-mnist/embedded", "fashion-mnist/held-out"),
                records.values().stream()
                        .map(record -> record.protocol().name())
                        .toList());
        for (ProtocolRecord record : records.values()) {
            assertEquals(record.protocol().knownLists(), ProtocolRecord.listsHash(record.lists()));
        }
        assertEquals(
                "fashion-mnist/embedded",
                first(ProtocolRecord.of("fashion-mnist:elsewhere", embedded))
                        .protocol()
                        .name());
        ImageSet query = (ImageSet) embedded.query();
        byte[] pixels = query.pixels().clone();
        pixels[400]++;
        ImageSet changed = new ImageSet("query", 1, 28, 28, pixels, query.labels());
        Split other = new Split(changed, embedded.training(), embedded.databases());
        assertEquals(
                "as-is",
                first(ProtocolRecord.of("fashion-mnist:mnist", other))
                        .protocol()
                        .name());
        assertEquals(
                "as-is",
                first(ProtocolRecord.of("embedded:2", FashionMnist.embedded(2)))
                        .protocol()
                        .name());
    }

    @Test
    void nearDuplicatesFailRunsOnPicturesOfOnesOwnUnlessTheyNameAProtocolThatAllowsThem(@TempDir Path folder) {
        for (int i = 0; i < 20; i++) {
            TestPictures.write(folder.resolve("set/cat/" + i + ".png"), 8, 8, 0x800000 + i);
        }
        String data = "folder:" + folder.resolve("set") + "?side=8";
        String failure = Failure.of(
                () -> ProtocolRecord.compared(data, DataChoice.parse(data).split()));
        assertTrue(
                failure.startsWith("protocol own: query in training: 0 items by path, 0 by pixels, 2 nearly the same"),
                failure);
        String allowed = data + "&protocol=as-is";
        ProtocolRecord record =
                first(ProtocolRecord.compared(allowed, DataChoice.parse(allowed).split()));
        assertEquals("as-is", record.protocol().name());
        assertEquals("folder:set?side=8&protocol=as-is", record.source());
        assertEquals(2, record.overlap().get(0).near());
        assertEquals(18, record.overlap().get(2).paths() + 8, "training items in the database, by path");
    }

    @Test
    void featuresInThePlaceOfAMediumAreDataAsTheyAreAndTheirFolderStaysOut() {
        Split drawings = OpenClipart.embedded().images();
        assertEquals(
                "openclipart-40",
                first(ProtocolRecord.of("openclipart", drawings)).protocol().name());
        ProtocolRecord record = first(ProtocolRecord.of("openclipart?texts=/home/me/sounds", drawings));
        assertEquals("as-is", record.protocol().name());
        assertEquals("openclipart?texts=sounds", record.source());
    }

    @Test
    void equalVectorsAreFoundByTheirBytesAndFailUnlessTheDataAreTakenAsTheyAre() {
        VectorSet training = vectors(1, 2, 3, 4);
        Split split = split(vectors(5, 6, 7, 4), training, vectors(8, 9, 1, 0));
        assertEquals(
                "protocol own: query in training: 0 items by path, 1 by pixels, 1 nearly the same; allowed: training in database; ?protocol=as-is behind the data counts equal pictures instead",
                Failure.of(() -> ProtocolRecord.compared("vectors:v", split)));
        ProtocolRecord record =
                Experiment.require(ProtocolRecord.compared("vectors:v?protocol=as-is", split), "second");
        assertEquals("as-is", record.protocol().name());
        assertEquals(
                List.of(
                        new Overlap(Overlap.Pair.QUERY_TRAINING, 0, 1, 1),
                        new Overlap(Overlap.Pair.QUERY_DATABASE, 0, 0, 0),
                        new Overlap(Overlap.Pair.TRAINING_DATABASE, 0, 1, 1)),
                record.overlap());
    }

    @Test
    void vectorsAreReadFromTheFolderBeforeTheQuestionMark(@TempDir Path folder) {
        for (String set : List.of("query", "training")) {
            for (String medium : List.of("", "-images", "-texts")) {
                NpyFile.write(folder.resolve(set + medium + ".npy"), new float[] {1, 2, 3, 4}, 2, 2);
            }
            NpyFile.write(folder.resolve(set + "-labels.npy"), new int[] {0, 1}, 2);
        }
        for (String place : List.of(folder.toString(), folder + "?protocol=as-is")) {
            assertEquals(2, DataChoice.parse("vectors:" + place).split().query().count());
            assertEquals(
                    2,
                    DataChoice.parse("paired:" + place)
                            .pairs(OpenClipart.Texts.STRICT)
                            .images()
                            .query()
                            .count());
        }
    }

    @Test
    void digestsOfListsDependOnItemsLabelsAndOrderAndNotOnTheFolder(@TempDir Path folder) {
        VectorSet set = vectors(1, 2, 3, 4);
        ProtocolRecord.Listed listed = ProtocolRecord.Listed.of(set);
        assertEquals(listed, ProtocolRecord.Listed.of(vectors(1, 2, 3, 4)));
        assertNotEquals(
                listed.items(), ProtocolRecord.Listed.of(vectors(2, 1, 3, 4)).items());
        assertEquals(
                listed.labels(), ProtocolRecord.Listed.of(vectors(2, 1, 3, 4)).labels());
        assertEquals(
                ProtocolRecord.Listed.labelsOf(ClassLabels.of(0, 2, 1)),
                ProtocolRecord.Listed.labelsOf(MultiLabels.ofRows(new int[] {1, 0, 0, 0, 0, 1, 0, 1, 0}, 3)));
        assertNotEquals(
                ProtocolRecord.Listed.labelsOf(ClassLabels.of(0, 2, 1)),
                ProtocolRecord.Listed.labelsOf(ClassLabels.of(0, 1, 2)));
        for (String place : List.of("a", "b")) {
            for (int i = 0; i < 4; i++) {
                TestPictures.write(folder.resolve(place + "/x/" + i + ".png"), 8, 8, i * 0x303030);
            }
        }
        assertEquals(
                first(ProtocolRecord.of(
                                "folder:a",
                                DataChoice.parse("folder:" + folder.resolve("a"))
                                        .split()))
                        .digest(),
                first(ProtocolRecord.of(
                                "folder:b",
                                DataChoice.parse("folder:" + folder.resolve("b"))
                                        .split()))
                        .digest());
    }

    private static VectorSet vectors(float... values) {
        return new VectorSet(
                "set",
                1,
                values,
                ClassLabels.of(IntStream.range(0, values.length).map(i -> i % 2).toArray()));
    }

    private static ProtocolRecord first(Map<String, ProtocolRecord> records) {
        return Experiment.require(records, Experiment.HEADLINE);
    }
}
