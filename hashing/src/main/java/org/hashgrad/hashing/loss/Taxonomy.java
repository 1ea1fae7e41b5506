package org.hashgrad.hashing.loss;

import java.util.Locale;

/** Where surveys of learning to hash put a loss or a method; most stand in several places. */
public enum Taxonomy {
    /** Codes by random projections. */
    DATA_INDEPENDENT,
    /** Codes learnt from data. */
    DATA_DEPENDENT,
    /** Needs no labels. */
    UNSUPERVISED,
    /** Needs labels or similarity. */
    SUPERVISED,
    /** A sum over samples. */
    POINT_WISE,
    /** A sum over pairs of samples. */
    PAIRWISE,
    /** A sum over triplets of samples. */
    TRIPLET,
    /** Solves for binary codes instead of relaxing them. */
    DISCRETE,
    /** Treats queries and database differently. */
    ASYMMETRIC;

    /** As tables write it, for example {@code point-wise}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
