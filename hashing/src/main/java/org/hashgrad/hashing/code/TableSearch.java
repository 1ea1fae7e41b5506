package org.hashgrad.hashing.code;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * Multi-index search of one query (Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index Hashing", CVPR 2012). Codes within
 * distance m·r + j of the query agree with it up to r bits in one of the first j + 1 of m substrings or up to r − 1 in one of the others
 * (their section 3), so the tables are asked for all keys at distance 0, 1, … of the query's, one table after the other, until the
 * selection needs nothing farther away.
 *
 * <p>A code is offered where it is met first: at the least (r, j) such that its substring j is at distance r. That is seen from the code
 * itself, so no set of seen codes is kept.
 */
final class TableSearch {
    /** Keys and codes between two looks at the clock. */
    private static final int STEPS = 256;

    private final List<Segment> segments;
    private final LongSupplier clock;
    private final Codes queries;
    private final int words;
    private final long[] query;
    private final int[] rows = new int[STEPS];
    private final long[] codes;
    private long deadline;
    private int steps;
    private int[] keys = {};

    TableSearch(List<Segment> segments, LongSupplier clock, Codes queries) {
        this.segments = segments;
        this.clock = clock;
        this.queries = queries;
        this.words = queries.wordsPerCode();
        this.query = new long[words];
        this.codes = new long[STEPS * words];
    }

    /** Offers what the selection wants, or returns false when the clock passes a time before that is done. */
    boolean search(int q, Selection selection, long until) {
        queries.copyWords(q, 1, query);
        deadline = until;
        for (Segment segment : segments) {
            Buckets buckets = segment.buckets();
            if (buckets == null) {
                new FlatScan(queries, q, q + 1).scan(segment, 0, segment.codes().size(), new Selection[] {selection});
            } else if (!search(segment, buckets, selection)) {
                return false;
            }
        }
        return true;
    }

    private boolean search(Segment segment, Buckets buckets, Selection selection) {
        Substrings substrings = buckets.substrings;
        int m = substrings.count();
        keys = new int[m];
        for (int j = 0; j < m; j++) {
            keys[j] = substrings.key(query, 0, j);
        }
        for (int r = 0; r <= substrings.longest(); r++) {
            if (late()) {
                return false;
            }
            for (int j = 0; j < m; j++) {
                if ((long) m * r + j > selection.worst()) {
                    return true;
                }
                if (r <= substrings.length(j) && !ask(segment, buckets, r, j, selection)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Asks table j for every key at distance r; returns false when there is no time left. */
    private boolean ask(Segment segment, Buckets buckets, int r, int j, Selection selection) {
        int end = 1 << buckets.substrings.length(j);
        int flips = (1 << r) - 1;
        int waiting = 0;
        while (flips < end) {
            int key = keys[j] ^ flips;
            int at = buckets.start(j, key);
            int to = buckets.start(j, key + 1);
            if (++steps % STEPS == 0 && late()) {
                return false;
            }
            while (at < to) {
                int taken = Math.min(to - at, STEPS - waiting);
                buckets.rows(j, at, taken, rows, waiting);
                at += taken;
                waiting += taken;
                if (waiting == STEPS) {
                    offer(segment, buckets.substrings, waiting, r, j, selection);
                    waiting = 0;
                    if (late()) {
                        return false;
                    }
                }
            }
            if (flips == 0) {
                break;
            }
            // The next number with as many bits set.
            int lowest = flips & -flips;
            int carried = flips + lowest;
            flips = carried | (flips ^ carried) >>> (2 + Integer.numberOfTrailingZeros(lowest));
        }
        offer(segment, buckets.substrings, waiting, r, j, selection);
        return true;
    }

    /** Many at once, so that the processor waits for many codes at once: they lie anywhere. */
    private void offer(Segment segment, Substrings substrings, int count, int r, int j, Selection selection) {
        segment.codes().copyWords(rows, count, codes);
        for (int i = 0; i < count; i++) {
            int distance = 0;
            for (int w = 0; w < words; w++) {
                distance += Long.bitCount(codes[i * words + w] ^ query[w]);
            }
            if (distance <= selection.limit() && segment.live(rows[i]) && isFirst(substrings, i, r, j)) {
                selection.offer(segment.codes().id(rows[i]), distance);
            }
        }
    }

    private boolean isFirst(Substrings substrings, int code, int r, int j) {
        for (int i = 0; i < keys.length; i++) {
            int apart = Integer.bitCount(substrings.key(codes, code * words, i) ^ keys[i]);
            if (apart < r || (apart == r && i < j)) {
                return false;
            }
        }
        return true;
    }

    private boolean late() {
        return clock.getAsLong() - deadline > 0;
    }
}
