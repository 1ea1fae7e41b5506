package org.hashgrad.hashing.data;

import java.util.Locale;

/** One of the two media of paired items, by the names that the papers give them; features of anything else stand in the place of one. */
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
