package org.hashgrad.hashing.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What {@link RetrievalMetrics} measured; its Javadoc defines each figure. All rates are in [0, 1].
 *
 * @param queries number of queries
 * @param queriesWithoutRelevant queries that no database item is relevant to; they count 0 in every mean
 * @param database number of database items
 * @param bits k
 * @param meanAveragePrecision tie-averaged
 * @param meanAveragePrecisionBest upper bound over all orders of ties
 * @param meanAveragePrecisionWorst lower bound over all orders of ties
 * @param meanAveragePrecisionStable ties in database order
 * @param radius of {@code precisionWithinRadius}
 * @param precisionWithinRadius macro average, an empty ball counts 0
 * @param emptyWithinRadius share of queries with an empty ball
 * @param precisionAt N to precision of the first N
 * @param curvePrecision micro precision at radius 0 … k
 * @param curveRecall micro recall at radius 0 … k
 */
public record RetrievalReport(
        int queries,
        int queriesWithoutRelevant,
        int database,
        int bits,
        double meanAveragePrecision,
        double meanAveragePrecisionBest,
        double meanAveragePrecisionWorst,
        double meanAveragePrecisionStable,
        int radius,
        double precisionWithinRadius,
        double emptyWithinRadius,
        SortedMap<Integer, Double> precisionAt,
        List<Double> curvePrecision,
        List<Double> curveRecall) {

    public RetrievalReport {
        precisionAt = Collections.unmodifiableSortedMap(new TreeMap<>(precisionAt));
        curvePrecision = List.copyOf(curvePrecision);
        curveRecall = List.copyOf(curveRecall);
    }

    /** The report as it stands in {@code metrics.json}: keys in a fixed order, values numbers, lists and maps. */
    public Map<String, Object> toMap() {
        Map<String, Object> top = new LinkedHashMap<>();
        precisionAt.forEach((n, precision) -> top.put(Integer.toString(n), precision));
        Map<String, Object> curve = new LinkedHashMap<>();
        curve.put("radius", IntStream.rangeClosed(0, bits).boxed().toList());
        curve.put("precision", curvePrecision);
        curve.put("recall", curveRecall);
        curve.put("average", "micro");
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("mAP", meanAveragePrecision);
        map.put("mAP_best", meanAveragePrecisionBest);
        map.put("mAP_worst", meanAveragePrecisionWorst);
        map.put("mAP_stable", meanAveragePrecisionStable);
        map.put("precision_at_radius_" + radius, precisionWithinRadius);
        map.put("empty_at_radius_" + radius, emptyWithinRadius);
        map.put("precision_at_N", top);
        map.put("pr_by_radius", curve);
        map.put("bits", bits);
        map.put("queries", queries);
        map.put("queries_without_relevant", queriesWithoutRelevant);
        map.put("database", database);
        return map;
    }
}
