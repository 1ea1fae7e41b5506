package org.hashgrad.hashing.code;

/**
 * Whether queries of one search, which are alike, should try the tables or go to the scan at once. While the tables have taken longer than
 * the scans that they have saved, most should not. What they take is reckoned by {@link SearchCosts} for code and tables that are near at
 * hand and corrected by the clock for those that are not.
 */
final class Trials {
    /** Queries that try in any case, and of the others every so manyth. */
    private static final int FIRST = 2;

    private static final int EVERY = 64;

    /** Times as long as reckoned that one query may count for: more is not the tables' but that of whatever else runs on the machine. */
    private static final double MOST = 8;

    private final double scan;
    private int queries;
    private double saved;
    private double taken;
    private double reckoned;

    /** @param scan nanoseconds of a flat scan for one query */
    Trials(double scan) {
        this.scan = scan;
    }

    /** Whether the next query should try. */
    boolean next() {
        return queries++ < FIRST || taken <= saved || queries % EVERY == 0;
    }

    /** Nanoseconds, as they are reckoned, after which a query should give up. */
    double budget() {
        return taken > reckoned ? scan * reckoned / taken : scan;
    }

    /** One query has tried: what was reckoned for it, what the clock says, in nanoseconds, and whether it was answered. */
    void tried(double expected, long clock, boolean answered) {
        reckoned += expected;
        taken += Math.min((double) clock, MOST * expected);
        saved += answered ? scan : 0;
    }
}
