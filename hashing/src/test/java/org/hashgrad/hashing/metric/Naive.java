package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The measures by sorting explicit lists, one query after the other. */
final class Naive {
    private final List<List<Item>> queries = new ArrayList<>();

    private final int distances;

    private record Item(int distance, boolean relevant) {}

    Naive(Case c) {
        this.distances = c.query().bits() + 1;
        for (int i = 0; i < c.query().count(); i++) {
            List<Item> items = new ArrayList<>();
            for (int j = 0; j < c.database().count(); j++) {
                int distance = 0;
                boolean relevant = false;
                for (int b = 0; b < c.query().bits(); b++) {
                    distance += c.query().bit(i, b) != c.database().bit(j, b) ? 1 : 0;
                }
                for (int label = 0; label < c.queryLabels().classes(); label++) {
                    relevant |=
                            c.queryLabels().has(i, label) && c.databaseLabels().has(j, label);
                }
                items.add(new Item(distance, relevant));
            }
            queries.add(items);
        }
    }

    double stable() {
        return mean(items -> averagePrecision(sorted(items, Comparator.comparingInt(Item::distance))));
    }

    /** AP with relevant items first (1) or last (−1) among equals. */
    double ideal(int first) {
        return mean(items -> averagePrecision(sorted(
                items,
                Comparator.comparingInt(Item::distance).thenComparingInt(item -> item.relevant() ? -first : first))));
    }

    /** A measure that {@link RankingHistogramTest} checks by enumeration, of counts taken from the list. */
    double meanOfHistograms(ToDoubleFunction<RankingHistogram> measure) {
        return mean(items -> {
            int[] total = new int[distances];
            int[] relevant = new int[distances];
            for (Item item : items) {
                total[item.distance()]++;
                relevant[item.distance()] += item.relevant() ? 1 : 0;
            }
            return measure.applyAsDouble(new RankingHistogram(total, relevant));
        });
    }

    /** The mean over queries of a measure of the stable order, NaN left out. */
    double meanOfStable(ToDoubleFunction<boolean[]> measure) {
        return queries.stream()
                .mapToDouble(items -> {
                    List<Item> order = sorted(items, Comparator.comparingInt(Item::distance));
                    boolean[] relevant = new boolean[order.size()];
                    for (int r = 0; r < relevant.length; r++) {
                        relevant[r] = order.get(r).relevant();
                    }
                    return measure.applyAsDouble(relevant);
                })
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(0);
    }

    double withinAnswered(int radius) {
        return queries.stream()
                .map(items -> ball(items, radius))
                .filter(ball -> !ball.isEmpty())
                .mapToDouble(ball -> hits(ball) / (double) ball.size())
                .average()
                .orElse(0);
    }

    double recallWithin(int radius) {
        return mean(items -> hits(items) == 0 ? 0 : hits(ball(items, radius)) / (double) hits(items));
    }

    double within(int radius) {
        return mean(items -> {
            List<Item> ball = ball(items, radius);
            return ball.isEmpty() ? 0 : hits(ball) / (double) ball.size();
        });
    }

    double empty(int radius) {
        return mean(items -> ball(items, radius).isEmpty() ? 1 : 0);
    }

    int withoutRelevant() {
        return (int) queries.stream().filter(items -> hits(items) == 0).count();
    }

    double microPrecision(int radius) {
        double retrieved = mean(items -> ball(items, radius).size());
        return retrieved == 0 ? 0 : mean(items -> hits(ball(items, radius))) / retrieved;
    }

    double microRecall(int radius) {
        double relevant = mean(Naive::hits);
        return relevant == 0 ? 0 : mean(items -> hits(ball(items, radius))) / relevant;
    }

    private double mean(ToDoubleFunction<List<Item>> measure) {
        return queries.stream().mapToDouble(measure).average().orElseThrow();
    }

    private static List<Item> ball(List<Item> items, int radius) {
        return items.stream().filter(item -> item.distance() <= radius).toList();
    }

    private static List<Item> sorted(List<Item> items, Comparator<Item> order) {
        return items.stream().sorted(order).toList();
    }

    private static int hits(List<Item> items) {
        return (int) items.stream().filter(Item::relevant).count();
    }

    private static double averagePrecision(List<Item> order) {
        double sum = 0;
        for (int r = 1; r <= order.size(); r++) {
            sum += order.get(r - 1).relevant() ? hits(order.subList(0, r)) / (double) r : 0;
        }
        return hits(order) == 0 ? 0 : sum / hits(order);
    }
}
