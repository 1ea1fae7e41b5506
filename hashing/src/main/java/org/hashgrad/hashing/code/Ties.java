package org.hashgrad.hashing.code;

/** What a search for k neighbours returns when more than k codes are as near as the k-th. */
public enum Ties {
    /** k neighbours: of those at the last distance the ones with the smallest ids. */
    CUT_BY_ID,

    /** Every code at the last distance, so more than k. */
    ALL
}
