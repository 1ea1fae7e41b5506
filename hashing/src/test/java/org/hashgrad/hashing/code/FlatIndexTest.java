package org.hashgrad.hashing.code;

import static org.hashgrad.hashing.code.IndexAssertions.searchesAsNaive;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.hashgrad.hashing.data.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FlatIndexTest {
    private final Path folder;

    FlatIndexTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 12, 31, 32, 33, 48, 64, 65, 96, 128, 200, 512, 1025, 4096})
    void findsWhatSortingAllDistancesFinds(int bits) {
        for (int n : bits > 200 ? new int[] {1, 300} : new int[] {0, 1, 63, 64, 65, 700}) {
            for (Codes database : new Codes[] {RandomCodes.uniform(n, bits, n), RandomCodes.clustered(n, bits, 4, n)}) {
                Codes queries = RandomCodes.clustered(5, bits, 3, n);
                searchesAsNaive(new FlatIndex(database, 1), database, queries, n + " codes");
                searchesAsNaive(new FlatIndex(database, 3), database, queries, n + " codes, 3 threads");
            }
        }
    }

    @Test
    void manyQueriesAreSharedOutWithTheSameResult() {
        Codes database = RandomCodes.clustered(3000, 64, 20, 1);
        Codes queries = RandomCodes.clustered(50, 64, 20, 2);
        searchesAsNaive(new FlatIndex(database, 1), database, queries, "1 thread");
        searchesAsNaive(new FlatIndex(database, 2), database, queries, "2 threads");
        searchesAsNaive(new FlatIndex(database, 5), database, queries, "5 threads");
    }

    @Test
    void equalCodesAreFoundInTheOrderOfTheirIds() {
        Codes one = RandomCodes.uniform(1, 64, 1);
        long[] word = new long[1];
        one.copyWords(0, 1, word);
        long[] same = new long[5000];
        java.util.Arrays.fill(same, word[0]);
        Codes database = Codes.ofWords(same, same.length, 64);
        searchesAsNaive(new FlatIndex(database, 2), database, one, "equal codes");
    }

    @Test
    void aFileIsSearchedInPlaceUnderItsIds() {
        Codes codes = RandomCodes.clustered(2500, 100, 9, 3);
        CodeStore withIds = new WithIds(codes, row -> 10 * row + 5);
        Path path = folder.resolve("a.codes");
        CodeFile.write(path, withIds, CodeDetails.NONE);
        searchesAsNaive(
                new FlatIndex(CodeFile.open(path, 12), 2), withIds, RandomCodes.clustered(20, 100, 9, 4), "file");
    }

    @Test
    void aSearchThatMakesNoSenseIsRefused() {
        FlatIndex index = new FlatIndex(RandomCodes.uniform(3, 64, 1), 1);
        assertEquals(
                "search: queries have 63 bits, the index 64; need equally many",
                Failure.of(() -> index.nearest(RandomCodes.uniform(1, 63, 1), 1, Ties.ALL)));
        assertEquals(
                "search: k is 0; need >= 1",
                Failure.of(() -> index.nearest(RandomCodes.uniform(1, 64, 1), 0, Ties.ALL)));
        assertEquals(
                "search: radius is -1; need >= 0", Failure.of(() -> index.within(RandomCodes.uniform(1, 64, 1), -1)));
    }
}
