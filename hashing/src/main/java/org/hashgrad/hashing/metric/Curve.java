package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A precision-recall curve.
 *
 * @param at the radii or ranks of its points, ascending
 * @param precision of each point
 * @param recall of each point, not falling
 */
public record Curve(List<Integer> at, List<Double> precision, List<Double> recall) {

    /** Copies the lists. @throws IllegalArgumentException if their lengths differ */
    public Curve {
        at = List.copyOf(at);
        precision = List.copyOf(precision);
        recall = List.copyOf(recall);
        if (precision.size() != at.size() || recall.size() != at.size()) {
            throw new IllegalArgumentException("curve: " + at.size() + " points, " + precision.size() + " precisions, "
                    + recall.size() + " recalls; need equally many");
        }
    }

    /** The area under it by trapezoids over recall, from recall 0 with the precision of the first point whose recall is above 0. */
    public double area() {
        double area = 0;
        double lastRecall = 0;
        double lastPrecision = Double.NaN;
        for (int i = 0; i < at.size(); i++) {
            double height = Double.isNaN(lastPrecision) ? precision.get(i) : (lastPrecision + precision.get(i)) / 2;
            area += (recall.get(i) - lastRecall) * height;
            lastRecall = recall.get(i);
            lastPrecision = lastRecall == 0 ? Double.NaN : precision.get(i);
        }
        return area;
    }

    /** F = 2 P R / (P + R) of each point; 0 where both are 0. */
    public List<Double> fMeasure() {
        List<Double> f = new ArrayList<>();
        for (int i = 0; i < at.size(); i++) {
            double sum = precision.get(i) + recall.get(i);
            f.add(sum == 0 ? 0 : 2 * precision.get(i) * recall.get(i) / sum);
        }
        return f;
    }

    Map<String, Object> toMap(String axis, String average) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(axis, at);
        map.put("precision", precision);
        map.put("recall", recall);
        map.put("f_measure", fMeasure());
        map.put("area", area());
        map.put("average", average);
        return map;
    }
}
