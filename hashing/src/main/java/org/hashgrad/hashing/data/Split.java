package org.hashgrad.hashing.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a retrieval protocol runs on: the queries, the images that training sees, and one or more databases by name, the
 * protocol's own first. A database may be the training set itself; a query is in no database.
 */
public record Split(ImageSet query, ImageSet training, Map<String, ImageSet> databases) {

    /**
     * Keeps the databases' order.
     *
     * @throws DataException if there is no database or the image shapes differ
     */
    public Split {
        if (databases.isEmpty()) {
            throw new DataException("split: no database; need at least 1");
        }
        databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
        requireSameShape(query, training);
        for (ImageSet database : databases.values()) {
            requireSameShape(query, database);
        }
    }

    /** The first database: the one of the headline figure. */
    public ImageSet database() {
        return databases.values().iterator().next();
    }

    /**
     * The database of that name.
     *
     * @throws DataException if there is none; lists those there are
     */
    public ImageSet database(String name) {
        ImageSet database = databases.get(name);
        if (database == null) {
            throw new DataException("split: no database named '" + name + "'; there are " + databases.keySet());
        }
        return database;
    }

    static void requireSameShape(ImageSet a, ImageSet b) {
        if (a.channels() != b.channels() || a.height() != b.height() || a.width() != b.width()) {
            throw new DataException("split: image shapes differ: " + describe(a) + " against " + describe(b));
        }
    }

    private static String describe(ImageSet set) {
        return set.name() + " (" + set.channels() + ", " + set.height() + ", " + set.width() + ")";
    }
}
