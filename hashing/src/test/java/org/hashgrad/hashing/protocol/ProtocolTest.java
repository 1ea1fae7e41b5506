package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.metric.AveragePrecisionAt;
import org.junit.jupiter.api.Test;

/** Split rules on labels with the data sets' real numbers. */
final class ProtocolTest {
    private static final Labels CIFAR =
            ClassLabels.of(IntStream.range(0, 60_000).map(i -> i * 7 % 10).toArray());

    @Test
    void cifarsThreeProtocolsHaveTheirCountsPerClassAndDifferInTheDatabaseOnly() {
        SplitRule.Lists all = Protocol.named("cifar10/59k").split(CIFAR, Map.of(), 3);
        SplitRule.Lists apart = Protocol.named("cifar10/54k").split(CIFAR, Map.of(), 3);
        SplitRule.Lists training = Protocol.named("cifar10/50k").split(CIFAR, Map.of(), 3);
        assertEquals(59_000, all.database().length);
        assertEquals(54_000, apart.database().length);
        assertEquals(50_000, training.database().length);
        assertArrayEquals(all.query(), apart.query());
        assertArrayEquals(all.training(), apart.training());
        assertArrayEquals(training.training(), training.database());
        perClass(all.query(), 100);
        perClass(all.training(), 500);
        perClass(training.query(), 1000);
        assertFalse(overlap(all.query(), all.database()) || overlap(all.query(), all.training()));
        assertTrue(set(all.database()).containsAll(set(all.training())));
        assertFalse(overlap(apart.training(), apart.database()));
    }

    private static void perClass(int[] rows, int expected) {
        int[] counts = new int[10];
        for (int i : rows) {
            counts[((ClassLabels) CIFAR).classOf(i)]++;
        }
        assertTrue(Arrays.stream(counts).allMatch(count -> count == expected), Arrays.toString(counts));
    }

    @Test
    void nusWideGivesEachImageToTheFirstOfItsLabelsThatLacksSome() {
        Random random = new Random(5);
        int images = 195_834;
        int[] rows = new int[images * 21];
        for (int i = 0; i < images; i++) {
            rows[i * 21 + random.nextInt(21)] = 1;
            rows[i * 21 + random.nextInt(21)] = 1;
        }
        Labels labels = MultiLabels.ofRows(rows, 21);
        SplitRule.Lists lists = Protocol.named("nus-wide-21").split(labels, Map.of(), 1);
        assertEquals(2100, lists.query().length);
        assertEquals(10_500, lists.training().length);
        assertEquals(193_734, lists.database().length);
        assertFalse(overlap(lists.query(), lists.database()) || overlap(lists.query(), lists.training()));
        int[] counts = new int[21];
        for (int i : lists.training()) {
            int first = IntStream.range(0, 21)
                    .filter(c -> labels.has(i, c) && counts[c] < 500)
                    .findFirst()
                    .orElseThrow();
            counts[first]++;
        }
        assertTrue(Arrays.stream(counts).allMatch(count -> count == 500), Arrays.toString(counts));
    }

    @Test
    void mirFlickrsProtocolsTakeTheFirstRowsOrDraw() {
        Labels dcmh = MultiLabels.ofRows(new int[20_015 * 24], 24);
        SplitRule.Lists first = Protocol.named("mirflickr/dcmh").split(dcmh, Map.of(), 9);
        assertEquals(0, first.query()[0]);
        assertEquals(1999, first.query()[1999]);
        assertEquals(2000, first.training()[0]);
        assertEquals(18_015, first.database().length);
        assertEquals(2000, first.database()[0]);
        SplitRule.Lists drawn =
                Protocol.named("mirflickr/1k-4k").split(MultiLabels.ofRows(new int[25_000 * 38], 38), Map.of(), 9);
        assertEquals(20_000, drawn.database().length);
        assertFalse(overlap(drawn.training(), drawn.database()) || overlap(drawn.query(), drawn.training()));
    }

    @Test
    void cocosPairsAreDrawnInThePapersNumbers() {
        Labels labels = MultiLabels.ofRows(new int[122_218 * 80], 80);
        SplitRule.Lists drawn = Protocol.named("coco/cauchy").split(labels, Map.of(), 9);
        assertEquals(
                List.of(5000, 10_000, 117_218),
                List.of(drawn.query().length, drawn.training().length, drawn.database().length));
        assertFalse(overlap(drawn.query(), drawn.database()));
    }

