package org.hashgrad.hashing.code;

import java.util.Arrays;

/**
 * The nearest of the codes that are offered: those at distance ≤ radius that are among the first k by distance and id, or as near as the
 * k-th. Counts per distance say at any time which distance is still of interest, so nothing is compared and little is kept.
 */
final class Selection {
    /** A k that is never reached. */
    static final int EVERY = Integer.MAX_VALUE;

    /** Offers that there is room for at first, with a small k and with any; more room is made when it is wanted. */
    private static final int ROOM = 64;

    private static final int MOST_AT_FIRST = 1 << 12;

    private final int k;
    private final Ties ties;
    private final boolean ascending;
    private final int[] counts;
    private long[] ids;
    private int[] distances;
    private int size;
    /** Offers at distance ≤ worst that were not dropped. */
    private long near;

    private int worst;
    private int limit;

    /** @param ascending whether ids are offered in ascending order, so that a late tie is never wanted */
    Selection(int k, int radius, Ties ties, boolean ascending) {
        this.k = k;
        this.ties = ties;
        this.ascending = ascending;
        this.counts = new int[radius + 1];
        this.worst = radius;
        this.limit = radius;
        int room = k > MOST_AT_FIRST ? ROOM : Math.max(ROOM, 2 * k);
        this.ids = new long[room];
        this.distances = new int[room];
    }

    /** The largest distance at which an offer is wanted; −1 for none. */
    int limit() {
        return limit;
    }

    /** The largest distance of the result as far as is known; every code within it has to be offered, but for late ties. */
    int worst() {
        return worst;
    }

    /** Offers a code at a distance ≤ {@link #limit}; each id once. */
    void offer(long id, int distance) {
        if (size == ids.length) {
            makeRoom();
        }
        ids[size] = id;
        distances[size++] = distance;
        counts[distance]++;
        near++;
        while (near - counts[worst] >= k) {
            near -= counts[worst--];
        }
        limit = ascending && ties == Ties.CUT_BY_ID && near >= k ? worst - 1 : worst;
    }

    /** Offers what another selection of the same k found among codes with larger ids. */
    void offerAll(Selection later) {
        later.sort();
        for (int i = 0; i < later.size && later.distances[i] <= limit; i++) {
            offer(later.ids[i], later.distances[i]);
        }
    }

    Neighbours neighbours() {
        sort();
        return new Neighbours(Arrays.copyOf(ids, size), Arrays.copyOf(distances, size));
    }

    private void makeRoom() {
        sort();
        if (size > ids.length / 2) {
            int room = Math.addExact(size, size);
            ids = Arrays.copyOf(ids, room);
            distances = Arrays.copyOf(distances, room);
        }
    }

    /** By distance and id; drops what the result does not need. */
    private void sort() {
        int[] next = new int[worst + 2];
        for (int i = 0; i < size; i++) {
            if (distances[i] <= worst) {
                next[distances[i] + 1]++;
            }
        }
        for (int d = 0; d <= worst; d++) {
            next[d + 1] += next[d];
        }
        int found = next[worst + 1];
        long[] sorted = new long[found];
        int[] from = Arrays.copyOf(next, worst + 1);
        for (int i = 0; i < size; i++) {
            if (distances[i] <= worst) {
                sorted[from[distances[i]]++] = ids[i];
            }
        }
        size = ties == Ties.CUT_BY_ID ? Math.min(found, k) : found;
        for (int d = 0; d <= worst; d++) {
            if (!ascending) {
                Arrays.sort(sorted, next[d], next[d + 1]);
            }
            Arrays.fill(distances, next[d], next[d + 1], d);
        }
        System.arraycopy(sorted, 0, ids, 0, size);
        counts[worst] -= found - size;
        near = size;
    }
}
