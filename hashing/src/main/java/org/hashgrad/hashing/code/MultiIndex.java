package org.hashgrad.hashing.code;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Multi-index hashing: tables from substrings of the codes to the codes that have them, so that near neighbours are found without a look at
 * the far ones. Exact; see {@link TableSearch}. A query whose neighbours turn out to be so far away that the tables take longer than a flat
 * scan is answered by the scan; the two are compared by the clock while queries are asked, see {@link Trials}.
 *
 * <p>Codes can be added and deleted. Those added are kept in segments that are merged as they grow, each with tables of its own, so adding n
 * codes one by one takes O(n log n). Not to be searched while it is changed.
 */
public final class MultiIndex implements HammingIndex {
    /** Codes from which on a segment has tables. */
    private static final int TABLES_FROM = 2048;

    /** How many times the queries by which a scan is timed for the rest of a search have to be there. */
    private static final int ROUNDS = 2;

    /** Searches that are alike and go on where the one before left off, before all is timed anew, at most; at first 1, as nothing is compiled, then 2, 4, … */
    private static final int MOST_SEARCHES = 32;

    private final int bits;
    private final int threads;
    private final LongSupplier clock;
    private final List<Segment> segments = new ArrayList<>();
    private @Nullable Kind kind;
    private Trials trials = new Trials(0);
    private int searches;
    private int lasting;

    /** Searches of one kind take about as long. */
    private record Kind(int k, int radius, Ties ties, int queries) {}

    private MultiIndex(int bits, int threads, LongSupplier clock) {
        if (threads < 1) {
            throw new DataException("search: threads is " + threads + "; need >= 1");
        }
        this.bits = bits;
        this.threads = threads;
        this.clock = clock;
    }

    /**
     * Builds tables over codes, which stay where they are: 4 bytes per code for each of ⌈k / log₂ n⌉ tables, and as much again for their
     * starts, in a file without a name in the folder for temporary files, not on the heap. A code file that has tables is searched with those.
     *
     * @param threads how many search, ≥ 1
     * @throws DataException with more than 2³¹ − 1 codes, or where there is no room for the tables
     */
    public static MultiIndex of(CodeStore codes, int threads) {
        return of(codes, threads, System::nanoTime);
    }

    /** @param clock nanoseconds; may be read by any thread */
    static MultiIndex of(CodeStore codes, int threads, LongSupplier clock) {
        MultiIndex index = new MultiIndex(codes.bits(), threads, clock);
        Buckets stored = codes instanceof CodeFile file ? file.buckets() : null;
        if (stored != null) {
            index.segments.add(new Segment(codes, stored, false));
        } else if (codes.size() > 0) {
            index.segments.add(new Segment(codes, tables(codes), false));
        }
        return index;
    }

    /**
     * Writes a code file with tables, as {@link CodeFile#write} otherwise; makes one table at a time in a scratch file beside it.
     *
     * @throws DataException as {@link CodeFile#write}, and with more than 2³¹ − 1 codes
     */
    public static void write(Path path, CodeStore codes, CodeDetails details) {
        CodeFile.write(path, codes, details, true);
    }

    /** Bytes of the tables over n codes of k bits. */
    public static long tableBytes(int bits, long n) {
        return Buckets.bytes(Substrings.of(bits, n), n);
    }

    private static @Nullable Buckets tables(CodeStore codes) {
        return codes.size() < TABLES_FROM ? null : Buckets.build(codes, Substrings.of(codes.bits(), codes.size()));
    }

    @Override
    public long size() {
        return segments.stream().mapToLong(Segment::liveCount).sum();
    }

    @Override
    public int bits() {
        return bits;
    }