    @Test
    void listsOfTheDataAreTakenAndTheirNumbersChecked() {
        Labels labels = MultiLabels.ofRows(new int[122_218 * 80], 80);
        Map<String, int[]> parts = Map.of(
                "query", IntStream.range(0, 5000).toArray(),
                "training", IntStream.range(5000, 15_000).toArray(),
                "database", IntStream.range(5000, 122_218).toArray());
        assertEquals(
                117_218, Protocol.named("coco/hashnet").split(labels, parts, 0).database().length);
        assertEquals(
                "protocol nus-wide-81: expected 81 labels, found 80",
                Failure.of(() -> Protocol.named("nus-wide-81").split(labels, parts, 0)));
        Map<String, int[]> fewer = new HashMap<>(parts);
        fewer.put("database", new int[] {5000});
        assertEquals(
                "protocol coco/hashnet: expected 117218 database items, found 1",
                Failure.of(() -> Protocol.named("coco/hashnet").split(labels, fewer, 0)));
        assertEquals(
                "protocol: the data's files name no part 'query'; there are []",
                Failure.of(() -> Protocol.named("coco/hashnet").split(labels, Map.of(), 0)));
    }

    @Test
    void aSeedGivesTheSameListsAndAnotherSeedOthers() {
        Protocol protocol = Protocol.named("cifar10/59k");
        SplitRule.Lists once = protocol.split(CIFAR, Map.of(), 4);
        SplitRule.Lists again = protocol.split(CIFAR, Map.of(), 4);
        assertArrayEquals(once.query(), again.query());
        assertArrayEquals(once.training(), again.training());
        assertFalse(
                Arrays.equals(once.query(), protocol.split(CIFAR, Map.of(), 5).query()));
    }

    @Test
    void everyProtocolHasARuleHashOfItsOwnThatOnlyItsRuleChanges() {
        Set<String> hashes = Protocol.all().stream().map(Protocol::ruleHash).collect(Collectors.toSet());
        assertEquals(Protocol.all().size(), hashes.size());
        Protocol cut = Protocol.named("nus-wide-21");
        assertEquals(
                cut.ruleHash(), with(cut, cut.rule(), cut.cut(), "another note").ruleHash());
        assertNotEquals(
                cut.ruleHash(),
                with(cut, cut.rule(), Optional.of(new Protocol.Cut(5000, AveragePrecisionAt.ANSWERED)), "")
                        .ruleHash());
        assertNotEquals(
                cut.ruleHash(),
                with(cut, cut.rule(), Optional.of(new Protocol.Cut(500, AveragePrecisionAt.HITS)), "")
                        .ruleHash());
        assertNotEquals(
                cut.ruleHash(),
                with(cut, new SplitRule.PerLabel(100, 500, SplitRule.Base.NEITHER), cut.cut(), "")
                        .ruleHash());
    }

    private static Protocol with(Protocol of, SplitRule rule, Optional<Protocol.Cut> cut, String note) {
        return new Protocol(
                of.name(), of.version(), of.data(), of.reached(), rule, of.counts(), cut, of.allowed(), "", note);
    }

    @Test
    void whatCanNotBeFollowedIsNamed() {
        assertEquals(
                "protocol: class 1 has 1 items; need 600, 100 to query and 500 to train",
                Failure.of(() -> new SplitRule.PerClass(100, 500, SplitRule.Base.NEITHER)
                        .split(
                                ClassLabels.of(IntStream.range(0, 601)
                                        .map(i -> i / 600)
                                        .toArray()),
                                Map.of(),
                                0)));
        assertEquals(
                "protocol: label 0 got 1 training items and 0 queries; need 2 and 1",
                Failure.of(() -> new SplitRule.PerLabel(1, 2, SplitRule.Base.NEITHER)
                        .split(MultiLabels.ofRows(new int[] {1, 0, 0, 1}, 2), Map.of(), 0)));
        assertEquals("protocol: there are 3 items; need 4", Failure.of(() -> new SplitRule.Drawn(
                        1, 3, SplitRule.Base.NEITHER)
                .split(ClassLabels.of(0, 0, 0), Map.of(), 0)));
        assertTrue(Failure.of(() -> Protocol.named("cifar"))
                .startsWith("protocol: expected one of fashion-mnist/embedded, "));
        assertEquals(
                "protocol cifar10/59k: expected 1000 queries, found 10",
                Failure.of(() -> Protocol.named("cifar10/59k").requireCounts(10, 59_000)));
    }

