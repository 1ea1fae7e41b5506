package org.hashgrad.hashing.metric;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * {@code get_precision_recall_by_Hamming_Radius(database, query, radius)} of thulab/DeepHash, {@code evaluation/__init__.py}, which DCH reports:
 * precision and recall of the ball, and mAP of the ball ranked anew by the inner product of the real outputs.
 *
 * @param radius of the ball, 2 in the papers
 */
public record DchRadius(int radius) implements Convention {
    /** From here on its mAP is precision. */
    private static final int PLAIN = 10;

    @Override
    public String name() {
        return "dch-radius";
    }

    @Override
    public String source() {
        return "thulab/DeepHash, evaluation/__init__.py, get_precision_recall_by_Hamming_Radius";
    }

    @Override
    public List<String> differences() {
        return List.of(
                "precision, recall and mAP of an empty ball count 0; a ball that holds items but no relevant one is left out of the mean of mAP",
                "mAP ranks the ball anew by inner product of real outputs; without stored outputs by distance",
                "from radius 10 on its mAP is the plain precision",
                "a query without relevant items makes its recall nan; here it counts 0",
                "ties as numpy's unstable argsort leaves them; here in database order");
    }

    /** {@inheritDoc} Lists are not cut here: N is not read. */
    @Override
    public Map<String, Object> measure(Retrieval retrieval, OptionalInt topN) {
        double precision = 0;
        double recall = 0;
        double sum = 0;
        int counted = 0;
        int queries = retrieval.query().count();
        for (int i = 0; i < queries; i++) {
            RankedList list = retrieval.ranked(i);
            int ball = list.within(radius);
            int hits = list.hits(ball);
            int all = list.hits(list.item().length);
            precision += ball == 0 ? 0 : hits / (double) ball;
            recall += all == 0 ? 0 : hits / (double) all;
            if (ball == 0 || hits > 0 || radius >= PLAIN) {
                counted++;
                sum += ball == 0 ? 0 : ofBall(retrieval, i, list, ball, hits);
            }
        }
        Map<String, Object> figures = Convention.figures();
        String at = "_at_radius_" + radius;
        figures.put("precision" + at, precision / queries);
        figures.put("recall" + at, recall / queries);
        figures.put("mAP" + at, counted == 0 ? 0 : sum / counted);
        figures.put("queries_counted", counted);
        return figures;
    }

    private double ofBall(Retrieval retrieval, int i, RankedList list, int ball, int hits) {
        if (radius >= PLAIN) {
            return hits / (double) ball;
        }
        double[] inner = new double[ball];
        java.util.Arrays.setAll(inner, rank -> retrieval.inner(i, list.item()[rank]));
        int[] order = IntStream.range(0, ball)
                .boxed()
                .sorted(Comparator.comparingDouble(rank -> 0.0 - inner[rank]))
                .mapToInt(Integer::intValue)
                .toArray();
        boolean[] relevant = new boolean[ball];
        for (int rank = 0; rank < ball; rank++) {
            relevant[rank] = list.relevant()[order[rank]];
        }
        return Convention.averagePrecision(relevant, ball);
    }
}
