package org.hashgrad.hashing.protocol;

import java.util.Arrays;
import java.util.Locale;
import org.hashgrad.hashing.data.Medium;

/** Which medium's queries are answered from which medium's database. */
public enum Direction {
    IMAGE_TO_TEXT(Medium.IMAGE, Medium.TEXT),
    TEXT_TO_IMAGE(Medium.TEXT, Medium.IMAGE),
    IMAGE_TO_IMAGE(Medium.IMAGE, Medium.IMAGE),
    TEXT_TO_TEXT(Medium.TEXT, Medium.TEXT);

    private final Medium query;
    private final Medium database;

    Direction(Medium query, Medium database) {
        this.query = query;
        this.database = database;
    }

    /** From queries of one medium to items of another, or the same. */
    public static Direction of(Medium query, Medium database) {
        return Arrays.stream(values())
                .filter(direction -> direction.query == query && direction.database == database)
                .findFirst()
                .orElseThrow();
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
