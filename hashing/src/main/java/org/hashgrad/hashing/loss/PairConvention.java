package org.hashgrad.hashing.loss;

/** Which pairs of a batch a loss runs over; it decides the factor 2 of the gradient. */
public enum PairConvention {
    /** (i, j) and (j, i) for i ≠ j. Gradient for v = u: {@code 2κRU}. */
    ORDERED,
    /** Each pair once, i &lt; j, when the columns are the rows; as {@link #ORDERED} otherwise. Gradient for v = u: {@code κRU}. */
    UNORDERED,
    /** All (i, j), a sample with itself included. Gradient for v = u: {@code 2κRU}. */
    WITH_DIAGONAL;

    /** Whether the pair at row i and column j counts. */
    boolean includes(Pairs pairs, int i, int j) {
        return switch (this) {
            case ORDERED -> !pairs.same(i, j);
            case UNORDERED -> pairs.isWithin() ? i < j : !pairs.same(i, j);
            case WITH_DIAGONAL -> true;
        };
    }

    /** The number of pairs that count. */
    long count(Pairs pairs) {
        long count = 0;
        for (int i = 0; i < pairs.rows(); i++) {
            for (int j = 0; j < pairs.columns(); j++) {
                count += includes(pairs, i, j) ? 1 : 0;
            }
        }
        return count;
    }
}
