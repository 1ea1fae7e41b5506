package org.hashgrad.hashing.metric;

import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.Labels;

/**
 * How far queries and database items are apart. A pair is a query and a database item; it is similar when the item is relevant to the query.
 *
 * @param similar similar pairs at each distance 0 … k; of real distances those at distance &gt; d − 1 and ≤ d
 * @param dissimilar the other pairs, likewise
 */
public record PairDistances(long[] similar, long[] dissimilar) {

    /** From query i to item j. */
    private interface Distance {
        double between(int i, int j);
    }

    /** By Hamming distance. @throws org.hashgrad.hashing.data.DataException if labels can't be compared or lengths of codes differ */
    public static PairDistances of(Codes query, Labels queryLabels, Codes database, Labels databaseLabels) {
        return of((i, j) -> query.hamming(i, database, j), queryLabels, databaseLabels, database.bits());
    }

    /** By real distance, (k − ⟨u, v⟩) / 2. @throws org.hashgrad.hashing.data.DataException if labels can't be compared */
    public static PairDistances of(
            RelaxedCodes query, Labels queryLabels, RelaxedCodes database, Labels databaseLabels) {
        return of((i, j) -> query.distance(i, database, j), queryLabels, databaseLabels, database.bits());
    }

    private static PairDistances of(Distance distance, Labels queries, Labels database, int bits) {
        PairDistances pairs = new PairDistances(new long[bits + 1], new long[bits + 1]);
        for (int i = 0; i < queries.count(); i++) {
            for (int j = 0; j < database.count(); j++) {
                int whole = (int) Math.max(0, Math.min(bits, Math.ceil(distance.between(i, j))));
                (queries.similar(i, database, j) ? pairs.similar : pairs.dissimilar)[whole]++;
            }
        }
        return pairs;
    }
}
