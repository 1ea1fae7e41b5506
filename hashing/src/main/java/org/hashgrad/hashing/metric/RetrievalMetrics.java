package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;

/**
 * The measures of retrieval by Hamming distance, or by real distance before the sign. An item is relevant to a query when they share a label. Means run over all
 * queries; a query without relevant items counts 0, and the report says how many there are.
 *
 * <pre>
 *   mAP           mean of AP; of the orders within equal distances
 *                   averaged  the mean over all of them (the default)
 *                   best      the one with relevant items first       worst  the one with relevant items last
 *                   stable    by ascending database index (a stable sort; a list sorted by class biases it)
 *   precision within radius r    mean over queries of hits / items at distance ≤ r; an empty ball counts 0
 *   precision@N                  mean over queries of (expected hits among the first N) / N, N even if fewer items exist
 *   PR curve by radius           micro: at r = 0 … k, Σ hits / Σ items at distance ≤ r, and Σ hits / Σ relevant items;
 *                                0 where the divisor is 0
 * </pre>
 *
 * Formulas are in {@link RankingHistogram}. Counts are exact integers and per-query values are added in the queries' order, so
 * the number of threads does not change a bit of the result.
 *
 * @param precisionAt the N of precision@N, each ≥ 1
 * @param radius the radius of precision within a radius, ≥ 0
 * @param threads how many threads share the queries, ≥ 1
 */
public record RetrievalMetrics(List<Integer> precisionAt, int radius, int threads) {

    /**
     * Checks the settings.
     *
     * @throws DataException if one is out of range
     */
    public RetrievalMetrics {
        precisionAt = List.copyOf(precisionAt);
        for (int n : precisionAt) {
            if (n < 1) {
                throw new DataException("retrieval: N of precision@N is " + n + "; need N >= 1");
            }
        }
        if (radius < 0 || threads < 1) {
            throw new DataException("retrieval: radius is " + radius + " and threads is " + threads
                    + "; need radius >= 0, threads >= 1");
        }
    }

    /** The N of the curve of precision@N. */
    public static final List<Integer> TOPS = List.of(1, 10, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000);

    /** Radius 2 as the hashing papers report it, and precision@N for the N of their curves, from 1 to 1000. */
    public static RetrievalMetrics standard(int threads) {
        return new RetrievalMetrics(TOPS, 2, threads);
    }

    /**
     * Ranks the database for every query by Hamming distance.
     *
     * @throws DataException if codes and labels differ in number, codes in length, labels in kind, or a side is empty
     */
    public RetrievalReport evaluate(Codes query, Labels queryLabels, Codes database, Labels databaseLabels) {
        requireConsistent(
                new Side(query.count(), query.bits(), queryLabels),
                new Side(database.count(), database.bits(), databaseLabels));
        return evaluate(
                () -> Ranking.hamming(query, database, databaseLabels), queryLabels, database.bits(), database.count());
    }

    /**
     * Ranks the database for every query by the real distance (k − ⟨u, v⟩) / 2, without binarisation: what is lost by the sign. For codes
     * of −1 and +1 it is the Hamming distance and so are all figures. Within radius r are the items at distance ≤ r; the largest, k,
     * holds every item.
     *
     * @throws DataException as {@link #evaluate(Codes, Labels, Codes, Labels)}
     */
    public RetrievalReport evaluate(
            RelaxedCodes query, Labels queryLabels, RelaxedCodes database, Labels databaseLabels) {
        requireConsistent(
                new Side(query.count(), query.bits(), queryLabels),
                new Side(database.count(), database.bits(), databaseLabels));
        return evaluate(
                () -> Ranking.real(query, database, databaseLabels), queryLabels, database.bits(), database.count());
    }

    private RetrievalReport evaluate(Supplier<Ranking> rankings, Labels queryLabels, int bits, int items) {
        int queries = queryLabels.count();
        Tally tally = new Tally(queries, bits, precisionAt.size());
        AtomicInteger next = new AtomicInteger();
        Callable<Tally> work = () -> {
            Tally own = tally.sharingQueries();
            Ranking ranking = rankings.get();
            for (int i = next.getAndIncrement(); i < queries; i = next.getAndIncrement()) {
                RankingHistogram histogram = ranking.rank(queryLabels, i);
                own.add(i, histogram, ranking.byRadius(histogram), ranking.stableAveragePrecision(histogram), this);
            }
            return own;
        };
        for (Tally part : inParallel(work)) {
            tally.addCurve(part);
        }
        return tally.report(items, this);
    }

