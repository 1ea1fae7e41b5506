package org.hashgrad.hashing.code;

import java.util.List;

/** Exact search among n codes by Hamming distance. Searches may run in several threads at once. */
public interface HammingIndex {
    /** n, the codes that can be found. */
    long size();

    /** Bits of a code. */
    int bits();

    /**
     * The k nearest codes to each query, all n where n < k.
     *
     * @throws org.hashgrad.hashing.data.DataException if the queries have another length or k < 1
     */
    List<Neighbours> nearest(Codes queries, int k, Ties ties);

    /**
     * Every code at distance ≤ radius of each query.
     *
     * @throws org.hashgrad.hashing.data.DataException if the queries have another length or radius < 0
     */
    List<Neighbours> within(Codes queries, int radius);
}
