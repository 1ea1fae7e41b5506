package org.hashgrad.hashing.metric;

import java.util.Arrays;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Labels;

/**
 * One query's database in the order of a stable sort by Hamming distance: ties by ascending index.
 *
 * @param item the index of the item at each rank
 * @param distance of the item at each rank
 * @param relevant whether the item at each rank shares a label with the query
 */
record RankedList(int[] item, int[] distance, boolean[] relevant) {

    static RankedList of(Codes query, Labels queryLabels, int i, Codes database, Labels databaseLabels) {
        int n = database.count();
        int[] distances = new int[n];
        int[] shared = new int[n];
        query.hamming(i, database, 0, n, distances);
        queryLabels.shared(i, databaseLabels, 0, n, shared);
        int[] next = new int[database.bits() + 2];
        for (int d : distances) {
            next[d + 1]++;
        }
        Arrays.parallelPrefix(next, Integer::sum);
        RankedList list = new RankedList(new int[n], new int[n], new boolean[n]);
        for (int j = 0; j < n; j++) {
            int rank = next[distances[j]]++;
            list.item[rank] = j;
            list.distance[rank] = distances[j];
            list.relevant[rank] = shared[j] > 0;
        }
        return list;
    }

    /** How many items lie within the radius. */
    int within(int radius) {
        int count = 0;
        while (count < distance.length && distance[count] <= radius) {
            count++;
        }
        return count;
    }

    /** Relevant items among the first n. */
    int hits(int n) {
        int hits = 0;
        for (int rank = 0; rank < n; rank++) {
            hits += relevant[rank] ? 1 : 0;
        }
        return hits;
    }
}
