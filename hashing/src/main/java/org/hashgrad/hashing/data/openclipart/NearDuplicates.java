package org.hashgrad.hashing.data.openclipart;

import java.util.Arrays;
import java.util.List;

/**
 * Groups of pictures that look alike: two belong together when their 16 × 16 renditions differ by less than 6 of 255 levels in the root
 * mean square, and whatever belongs to the same picture belongs together.
 */
final class NearDuplicates {
    static final int SIDE = 32;
    private static final int HALF = SIDE / 2;
    private static final int VALUES = 3 * HALF * HALF;

    /** Squared differences of sums of 2 × 2 pixels, added up: 6² per value, times 4² for sums instead of means. */
    private static final int LIMIT = VALUES * 6 * 6 * 4 * 4;

    private NearDuplicates() {}

    /** The group of each picture (3, 32, 32), as the index of its first member. */
    static int[] groups(List<byte[]> squares) {
        int[][] sums = squares.stream().map(NearDuplicates::halved).toArray(int[][]::new);
        int[] first = new int[sums.length];
        Arrays.setAll(first, i -> i);
        for (int i = 0; i < sums.length; i++) {
            for (int j = 0; j < i; j++) {
                if (alike(sums[i], sums[j])) {
                    int a = root(first, i);
                    int b = root(first, j);
                    first[Math.max(a, b)] = Math.min(a, b);
                }
            }
        }
        for (int i = 0; i < first.length; i++) {
            first[i] = root(first, i);
        }
        return first;
    }

    private static int root(int[] first, int of) {
        int i = of;
        while (first[i] != i) {
            first[i] = first[first[i]];
            i = first[i];
        }
        return i;
    }

    /** Sums of 2 × 2 pixels, (3, 16, 16). */
    private static int[] halved(byte[] square) {
        int[] sums = new int[VALUES];
        for (int at = 0; at < square.length; at++) {
            int row = at / SIDE;
            sums[row / 2 * HALF + at % SIDE / 2] += square[at] & 0xff;
        }
        return sums;
    }

    private static boolean alike(int[] a, int[] b) {
        int square = 0;
        for (int i = 0; i < VALUES; i++) {
            int difference = a[i] - b[i];
            square += difference * difference;
            if (square >= LIMIT) {
                return false;
            }
        }
        return true;
    }
}
