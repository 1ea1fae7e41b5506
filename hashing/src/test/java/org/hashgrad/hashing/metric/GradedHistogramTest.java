package org.hashgrad.hashing.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.hashgrad.hashing.data.Failure;
import org.junit.jupiter.api.Test;

/** Graded measures against their definitions in every permutation of the items at equal distance. */
final class GradedHistogramTest {
    private static final double ROUNDING = 1e-12;

    @Test
    void gradedMeasuresAreMeansOverAllPermutations() {
        Random random = new Random(2);
        for (int run = 0; run < 60; run++) {
            int grades = 2 + random.nextInt(3);
            List<List<Integer>> groups = new ArrayList<>();
            int[] counts = new int[3 * grades];
            for (int d = 0; d < 3; d++) {
                groups.add(new ArrayList<>());
            }
            int items = random.nextInt(8);
            for (int j = 0; j < items; j++) {
                int d = random.nextInt(3);
                int grade = random.nextInt(grades);
                groups.get(d).add(grade);
                counts[d * grades + grade]++;
            }
            GradedHistogram graded = new GradedHistogram(counts, grades);
            List<List<Integer>> orders = orders(groups);
            for (int n = 1; n < 10; n++) {
                int topN = n;
                assertEquals(
                        mean(orders, order -> cumulative(order, topN) / topN),
                        graded.averageCumulativeGain(n),
                        ROUNDING);
                assertEquals(
                        mean(
                                orders,
                                order -> ideal(order, topN) == 0 ? 0 : discounted(order, topN) / ideal(order, topN)),
                        graded.normalizedDiscountedGain(n),
                        ROUNDING);
            }
            assertEquals(mean(orders, GradedHistogramTest::weighted), graded.weightedAveragePrecision(), ROUNDING);
            assertEquals(
                    mean(orders, order -> RankingHistogramTest.averagePrecision(relevant(order))),
                    graded.ranking().averagePrecision(),
                    ROUNDING);
        }
    }

    @Test
    void withOneGradeWeightedPrecisionIsAveragePrecision() {
        RankingHistogramTest.forRandomHistograms((histogram, orders) -> {
            int[] counts = new int[2 * histogram.total().length];
            for (int d = 0; d < histogram.total().length; d++) {
                counts[2 * d] = histogram.total()[d] - histogram.relevant()[d];
                counts[2 * d + 1] = histogram.relevant()[d];
            }
            GradedHistogram graded = new GradedHistogram(counts, 2);
            assertEquals(histogram.averagePrecision(), graded.weightedAveragePrecision(), ROUNDING);
            assertArrayEquals(histogram.relevant(), graded.ranking().relevant());
            assertArrayEquals(histogram.total(), graded.ranking().total());
            assertEquals(histogram.precisionAt(3), graded.averageCumulativeGain(3), ROUNDING);
        });
    }

    @Test
    void badCountsAreNamed() {
        assertEquals(
                "graded ranking: 3 counts for 2 grades; need at least 2 grades and a multiple of them",
                Failure.of(() -> new GradedHistogram(new int[3], 2)));
        assertEquals("graded ranking: N is 0; need N >= 1", Failure.of(() -> new GradedHistogram(new int[4], 2)
                .averageCumulativeGain(0)));
        assertEquals("graded ranking: N is 0; need N >= 1", Failure.of(() -> new GradedHistogram(new int[4], 2)
                .normalizedDiscountedGain(0)));
    }

    private static double cumulative(List<Integer> order, int topN) {
        return order.stream().limit(topN).mapToInt(Integer::intValue).sum();
    }

    private static double discounted(List<Integer> order, int topN) {
        double sum = 0;
        for (int i = 0; i < Math.min(topN, order.size()); i++) {
            sum += (Math.pow(2, order.get(i)) - 1) / (Math.log(i + 2) / Math.log(2));
        }
        return sum;
    }

    private static double ideal(List<Integer> order, int topN) {
        return discounted(order.stream().sorted((a, b) -> b - a).toList(), topN);
    }

    private static double weighted(List<Integer> order) {
        double sum = 0;
        int relevant = 0;
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i) > 0) {
                relevant++;
                sum += cumulative(order, i + 1) / (i + 1);
            }
        }
        return relevant == 0 ? 0 : sum / relevant;
    }

    private static boolean[] relevant(List<Integer> order) {
        boolean[] relevant = new boolean[order.size()];
        for (int i = 0; i < relevant.length; i++) {
            relevant[i] = order.get(i) > 0;
        }
        return relevant;
    }

    private static double mean(List<List<Integer>> orders, ToDoubleFunction<List<Integer>> measure) {
        return orders.stream().mapToDouble(measure).average().orElseThrow();
    }

    private static List<List<Integer>> orders(List<List<Integer>> groups) {
        List<List<Integer>> orders = List.of(List.of());
        for (List<Integer> group : groups) {
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> order : orders) {
                for (List<Integer> permutation : permutations(group)) {
                    List<Integer> joined = new ArrayList<>(order);
                    joined.addAll(permutation);
                    longer.add(joined);
                }
            }
            orders = longer;
        }
        return orders;
    }

    private static List<List<Integer>> permutations(List<Integer> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Integer>> all = new ArrayList<>();
        for (int first = 0; first < items.size(); first++) {
            List<Integer> rest = new ArrayList<>(items);
            Integer head = rest.remove(first);
            for (List<Integer> tail : permutations(rest)) {
                List<Integer> whole = new ArrayList<>(List.of(head));
                whole.addAll(tail);
                all.add(whole);
            }
        }
        return all;
    }
}
