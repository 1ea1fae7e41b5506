package org.hashgrad.hashing.loss;

/** The weight of a similar pair against 1 for a dissimilar one, from the counts among the pairs that are taken. */
public enum Balance {
    /** 1: the papers' unweighted likelihood. */
    NONE,
    /** #dissimilar / #similar, so that both kinds weigh the same together. */
    DISSIMILAR_PER_SIMILAR,
    /** #pairs / #similar, as thulab/DeepHash weighs them. */
    ALL_PER_SIMILAR;

    /** The weight of a similar pair; 1 when there is none. */
    double weightOfSimilar(long similar, long all) {
        return similar == 0
                ? 1
                : switch (this) {
                    case NONE -> 1;
                    case DISSIMILAR_PER_SIMILAR -> (double) (all - similar) / similar;
                    case ALL_PER_SIMILAR -> (double) all / similar;
                };
    }
}
