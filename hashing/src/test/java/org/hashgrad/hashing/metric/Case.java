package org.hashgrad.hashing.metric;

import java.util.Random;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;

/** A small retrieval problem. */
record Case(Codes query, Labels queryLabels, Codes database, Labels databaseLabels) {

    /** Up to 4 queries and 20 items of up to 6 bits; one or several labels, so that some queries have nothing relevant. */
    static Case random(Random random) {
        int queries = 1 + random.nextInt(4);
        int items = 1 + random.nextInt(20);
        int bits = 1 + random.nextInt(6);
        boolean single = random.nextBoolean();
        return new Case(
                codes(random, queries, bits),
                single ? classes(random, queries) : rows(random, queries),
                codes(random, items, bits),
                single ? classes(random, items) : rows(random, items));
    }

    private static Codes codes(Random random, int count, int bits) {
        return Codes.fromReal(random.doubles((long) count * bits, -1, 1).toArray(), count, bits);
    }

    private static Labels classes(Random random, int count) {
        return ClassLabels.of(random.ints(count, 0, 4).toArray());
    }

    private static Labels rows(Random random, int count) {
        return MultiLabels.ofRows(
                random.ints(3L * count, 0, 4).map(v -> v == 0 ? 1 : 0).toArray(), 3);
    }
}
