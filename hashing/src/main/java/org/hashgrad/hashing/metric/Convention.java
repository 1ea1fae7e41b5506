package org.hashgrad.hashing.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.hashgrad.hashing.data.DataException;

/**
 * The arithmetic of a well-known evaluation code, so that a published figure can be compared like with like. Where such a code leaves the order of
 * equal distances to an unstable sort, its own value differs from run to run; here ties are in database order.
 */
public sealed interface Convention permits DeepHashPytorch, HashNetEvaluation, DcmhEvaluation, DchRadius, CallHlLabel {

    /** How the command line calls it. */
    String name();

    /** Whose code it is. */
    String source();

    /** What it does otherwise than the figures of {@link RetrievalMetrics}, one line each. */
    List<String> differences();

    /**
     * The figures by the names that its code uses.
     *
     * @param topN where lists are cut, as the code's setting for the data set; none for the whole database
     * @throws DataException if N is not positive
     */
    Map<String, Object> measure(Retrieval retrieval, OptionalInt topN);

    /** All of them. */
    static List<Convention> all() {
        return List.of(
                new DeepHashPytorch(),
                new HashNetEvaluation(),
                new DcmhEvaluation(),
                new DchRadius(2),
                new CallHlLabel());
    }

    /**
     * The one with that name.
     *
     * @throws DataException if there is none; lists those there are
     */
    static Convention named(String name) {
        return all().stream()
                .filter(convention -> convention.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new DataException("convention: expected one of "
                        + String.join(", ", all().stream().map(Convention::name).toList()) + ", found '" + name
                        + "'"));
    }

    /** N, or all items; never more than there are. */
    static int cut(OptionalInt topN, int items) {
        if (topN.isPresent() && topN.getAsInt() < 1) {
            throw new DataException("convention: N is " + topN.getAsInt() + "; need N >= 1");
        }
        return Math.min(topN.orElse(items), items);
    }

    /** Figures in the order they are put. */
    static Map<String, Object> figures() {
        return new LinkedHashMap<>();
    }

    /** (1/h) Σ_{i≤n} P(i) rel(i), h the relevant among the first n; NaN without one. */
    static double averagePrecision(boolean[] relevant, int n) {
        double sum = 0;
        int hits = 0;
        for (int i = 0; i < n; i++) {
            if (relevant[i]) {
                hits++;
                sum += hits / (i + 1.0);
            }
        }
        return sum / hits;
    }
}
