package org.hashgrad.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HammingKernelTest {
    @Test
    void thisJvmHasTheVectorTwin() {
        assertTrue(
                HammingKernel.ofThisJvm().name().startsWith("vector"),
                HammingKernel.ofThisJvm().name());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 8, 16, 128})
    void twinsCountDifferingBitsOfEveryLimit(int planes) {
        Random random = new Random(planes);
        for (int n : new int[] {64, 128, 1024}) {
            int[][] block = new int[planes][n];
            for (int[] plane : block) {
                Arrays.setAll(plane, i -> random.nextInt());
            }
            int[] code = random.ints(planes).toArray();
            int[] exact = IntStream.range(0, n)
                    .map(i -> IntStream.range(0, planes)
                            .map(w -> Integer.bitCount(block[w][i] ^ code[w]))
                            .sum())
                    .toArray();
            for (HammingKernel twin : new HammingKernel[] {new ScalarHamming(), HammingKernel.ofThisJvm()}) {
                int[] distances = new int[n];
                twin.distances(block, code, n, distances);
                assertArrayEquals(exact, distances, twin.name());
                for (int limit = -1; limit <= 32 * planes; limit++) {
                    int most = limit;
                    int[] expected =
                            IntStream.range(0, n).filter(i -> exact[i] <= most).toArray();
                    int[] hits = new int[n];
                    int found = twin.within(block, code, n, limit, hits, distances);
                    assertEquals(expected.length, found, twin.name() + ", limit " + limit);
                    assertArrayEquals(expected, Arrays.copyOf(hits, found), twin.name() + ", limit " + limit);
                    assertArrayEquals(
                            Arrays.stream(expected).map(i -> exact[i]).toArray(),
                            Arrays.copyOf(distances, found),
                            twin.name() + ", limit " + limit);
                }
            }
        }
    }
}
