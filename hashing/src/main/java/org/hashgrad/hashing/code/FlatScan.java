package org.hashgrad.hashing.code;

import org.hashgrad.tensor.cpu.HammingKernel;

/**
 * Compares queries with every code of a store, block by block: a block is read once, laid out by half-words in the first cache, and met by
 * all queries. What differs between queries is only the largest distance that each still wants.
 */
final class FlatScan {
    private final HammingKernel kernel = HammingKernel.ofThisJvm();
    private final int bits;
    private final int[][] queries;

    FlatScan(Codes codes) {
        this(codes, 0, codes.count());
    }

    /** The queries {@code from} to {@code to}, exclusive, of some codes. */
    FlatScan(Codes codes, int from, int to) {
        bits = codes.bits();
        queries = HalfWords.ofEach(codes, from, to);
    }

    /** How many queries. */
    int queries() {
        return queries.length;
    }

    /** Offers the live rows {@code from} to {@code to}, exclusive, that are near enough to each query's selection, by ascending id. */
    void scan(Segment segment, long from, long to, Selection[] selections) {
        CodeStore store = segment.codes();
        HalfWords block = new HalfWords(bits);
        int[] hits = new int[block.rows()];
        int[] distances = new int[block.rows()];
        for (long row = from; row < to; row += block.rows()) {
            int rows = (int) Math.min(block.rows(), to - row);
            block.read(store, row, rows);
            int padded = (rows + HammingKernel.MULTIPLE - 1) / HammingKernel.MULTIPLE * HammingKernel.MULTIPLE;
            for (int q = 0; q < queries.length; q++) {
                Selection selection = selections[q];
                int found = kernel.within(block.planes(), queries[q], padded, selection.limit(), hits, distances);
                for (int h = 0; h < found && hits[h] < rows; h++) {
                    if (distances[h] <= selection.limit() && segment.live(row + hits[h])) {
                        selection.offer(store.id(row + hits[h]), distances[h]);
                    }
                }
            }
        }
    }
}
