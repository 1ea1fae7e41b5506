package org.hashgrad.hashing.data.openclipart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.hashgrad.hashing.data.BagOfWords;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.TermWeighting;
import org.hashgrad.hashing.data.TextSet;
import org.junit.jupiter.api.Test;

/** The set that ships, against the figures of the collection and against the rules, by brute force. */
final class EmbeddedOpenClipartTest {
    private static final PairedSplit STRICT = OpenClipart.embedded();
    private static final OpenClipart.Manifest MANIFEST = OpenClipart.manifest();

    @Test
    void collectionHasTheKnownCounts() {
        Map<String, Integer> source = MANIFEST.source();
        assertEquals(8121, source.get("SVG paths"));
        assertEquals(6900 - 1, source.get("different PNG files"), "the one without a readable SVG is not looked at");
        assertEquals(6818 - 1, source.get("different pixels"));
        assertEquals(1, source.get("SVG paths that are broken"));
        assertEquals(59, source.get("without public domain licence"));
        assertEquals(40, MANIFEST.labels().size());
        assertEquals(Map.of("query", 400, "training", 3609), MANIFEST.items());
        int left = 6817 - 59;
        for (String reason : List.of("in dropped folders only", "beyond a cap", "without a frequent label")) {
            left -= Objects.requireNonNull(source.get(reason));
        }
        assertEquals(
                left,
                STRICT.images().query().count() + STRICT.images().training().count());
    }

    @Test
    void contentIsPinned() {
        assertEquals(OpenClipartBuilder.EMBEDDED_SIDE, MANIFEST.side());
        assertEquals(OpenClipartBuilder.EMBEDDED_SEED, MANIFEST.seed());
        Map<String, String> expected = new TreeMap<>(Map.of(
                "query-images", "ccae321d25351196",
                "query-items", "505290e10050a99c",
                "training-images", "84b22347e8537735",
                "training-items", "f76d6c60c8d4b0ef"));
        Map<String, String> found = new TreeMap<>();
        MANIFEST.sha256().forEach((key, digest) -> found.put(key, digest.substring(0, 16)));
        assertEquals(expected, found, "what was read has the digests of the manifest, else reading fails");
    }

    @Test
    void everyQueryHasRelevantItemsInTheDatabase() {
        Labels query = STRICT.images().query().labels();
        Labels database = STRICT.texts().database().labels();
        assertSame(STRICT.images().training(), STRICT.images().database());
        for (int i = 0; i < query.count(); i++) {
            int found = 0;
            for (int j = 0; j < database.count(); j++) {
                found += query.similar(i, database, j) ? 1 : 0;
            }
            assertTrue(found >= 10, "query " + i + " has " + found);
        }
    }

    @Test
    void labelsHaveAtLeastFortyDrawingsAndTheCountsOfTheManifest() {
        List<String> names = List.copyOf(MANIFEST.labels().keySet());
        assertEquals(names.stream().sorted().toList(), names);
        for (int c = 0; c < names.size(); c++) {
            int count = 0;
            for (SampleSet part :
                    List.of(STRICT.images().query(), STRICT.images().training())) {
                for (int i = 0; i < part.count(); i++) {
                    count += part.labels().has(i, c) ? 1 : 0;
                }
            }
            assertEquals(MANIFEST.labels().get(names.get(c)), count, names.get(c));
            assertTrue(count >= 40, names.get(c));
        }
    }

    @Test
    void noQueryIsADuplicateOrNearDuplicateOfATrainingImage() {
        List<byte[]> queries = squares((ImageSet) STRICT.images().query());
        List<byte[]> training = squares((ImageSet) STRICT.images().training());
        for (byte[] query : queries) {
            for (byte[] other : training) {
                assertTrue(NearDuplicatesTest.rootMeanSquare(query, other) >= 6);
            }
        }
    }

    @Test
    void groupsAreThoseOfTheImages() {
        List<byte[]> all = new ArrayList<>(squares((ImageSet) STRICT.images().query()));
        all.addAll(squares((ImageSet) STRICT.images().training()));
        List<OpenClipart.Item> items = new ArrayList<>(OpenClipart.items("query"));
        items.addAll(OpenClipart.items("training"));
        int[] groups = NearDuplicates.groups(all);
        Map<Integer, Integer> shipped = new HashMap<>();
        Set<Integer> several = new HashSet<>();
        for (int i = 0; i < groups.length; i++) {
            Integer before = shipped.putIfAbsent(groups[i], items.get(i).group());
            if (before != null) {
                assertEquals(before, items.get(i).group(), items.get(i).image());
                several.add(groups[i]);
            }
        }
        assertEquals(shipped.size(), new HashSet<>(shipped.values()).size());
        assertEquals(several.size(), MANIFEST.source().get("near-duplicate groups of 2 or more"));
    }

