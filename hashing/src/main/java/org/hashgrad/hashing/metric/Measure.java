package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A measure of one query's ranking, reported as its mean over queries.
 *
 * @param key in {@code metrics.json}, levels joined by dots
 * @param of the value; NaN leaves the query out of the mean
 */
record Measure(String key, ToDoubleFunction<QueryRanking> of) {

    /** The measures of these settings, in the order of {@code metrics.json}. */
    static List<Measure> of(RetrievalMetrics settings, boolean graded) {
        List<Measure> all = new ArrayList<>(List.of(
                new Measure("mAP", q -> q.ranking().averagePrecision()),
                new Measure("mAP_best", q -> q.ranking().bestAveragePrecision()),
                new Measure("mAP_worst", q -> q.ranking().worstAveragePrecision())));
        if (settings.stable()) {
            all.add(new Measure("mAP_stable", QueryRanking::stable));
        }
        for (int n : settings.averagePrecisionAt()) {
            for (AveragePrecisionAt meaning : AveragePrecisionAt.values()) {
                all.add(new Measure(
                        RetrievalMetrics.AVERAGE_PRECISION_AT + "." + n + "." + meaning.key(),
                        q -> meaning.given(q.ranking(), n)));
            }
        }
        all.addAll(within(settings.radius()));
        for (int n : settings.precisionAt()) {
            all.add(new Measure(
                    RetrievalMetrics.PRECISION_AT + "." + n, q -> q.ranking().precisionAt(n)));
        }
        for (int n : settings.precisionAt()) {
            all.add(new Measure("recall_at_N." + n, q -> q.ranking().recallAt(n)));
        }
        if (graded) {
            all.add(new Measure("graded.weighted_mAP", q -> q.graded().weightedAveragePrecision()));
            for (int n : settings.precisionAt()) {
                all.add(new Measure("graded.NDCG_at_N." + n, q -> q.graded().normalizedDiscountedGain(n)));
                all.add(new Measure("graded.ACG_at_N." + n, q -> q.graded().averageCumulativeGain(n)));
            }
        }
        return all;
    }

    private static List<Measure> within(int radius) {
        String at = "_at_radius_" + radius;
        return List.of(
                new Measure("precision" + at, q -> q.byRadius().precisionWithin(radius)),
                new Measure("empty" + at, q -> q.byRadius().retrievedWithin(radius) == 0 ? 1 : 0),
                new Measure(
                        "precision" + at + "_answered",
                        q -> q.byRadius().retrievedWithin(radius) == 0
                                ? Double.NaN
                                : q.byRadius().precisionWithin(radius)),
                new Measure("recall" + at, q -> q.byRadius().recallWithin(radius)),
                new Measure("mAP" + at, q -> q.byRadius().averagePrecisionWithin(radius)));
    }
}
