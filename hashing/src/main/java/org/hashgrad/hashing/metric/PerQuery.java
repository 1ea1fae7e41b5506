package org.hashgrad.hashing.metric;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hashgrad.tensor.RandomKey;

/**
 * The value of every measure for every query; NaN where the query is left out of the measure's mean.
 *
 * @param values by the measure's key in {@code metrics.json}, levels joined by dots, one value per query
 * @param chances by the keys of {@link AveragePrecisionAt#ANSWERED}, the share of the orders of ties in which the query is not left out; its value is the
 *     mean over those
 */
public record PerQuery(Map<String, List<Double>> values, Map<String, List<Double>> chances) {

    public PerQuery {
        values = copy(values);
        chances = copy(chances);
    }

    private static Map<String, List<Double>> copy(Map<String, List<Double>> lists) {
        Map<String, List<Double>> copy = new LinkedHashMap<>();
        lists.forEach((key, list) -> copy.put(key, List.copyOf(list)));
        return Collections.unmodifiableMap(copy);
    }

    /** The figure of each measure: the mean over the queries that are not left out, 0 if all are; where chance leaves out, that of all orders. */
    public Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        values.forEach((key, of) -> {
            List<Double> chance = chances.get(key);
            means.put(key, chance == null ? mean(of) : AveragePrecisionAt.meanOfAnswered(array(chance), array(of)));
        });
        return means;
    }

    private static double[] array(List<Double> of) {
        return of.stream().mapToDouble(Objects::requireNonNull).toArray();
    }

    private static double mean(List<Double> values) {
        double sum = 0;
        int count = 0;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                sum += value;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /** A confidence interval of a mean. */
    public record Interval(double low, double high) {}

    /**
     * Bootstrap intervals (Efron 1979, percentiles): queries are drawn with replacement, as many as there are, {@code resamples} times; the interval
     * holds the middle {@code level} of the figures. It speaks of other queries, not of other trainings.
     *
     * @param level share between the bounds, such as 0.95
     */
    public Map<String, Interval> intervals(double level, int resamples, long seed) {
        RandomKey key = RandomKey.of(seed).split("bootstrap");
        int queries = values.values().iterator().next().size();
        int[][] drawn = new int[resamples][queries];
        for (int b = 0; b < resamples; b++) {
            RandomKey draw = key.split(b);
            for (int q = 0; q < queries; q++) {
                drawn[b][q] = draw.below(queries, q);
            }
        }
        Map<String, Interval> intervals = new LinkedHashMap<>();
        values.forEach((name, of) -> {
            List<Double> chance = chances.get(name);
            intervals.put(
                    name,
                    interval(
                            chance == null ? means(array(of), drawn) : answered(array(chance), array(of), drawn),
                            level));
        });
        return intervals;
    }

    /** The figure of {@link AveragePrecisionAt#ANSWERED} of each draw. */
    private static double[] answered(double[] chance, double[] given, int[][] drawn) {
        return Arrays.stream(drawn)
                .parallel()
                .mapToDouble(queries -> AveragePrecisionAt.meanOfAnswered(
                        Arrays.stream(queries).mapToDouble(q -> chance[q]).toArray(),
                        Arrays.stream(queries).mapToDouble(q -> given[q]).toArray()))
                .toArray();
    }

    private static double[] means(double[] value, int[][] drawn) {
        double[] means = new double[drawn.length];
        for (int b = 0; b < drawn.length; b++) {
            double sum = 0;
            int count = 0;
            for (int q : drawn[b]) {
                if (!Double.isNaN(value[q])) {
                    sum += value[q];
                    count++;
                }
            }
            means[b] = count == 0 ? 0 : sum / count;
        }
        return means;
    }

    private static Interval interval(double[] means, double level) {
        Arrays.sort(means);
        double outside = (1 - level) / 2;
        return new Interval(quantile(means, outside), quantile(means, 1 - outside));
    }

    /** Linear between the order statistics. */
    private static double quantile(double[] ascending, double share) {
        double at = share * (ascending.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, ascending.length - 1);
        return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
    }
}
