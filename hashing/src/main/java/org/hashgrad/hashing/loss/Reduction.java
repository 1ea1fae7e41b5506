package org.hashgrad.hashing.loss;

/** How terms are put together; a weight such as DHN's λ means nothing without it. */
public enum Reduction {
    /** Their sum, as the papers print it. */
    SUM,
    /** Their sum divided by the number of terms, weights not counted, as most code does. */
    MEAN
}
