package org.hashgrad.hashing.data;

/** What a word of a text counts: t its occurrences in the text, n the training texts, f those of them that have the word. */
public enum TermWeighting {
    /** 1 if the word occurs. */
    BINARY,
    /** t */
    COUNT,
    /** t · ln(n / f) */
    TF_IDF;

    double weight(int t, int n, int f) {
        return switch (this) {
            case BINARY -> t > 0 ? 1 : 0;
            case COUNT -> t;
            case TF_IDF -> t * StrictMath.log((double) n / f);
        };
    }
}
