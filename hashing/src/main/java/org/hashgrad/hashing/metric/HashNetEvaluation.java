package org.hashgrad.hashing.metric;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * {@code mean_average_precision(params, R)} of thuml/HashNet, {@code pytorch/src/test.py}; thulab/DeepHash's {@code get_mAPs} does the same: the mean of
 * Σ_{i≤R} P(i) rel(i) / h over the queries with a hit h among the first R.
 */
public record HashNetEvaluation() implements Convention {
    @Override
    public String name() {
        return "hashnet";
    }

    @Override
    public String source() {
        return "thuml/HashNet, pytorch/src/test.py, mean_average_precision";
    }

    @Override
    public List<String> differences() {
        return List.of(
                "the list is cut at R (NUS-WIDE, COCO 5000; ImageNet 1000) and AP divided by the hits above the cut",
                "a query without a hit above the cut is left out of the mean, which raises it",
                "ranks by falling inner product of what the network puts out: real numbers where they are stored, which have no ties, else codes",
                "R beyond the database is an error there; here it is the database",
                "ties as numpy's unstable argsort leaves them; here in database order");
    }

    @Override
    public Map<String, Object> measure(Retrieval retrieval, OptionalInt topN) {
        int n = Convention.cut(topN, retrieval.database().count());
        double sum = 0;
        int answered = 0;
        for (int i = 0; i < retrieval.query().count(); i++) {
            double precision = Convention.averagePrecision(ranked(retrieval, i), n);
            if (!Double.isNaN(precision)) {
                sum += precision;
                answered++;
            }
        }
        Map<String, Object> figures = Convention.figures();
        figures.put("mAP", answered == 0 ? 0 : sum / answered);
        figures.put("queries_counted", answered);
        return figures;
    }

    private static boolean[] ranked(Retrieval retrieval, int i) {
        if (retrieval.outputs().isEmpty()) {
            return retrieval.ranked(i).relevant();
        }
        int items = retrieval.database().count();
        double[] inner = new double[items];
        java.util.Arrays.setAll(inner, j -> retrieval.inner(i, j));
        int[] order = IntStream.range(0, items)
                .boxed()
                .sorted(Comparator.comparingDouble(j -> 0.0 - inner[j]))
                .mapToInt(Integer::intValue)
                .toArray();
        boolean[] relevant = new boolean[items];
        for (int rank = 0; rank < items; rank++) {
            relevant[rank] = retrieval.queryLabels().similar(i, retrieval.databaseLabels(), order[rank]);
        }
        return relevant;
    }
}
