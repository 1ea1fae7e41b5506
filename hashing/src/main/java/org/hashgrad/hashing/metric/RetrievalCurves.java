package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.Labels;

/**
 * What pictures of a ranking show beside the figures of {@link RetrievalReport}. A pair is a query and a database item; it is similar when
 * the item is relevant to the query.
 *
 * @param similar similar pairs at each distance 0 … k; of real distances those at distance &gt; d − 1 and ≤ d
 * @param dissimilar the other pairs, likewise
 * @param ranks ascending N from 1 to the size of the database, each at most a sixteenth above the one before where that is a whole step
 * @param precision by rank, the mean over queries of {@link RankingHistogram#precisionAt}
 * @param recall by rank, the mean over queries of N · precision@N / relevant items; a query without relevant items counts 0
 * @param averagePrecision of each query, ties averaged
 */
public record RetrievalCurves(
        long[] similar,
        long[] dissimilar,
        List<Integer> ranks,
        double[] precision,
        double[] recall,
        double[] averagePrecision) {

    /** From query i to item j. */
    private interface Distance {
        double between(int i, int j);
    }

    /** By Hamming distance. @throws org.hashgrad.hashing.data.DataException if labels can't be compared or lengths of codes differ */
    public static RetrievalCurves of(Codes query, Labels queryLabels, Codes database, Labels databaseLabels) {
        return of((i, j) -> query.hamming(i, database, j), queryLabels, databaseLabels, database.bits());
    }

    /** By real distance, (k − ⟨u, v⟩) / 2. @throws org.hashgrad.hashing.data.DataException if labels can't be compared */
    public static RetrievalCurves of(
            RelaxedCodes query, Labels queryLabels, RelaxedCodes database, Labels databaseLabels) {
        return of((i, j) -> query.distance(i, database, j), queryLabels, databaseLabels, database.bits());
    }

    private static RetrievalCurves of(Distance distance, Labels queries, Labels database, int bits) {
        int items = database.count();
        List<Integer> ranks = new ArrayList<>();
        for (int n = 1; n < items; n = Math.max(n + 1, n + n / 16)) {
            ranks.add(n);
        }
        ranks.add(items);
        RetrievalCurves curves = new RetrievalCurves(
                new long[bits + 1],
                new long[bits + 1],
                ranks,
                new double[ranks.size()],
                new double[ranks.size()],
                new double[queries.count()]);
        double[] distances = new double[items];
        boolean[] relevant = new boolean[items];
        for (int i = 0; i < queries.count(); i++) {
            for (int j = 0; j < items; j++) {
                distances[j] = distance.between(i, j);
                relevant[j] = queries.similar(i, database, j);
                int whole = (int) Math.max(0, Math.min(bits, Math.ceil(distances[j])));
                (relevant[j] ? curves.similar : curves.dissimilar)[whole]++;
            }
            curves.add(i, RankingHistogram.ofDistances(distances, relevant));
        }
        Arrays.setAll(curves.precision, r -> curves.precision[r] / queries.count());
        Arrays.setAll(curves.recall, r -> curves.recall[r] / queries.count());
        return curves;
    }

    private void add(int i, RankingHistogram histogram) {
        averagePrecision[i] = histogram.averagePrecision();
        int relevant = histogram.relevantCount();
        for (int r = 0; r < precision.length && relevant > 0; r++) {
            int n = ranks.get(r);
            double expected = histogram.precisionAt(n);
            precision[r] += expected;
            recall[r] += n * expected / relevant;
        }
    }
}
