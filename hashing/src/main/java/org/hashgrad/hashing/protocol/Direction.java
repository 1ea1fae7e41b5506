package org.hashgrad.hashing.protocol;

import java.util.Locale;

/** Which medium's queries are answered from which medium's database. */
public enum Direction {
    IMAGE_TO_TEXT(Medium.IMAGE, Medium.TEXT),
    TEXT_TO_IMAGE(Medium.TEXT, Medium.IMAGE),
    IMAGE_TO_IMAGE(Medium.IMAGE, Medium.IMAGE),
    TEXT_TO_TEXT(Medium.TEXT, Medium.TEXT);

    /** One of the two media, by the names that the papers give them. */
    public enum Medium {
        IMAGE,
        TEXT;

        /** {@code image} or {@code text}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The name of its part of a set, in a run folder and in {@code metrics.json}. */
        public String set(String name) {
            return name + "-" + word();
        }
    }

    private final Medium query;
    private final Medium database;

    Direction(Medium query, Medium database) {
        this.query = query;
        this.database = database;
    }

    public Medium query() {
        return query;
    }

    public Medium database() {
        return database;
    }

    /** As keys of {@code metrics.json} have it, for example {@code image_to_text}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For people: {@code image → text}. */
    public String arrow() {
        return key().replace("_to_", " → ");
    }
}
