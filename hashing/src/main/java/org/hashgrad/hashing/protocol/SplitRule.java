package org.hashgrad.hashing.protocol;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.RandomKey;

/** How a protocol divides n labelled items into queries, training set and database: a function of labels and seed alone. */
public sealed interface SplitRule {

    /** Rows of each part, ascending in the order drawn. */
    record Lists(int[] query, int[] training, int[] database) {}

    /** What the database is made of. */
    enum Base {
        /** Every item that is no query; the training set is part of it. */
        ALL_BUT_QUERIES,
        /** Every item that is neither queried nor trained on. */
        NEITHER,
        /** The training set. */
        TRAINING
    }

    /**
     * The lists.
     *
     * @param parts rows that the data's own files name, as in {@link Dataset#parts}
     * @throws DataException when there are too few items of a class or in all, or no parts
     */
    Lists split(Labels labels, Map<String, int[]> parts, long seed);

    /** What the database is made of. */
    Base base();

    /** One line for people. */
    String describe();

    /**
     * For one label per item: of each class, the items in an order of their own; the first are queries, the next training set (DPSH's draw on CIFAR-10).
     *
     * @param query per class
     * @param training per class
     */
    record PerClass(int query, int training, Base base) implements SplitRule {
        @Override
        public Lists split(Labels labels, Map<String, int[]> parts, long seed) {
            IntStream.Builder queries = IntStream.builder();
            IntStream.Builder trained = IntStream.builder();
            RandomKey key = RandomKey.of(seed).split("per-class split");
            for (int c = 0; c < labels.classes(); c++) {
                int wanted = c;
                int[] own = IntStream.range(0, labels.count())
                        .filter(i -> labels.has(i, wanted))
                        .toArray();
                if (own.length < query + training) {
                    throw new DataException("protocol: class " + c + " has " + own.length + " items; need "
                            + (query + training) + ", " + query + " to query and " + training + " to train");
                }
                int[] order = key.split(c).permutation(own.length);
                for (int r = 0; r < query + training; r++) {
                    (r < query ? queries : trained).add(own[order[r]]);
                }
            }
            return lists(
                    labels.count(), queries.build().toArray(), trained.build().toArray(), base);
        }

        @Override
        public String describe() {
            return query + " queries and " + training + " training items of each class, drawn; " + words(base);
        }
    }

    /**
     * For several labels per item: all items in one random order; each goes to the first of its classes that still lacks training items, else to the first that
     * still lacks queries, else to the rest (DeepHash-pytorch's draw on NUS-WIDE-21).
     *
     * @param query per class
     * @param training per class
     */
    record PerLabel(int query, int training, Base base) implements SplitRule {
        @Override
        public Lists split(Labels labels, Map<String, int[]> parts, long seed) {
            IntStream.Builder queries = IntStream.builder();
            IntStream.Builder trained = IntStream.builder();
            int[] trainingOf = new int[labels.classes()];
            int[] queriesOf = new int[labels.classes()];
            for (int i : RandomKey.of(seed).split("per-label split").permutation(labels.count())) {
                if (takes(labels, i, trainingOf, training)) {
                    trained.add(i);
                } else if (takes(labels, i, queriesOf, query)) {
                    queries.add(i);
                }
            }
            for (int c = 0; c < labels.classes(); c++) {
                if (trainingOf[c] < training || queriesOf[c] < query) {
                    throw new DataException("protocol: label " + c + " got " + trainingOf[c] + " training items and "
                            + queriesOf[c] + " queries; need " + training + " and " + query);
                }
            }
            return lists(
                    labels.count(), queries.build().toArray(), trained.build().toArray(), base);
        }

        private static boolean takes(Labels labels, int i, int[] taken, int most) {
            for (int c = 0; c < taken.length; c++) {
                if (labels.has(i, c) && taken[c] < most) {
                    taken[c]++;
                    return true;
                }
            }
            return false;
        }

        @Override
        public String describe() {
            return query + " queries and " + training + " training items for each label, from one random order; "
                    + words(base);
        }
    }