    @Test
    void overlapsAreFoundByPathByPixelsAndNearly() {
        float[] base = new float[4 * 3 * 20 * 20];
        Random random = new Random(2);
        for (int at = 0; at < base.length; at++) {
            base[at] = random.nextInt(256);
        }
        float[] query = Arrays.copyOf(base, 3 * 3 * 400);
        Arrays.fill(query, 2400, 3600, 0);
        for (int at = 1200; at < 2400; at++) {
            query[at] = Math.min(255, query[at] + 2);
        }
        List<Overlap> overlaps = Overlap.of(
                new Overlap.Part(List.of("a", "b", "c"), images("query", query, 3)),
                new Overlap.Part(List.of("x", "y", "z", "c"), images("training", base, 4)),
                new Overlap.Part(List.of("x", "y", "z", "c"), images("database", base, 4)));
        assertEquals(
                List.of(
                        new Overlap(Overlap.Pair.QUERY_TRAINING, 1, 1, 2),
                        new Overlap(Overlap.Pair.QUERY_DATABASE, 1, 1, 2),
                        new Overlap(Overlap.Pair.TRAINING_DATABASE, 4, 4, 4)),
                overlaps);
        String found =
                ": query in training: 1 items by path, 1 by pixels, 2 nearly the same; allowed: training in database";
        assertEquals("protocol own" + found, Failure.of(() -> Overlap.require(Protocol.named("own"), overlaps)));
        assertEquals(
                "protocol cifar10/59k" + found + ", near-duplicates",
                Failure.of(() -> Overlap.require(Protocol.named("cifar10/59k"), overlaps)));
        assertEquals(
                "protocol as-is" + found + ", near-duplicates, equal pictures",
                Failure.of(() -> Overlap.require(Protocol.named("as-is"), overlaps)));
        Overlap.require(Protocol.named("cifar10/59k"), overlaps.subList(2, 3));
    }

    @Test
    void nearDuplicatesAndEqualPicturesFailUnlessTheProtocolAllowsThemByName() {
        Overlap near = new Overlap(Overlap.Pair.QUERY_TRAINING, 0, 0, 3);
        Overlap equal = new Overlap(Overlap.Pair.QUERY_TRAINING, 0, 1, 3);
        for (Protocol protocol : Protocol.all()) {
            Overlap.Duplicates allowed = protocol.allowed().duplicates();
            assertEquals(allowed == Overlap.Duplicates.NONE, fails(protocol, near), protocol.name());
            assertEquals(allowed != Overlap.Duplicates.EQUAL, fails(protocol, equal), protocol.name());
            assertEquals(
                    allowed != Overlap.Duplicates.NONE,
                    protocol.allowed().words().contains("near-duplicates"),
                    protocol.name());
        }
        assertTrue(fails(Protocol.named("own"), near) && !fails(Protocol.named("nus-wide-21"), equal));
    }

    private static boolean fails(Protocol protocol, Overlap overlap) {
        try {
            Overlap.require(protocol, List.of(overlap));
            return false;
        } catch (DataException e) {
            return true;
        }
    }

    @Test
    void theEmbeddedImagesOverlapOnlyWhereTheirProtocolSaysSo() {
        Split split = FashionMnist.embedded();
        List<Overlap> overlaps = Overlap.of(
                new Overlap.Part(List.of(), split.query()),
                new Overlap.Part(List.of(), split.training()),
                new Overlap.Part(List.of(), split.database()));
        Overlap.require(Protocol.named("fashion-mnist/embedded"), overlaps);
        assertEquals(5000, overlaps.get(2).exact());
        assertEquals(0, overlaps.get(0).exact());
    }

    private static ImageSet images(String name, float[] pixels, int count) {
        byte[] bytes = new byte[pixels.length];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) (int) pixels[at];
        }
        return new ImageSet(name, 3, 20, 20, bytes, ClassLabels.of(new int[count]));
    }

    private static boolean overlap(int[] a, int[] b) {
        Set<Integer> both = set(a);
        both.retainAll(set(b));
        return !both.isEmpty();
    }

    private static Set<Integer> set(int[] rows) {
        return new HashSet<>(Arrays.stream(rows).boxed().toList());
    }
}
