package org.hashgrad.hashing.data;

/**
 * Labels of n samples: one class each ({@link ClassLabels}) or any subset of c classes each ({@link MultiLabels}).
 * Two samples are similar when they share at least one label; a sample without any label is similar to nothing, itself
 * included.
 */
public sealed interface Labels permits ClassLabels, MultiLabels {

    /** n, the number of samples. */
    int count();

    /** c, the number of classes; classes are 0 … c − 1. */
    int classes();

    /** Whether sample i carries class c. */
    boolean has(int i, int c);

    /** Whether sample i carries any label. */
    boolean labelled(int i);

    /**
     * Whether sample i of these labels and sample j of the other share a label.
     *
     * @throws DataException if one side is single-label and the other multi-label, or the numbers of columns differ
     */
    boolean similar(int i, Labels other, int j);

    /** #(labels in common) / #(labels of either) of sample i of these labels and sample j of the other; 0 when neither has any. */
    default double overlap(int i, Labels other, int j) {
        int common = 0;
        int either = 0;
        for (int c = 0; c < Math.max(classes(), other.classes()); c++) {
            common += has(i, c) && other.has(j, c) ? 1 : 0;
            either += has(i, c) || other.has(j, c) ? 1 : 0;
        }
        return either == 0 ? 0 : (double) common / either;
    }

    /**
     * How many labels sample i of these labels shares with each of the other's samples from … to − 1, into
     * {@code shared[0 … to − from − 1]}.
     *
     * @throws DataException as {@link #similar}
     */
    void shared(int i, Labels other, int from, int to, int[] shared);

    /** 1 where a sample carries a class, else 0: of the given samples in their order, (rows, c) row-major. */
    default float[] indicators(int... rows) {
        float[] values = new float[Math.multiplyExact(rows.length, classes())];
        for (int at = 0; at < values.length; at++) {
            values[at] = has(rows[at / classes()], at % classes()) ? 1 : 0;
        }
        return values;
    }

    /** The labels of the given rows, in their order. */
    Labels select(int[] rows);

    /** The kind and shape as errors print it, such as {@code classes (1000)} or {@code 0/1 rows (1000, 24)}. */
    String describe();

    /**
     * Checks once that {@link #similar} can be asked between the two.
     *
     * @throws DataException as {@link #similar}
     */
    static void requireComparable(Labels a, Labels b) {
        boolean comparable = a instanceof ClassLabels
                ? b instanceof ClassLabels
                : b instanceof MultiLabels && a.classes() == b.classes();
        if (!comparable) {
            throw new DataException("similarity: labels are not comparable: " + a.describe() + " against "
                    + b.describe() + "; need classes on both sides, or 0/1 rows with equally many columns");
        }
    }
}
