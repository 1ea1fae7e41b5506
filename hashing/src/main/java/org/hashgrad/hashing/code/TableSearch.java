package org.hashgrad.hashing.code;

import java.util.List;

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
    private final List<Segment> segments;
    private final SearchCosts costs;
    private final Codes queries;
    private final int words;
    private final long[] query;
    private final long[] code;
    private double spent;
    private double budget;
    private int[] keys = {};

    TableSearch(List<Segment> segments, SearchCosts costs, Codes queries) {
        this.segments = segments;
        this.costs = costs;
        this.queries = queries;
        this.words = queries.wordsPerCode();
        this.query = new long[words];
        this.code = new long[words];
    }

    /** Offers what the selection wants, or returns false when that would take more than so many nanoseconds. */
    boolean search(int q, Selection selection, double nanoseconds) {
        queries.copyWords(q, 1, query);
        budget = nanoseconds;
        spent = 0;
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

    /** What the last search is reckoned to have taken, in nanoseconds. */
    double spent() {
        return spent;
    }

    private boolean search(Segment segment, Buckets buckets, Selection selection) {
        Substrings substrings = buckets.substrings;
        int m = substrings.count();
        keys = new int[m];
        for (int j = 0; j < m; j++) {
            keys[j] = substrings.key(query, 0, j);
        }
        for (int r = 0; r <= substrings.longest(); r++) {
            for (int j = 0; j < m; j++) {
                if ((long) m * r + j > selection.worst()) {
                    return true;
                }
                int length = substrings.length(j);
                if (r > length) {
                    continue;
                }
                double ways = binomial(length, r);
                double each = segment.codes().size() / Math.scalb(1.0, length);
                if (spent + ways * (1 + each) * costs.step() > budget) {
                    return false;
                }
                spent += ways * costs.step();
                if (!ask(segment, buckets, r, j, selection)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Asks table j for every key at distance r; returns false when that leads to more codes than there is time for. */
    private boolean ask(Segment segment, Buckets buckets, int r, int j, Selection selection) {
        int end = 1 << buckets.substrings.length(j);
        int flips = (1 << r) - 1;
        while (flips < end) {
            int key = keys[j] ^ flips;
            int from = buckets.start(j, key);
            int to = buckets.start(j, key + 1);
            spent += (to - from) * costs.step();
            if (spent > budget) {
                return false;
            }
            for (int at = from; at < to; at++) {
                offer(segment, buckets, buckets.row(j, at), r, j, selection);
            }
            if (flips == 0) {
                break;
            }
            // The next number with as many bits set.
            int lowest = flips & -flips;
            int carried = flips + lowest;
            flips = carried | (flips ^ carried) >>> (2 + Integer.numberOfTrailingZeros(lowest));
        }
        return true;
    }

    private void offer(Segment segment, Buckets buckets, int row, int r, int j, Selection selection) {
        segment.codes().copyWords(row, 1, code);
        int distance = 0;
        for (int w = 0; w < words; w++) {
            distance += Long.bitCount(code[w] ^ query[w]);
        }
        if (distance <= selection.limit() && segment.live(row) && isFirst(buckets.substrings, r, j)) {
            selection.offer(segment.codes().id(row), distance);
        }
    }

    private boolean isFirst(Substrings substrings, int r, int j) {
        for (int i = 0; i < keys.length; i++) {
            int apart = Integer.bitCount(substrings.key(code, 0, i) ^ keys[i]);
            if (apart < r || (apart == r && i < j)) {
                return false;
            }
        }
        return true;
    }

    private static double binomial(int n, int r) {
        double ways = 1;
        for (int i = 1; i <= r; i++) {
            ways = ways * (n - r + i) / i;
        }
        return ways;
    }
}