    /** What has to be equal on the two sides. */
    private record Side(int count, int bits, Labels labels) {}

    private List<Tally> inParallel(Callable<Tally> work) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Tally> parts = new ArrayList<>();
            for (Future<Tally> part : executor.invokeAll(Collections.nCopies(threads, work))) {
                parts.add(part.get());
            }
            return parts;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("retrieval: interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("retrieval: " + e.getCause(), e);
        } finally {
            executor.shutdownNow();
        }
    }

    private static void requireConsistent(Side query, Side database) {
        Labels queryLabels = query.labels();
        Labels databaseLabels = database.labels();
        if (query.count() != queryLabels.count() || database.count() != databaseLabels.count()) {
            throw new DataException("retrieval: query has " + query.count() + " codes and " + queryLabels.count()
                    + " labels, database " + database.count() + " codes and " + databaseLabels.count()
                    + " labels; need equally many of both");
        }
        if (query.bits() != database.bits()) {
            throw new DataException("retrieval: query codes have " + query.bits() + " bits, database codes "
                    + database.bits() + "; need equally many");
        }
        if (query.count() == 0 || database.count() == 0) {
            throw new DataException("retrieval: query has " + query.count() + " codes, database " + database.count()
                    + "; need at least 1 of each");
        }
        Labels.requireComparable(queryLabels, databaseLabels);
    }

    /** Per-query values, which threads share by index, and one thread's own sums for the curve. */
    private record Tally(
            double[][] averagePrecision,
            double[] within,
            boolean[] empty,
            boolean[] barren,
            double[][] top,
            long[] items,
            long[] hits) {

        Tally(int queries, int bits, int tops) {
            this(
                    new double[4][queries],
                    new double[queries],
                    new boolean[queries],
                    new boolean[queries],
                    new double[tops][queries],
                    new long[bits + 1],
                    new long[bits + 1]);
        }

        Tally sharingQueries() {
            return new Tally(
                    averagePrecision, within, empty, barren, top, new long[items.length], new long[hits.length]);
        }

        void add(
                int i,
                RankingHistogram histogram,
                RankingHistogram byRadius,
                double stable,
                RetrievalMetrics settings) {
            averagePrecision[0][i] = histogram.averagePrecision();
            averagePrecision[1][i] = histogram.bestAveragePrecision();
            averagePrecision[2][i] = histogram.worstAveragePrecision();
            averagePrecision[3][i] = stable;
            within[i] = byRadius.precisionWithin(settings.radius());
            empty[i] = byRadius.retrievedWithin(settings.radius()) == 0;
            barren[i] = histogram.relevantCount() == 0;
            for (int n = 0; n < top.length; n++) {
                top[n][i] = histogram.precisionAt(settings.precisionAt().get(n));
            }
            for (int d = 0; d < items.length; d++) {
                items[d] += byRadius.total()[d];
                hits[d] += byRadius.relevant()[d];
            }
        }

        void addCurve(Tally part) {
            Arrays.setAll(items, d -> items[d] + part.items[d]);
            Arrays.setAll(hits, d -> hits[d] + part.hits[d]);
        }

        RetrievalReport report(int database, RetrievalMetrics settings) {
            TreeMap<Integer, Double> precisionAt = new TreeMap<>();
            for (int n = 0; n < top.length; n++) {
                precisionAt.put(settings.precisionAt().get(n), mean(top[n]));
            }
            long relevantItems = Arrays.stream(hits).sum();
            List<Double> precision = new ArrayList<>();
            List<Double> recall = new ArrayList<>();
            long itemsWithin = 0;
            long hitsWithin = 0;
            for (int d = 0; d < items.length; d++) {
                itemsWithin += items[d];
                hitsWithin += hits[d];
                precision.add(itemsWithin == 0 ? 0 : hitsWithin / (double) itemsWithin);
                recall.add(relevantItems == 0 ? 0 : hitsWithin / (double) relevantItems);
            }
            return new RetrievalReport(
                    within.length,
                    count(barren),
                    database,
                    items.length - 1,
                    mean(averagePrecision[0]),
                    mean(averagePrecision[1]),
                    mean(averagePrecision[2]),
                    mean(averagePrecision[3]),
                    settings.radius(),
                    mean(within),
                    count(empty) / (double) empty.length,
                    precisionAt,
                    precision,
                    recall);
        }

        private static double mean(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum / values.length;
        }

        private static int count(boolean[] flags) {
            int count = 0;
            for (boolean flag : flags) {
                count += flag ? 1 : 0;
            }
            return count;
        }
    }
}
