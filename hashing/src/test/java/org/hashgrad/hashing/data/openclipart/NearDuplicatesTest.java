package org.hashgrad.hashing.data.openclipart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

final class NearDuplicatesTest {
    private static byte[] plain(int level) {
        byte[] square = new byte[3 * 32 * 32];
        Arrays.fill(square, (byte) level);
        return square;
    }

    @Test
    void sixLevelsApartIsNotAlikeAnyMore() {
        assertArrayEquals(new int[] {0, 1}, NearDuplicates.groups(List.of(plain(100), plain(106))));
        assertArrayEquals(new int[] {0, 0}, NearDuplicates.groups(List.of(plain(106), plain(101))));
    }

    @Test
    void aChainIsOneGroupNamedByItsFirst() {
        List<byte[]> chain = List.of(plain(200), plain(10), plain(20), plain(205), plain(15), plain(0), plain(5));
        assertArrayEquals(new int[] {0, 1, 1, 0, 1, 1, 1}, NearDuplicates.groups(chain));
    }

    @Test
    void groupsAreThoseOfTheDefinition() {
        RandomKey key = RandomKey.of(3);
        List<byte[]> squares = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            byte[] square = plain(60 + 10 * key.below(12, i));
            for (int p = 0; p < square.length; p++) {
                square[p] += (byte) key.split(i).below(12, p);
            }
            squares.add(square);
        }
        int n = squares.size();
        boolean[][] reached = new boolean[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                reached[i][j] = rootMeanSquare(squares.get(i), squares.get(j)) < 6;
            }
        }
        for (int via = 0; via < n; via++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    reached[i][j] |= reached[i][via] && reached[via][j];
                }
            }
        }
        int[] expected = new int[n];
        for (int i = 0; i < n; i++) {
            while (!reached[i][expected[i]]) {
                expected[i]++;
            }
        }
        assertArrayEquals(expected, NearDuplicates.groups(squares));
        assertTrue(Arrays.stream(expected).distinct().count() > 5);
        assertTrue(Arrays.stream(expected).distinct().count() < n);
    }

    static double rootMeanSquare(byte[] a, byte[] b) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 16; y++) {
                for (int x = 0; x < 16; x++) {
                    double difference = mean(a, c, y, x) - mean(b, c, y, x);
                    sum += difference * difference;
                }
            }
        }
        return Math.sqrt(sum / (3 * 16 * 16));
    }

    private static double mean(byte[] square, int c, int y, int x) {
        double sum = 0;
        for (int at : new int[] {0, 1, 32, 33}) {
            sum += square[c * 1024 + 2 * y * 32 + 2 * x + at] & 0xff;
        }
        return sum / 4;
    }
}
