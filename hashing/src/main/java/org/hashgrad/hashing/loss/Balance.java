package org.hashgrad.hashing.loss;

/** The weights of a similar and of a dissimilar pair, from the counts among the pairs that are taken; that of a dissimilar one is 1 unless said. */
public enum Balance {
    /** 1: the papers' unweighted likelihood. */
    NONE,
    /** #dissimilar / #similar, so that both kinds weigh the same together. */
    DISSIMILAR_PER_SIMILAR,
    /** #pairs / #similar, as thulab/DeepHash weighs them. */
    ALL_PER_SIMILAR,
    /** #pairs / #similar, and #pairs / #dissimilar for a dissimilar pair: HashNet's and DCH's. */
    ALL_PER_KIND;

    /** The weight of a similar pair; 1 when there is none. */
    double weightOfSimilar(long similar, long all) {
        return similar == 0
                ? 1
                : switch (this) {
                    case NONE -> 1;
                    case DISSIMILAR_PER_SIMILAR -> (double) (all - similar) / similar;
                    case ALL_PER_SIMILAR, ALL_PER_KIND -> (double) all / similar;
                };
    }

    /** The weight of a dissimilar pair; 1 when there is none. */
    double weightOfDissimilar(long similar, long all) {
        return this == ALL_PER_KIND && similar < all ? (double) all / (all - similar) : 1;
    }
}
