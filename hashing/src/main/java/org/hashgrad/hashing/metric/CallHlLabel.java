package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * MATLAB's {@code callHLLabel(Wtrue, Dhamm)}, which DPSH, DCMH and others share: at n = 1 … max(Dhamm), precision and recall of all pairs of query and item at
 * distance ≤ n − 1.
 */
public record CallHlLabel() implements Convention {
    /** MATLAB's eps. */
    private static final double EPS = Math.ulp(1.0);

    @Override
    public String name() {
        return "callHLLabel";
    }

    @Override
    public String source() {
        return "MATLAB codes of DPSH, DCMH and others, callHLLabel.m";
    }

    @Override
    public List<String> differences() {
        return List.of(
                "micro average over pairs; precision divides by the pairs + eps, so an empty ball gives 0",
                "radii 0 to the largest distance that occurs, less one: the point with recall 1 is missing",
                "without any relevant pair its recall is nan; here 0");
    }

    /** {@inheritDoc} Lists are not cut here: N is not read. */
    @Override
    public Map<String, Object> measure(Retrieval retrieval, OptionalInt topN) {
        long[] pairs = new long[retrieval.database().bits() + 1];
        long[] good = new long[pairs.length];
        int largest = 0;
        for (int i = 0; i < retrieval.query().count(); i++) {
            RankedList list = retrieval.ranked(i);
            for (int rank = 0; rank < list.item().length; rank++) {
                pairs[list.distance()[rank]]++;
                good[list.distance()[rank]] += list.relevant()[rank] ? 1 : 0;
                largest = Math.max(largest, list.distance()[rank]);
            }
        }
        long allGood = java.util.Arrays.stream(good).sum();
        List<Double> precision = new ArrayList<>();
        List<Double> recall = new ArrayList<>();
        long pairsWithin = 0;
        long goodWithin = 0;
        for (int radius = 0; radius < largest; radius++) {
            pairsWithin += pairs[radius];
            goodWithin += good[radius];
            precision.add(goodWithin / (pairsWithin + EPS));
            recall.add(allGood == 0 ? 0 : goodWithin / (double) allGood);
        }
        Map<String, Object> figures = Convention.figures();
        figures.put("precision", precision);
        figures.put("recall", recall);
        return figures;
    }
}
