package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.ClassLabels;
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
 *   mAP@N         in four meanings, {@link AveragePrecisionAt}
 *   within radius r              of the items at distance ≤ r
 *     precision                  mean over queries of hits / items; an empty ball counts 0
 *     precision, answered        the same without the queries whose ball is empty
 *     recall                     mean over queries of hits / relevant items
 *     mAP                        AP of the ball alone / hits in it; 0 where it is empty or without hit
 *   precision@N, recall@N        mean over queries of (expected hits among the first N) / N or / relevant items; N even if fewer items exist
 *   PR curve by radius, micro    at r = 0 … k, Σ hits / Σ items at distance ≤ r, and Σ hits / Σ relevant items;
 *                                0 where the divisor is 0
 *   PR curve by radius, macro    at r = 0 … k, means over queries of precision (an empty ball counts 0) and recall within r
 *   PR curve by rank             means over queries of precision@N and recall@N at about a hundred N up to the whole database
 *   graded                       with several labels: NDCG@N, ACG@N, weighted mAP by the number of shared labels, {@link GradedHistogram}
 * </pre>
 *
 * Formulas are in {@link RankingHistogram}. Counts are exact integers and per-query values are added in the queries' order, so
 * the number of threads does not change a bit of the result.
 *
 * @param precisionAt the N of precision@N, recall@N, NDCG@N and ACG@N, each ≥ 1
 * @param averagePrecisionAt the N of mAP@N, each ≥ 1
 * @param radius the radius of the figures within a radius, ≥ 0
 * @param threads how many threads share the queries, ≥ 1
 * @param stable whether mAP of the stable order is measured too, which takes longer than everything else
 */