    private static List<byte[]> squares(ImageSet set) {
        List<byte[]> squares = new ArrayList<>();
        for (int i = 0; i < set.count(); i++) {
            squares.add(Arrays.copyOfRange(set.pixels(), i * set.imageSize(), (i + 1) * set.imageSize()));
        }
        return squares;
    }

    @Test
    void vocabularyIsThatOfTheTrainingTextsAlone() {
        TextSet query = (TextSet) STRICT.texts().query();
        TextSet training = (TextSet) STRICT.texts().training();
        assertSame(query.bag(), training.bag());
        Map<String, Integer> documents = new TreeMap<>();
        for (List<String> text : training.texts()) {
            new HashSet<>(text).forEach(word -> documents.merge(word, 1, Integer::sum));
        }
        documents.values().removeIf(count -> count < 4);
        assertEquals(List.copyOf(documents.keySet()), training.bag().words());
        List<List<String>> all = new ArrayList<>(training.texts());
        all.addAll(query.texts());
        assertTrue(BagOfWords.of(all, 4, TermWeighting.BINARY).size()
                > training.bag().size());
    }

    @Test
    void vocabulariesHaveTheirSizes() {
        assertEquals(600, STRICT.texts().training().sample().size());
        PairedSplit full = OpenClipart.embedded(new OpenClipart.Texts(OpenClipart.Form.FULL, 4, TermWeighting.COUNT));
        assertEquals(654, full.texts().training().sample().size());
        assertEquals(49, emptyIn(STRICT));
        assertEquals(0, emptyIn(full));
        assertEquals(37 + 250, withoutKnownWordIn(STRICT));
    }

    @Test
    void mostQueriesHaveTheVectorOfATrainingText() {
        Set<List<Float>> training = new HashSet<>(vectors(STRICT.texts().training()));
        List<List<Float>> known = vectors(STRICT.texts().query()).stream()
                .filter(vector -> vector.stream().anyMatch(weight -> weight != 0))
                .toList();
        assertEquals(400 - 37, known.size());
        assertEquals(276, known.stream().filter(training::contains).count());
    }

    private static List<List<Float>> vectors(SampleSet texts) {
        float[] rows = texts.raw();
        int size = texts.sample().size();
        List<List<Float>> vectors = new ArrayList<>();
        for (int i = 0; i < texts.count(); i++) {
            List<Float> vector = new ArrayList<>();
            for (int j = 0; j < size; j++) {
                vector.add(rows[i * size + j]);
            }
            vectors.add(vector);
        }
        return vectors;
    }

    private static int emptyIn(PairedSplit split) {
        int empty = 0;
        for (SampleSet part : List.of(split.texts().query(), split.texts().training())) {
            empty += (int)
                    ((TextSet) part).texts().stream().filter(List::isEmpty).count();
        }
        return empty;
    }

    private static int withoutKnownWordIn(PairedSplit split) {
        int without = 0;
        for (SampleSet part : List.of(split.texts().query(), split.texts().training())) {
            float[] rows = part.raw();
            int d = part.sample().size();
            for (int i = 0; i < part.count(); i++) {
                float sum = 0;
                for (int w = 0; w < d; w++) {
                    sum += rows[i * d + w];
                }
                without += sum == 0 ? 1 : 0;
            }
        }
        return without;
    }

    @Test
    void strictTextsHaveNoWordOfALabel() {
        Set<String> words = new HashSet<>();
        for (SampleSet part : List.of(STRICT.texts().query(), STRICT.texts().training())) {
            ((TextSet) part).texts().forEach(words::addAll);
        }
        for (String label : MANIFEST.labels().keySet()) {
            for (String word : label.split("[^a-z]+", -1)) {
                assertFalse(words.contains(word), word);
                assertFalse(word.endsWith("s") && words.contains(word.substring(0, word.length() - 1)), word);
            }
        }
        assertTrue(words.contains("apple") && words.contains("dog"));
    }

    @Test
    void licenceIsStatedBesideTheFiles() throws IOException {
        try (InputStream in = Objects.requireNonNull(OpenClipart.class.getResourceAsStream("openclipart-40/LICENSE"))) {
            assertTrue(new String(in.readAllBytes(), StandardCharsets.UTF_8).contains("Public Domain"));
        }
    }
}
