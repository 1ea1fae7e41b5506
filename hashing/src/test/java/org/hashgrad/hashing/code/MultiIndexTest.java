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
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MultiIndexTest {
    private static final SearchCosts[] EVERY_WAY = {SearchCosts.TABLES, SearchCosts.FLAT};

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
            for (SearchCosts costs : EVERY_WAY) {
                searchesAsNaive(MultiIndex.of(database, 2, costs), database, queries, bits + " bits, " + costs);
            }
        }
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
        for (SearchCosts costs : EVERY_WAY) {
            for (int seed = 0; seed < 4; seed++) {
                RandomKey key = RandomKey.of(seed).split("changes");
                Codes pool = RandomCodes.clustered(9000, bits, 30, seed);
                Codes base = Codes.copyOf(pool, 0, seed % 2 == 0 ? 0 : 3000);
                MultiIndex index = MultiIndex.of(base, 2, costs);
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
                searchesAsNaive(index, database, RandomCodes.clustered(3, bits, 30, seed), "seed " + seed + costs);
            }
        }
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
        searchesAsNaive(MultiIndex.of(file, 2, SearchCosts.TABLES), withIds, queries, "file");
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
    void theCostsMeasuredHereDecideAndChangeNothing() {
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
        SearchCosts costs = SearchCosts.measure(database);
        assertTrue(costs.step() > 0 && costs.flat(60_000, 1) > 0, costs.toString());
    }

    @Test
    void aQueryGivesUpTablesWhenTheScanIsCheaper() {
        Codes database = RandomCodes.uniform(5000, 64, 1);
        List<Segment> segments =
                List.of(new Segment(database, Buckets.build(database, Substrings.of(64, 5000)), false));
        SearchCosts costs = new SearchCosts(1, 1, 1);
        Codes query = RandomCodes.uniform(1, 64, 2);
        Selection near = new Selection(Selection.EVERY, 2, Ties.ALL, false);
        assertTrue(new TableSearch(segments, costs, query).search(0, near, 5000));
        Selection all = new Selection(Selection.EVERY, 60, Ties.ALL, false);
        assertFalse(new TableSearch(segments, costs, query).search(0, all, 5000));
    }

    @Test
    void aBucketWithMoreCodesThanThereIsTimeForIsNotRead() {
        Codes same = Codes.ofWords(new long[5000], 5000, 64);
        TableSearch tables = new TableSearch(
                List.of(new Segment(same, Buckets.build(same, Substrings.of(64, 5000)), false)),
                new SearchCosts(1, 1, 1),
                Codes.ofWords(new long[1], 1, 64));
        Selection none = new Selection(Selection.EVERY, 0, Ties.ALL, false);
        assertFalse(tables.search(0, none, 4000));
        assertEquals(0, none.neighbours().count());
        Selection all = new Selection(Selection.EVERY, 0, Ties.ALL, false);
        assertTrue(tables.search(0, all, 6000));
        assertEquals(5000, all.neighbours().count());
        assertEquals(5001, tables.spent());
    }

    @Test
    void queriesAmongMostThatGiveUpFindTheSame() {
        Codes database = RandomCodes.uniform(4000, 64, 1);
        int[] rows = new int[300];
        Arrays.setAll(rows, q -> 13 * q);
        long[] words = new long[300];
        Codes asked = RandomCodes.uniform(300, 64, 2);
        asked.copyWords(0, 300, words);
        Codes known = database.select(rows);
        long[] near = new long[300];
        known.copyWords(0, 300, near);
        // Every tenth query is in the database and found by the tables, the others are far from everything in it.
        for (int q = 0; q < 300; q += 10) {
            words[q] = near[q];
        }
        Codes queries = Codes.ofWords(words, 300, 64);
        MultiIndex index = MultiIndex.of(database, 2, new SearchCosts(1, 0.1, 0));
        same(
                new FlatIndex(database, 2).nearest(queries, 1, Ties.ALL),
                index.nearest(queries, 1, Ties.ALL),
                "one in ten is near");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        MultiIndex index = MultiIndex.of(RandomCodes.uniform(3, 16, 1), 1, SearchCosts.TABLES);
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
        MultiIndex index = MultiIndex.of(RandomCodes.uniform(0, 16, 1), 2, SearchCosts.TABLES);
        assertEquals(
                0,
                index.nearest(RandomCodes.uniform(1, 16, 1), 5, Ties.ALL).get(0).count());
        assertTrue(Arrays.stream(EVERY_WAY).allMatch(costs -> costs.compared() >= 0));
    }
}
