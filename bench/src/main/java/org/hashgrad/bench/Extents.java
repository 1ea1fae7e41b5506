package org.hashgrad.bench;

import java.util.regex.Pattern;

/** Sizes in a benchmark parameter: {@code 64x576x256}. */
final class Extents {
    private static final Pattern BY = Pattern.compile("x");

    private Extents() {}

    static int[] parse(String text) {
        return BY.splitAsStream(text).mapToInt(Integer::parseInt).toArray();
    }
}
