package org.hashgrad.hashing.code;

import java.util.Arrays;
import org.hashgrad.tensor.cpu.HammingKernel;

/**
 * Compares queries with every code of a store, block by block: a block is read once, laid out by half-words in the first cache, and met by
 * all queries. What differs between queries is only the largest distance that each still wants.
 */
final class FlatScan {
    private static final int MOST_ROWS = 2048;
    private static final int FEWEST_ROWS = 256;
    private static final int HALF_WORDS_OF_A_BLOCK = 8192;

    private final HammingKernel kernel = HammingKernel.ofThisJvm();
    private final int planes;
    private final int rowsOfBlock;
    private final int[][] queries;

    FlatScan(Codes codes) {
        this(codes, 0, codes.count());
    }

    /** The queries {@code from} to {@code to}, exclusive, of some codes. */
    FlatScan(Codes codes, int from, int to) {
        planes = (codes.bits() + 31) / 32;
        rowsOfBlock = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, Integer.highestOneBit(HALF_WORDS_OF_A_BLOCK / planes)));
        int words = codes.wordsPerCode();
        long[] row = new long[words];
        queries = new int[to - from][planes];
        for (int q = 0; q < queries.length; q++) {
            codes.copyWords(from + q, 1, row);
            for (int p = 0; p < planes; p++) {
                queries[q][p] = half(row[p / 2], p);
            }
        }
    }

    /** How many queries. */
    int queries() {
        return queries.length;
    }

    /** Offers the live rows {@code from} to {@code to}, exclusive, that are near enough to each query's selection, by ascending id. */
    void scan(Segment segment, long from, long to, Selection[] selections) {
        CodeStore store = segment.codes();
        int words = store.wordsPerCode();
        long[] read = new long[rowsOfBlock * words];
        int[][] block = new int[planes][rowsOfBlock];
        int[] hits = new int[rowsOfBlock];
        int[] distances = new int[rowsOfBlock];
        for (long row = from; row < to; row += rowsOfBlock) {
            int rows = (int) Math.min(rowsOfBlock, to - row);
            store.copyWords(row, rows, read);
            layOut(read, rows, words, block);
            int padded = (rows + HammingKernel.MULTIPLE - 1) / HammingKernel.MULTIPLE * HammingKernel.MULTIPLE;
            for (int q = 0; q < queries.length; q++) {
                Selection selection = selections[q];
                int found = kernel.within(block, queries[q], padded, selection.limit(), hits, distances);
                for (int h = 0; h < found && hits[h] < rows; h++) {
                    if (distances[h] <= selection.limit() && segment.live(row + hits[h])) {
                        selection.offer(store.id(row + hits[h]), distances[h]);
                    }
                }
            }
        }
    }

    private void layOut(long[] read, int rows, int words, int[][] block) {
        for (int p = 0; p < planes; p++) {
            int[] plane = block[p];
            int at = p / 2;
            int shift = p % 2 * 32;
            for (int i = 0; i < rows; i++) {
                plane[i] = (int) (read[at] >>> shift);
                at += words;
            }
            if (rows < rowsOfBlock) {
                Arrays.fill(plane, rows, rowsOfBlock, 0);
            }
        }
    }

    private static int half(long word, int p) {
        return (int) (word >>> (p % 2 * 32));
    }
}
