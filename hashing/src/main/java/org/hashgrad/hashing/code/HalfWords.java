package org.hashgrad.hashing.code;

import java.util.Arrays;

/**
 * A few rows of a store laid out by half-words in the first cache, for {@link org.hashgrad.tensor.cpu.HammingKernel}: {@code planes()[p][i]} is bits 32 p to 32 p + 31 of
 * row i. Not safe for use by several threads.
 */
public final class HalfWords {
    private static final int MOST_ROWS = 2048;
    private static final int FEWEST_ROWS = 256;
    private static final int OF_A_BLOCK = 8192;

    private final int words;
    private final long[] read;
    private final int[][] planes;
    private final int rows;

    /** @param bits of a code */
    public HalfWords(int bits) {
        int each = (bits + 31) / 32;
        words = (bits + 63) / 64;
        rows = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, Integer.highestOneBit(OF_A_BLOCK / each)));
        read = new long[rows * words];
        planes = new int[each][rows];
    }

    /** Rows that there is room for, a multiple of what the kernel takes. */
    public int rows() {
        return rows;
    }

    /** (⌈bits / 32⌉, rows); valid until the next read. */
    public int[][] planes() {
        return planes;
    }

    /** Takes {@code n} rows of a store, n ≤ {@link #rows}; what is beyond them is clear. */
    public void read(CodeStore store, long from, int n) {
        store.copyWords(from, n, read);
        for (int p = 0; p < planes.length; p++) {
            int[] plane = planes[p];
            int at = p / 2;
            int shift = p % 2 * 32;
            for (int i = 0; i < n; i++) {
                plane[i] = (int) (read[at] >>> shift);
                at += words;
            }
            if (n < rows) {
                Arrays.fill(plane, n, rows, 0);
            }
        }
    }

    /** Each of the rows {@code from} to {@code to}, exclusive, of some codes by itself: (to − from, ⌈bits / 32⌉). */
    public static int[][] ofEach(Codes codes, int from, int to) {
        int words = codes.wordsPerCode();
        long[] row = new long[words];
        int[][] each = new int[to - from][(codes.bits() + 31) / 32];
        for (int i = 0; i < each.length; i++) {
            codes.copyWords(from + i, 1, row);
            for (int p = 0; p < each[i].length; p++) {
                each[i][p] = (int) (row[p / 2] >>> (p % 2 * 32));
            }
        }
        return each;
    }
}
