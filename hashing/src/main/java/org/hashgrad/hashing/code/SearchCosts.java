package org.hashgrad.hashing.code;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.hashgrad.tensor.RandomKey;

/**
 * What steps of a search take, in nanoseconds, as measured on this machine; they decide between tables and a flat scan and never change a
 * result. What both pay for codes that are near is left out on both sides.
 *
 * @param step one key into one table, or one code that a table led to
 * @param compared one code in a flat scan, by one of many queries
 * @param read one code read and laid out for a flat scan, by all queries together
 */
record SearchCosts(double step, double compared, double read) {
    /** Tables whatever they take. */
    static final SearchCosts TABLES = new SearchCosts(0, 1, 1);

    /** Never tables. */
    static final SearchCosts FLAT = new SearchCosts(1, 0, 0);

    private static final SearchCosts STEPS = new SearchCosts(1, 0, 0);
    private static final int SAMPLE = 1 << 12;
    private static final int QUERIES = 16;
    private static final int MOST_LONGS = 1 << 20;
    private static final int READS = 1 << 12;

    /** Of a linear congruential generator of period 2^64 (Knuth's MMIX). */
    private static final long MULTIPLIER = 6364136223846793005L;

    /** Nanoseconds in which a step gets no faster once it is compiled, and how much faster does not count. */
    private static final long SETTLED = 60_000_000;

    private static final double FASTER = 0.9;

    /** Nanoseconds for one word and query beyond which a scan is not compiled: several times what one without vectors takes then. */
    private static final double SLOWEST = 2;

    /** Nanoseconds after which no compilation is waited for. */
    private static final long LONGEST = 2_000_000_000;

    /**
     * Measures scan and tables on a few random codes, and memory on an array as large as the codes, up to 8 MB; reads no codes, so a large
     * file stays where it is, and writes no file. Takes some half a second, and in a new process waits for the JVM to compile what is
     * measured: before that a scan takes a thousand times as long, the tables ten times.
     */
    static SearchCosts measure(CodeStore codes) {
        int words = codes.wordsPerCode();
        RandomKey random = RandomKey.of(1);
        Codes sample = Codes.fromReal(at -> random.below(2, at) - 0.5, Math.max(QUERIES, SAMPLE / words), codes.bits());
        double many = scanned(sample, QUERIES);
        double one = scanned(sample, 1);
        double compared = Math.max(0, many - one) / (QUERIES - 1);
        double step = asked(sample) + memory((int) Math.max(1, Math.min(MOST_LONGS, codes.size() * words)));
        return new SearchCosts(step, compared, Math.max(0, one - compared));
    }

    /** A flat scan of n codes for one of some queries. */
    double flat(long n, int queries) {
        return n * (compared + read / Math.max(1, queries));
    }

    /** One code of a flat scan by so many queries, to which few are near. */
    private static double scanned(Codes sample, int queries) {
        FlatScan scan = new FlatScan(sample, 0, queries);
        Segment segment = new Segment(sample, null, false);
        double bound = SLOWEST * queries * sample.wordsPerCode();
        return settled(System::nanoTime, sample.count(), bound, () -> {
            Selection[] selections = new Selection[queries];
            Arrays.setAll(selections, q -> new Selection(1, 0, Ties.CUT_BY_ID, true));
            scan.scan(segment, 0, sample.count(), selections);
            return selections[0].worst();
        });
    }

    /** One step from tables in the cache: keys at distance 0 and 1 in each. */
    private static double asked(Codes sample) {
        Substrings substrings = Substrings.of(sample.bits(), sample.count());
        int radius = Math.min(2 * substrings.count() - 1, sample.bits());
        List<Segment> segments = List.of(new Segment(sample, Buckets.build(sample, substrings), false));
        TableSearch search = new TableSearch(segments, STEPS, Codes.copyOf(sample, 0, QUERIES));
        LongSupplier work = () -> {
            double steps = 0;
            for (int q = 0; q < QUERIES; q++) {
                search.search(q, new Selection(Selection.EVERY, radius, Ties.ALL, false), Double.POSITIVE_INFINITY);
                steps += search.spent();
            }
            return (long) steps;
        };
        return settled(System::nanoTime, work.getAsLong(), Double.POSITIVE_INFINITY, work);
    }

    /** One of an array's longs, anywhere, read when the one before is known. */
    private static double memory(int longs) {
        long[] array = new long[longs];
        Arrays.setAll(array, i -> i);
        long[] at = {1};
        return settled(System::nanoTime, READS, Double.POSITIVE_INFINITY, () -> {
            for (int i = 0; i < READS; i++) {
                at[0] = at[0] * MULTIPLIER + 1 + array[(int) (((at[0] >>> 32) * longs) >>> 32)];
            }
            return at[0];
        });
    }

    /** The least time per step of some work, repeated until that is below a bound and has stopped falling, or for two seconds. */
    static double settled(LongSupplier clock, long steps, double bound, LongSupplier work) {
        double least = Double.POSITIVE_INFINITY;
        long sum = 0;
        long first = clock.getAsLong();
        long end = first;
        long fell = first;
        while (end - first < LONGEST && (end - fell < SETTLED || least > bound * steps)) {
            long start = end;
            sum += work.getAsLong();
            end = clock.getAsLong();
            if (end - start < least * FASTER) {
                fell = end;
            }
            least = Math.min(least, (double) (end - start));
        }
        return sum == Long.MIN_VALUE ? 0 : least / steps;
    }
}