public record RetrievalMetrics(
        List<Integer> precisionAt, List<Integer> averagePrecisionAt, int radius, int threads, boolean stable) {
    /** Where {@code metrics.json} has precision@N by N, and mAP@N by N and meaning. */
    public static final String PRECISION_AT = "precision_at_N";

    public static final String AVERAGE_PRECISION_AT = "mAP_at_N";

    /** Queries that one pass over the database serves; sums are made block by block, whatever the threads. */
    private static final int BLOCK = 16;

    /** Points of the curve by rank. */
    private static final int POINTS = 100;

    /**
     * Checks the settings.
     *
     * @throws DataException if one is out of range
     */
    public RetrievalMetrics {
        precisionAt = precisionAt.stream().sorted().distinct().toList();
        averagePrecisionAt = averagePrecisionAt.stream().sorted().distinct().toList();
        requirePositive("precision@N", precisionAt);
        requirePositive("mAP@N", averagePrecisionAt);
        if (radius < 0 || threads < 1) {
            throw new DataException("retrieval: radius is " + radius + " and threads is " + threads
                    + "; need radius >= 0, threads >= 1");
        }
    }

    /** Without mAP@N. */
    public RetrievalMetrics(List<Integer> precisionAt, int radius, int threads) {
        this(precisionAt, List.of(), radius, threads);
    }

    /** With the stable order. */
    public RetrievalMetrics(List<Integer> precisionAt, List<Integer> averagePrecisionAt, int radius, int threads) {
        this(precisionAt, averagePrecisionAt, radius, threads, true);
    }

    private static void requirePositive(String measure, List<Integer> tops) {
        for (int n : tops) {
            if (n < 1) {
                throw new DataException("retrieval: N of " + measure + " is " + n + "; need N >= 1");
            }
        }
    }

    /** The N of the curve of precision@N. */
    public static final List<Integer> TOPS = List.of(1, 10, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000);

    /** Radius 2 as the hashing papers report it, and precision@N for the N of their curves, from 1 to 1000. */
    public static RetrievalMetrics standard(int threads) {
        return new RetrievalMetrics(TOPS, 2, threads);
    }

    /** The same without the stable order, in less than half of the time. */
    public RetrievalMetrics withoutStableOrder() {
        return new RetrievalMetrics(precisionAt, averagePrecisionAt, radius, threads, false);
    }

    /** The same with mAP@N as well. */
    public RetrievalMetrics withAveragePrecisionAt(List<Integer> tops) {
        return new RetrievalMetrics(precisionAt, tops, radius, threads, stable);
    }

    /**
     * Ranks the database for every query by Hamming distance.
     *
     * @throws DataException if codes and labels differ in number, codes in length, labels in kind, or a side is empty
     */
    public RetrievalReport evaluate(Codes query, Labels queryLabels, Codes database, Labels databaseLabels) {
        Retrieval.requireConsistent(
                new Retrieval.Side(query.count(), query.bits(), queryLabels),
                new Retrieval.Side(database.count(), database.bits(), databaseLabels));
        int grades = grades(queryLabels);
        return evaluate(
                () -> new HammingRanker(query, queryLabels, database, databaseLabels, grades, stable),
                queryLabels,
                database.bits(),
                database.count());
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
        Retrieval.requireConsistent(
                new Retrieval.Side(query.count(), query.bits(), queryLabels),
                new Retrieval.Side(database.count(), database.bits(), databaseLabels));
        int grades = grades(queryLabels);
        return evaluate(
                () -> new RealRanker(query, queryLabels, database, databaseLabels, grades),
                queryLabels,
                database.bits(),
                database.count());
    }

    /** One more than the most labels of a query. */
    private static int grades(Labels queries) {
        int[] own = new int[1];
        int most = 1;
        for (int i = 0; i < queries.count(); i++) {
            queries.shared(i, queries, i, i + 1, own);
            most = Math.max(most, own[0]);
        }
        return most + 1;
    }

    private RetrievalReport evaluate(Supplier<QueryRanker> rankers, Labels queryLabels, int bits, int items) {
        int queries = queryLabels.count();
        List<Measure> measures = Measure.of(this, !(queryLabels instanceof ClassLabels));
        int[] ranks = ranks(items);
        ThreadLocal<QueryRanker> ranker = ThreadLocal.withInitial(rankers);
        List<Callable<Block>> blocks = new ArrayList<>();
        for (int from = 0; from < queries; from += BLOCK) {
            int first = from;
            int end = Math.min(queries, from + BLOCK);
            blocks.add(() -> Block.of(ranker.get().rank(first, end), this, measures, bits, ranks));
        }
        return report(inParallel(blocks), measures, queries, bits, items, ranks);
    }

    /** 1, and every hundredth of the database or every rank. */
    private static int[] ranks(int items) {
        return java.util.stream.IntStream.rangeClosed(0, POINTS)
                .map(i -> (int) Math.max(1, ((long) items * i + POINTS - 1) / POINTS))
                .distinct()
                .toArray();
    }

    private RetrievalReport report(
            List<Block> blocks, List<Measure> measures, int queries, int bits, int items, int[] ranks) {
        Block all = Block.sum(blocks, bits, ranks.length);
        Map<String, List<Double>> perQuery = new LinkedHashMap<>();
        for (int m = 0; m < measures.size(); m++) {
            List<Double> values = new ArrayList<>(queries);
            for (double[] query : all.values()) {
                values.add(query[m]);
            }
            perQuery.put(measures.get(m).key(), values);
        }
        Map<String, List<Double>> chances = new LinkedHashMap<>();
        for (int t = 0; t < averagePrecisionAt.size(); t++) {
            int top = t;
            chances.put(
                    AVERAGE_PRECISION_AT + "." + averagePrecisionAt.get(t) + "." + AveragePrecisionAt.ANSWERED.key(),
                    all.chances().stream().map(chance -> chance[top]).toList());
        }
        PerQuery single = new PerQuery(perQuery, chances);
        Map<String, Double> means = new LinkedHashMap<>();
        Curve micro = all.micro();
        single.means().forEach((key, mean) -> {
            means.put(key, mean);
            if (key.equals("empty_at_radius_" + radius)) {
                int at = Math.min(radius, bits);
                means.put(
                        "precision_at_radius_" + radius + "_micro",
                        micro.precision().get(at));
                means.put("f_at_radius_" + radius, micro.fMeasure().get(at));
            }
        });
        return new RetrievalReport(
                queries,
                all.barren(),
                items,
                bits,
                radius,
                means,
                micro,
                all.macro(queries),
                all.byRank(ranks, queries),
                single);
    }

    private List<Block> inParallel(List<Callable<Block>> work) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Block> parts = new ArrayList<>();
            for (Future<Block> part : executor.invokeAll(work)) {
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
}
