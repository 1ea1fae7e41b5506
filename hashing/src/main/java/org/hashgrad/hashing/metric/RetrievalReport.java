package org.hashgrad.hashing.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@link RetrievalMetrics} measured; its Javadoc defines each figure. Rates are in [0, 1].
 *
 * @param queries number of queries
 * @param queriesWithoutRelevant queries that no database item is relevant to; they count 0 in every mean
 * @param database number of database items
 * @param bits k
 * @param radius of the figures within a radius
 * @param means by key in {@code metrics.json}, levels joined by dots, such as {@code precision_at_N.100}
 * @param micro precision and recall at radius 0 … k of the sums over queries
 * @param macro means over queries of precision and recall at radius 0 … k
 * @param byRank means over queries of precision and recall at about a hundred ranks
 * @param perQuery the values that {@code means} are means of
 */
public record RetrievalReport(
        int queries,
        int queriesWithoutRelevant,
        int database,
        int bits,
        int radius,
        Map<String, Double> means,
        Curve micro,
        Curve macro,
        Curve byRank,
        PerQuery perQuery) {

    public RetrievalReport {
        means = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(means));
    }

    /** The mean with that key. @throws IllegalArgumentException if it was not measured */
    public double mean(String key) {
        Double mean = means.get(key);
        if (mean == null) {
            throw new IllegalArgumentException("report: no figure '" + key + "'; there are " + means.keySet());
        }
        return mean;
    }

    /** mAP, tie-averaged. */
    public double meanAveragePrecision() {
        return mean("mAP");
    }

    /** Upper bound over all orders of ties. */
    public double meanAveragePrecisionBest() {
        return mean("mAP_best");
    }

    /** Lower bound over all orders of ties. */
    public double meanAveragePrecisionWorst() {
        return mean("mAP_worst");
    }

    /** Ties in database order. */
    public double meanAveragePrecisionStable() {
        return mean("mAP_stable");
    }

    /** Macro average, an empty ball counts 0. */
    public double precisionWithinRadius() {
        return mean("precision_at_radius_" + radius);
    }

    /** Share of queries with an empty ball. */
    public double emptyWithinRadius() {
        return mean("empty_at_radius_" + radius);
    }

    /** N to precision of the first N. */
    public SortedMap<Integer, Double> precisionAt() {
        SortedMap<Integer, Double> top = new TreeMap<>();
        String prefix = RetrievalMetrics.PRECISION_AT + ".";
        means.forEach((key, mean) -> {
            if (key.startsWith(prefix)) {
                top.put(Integer.valueOf(key.substring(prefix.length())), mean);
            }
        });
        return top;
    }

    /** Micro precision at radius 0 … k. */
    public List<Double> curvePrecision() {
        return micro.precision();
    }

    /** Micro recall at radius 0 … k. */
    public List<Double> curveRecall() {
        return micro.recall();
    }

    /** The report as it stands in {@code metrics.json}: keys in a fixed order, values numbers, lists and maps. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        means.forEach((key, mean) -> put(map, key, mean));
        map.put("pr_by_radius", micro.toMap("radius", "micro"));
        map.put("pr_by_radius_macro", macro.toMap("radius", "macro"));
        map.put("pr_by_rank", byRank.toMap("rank", "macro"));
        map.put("bits", bits);
        map.put("queries", queries);
        map.put("queries_without_relevant", queriesWithoutRelevant);
        map.put("database", database);
        return map;
    }

    /** Puts a value below the levels of its key. */
    @SuppressWarnings("unchecked")
    public static void put(Map<String, Object> map, String key, Object value) {
        int dot = key.indexOf('.');
        if (dot < 0) {
            map.put(key, value);
        } else {
            Object below = map.computeIfAbsent(key.substring(0, dot), k -> new LinkedHashMap<String, Object>());
            put((Map<String, Object>) Objects.requireNonNull(below), key.substring(dot + 1), value);
        }
    }
}
