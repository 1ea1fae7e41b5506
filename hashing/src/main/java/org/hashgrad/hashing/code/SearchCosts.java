package org.hashgrad.hashing.code;

import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.hashgrad.tensor.RandomKey;

/**
 * What steps of a search take, in nanoseconds, as measured on this machine and these codes; they decide between tables and a flat scan and
 * never change a result.
 *
 * @param lookup one key into one table
 * @param candidate one code that a table led to
 * @param compared one code in a flat scan, by one of many queries
 * @param read one code read and laid out for a flat scan, by all queries together
 */
record SearchCosts(double lookup, double candidate, double compared, double read) {
    /** Tables whatever they take. */
    static final SearchCosts TABLES = new SearchCosts(0, 0, 1, 1);

    /** Never tables. */
    static final SearchCosts FLAT = new SearchCosts(1, 1, 0, 0);

    private static final int REPEATS = 5;
    private static final int STEPS = 1 << 15;
    private static final int MOST_INTS = 1 << 21;
    private static final int SAMPLE = 1 << 15;
    private static final int QUERIES = 16;

    /**
     * Measures on arrays of the heap as large as the tables and the codes, up to 8 MB each, and on random codes; reads neither tables nor
     * codes, so a large file stays where it is, and writes no file. Takes some hundredths of a second.
     */
    static SearchCosts measure(CodeStore codes, Substrings substrings) {
        RandomKey key = RandomKey.of(1);
        int keys = Math.min(MOST_INTS, 1 << substrings.longest());
        int[] table = written(keys + 1);
        double lookup = nanoseconds(STEPS, round -> {
            long sum = 0;
            for (int i = 0; i < STEPS; i++) {
                int at = (int) key.bits(i + (long) round * STEPS) & keys - 1;
                sum += table[at + 1] - table[at];
            }
            return sum;
        });
        int words = codes.wordsPerCode();
        int rows = (int) Math.max(1, Math.min(codes.size(), MOST_INTS / 2 / words));
        int[] store = written(2 * rows * words);
        double candidate = nanoseconds(STEPS, round -> {
            long sum = 0;
            for (int i = 0; i < STEPS; i++) {
                int at = key.below(rows, i + (long) round * STEPS) * 2 * words;
                for (int w = 0; w < 2 * words; w++) {
                    sum += Integer.bitCount(store[at + w] ^ i);
                }
            }
            return sum;
        });
        int sample = Math.max(1, SAMPLE / words);
        Segment random = new Segment(Codes.fromReal(at -> key.below(2, at) - 0.5, sample, codes.bits()), null, false);
        double one = scan(random, 1);
        double many = scan(random, QUERIES);
        double compared = Math.max(0, many - one) / (QUERIES - 1);
        return new SearchCosts(lookup, candidate, compared, Math.max(0, one - compared));
    }

    /** All written, so that there is memory behind them. */
    private static int[] written(int n) {
        int[] ints = new int[n];
        Arrays.setAll(ints, i -> i);
        return ints;
    }

    private static double scan(Segment segment, int queries) {
        FlatScan scan = new FlatScan(Codes.copyOf(
                segment.codes(), 0, Math.min(queries, segment.codes().size())));
        return nanoseconds((int) segment.codes().size(), round -> {
            Selection[] selections = new Selection[scan.queries()];
            Arrays.setAll(selections, q -> new Selection(1, 0, Ties.CUT_BY_ID, true));
            scan.scan(segment, 0, segment.codes().size(), selections);
            return selections[0].worst();
        });
    }

    /** The least over some rounds of the time per step. */
    private static double nanoseconds(int steps, IntToLongFunction work) {
        double least = Double.POSITIVE_INFINITY;
        long sum = 0;
        for (int round = 0; round < REPEATS; round++) {
            long start = System.nanoTime();
            sum += work.applyAsLong(round);
            least = Math.min(least, (double) (System.nanoTime() - start));
        }
        return sum == Long.MIN_VALUE ? 0 : least / steps;
    }

    /** A flat scan of n codes for one of some queries. */
    double flat(long n, int queries) {
        return n * (compared + read / Math.max(1, queries));
    }
}
