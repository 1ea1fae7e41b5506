package org.hashgrad.hashing.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a retrieval protocol runs on: the queries, the samples that training sees, and one or more databases by name, the
 * protocol's own first. A database may be the training set itself; a query is in no database.
 *
 * @param protocol name of the protocol that has divided the items, or empty
 */
public record Split(SampleSet query, SampleSet training, Map<String, SampleSet> databases, String protocol) {

    /** Divided by no protocol of a name. */
    public Split(SampleSet query, SampleSet training, Map<String, SampleSet> databases) {
        this(query, training, databases, "");
    }

    /**
     * Keeps the databases' order.
     *
     * @throws DataException if there is no database or the shapes of samples differ
     */
    public Split {
        if (databases.isEmpty()) {
            throw new DataException("split: no database; need at least 1");
        }
        databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
        requireSameShape(query, training);
        for (SampleSet database : databases.values()) {
            requireSameShape(query, database);
        }
    }

    /** The same, divided by the protocol of that name. */
    public Split under(String name) {
        return new Split(query, training, databases, name);
    }

    /** The first database: the one of the headline figure. */
    public SampleSet database() {
        return databases.values().iterator().next();
    }

    /**
     * The database of that name.
     *
     * @throws DataException if there is none; lists those there are
     */
    public SampleSet database(String name) {
        SampleSet database = databases.get(name);
        if (database == null) {
            throw new DataException("split: no database named '" + name + "'; there are " + databases.keySet());
        }
        return database;
    }

    static void requireSameShape(SampleSet a, SampleSet b) {
        if (!a.sample().equals(b.sample())) {
            throw new DataException("split: sample shapes differ: " + describe(a) + " against " + describe(b));
        }
    }

    private static String describe(SampleSet set) {
        return set.name() + " " + set.sample();
    }
}
