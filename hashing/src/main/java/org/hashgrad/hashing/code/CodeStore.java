package org.hashgrad.hashing.code;

/**
 * n codes of k bits, in memory or in a file, packed as {@link Codes} describes. Every code has an id; ids ascend with the rows, so that
 * "by id" and "by row" are one order. May be read by several threads.
 */
public interface CodeStore {
    /** n, the number of codes. */
    long size();

    /** k, the length of a code. */
    int bits();

    /** ⌈k / 64⌉, the words of a code. */
    default int wordsPerCode() {
        return (bits() + 63) >>> 6;
    }

    /** Copies rows {@code from} … {@code from + n − 1} to the start of {@code into}, n · wordsPerCode words, row-major. */
    void copyWords(long from, int n, long[] into);

    /** Copies {@code n} rows in any order to the start of {@code into}, as {@link #copyWords(long, int, long[])}. */
    default void copyWords(int[] rows, int n, long[] into) {
        int words = wordsPerCode();
        long[] row = new long[words];
        for (int i = 0; i < n; i++) {
            copyWords(rows[i], 1, row);
            System.arraycopy(row, 0, into, i * words, words);
        }
    }

    /** The id of a row, by default its number; strictly ascending. */
    default long id(long row) {
        return row;
    }

    /** The row of an id, or −1. */
    default long rowOf(long id) {
        long low = 0;
        long high = size() - 1;
        while (low <= high) {
            long middle = (low + high) >>> 1;
            long at = id(middle);
            if (at == id) {
                return middle;
            }
            low = at < id ? middle + 1 : low;
            high = at < id ? high : middle - 1;
        }
        return -1;
    }
}
