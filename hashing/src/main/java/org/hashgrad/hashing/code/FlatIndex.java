package org.hashgrad.hashing.code;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.DataException;

/**
 * Compares every code with every query. Needs no memory besides the codes, and none for those where they are a file. Queries are blocked
 * against blocks of the database; many queries are shared out among the threads, few queries have the database shared out.
 */
public final class FlatIndex implements HammingIndex {
    /** Queries per thread from which on threads take queries instead of parts of the database. */
    private static final int MANY = 8;

    private final CodeStore codes;
    private final int threads;

    /** @param threads how many search, ≥ 1 */
    public FlatIndex(CodeStore codes, int threads) {
        if (threads < 1) {
            throw new DataException("search: threads is " + threads + "; need >= 1");
        }
        this.codes = codes;
        this.threads = threads;
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
        requireQueries(this, queries);
        requireCount(k);
        return search(queries, k, bits(), ties);
    }

    @Override
    public List<Neighbours> within(Codes queries, int radius) {
        requireQueries(this, queries);
        requireRadius(radius);
        return search(queries, Selection.EVERY, Math.min(radius, bits()), Ties.ALL);
    }

    static void requireQueries(HammingIndex index, Codes queries) {
        if (queries.bits() != index.bits()) {
            throw new DataException("search: queries have " + queries.bits() + " bits, the index " + index.bits()
                    + "; need equally many");
        }
    }

    static void requireCount(int k) {
        if (k < 1) {
            throw new DataException("search: k is " + k + "; need >= 1");
        }
    }

    static void requireRadius(int radius) {
        if (radius < 0) {
            throw new DataException("search: radius is " + radius + "; need >= 0");
        }
    }

    private List<Neighbours> search(Codes queries, int k, int radius, Ties ties) {
        return search(List.of(new Segment(codes, null, false)), queries, k, radius, ties, threads);
    }

    /** Compares the queries with every live code of the segments. */
    static List<Neighbours> search(List<Segment> segments, Codes queries, int k, int radius, Ties ties, int threads) {
        int n = queries.count();
        if (n >= MANY * threads) {
            return Parallel.parts(threads, part -> {
                        int from = (int) cut(n, part, threads);
                        int to = (int) cut(n, part + 1, threads);
                        return scan(segments, new FlatScan(queries, from, to), 0, 1, k, radius, ties);
                    })
                    .stream()
                    .flatMap(Stream::of)
                    .map(Selection::neighbours)
                    .toList();
        }
        List<Selection[]> parts =
                Parallel.parts(threads, part -> scan(segments, new FlatScan(queries), part, threads, k, radius, ties));
        List<Neighbours> all = new ArrayList<>();
        for (int q = 0; q < n; q++) {
            Selection first = parts.get(0)[q];
            for (Selection[] later : parts.subList(1, parts.size())) {
                first.offerAll(later[q]);
            }
            all.add(first.neighbours());
        }
        return all;
    }

    /** One of some equal parts of every segment. */
    private static Selection[] scan(
            List<Segment> segments, FlatScan scan, int part, int parts, int k, int radius, Ties ties) {
        boolean ascending = segments.size() == 1;
        Selection[] selections = new Selection[scan.queries()];
        Arrays.setAll(selections, q -> new Selection(k, radius, ties, ascending));
        for (Segment segment : segments) {
            long size = segment.codes().size();
            scan.scan(segment, cut(size, part, parts), cut(size, part + 1, parts), selections);
        }
        return selections;
    }

    private static long cut(long n, int part, int parts) {
        return n / parts * part + n % parts * part / parts;
    }
}