    /** All items in one random order, the first queries, the next training set. */
    record Drawn(int query, int training, Base base) implements SplitRule {
        @Override
        public Lists split(Labels labels, Map<String, int[]> parts, long seed) {
            requireItems(labels.count(), query + training);
            int[] order = RandomKey.of(seed).split("drawn split").permutation(labels.count());
            return lists(
                    order.length,
                    Arrays.copyOf(order, query),
                    Arrays.copyOfRange(order, query, query + training),
                    base);
        }

        @Override
        public String describe() {
            return query + " queries, then " + training + " training items of one random order; " + words(base);
        }
    }

    /** The first rows are the queries, the next the training set: files that were shuffled before they were published (DCMH's). */
    record FirstRows(int query, int training, Base base) implements SplitRule {
        @Override
        public Lists split(Labels labels, Map<String, int[]> parts, long seed) {
            requireItems(labels.count(), query + training);
            return lists(
                    labels.count(),
                    IntStream.range(0, query).toArray(),
                    IntStream.range(query, query + training).toArray(),
                    base);
        }

        @Override
        public String describe() {
            return "rows 0 to " + (query - 1) + " are queries, the next " + training + " are trained on; "
                    + words(base);
        }
    }

    /** The lists that come with the data. */
    record Files() implements SplitRule {
        @Override
        public Lists split(Labels labels, Map<String, int[]> parts, long seed) {
            return new Lists(part(parts, Dataset.QUERY), part(parts, Dataset.TRAINING), part(parts, Dataset.DATABASE));
        }

        /** As in every published list: training items are searched, queries are not. */
        @Override
        public Base base() {
            return Base.ALL_BUT_QUERIES;
        }

        private static int[] part(Map<String, int[]> parts, String name) {
            int[] rows = parts.get(name);
            if (rows == null) {
                throw new DataException(
                        "protocol: the data's files name no part '" + name + "'; there are " + parts.keySet());
            }
            return rows.clone();
        }

        @Override
        public String describe() {
            return "the lists that come with the data";
        }
    }

    /**
     * The lists that come with the data, the training set for a database that they don't name; without any, a fixed number of items drawn, of few items a
     * tenth and half.
     *
     * @param query at most
     * @param training at most
     */
    record FilesOrDrawn(int query, int training) implements SplitRule {
        @Override
        public Lists split(Labels labels, Map<String, int[]> parts, long seed) {
            if (parts.isEmpty()) {
                int n = labels.count();
                int queries = Math.max(1, Math.min(query, n / 10));
                int trained = Math.min(training, Math.min(n - queries, Math.max(1, n / 2)));
                return new Drawn(queries, trained, base()).split(labels, parts, seed);
            }
            Map<String, int[]> whole = new HashMap<>(parts);
            whole.putIfAbsent(Dataset.DATABASE, parts.getOrDefault(Dataset.TRAINING, new int[0]));
            return new Files().split(labels, whole, seed);
        }

        @Override
        public Base base() {
            return Base.ALL_BUT_QUERIES;
        }

        @Override
        public String describe() {
            return "the lists that come with the data; without them " + query + " queries and " + training
                    + " training items, of few items a tenth and half, of one random order; " + words(base());
        }
    }

    private static void requireItems(int found, int needed) {
        if (found < needed) {
            throw new DataException("protocol: there are " + found + " items; need " + needed);
        }
    }

    private static Lists lists(int items, int[] query, int[] training, Base base) {
        boolean[] out = new boolean[items];
        for (int i : query) {
            out[i] = true;
        }
        if (base == Base.NEITHER) {
            for (int i : training) {
                out[i] = true;
            }
        }
        int[] database = base == Base.TRAINING
                ? training.clone()
                : IntStream.range(0, items).filter(i -> !out[i]).toArray();
        return new Lists(query, training, database);
    }

    private static String words(Base base) {
        return switch (base) {
            case ALL_BUT_QUERIES -> "database: all but the queries";
            case NEITHER -> "database: all but queries and training items";
            case TRAINING -> "database: the training items";
        };
    }
}
