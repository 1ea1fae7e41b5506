package org.hashgrad.hashing.code;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.HammingScan;

/**
 * Compares every code with every query by a scan that is given to it, such as a device's; the same result as {@link FlatIndex}. The codes are
 * kept by the scan, block by block: the first ones are small, because after them it is known how far away is too far. For each block the codes are
 * counted by distance, from which follows what is still wanted of it, and then collected.
 */
public final class ScanIndex implements HammingIndex, AutoCloseable {
    private static final int FIRST_ROWS = 1 << 12;
    private static final int GROWTH = 4;
    private static final int MOST_HALF_WORDS = 1 << 26;
    private static final int MOST_COUNTS = 1 << 22;
    private static final int MOST_FOUND = 1 << 24;

    private final CodeStore codes;
    private final int planes;
    private final List<Block> blocks = new ArrayList<>();

    private record Block(long firstRow, HammingScan.Block codes) {}

    /** Gives the codes to the scan. */
    public ScanIndex(CodeStore codes, HammingScan scan) {
        this.codes = codes;
        this.planes = (codes.bits() + 31) / 32;
        int rows = FIRST_ROWS;
        try {
            for (long from = 0; from < codes.size(); ) {
                int n = (int) Math.min(rows, codes.size() - from);
                blocks.add(new Block(from, scan.load(halfWords(codes, from, n, true), n)));
                from += n;
                rows = Math.min(rows * GROWTH, Math.max(FIRST_ROWS, MOST_HALF_WORDS / planes));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Rows (n, planes), or by planes (planes, n). */
    private int[] halfWords(CodeStore store, long from, int n, boolean byPlane) {
        int words = store.wordsPerCode();
        int[] halves = new int[Math.multiplyExact(n, planes)];
        long[] row = new long[words];
        for (int i = 0; i < n; i++) {
            store.copyWords(from + i, 1, row);
            for (int p = 0; p < planes; p++) {
                halves[byPlane ? p * n + i : i * planes + p] = (int) (row[p / 2] >>> (p % 2 * 32));
            }
        }
        return halves;
    }

    @Override
    public long size() {
        return codes.size();
    }

    @Override
    public int bits() {
        return codes.bits();
    }

    @Override
    public List<Neighbours> nearest(Codes queries, int k, Ties ties) {
        FlatIndex.requireQueries(this, queries);
        FlatIndex.requireCount(k);
        return search(queries, k, bits(), ties);
    }

    @Override
    public List<Neighbours> within(Codes queries, int radius) {
        FlatIndex.requireQueries(this, queries);
        FlatIndex.requireRadius(radius);
        return search(queries, Selection.EVERY, Math.min(radius, bits()), Ties.ALL);
    }

    private List<Neighbours> search(Codes queries, int k, int radius, Ties ties) {
        List<Neighbours> all = new ArrayList<>();
        int most = MOST_COUNTS / bins();
        for (int from = 0; from < queries.count(); from += most) {
            int m = Math.min(most, queries.count() - from);
            int[] asked = halfWords(queries, from, m, false);
            Selection[] selections = new Selection[m];
            Arrays.setAll(selections, q -> new Selection(k, radius, ties, true));
            for (Block block : blocks) {
                search(block, asked, selections, k);
            }
            for (Selection selection : selections) {
                all.add(selection.neighbours());
            }
        }
        return all;
    }

    private int bins() {
        return 32 * planes + 1;
    }

    private void search(Block block, int[] asked, Selection[] selections, int k) {
        int[] limits = Arrays.stream(selections).mapToInt(Selection::limit).toArray();
        int[] counts = block.codes().counts(asked, limits);
        int[] found = new int[limits.length];
        for (int q = 0; q < limits.length; q++) {
            // k codes of this block alone are reason enough to want nothing farther away.
            int within = 0;
            int d = 0;
            while (d <= limits[q] && within < k) {
                within += counts[q * bins() + d++];
            }
            limits[q] = d - 1;
            found[q] = within;
        }
        for (int from = 0; from < limits.length; ) {
            int to = from;
            int sum = 0;
            while (to < limits.length && (to == from || sum + found[to] <= MOST_FOUND)) {
                sum += found[to++];
            }
            collect(block, asked, limits, found, selections, from, to);
            from = to;
        }
    }

    /** Offers what the block has for the queries {@code from} to {@code to}, exclusive, by ascending row. */
    private void collect(
            Block block, int[] asked, int[] limits, int[] found, Selection[] selections, int from, int to) {
        int[] firsts = new int[to - from + 1];
        for (int q = from; q < to; q++) {
            firsts[q - from + 1] = firsts[q - from] + found[q];
        }
        long[] pairs = block.codes()
                .within(
                        Arrays.copyOfRange(asked, from * planes, to * planes),
                        Arrays.copyOfRange(limits, from, to),
                        firsts);
        for (int q = from; q < to; q++) {
            int first = firsts[q - from];
            int last = firsts[q - from + 1];
            Arrays.sort(pairs, first, last);
            for (int at = first; at < last; at++) {
                int distance = (int) pairs[at];
                if (distance <= selections[q].limit()) {
                    selections[q].offer(codes.id(block.firstRow() + (pairs[at] >>> 32)), distance);
                }
            }
        }
    }

    /** Gives the codes back. */
    @Override
    public void close() {
        blocks.forEach(block -> block.codes().close());
        blocks.clear();
    }
}