    /**
     * Adds codes.
     *
     * @param ids one per code, in any order
     * @throws DataException if there are not as many ids as codes, one is negative, there twice or in the index already, or the length differs
     */
    public void add(Codes codes, long... ids) {
        FlatIndex.requireQueries(this, codes);
        if (ids.length != codes.count()) {
            throw new DataException("index: counts differ: " + codes.count() + " codes and " + ids.length + " ids");
        }
        int[] order = IntStream.range(0, ids.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> ids[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] sorted = Arrays.stream(order).mapToLong(i -> ids[i]).toArray();
        if (sorted.length > 0) {
            CodesWithIds.requireNotNegative(sorted[0]);
        }
        for (int i = 0; i < sorted.length; i++) {
            long id = sorted[i];
            if ((i > 0 && id == sorted[i - 1]) || segments.stream().anyMatch(segment -> segment.rowOf(id) >= 0)) {
                throw new DataException("index: id " + id + " is there already; need ids of their own");
            }
        }
        if (ids.length == 0) {
            return;
        }
        int words = codes.wordsPerCode();
        long[] rows = new long[ids.length * words];
        long[] row = new long[words];
        for (int i = 0; i < order.length; i++) {
            codes.copyWords(order[i], 1, row);
            System.arraycopy(row, 0, rows, i * words, words);
        }
        CodeStore added = new CodesWithIds(Codes.ofWords(rows, ids.length, bits), sorted);
        while (!segments.isEmpty() && mergesWith(added)) {
            added = merged(segments.remove(segments.size() - 1), added);
        }
        segments.add(new Segment(added, tables(added), true));
        kind = null;
    }

    private boolean mergesWith(CodeStore added) {
        Segment last = segments.get(segments.size() - 1);
        return last.isAdded() && last.codes().size() <= 2 * added.size();
    }

    /** The live codes of both by ascending id. */
    private CodeStore merged(Segment segment, CodeStore added) {
        int words = added.wordsPerCode();
        int n = Math.toIntExact(segment.liveCount() + added.size());
        long[] rows = new long[Math.multiplyExact(n, words)];
        long[] ids = new long[n];
        long[] row = new long[words];
        long a = 0;
        long b = 0;
        for (int i = 0; i < n; i++) {
            while (a < segment.codes().size() && !segment.live(a)) {
                a++;
            }
            boolean first = b == added.size()
                    || (a < segment.codes().size() && segment.codes().id(a) < added.id(b));
            CodeStore from = first ? segment.codes() : added;
            long at = first ? a++ : b++;
            from.copyWords(at, 1, row);
            System.arraycopy(row, 0, rows, i * words, words);
            ids[i] = from.id(at);
        }
        return new CodesWithIds(Codes.ofWords(rows, n, bits), ids);
    }

    /** Deletes codes; returns how many of the ids were there. */
    public int delete(long... ids) {
        int found = 0;
        for (long id : ids) {
            for (Segment segment : segments) {
                long row = segment.rowOf(id);
                if (row >= 0) {
                    segment.delete(row);
                    found++;
                }
            }
        }
        return found;
    }

    @Override
    public List<Neighbours> nearest(Codes queries, int k, Ties ties) {
        FlatIndex.requireQueries(this, queries);
        FlatIndex.requireCount(k);
        return search(queries, k, bits, ties);
    }

    @Override
    public List<Neighbours> within(Codes queries, int radius) {
        FlatIndex.requireQueries(this, queries);
        FlatIndex.requireRadius(radius);
        return search(queries, Selection.EVERY, Math.min(radius, bits), Ties.ALL);
    }

    private List<Neighbours> search(Codes queries, int k, int radius, Ties ties) {
        if (segments.stream().allMatch(segment -> segment.buckets() == null)) {
            return FlatIndex.search(segments, queries, k, radius, ties, threads);
        }
        int n = queries.count();
        List<Neighbours> found = new ArrayList<>(n);
        Kind asked = new Kind(k, radius, ties, n);
        Trials alike = trials(asked);
        int timed = threads * alike.toTimeAScan();
        int first = alike.areNew() && n >= ROUNDS * timed ? timed : n;
        found.addAll(round(Codes.copyOf(queries, 0, first), asked, alike));
        if (first < n) {
            found.addAll(round(Codes.copyOf(queries, first, n), asked, alike));
        }
        return found;
    }

    private synchronized Trials trials(Kind next) {
        boolean another = !next.equals(kind);
        if (another || searches == lasting) {
            kind = next;
            lasting = another ? 1 : Math.min(MOST_SEARCHES, 2 * lasting);
            searches = 0;
            int words = (bits + 63) / 64;
            long size = segments.stream().mapToLong(s -> s.codes().size()).sum();
            trials = new Trials(Trials.least(size * words, Math.max(1, next.queries), threads));
        }
        searches++;
        return trials;
    }

    /** The tables as far as they are worth it, then a scan for all that are left. */
    private List<Neighbours> round(Codes queries, Kind asked, Trials alike) {
        int n = queries.count();
        @Nullable Neighbours[] found = new Neighbours[n];
        int parts = Math.max(1, Math.min(threads, n));
        Parallel.parts(parts, part -> {
            TableSearch tables = new TableSearch(segments, clock, queries);
            for (int q = part; q < n; q += parts) {
                if (!alike.next()) {
                    continue;
                }
                Selection selection = new Selection(asked.k, asked.radius, asked.ties, false);
                long start = clock.getAsLong();
                boolean answered = tables.search(q, selection, start + (long) alike.budget());
                alike.tried(clock.getAsLong() - start, answered);
                if (answered) {
                    found[q] = selection.neighbours();
                }
            }
            return part;
        });
        int[] left = IntStream.range(0, n).filter(q -> found[q] == null).toArray();
        if (left.length > 0) {
            long start = clock.getAsLong();
            List<Neighbours> scanned =
                    FlatIndex.search(segments, queries.select(left), asked.k, asked.radius, asked.ties, threads);
            // Fewer would take longer for each than all do.
            if (left.length >= n / 2) {
                alike.scanned((double) (clock.getAsLong() - start) / left.length * Math.min(threads, left.length));
            }
            for (int i = 0; i < left.length; i++) {
                found[left[i]] = scanned.get(i);
            }
        }
        return Arrays.stream(found).map(java.util.Objects::requireNonNull).toList();
    }
}
