package org.hashgrad.tensor;

/**
 * Hamming distances of packed codes to queries on a device: d_qi = Σ_p popcount(query_qp xor code_ip), 32 bits p of a code at a time. Belongs
 * to the thread of its backend.
 */
public interface HammingScan {
    /**
     * Copies codes to the device.
     *
     * @param planes (p, n), plane after plane
     * @param n codes, at least 1
     */
    Block load(int[] planes, int n);

    /** Codes on the device until they are closed, before their backend is. */
    interface Block extends AutoCloseable {
        /**
         * How many codes are at each distance of each query (m, 32 p + 1), as far as the query's limit; 0 beyond.
         *
         * @param queries (m, p)
         * @param limits (m), below 0 for none
         */
        int[] counts(int[] queries, int[] limits);

        /**
         * The codes within the limits, each as 2³² · i + d_qi: those of query q at places {@code firsts[q]} … {@code firsts[q + 1] − 1}, in no order.
         *
         * @param firsts (m + 1), as follows from the counts
         */
        long[] within(int[] queries, int[] limits, int[] firsts);

        @Override
        void close();
    }
}
