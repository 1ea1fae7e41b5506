package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.Labels;

/** Ranking by inner product on explicit lists; what is averaged over ties is averaged item by item with pairwise chances of order. */
final class NaiveReal {
    private final List<List<Item>> queries = new ArrayList<>();
    private final int bits;

    private record Item(double inner, boolean relevant) {}

    NaiveReal(RelaxedCodes query, Labels queryLabels, RelaxedCodes database, Labels databaseLabels) {
        this.bits = query.bits();
        for (int i = 0; i < query.count(); i++) {
            List<Item> items = new ArrayList<>();
            for (int j = 0; j < database.count(); j++) {
                double inner = 0;
                for (int b = 0; b < bits; b++) {
                    inner += query.values()[i * bits + b] * database.values()[j * bits + b];
                }
                boolean relevant = false;
                for (int label = 0; label < queryLabels.classes(); label++) {
                    relevant |= queryLabels.has(i, label) && databaseLabels.has(j, label);
                }
                items.add(new Item(inner, relevant));
            }
            queries.add(items);
        }
    }

    int ties() {
        int ties = 0;
        for (List<Item> items : queries) {
            for (Item a : items) {
                ties += (int) items.stream().filter(b -> b.inner() == a.inner()).count() - 1;
            }
        }
        return ties;
    }

    boolean noneRelevant() {
        return queries.stream().flatMap(List::stream).noneMatch(Item::relevant);
    }

    double stable() {
        return mean(items -> {
            List<Item> order = items.stream()
                    .sorted(Comparator.comparingDouble((Item item) -> -item.inner()))
                    .toList();
            double sum = 0;
            int hits = 0;
            for (int r = 0; r < order.size(); r++) {
                hits += order.get(r).relevant() ? 1 : 0;
                sum += order.get(r).relevant() ? hits / (r + 1.0) : 0;
            }
            return hits == 0 ? 0 : sum / hits;
        });
    }

    /** AP as a sum over relevant items and their place t among their n equals, each place with chance 1/n. */
    double tieAveraged() {
        return mean(items -> {
            double sum = 0;
            int all = 0;
            for (Item item : items) {
                if (!item.relevant()) {
                    continue;
                }
                all++;
                double before = count(items, other -> other.inner() > item.inner());
                double hitsBefore = count(items, other -> other.inner() > item.inner() && other.relevant());
                double equals = count(items, other -> other.inner() == item.inner());
                double others = count(items, other -> other.inner() == item.inner() && other.relevant()) - 1;
                for (int t = 1; t <= equals; t++) {
                    double expected = equals == 1 ? 0 : (t - 1) * others / (equals - 1);
                    sum += (hitsBefore + expected + 1) / (before + t) / equals;
                }
            }
            return all == 0 ? 0 : sum / all;
        });
    }

    double precisionAt(int n) {
        return mean(items -> {
            double hits = 0;
            for (Item item : items) {
                if (item.relevant()) {
                    double before = count(items, other -> other.inner() > item.inner());
                    double equals = count(items, other -> other.inner() == item.inner());
                    hits += Math.max(0, Math.min(1, (n - before) / equals));
                }
            }
            return hits / n;
        });
    }

    double within(int radius) {
        int least = bits - 2 * radius;
        return mean(items -> {
            double ball = count(items, item -> radius >= bits || item.inner() >= least);
            double hits = count(items, item -> (radius >= bits || item.inner() >= least) && item.relevant());
            return ball == 0 ? 0 : hits / ball;
        });
    }

    private static double count(List<Item> items, java.util.function.Predicate<Item> which) {
        return items.stream().filter(which).count();
    }

    private double mean(ToDoubleFunction<List<Item>> measure) {
        return queries.stream().mapToDouble(measure).average().orElseThrow();
    }
}
