package org.hashgrad.hashing.code;

/**
 * What a search found for one query, by ascending distance and, where it is equal, ascending id.
 *
 * @param ids of the codes found
 * @param distances of each, 0 … k
 */
public record Neighbours(long[] ids, int[] distances) {
    /** How many were found. */
    public int count() {
        return ids.length;
    }
}
