package org.hashgrad.hashing.code;

import static org.hashgrad.hashing.code.IndexAssertions.same;
import static org.hashgrad.hashing.code.IndexAssertions.searchesAsNaive;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MultiIndexTest {
    /** Tables, which take no time; the scan, as it is late at once; and now this, now that. */
    private static final Map<String, Supplier<LongSupplier>> EVERY_WAY =
            Map.of("tables", () -> () -> 0, "scan", () -> jumping(1, 1L << 40), "both", () -> jumping(8, 1000));

    /** A clock that every so manyth look, as drawn, finds so many nanoseconds later. */
    private static LongSupplier jumping(int seldom, long nanoseconds) {
        RandomKey key = RandomKey.of(7).split("clock");
        AtomicLong looks = new AtomicLong();
        AtomicLong now = new AtomicLong();
        return () -> now.addAndGet(key.below(seldom, looks.getAndIncrement()) == 0 ? nanoseconds : 0);
    }

    private final Path folder;

    MultiIndexTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 12, 32, 33, 64, 65, 128, 257})
    void findsWhatSortingAllDistancesFinds(int bits) {
        int n = 2100;
        for (Codes database : new Codes[] {RandomCodes.uniform(n, bits, 1), RandomCodes.clustered(n, bits, 12, 1)}) {
            Codes queries = RandomCodes.clustered(4, bits, 12, 2);
            EVERY_WAY.forEach((way, clock) -> searchesAsNaive(
                    MultiIndex.of(database, 2, clock.get()), database, queries, bits + " bits, " + way));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1025, 4096})
    void findsTheSameAmongLongCodes(int bits) {
        Codes database = RandomCodes.clustered(2100, bits, 300, 1);
        Codes queries = RandomCodes.clustered(2, bits, 300, 1);
        Naive naive = new Naive(database, queries);
        EVERY_WAY.forEach((way, clock) -> {
            MultiIndex index = MultiIndex.of(database, 2, clock.get());
            for (int radius : new int[] {0, 2, bits / 4}) {
                same(naive.within(radius), index.within(queries, radius), way + ", radius " + radius);
            }
            for (int k : new int[] {1, 7}) {
                same(naive.nearest(k, Ties.ALL), index.nearest(queries, k, Ties.ALL), way + ", k " + k);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 20, 31, 64, 1024, 4096})
    void substringsCutEveryCodeIntoKeys(int bits) {
        Codes codes = RandomCodes.uniform(3, bits, 5);
        long[] words = new long[3 * codes.wordsPerCode()];
        codes.copyWords(0, 3, words);
        for (long n : new long[] {1, 1000, 1 << 20, 1L << 40}) {
            Substrings substrings = Substrings.of(bits, n);
            int at = 0;
            for (int j = 0; j < substrings.count(); j++) {
                assertEquals(at, substrings.start(j));
                int key = substrings.key(words, codes.wordsPerCode(), j);
                for (int b = 0; b < substrings.length(j); b++) {
                    assertEquals(codes.bit(1, at + b), (key >>> b & 1) != 0);
                }
                at += substrings.length(j);
                assertTrue(substrings.length(j) >= 1 && substrings.length(j) <= substrings.longest());
            }
            assertEquals(bits, at);
            assertTrue(substrings.longest() <= Substrings.MOST_BITS);
        }
    }

    @Test
    void additionsAndDeletionsInAnyOrderLeaveTheSetThatIsLeft() {
        int bits = 40;
        EVERY_WAY.forEach((way, clock) -> {
            for (int seed = 0; seed < 4; seed++) {
                RandomKey key = RandomKey.of(seed).split("changes");
                Codes pool = RandomCodes.clustered(9000, bits, 30, seed);
                Codes base = Codes.copyOf(pool, 0, seed % 2 == 0 ? 0 : 3000);
                MultiIndex index = MultiIndex.of(base, 2, clock.get());
                TreeMap<Long, Integer> left = new TreeMap<>();
                for (int i = 0; i < base.count(); i++) {
                    left.put((long) i, i);
                }
                int next = base.count();
                for (int change = 0; change < 24 && next < 8000; change++) {
                    int n = change % 6 == 5 ? 2500 : key.below(60, change);
                    int[] rows = new int[Math.min(n, pool.count() - next)];
                    long[] ids = new long[rows.length];
                    for (int i = 0; i < rows.length; i++) {
                        rows[i] = next++;
                        // Below and above those that are there.
                        ids[i] = 100_000L + (rows[i] % 2 == 0 ? rows[i] : -rows[i]);
                        left.put(ids[i], rows[i]);
                    }
                    index.add(pool.select(rows), ids);
                    long[] gone = LongStream.range(0, 40)
                            .map(i -> {
                                List<Long> all = new ArrayList<>(left.keySet());
                                return all.isEmpty() ? -1 : all.get(key.below(all.size(), 1000 * i + n));
                            })
                            .filter(id -> left.remove(id) != null)
                            .toArray();
                    assertEquals(gone.length, index.delete(gone));
                    assertEquals(0, index.delete(gone));
                }
                CodeStore database = new CodesWithIds(
                        pool.select(left.values().stream().mapToInt(i -> i).toArray()),
                        left.keySet().stream().mapToLong(id -> id).toArray());
                searchesAsNaive(index, database, RandomCodes.clustered(3, bits, 30, seed), "seed " + seed + way);
            }
        });
    }

    @Test
    void tablesInAFileAnswerAsThoseInMemory() {
        Codes codes = RandomCodes.clustered(5000, 100, 9, 3);
        CodeStore withIds = new CodesWithIds(
                codes, LongStream.range(0, 5000).map(i -> 3 * i + 1).toArray());
        Path path = folder.resolve("a.codes");
        MultiIndex.write(path, withIds, CodeDetails.NONE);
        CodeFile file = CodeFile.open(path, 13);
        file.verify();
        assertTrue(file.hasTables());
        assertTrue(file.bytes() > MultiIndex.tableBytes(100, 5000));
        Codes queries = RandomCodes.clustered(4, 100, 9, 4);
        searchesAsNaive(MultiIndex.of(file, 2, () -> 0), withIds, queries, "file");
        searchesAsNaive(new FlatIndex(file, 2), withIds, queries, "file, flat");
    }

    @Test
    void aFileWithTablesIsSearchedWhereNothingCanBeWritten() {
        Codes codes = RandomCodes.uniform(3000, 4096, 3);
        Path path = folder.resolve("a.codes");
        MultiIndex.write(path, codes, CodeDetails.NONE);
        Codes query = Codes.copyOf(codes, 7, 8);
        String temporary = System.getProperty("java.io.tmpdir");
        System.setProperty("java.io.tmpdir", folder.resolve("none").toString());
        try {
            HammingIndex index = MultiIndex.of(CodeFile.open(path), 1);
            assertEquals(7, index.within(query, 0).get(0).ids()[0]);
        } finally {
            System.setProperty("java.io.tmpdir", temporary);
        }
    }

    @Test
    void theClockDecidesAndChangesNothing() {
        Codes database = RandomCodes.clustered(60_000, 64, 2000, 7);
        Codes queries = RandomCodes.clustered(12, 64, 2000, 7);
        MultiIndex index = MultiIndex.of(database, 2);
        FlatIndex flat = new FlatIndex(database, 2);
        for (int k : new int[] {1, 30, 3000}) {
            same(flat.nearest(queries, k, Ties.ALL), index.nearest(queries, k, Ties.ALL), "k " + k);
        }
        for (int radius : new int[] {0, 2, 9, 32}) {
            same(flat.within(queries, radius), index.within(queries, radius), "radius " + radius);
        }
    }

    @Test
    void aQueryGivesUpTablesWhenItsTimeIsOver() {
        Codes database = RandomCodes.uniform(5000, 64, 1);
        List<Segment> segments =
                List.of(new Segment(database, Buckets.build(database, Substrings.of(64, 5000)), false));
        Codes query = RandomCodes.uniform(1, 64, 2);
        // The clock is looked at once for every distance of a substring and for every 256 keys and codes.
        AtomicLong now = new AtomicLong();
        TableSearch tables = new TableSearch(segments, now::incrementAndGet, query);
        assertTrue(tables.search(0, new Selection(Selection.EVERY, 2, Ties.ALL, false), 1));
        assertEquals(1, now.getAndSet(0));
        assertFalse(tables.search(0, new Selection(Selection.EVERY, 60, Ties.ALL, false), 10));
        assertEquals(11, now.get());
    }

    @Test
    void aBucketWithMoreCodesThanThereIsTimeForIsNotReadToItsEnd() {
        Codes same = Codes.ofWords(new long[5000], 5000, 64);
        AtomicLong now = new AtomicLong();
        TableSearch tables = new TableSearch(
                List.of(new Segment(same, Buckets.build(same, Substrings.of(64, 5000)), false)),
                now::incrementAndGet,
                Codes.ofWords(new long[1], 1, 64));
        Selection some = new Selection(Selection.EVERY, 0, Ties.ALL, false);
        assertFalse(tables.search(0, some, 10));
        assertTrue(some.neighbours().count() < 3000);
        now.set(0);
        Selection all = new Selection(Selection.EVERY, 0, Ties.ALL, false);
        assertTrue(tables.search(0, all, 30));
        assertEquals(5000, all.neighbours().count());
    }

    @Test
    void queriesAmongWhichSomeGiveUpFindTheSameInAllSegments() {
        Codes pool = RandomCodes.clustered(7000, 64, 100, 1);
        Codes queries = RandomCodes.clustered(300, 64, 100, 1);
        EVERY_WAY.forEach((way, clock) -> {
            // The last segment is too small for tables.
            MultiIndex index = MultiIndex.of(Codes.copyOf(pool, 0, 4000), 2, clock.get());
            index.add(
                    Codes.copyOf(pool, 4000, 6500), LongStream.range(4000, 6500).toArray());
            index.add(
                    Codes.copyOf(pool, 6500, 7000), LongStream.range(6500, 7000).toArray());
            long[] gone = LongStream.range(0, 7000).filter(i -> i % 9 == 0).toArray();
            index.delete(gone);
            int[] rows = IntStream.range(0, 7000).filter(i -> i % 9 != 0).toArray();
            HammingIndex flat = new FlatIndex(
                    new CodesWithIds(
                            pool.select(rows),
                            Arrays.stream(rows).asLongStream().toArray()),
                    2);
            for (int n : new int[] {1, 3, 300}) {
                Codes asked = Codes.copyOf(queries, 0, n);
                for (int k : new int[] {1, 30, 1000}) {
                    for (int times = 0; times < 3; times++) {
                        same(flat.nearest(asked, k, Ties.ALL), index.nearest(asked, k, Ties.ALL), way + ", k " + k);
                    }
                }
                for (int radius : new int[] {0, 2, 9}) {
                    for (int times = 0; times < 3; times++) {
                        same(flat.within(asked, radius), index.within(asked, radius), way + ", radius " + radius);
                    }
                }
            }
        });
    }

    @Test
    void anIndexIsOpenedWithoutALookAtTheClock() {
        AtomicLong looks = new AtomicLong();
        MultiIndex index = MultiIndex.of(RandomCodes.uniform(5000, 64, 1), 2, looks::incrementAndGet);
        assertEquals(0, looks.get());
        index.within(RandomCodes.uniform(1, 64, 2), 2);
        assertTrue(looks.get() > 0);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        MultiIndex index = MultiIndex.of(RandomCodes.uniform(3, 16, 1), 1, () -> 0);
        Codes two = RandomCodes.uniform(2, 16, 2);
        assertEquals("index: counts differ: 2 codes and 1 ids", Failure.of(() -> index.add(two, 9)));
        assertEquals("index: id 2 is there already; need ids of their own", Failure.of(() -> index.add(two, 9, 2)));
        assertEquals("index: id 9 is there already; need ids of their own", Failure.of(() -> index.add(two, 9, 9)));
        assertEquals(3, index.size());
        index.delete(2);
        index.add(two, 9, 2);
        assertEquals(4, index.size());
        assertEquals(
                "codes: row 1 has id 3 after 3; need ascending ids",
                Failure.of(() -> new CodesWithIds(two, new long[] {3, 3})));
        assertEquals(
                "search: queries have 8 bits, the index 16; need equally many",
                Failure.of(() -> index.within(RandomCodes.uniform(1, 8, 1), 1)));
    }

    @Test
    void anIndexOfNothingFindsNothing() {
        MultiIndex index = MultiIndex.of(RandomCodes.uniform(0, 16, 1), 2, () -> 0);
        assertEquals(
                0,
                index.nearest(RandomCodes.uniform(1, 16, 1), 5, Ties.ALL).get(0).count());
    }
}
