package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomKeyTest {
    private static final int DRAWS = 100_000;

    @Test
    void aNumberDependsOnKeyAndIndexOnly() {
        RandomKey key = RandomKey.of(1).split("shuffle").split(3);
        double late = key.gaussian(1000);
        IntStream.range(0, 10).forEach(key::gaussian);
        assertEquals(late, RandomKey.of(1).split("shuffle").split(3).gaussian(1000));
    }

    @Test
    void keysOfDifferentPurposeDiffer() {
        RandomKey key = RandomKey.of(1);
        assertNotEquals(key.split("a"), key.split("b"));
        assertNotEquals(key.split("ab"), key.split("ba"));
        assertNotEquals(key.split(0), key.split(1));
        assertNotEquals(RandomKey.of(0), RandomKey.of(1));
    }

    @Test
    void uniformNumbersFillTheUnitIntervalEvenly() {
        RandomKey key = RandomKey.of(5);
        int[] counts = new int[10];
        for (int i = 0; i < DRAWS; i++) {
            double u = key.uniform(i);
            assertTrue(u >= 0 && u < 1);
            assertEquals(u, (float) u);
            counts[(int) (10 * u)]++;
        }
        for (int count : counts) {
            // five standard deviations of a binomial count
            assertEquals(DRAWS / 10.0, count, 5 * Math.sqrt(DRAWS * 0.09));
        }
    }

    @Test
    void gaussianNumbersHaveMeanZeroAndVarianceOneAndAreFloats() {
        RandomKey key = RandomKey.of(6);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            double g = key.gaussian(i);
            assertEquals(g, (float) g);
            sum += g;
            squares += g * g;
        }
        assertEquals(0, sum / DRAWS, 5 / Math.sqrt(DRAWS));
        assertEquals(1, squares / DRAWS, 5 * Math.sqrt(2.0 / DRAWS));
    }

    @Test
    void belowStaysInItsBoundAndReachesItsEnds() {
        RandomKey key = RandomKey.of(7);
        boolean[] seen = new boolean[7];
        for (int i = 0; i < 1000; i++) {
            seen[key.below(7, i)] = true;
        }
        assertArrayEquals(new boolean[] {true, true, true, true, true, true, true}, seen);
        assertEquals(0, key.below(1, 3));
    }

    @Test
    void aPermutationHoldsEveryIndexOnceAndIsNotTheIdentity() {
        int[] order = RandomKey.of(8).permutation(1000);
        int[] identity = IntStream.range(0, 1000).toArray();
        assertTrue(!Arrays.equals(identity, order));
        Arrays.sort(order);
        assertArrayEquals(identity, order);
        assertArrayEquals(new int[] {0}, RandomKey.of(8).permutation(1));
    }
}
