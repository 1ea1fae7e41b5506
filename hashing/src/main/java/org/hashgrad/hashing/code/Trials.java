package org.hashgrad.hashing.code;

/**
 * Whether queries that are alike, of one search or some, should try the tables or go to the scan at once: by the clock, of the queries
 * themselves. What the tables have to beat is what the scan of those that were left has taken for each; until some were left, a time
 * below that of any machine, so that tables that win by far never wait for a scan, and what loses costs little. While the tables have
 * taken longer than the scans that they have saved, most queries do not try. Never changes a result.
 */
final class Trials {
    /** Nanoseconds in which no thread compares a word with one query, or reads and lays it out for all of them. */
    private static final double COMPARED = 0.01;

    private static final double READ = 0.1;

    /** Times as long as that no scan takes once it is compiled. */
    private static final double SLOWEST = 50;

    /** Queries that try in any case once a scan was timed, and of the others every so manyth. */
    private static final int FIRST = 2;

    private static final int EVERY = 64;

    /** Nanoseconds that a scan which is timed should take, and the fewest and most queries of a thread for that. */
    private static final double TIMED = 1e6;

    private static final int FEWEST = 8;

    private static final int MANY = 32;

    /** Times its budget for which one query may count: more is whatever else runs on the machine. */
    private static final double MOST = 2;

    private final double least;
    private double scan;
    private boolean timed;
    private long queries;
    private int tried;
    private int answered;
    private double taken;

    /** @param least nanoseconds of a thread that a flat scan takes for one query at the very least */
    Trials(double least) {
        this.least = least;
        this.scan = least;
    }

    /** Of so many queries against so many words, a thread's time for each. */
    static double least(long words, int queries, int threads) {
        return words * (COMPARED + READ / queries) * Math.min(threads, queries) / threads;
    }

    /** Queries of each thread by which to time a scan: few where each takes long. */
    int toTimeAScan() {
        return (int) Math.max(FEWEST, Math.min(MANY, TIMED / least));
    }

    /** Whether no query was asked yet. */
    synchronized boolean areNew() {
        return queries == 0;
    }

    /** Whether the next query should try. */
    synchronized boolean next() {
        return queries++ % EVERY == 0 || (timed && tried < FIRST) || taken <= answered * scan;
    }

    /** Nanoseconds after which a query should give up. */
    synchronized double budget() {
        return scan;
    }

    /** One query has tried for so many nanoseconds. */
    synchronized void tried(long nanoseconds, boolean found) {
        tried++;
        taken += Math.min((double) nanoseconds, MOST * scan);
        answered += found ? 1 : 0;
    }

    /** A thread's nanoseconds for each of some queries that were scanned. What was tried before the first of these had too little time to count. */
    synchronized void scanned(double nanoseconds) {
        if (!timed) {
            tried = 0;
            answered = 0;
            taken = 0;
        }
        timed = true;
        scan = Math.max(least, Math.min(nanoseconds, SLOWEST * least));
    }
}
