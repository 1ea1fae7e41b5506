package org.hashgrad.hashing.loss;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/**
 * Triplets of anchors (n rows) with columns (m): {@link Pairs} and a mask d (n, m) of the columns that were drawn for each row. The
 * drawn similar columns of a row are its positives, the drawn dissimilar ones its negatives, and its triplets are all combinations of
 * the two; so none is ever listed.
 */
public final class Triplets {
    private final Pairs pairs;
    private final float[] drawn;

    private Triplets(Pairs pairs, float[] drawn) {
        this.pairs = pairs;
        this.drawn = drawn;
    }

    /** Every pair but those of a sample with itself. */
    public static Triplets within(Pairs pairs) {
        float[] drawn = new float[pairs.rows() * pairs.columns()];
        for (int at = 0; at < drawn.length; at++) {
            drawn[at] = pairs.same(at / pairs.columns(), at % pairs.columns()) ? 0 : 1;
        }
        return new Triplets(pairs, drawn);
    }

    /**
     * The samples {@code batch} with a bank that holds every sample of {@code labels} in order: for each row, {@code positives} similar
     * columns and, of every class that the row is not in, {@code negativesPerClass} dissimilar ones; without replacement, never a
     * sample of the batch, and all there are when they are fewer.
     *
     * @param key decides what is drawn for the i-th row and c-th class, whatever the rest of the batch
     */
    public static Triplets drawn(Labels labels, int[] batch, RandomKey key, int positives, int negativesPerClass) {
        Pairs pairs = Pairs.withBank(labels, batch);
        boolean[] inBatch = new boolean[pairs.columns()];
        for (int sample : batch) {
            inBatch[sample] = true;
        }
        float[] drawn = new float[pairs.rows() * pairs.columns()];
        int[][] ofClass = new int[labels.classes()][];
        Arrays.setAll(ofClass, c -> where(pairs.columns(), j -> !inBatch[j] && labels.has(j, c)));
        for (int row = 0; row < pairs.rows(); row++) {
            int i = row;
            RandomKey ofRow = key.split(i);
            int[] similar = where(pairs.columns(), j -> !inBatch[j] && pairs.similar(i, j));
            mark(drawn, i * pairs.columns(), similar, positives, ofRow.split("positives"));
            for (int c = 0; c < ofClass.length; c++) {
                if (!labels.has(batch[i], c)) {
                    int[] dissimilar = Arrays.stream(ofClass[c])
                            .filter(j -> !pairs.similar(i, j))
                            .toArray();
                    mark(drawn, i * pairs.columns(), dissimilar, negativesPerClass, ofRow.split(c));
                }
            }
        }
        return new Triplets(pairs, drawn);
    }

    /**
     * From a given mask (n, m) of 0 and 1.
     *
     * @throws IllegalArgumentException for another shape than that of the pairs or another number
     */
    public static Triplets of(Pairs pairs, double[][] drawn) {
        int m = pairs.columns();
        float[] mask = new float[pairs.rows() * m];
        if (drawn.length != pairs.rows() || Arrays.stream(drawn).anyMatch(row -> row.length != m)) {
            throw new IllegalArgumentException("triplets: need a mask of shape " + pairs.shape() + ", got "
                    + drawn.length + " rows of " + (drawn.length == 0 ? 0 : drawn[0].length));
        }
        for (int at = 0; at < mask.length; at++) {
            double value = drawn[at / m][at % m];
            if (value != 0 && value != 1) {
                throw new IllegalArgumentException(
                        "triplets: drawn[" + at / m + "][" + at % m + "] is " + value + "; need 0 or 1");
            }
            mask[at] = (float) value;
        }
        return new Triplets(pairs, mask);
    }

    private static int[] where(int columns, IntPredicate wanted) {
        return IntStream.range(0, columns).filter(wanted).toArray();
    }

    /** Marks {@code count} of the columns by the head of a Fisher–Yates shuffle; the array is shuffled on the way. */
    private static void mark(float[] drawn, int row, int[] columns, int count, RandomKey key) {
        for (int t = 0; t < Math.min(count, columns.length); t++) {
            int other = t + key.below(columns.length - t, t);
            int column = columns[other];
            columns[other] = columns[t];
            drawn[row + column] = 1;
        }
    }

    /** The pairs that the triplets are made of. */
    public Pairs pairs() {
        return pairs;
    }

    /** n */
    public int rows() {
        return pairs.rows();
    }

    /** m */
    public int columns() {
        return pairs.columns();
    }

    /** (n, m) */
    public Shape shape() {
        return pairs.shape();
    }

    /** Whether column j was drawn for row i and is similar to it. */
    public boolean positive(int i, int j) {
        return drawn[i * columns() + j] != 0 && pairs.similar(i, j);
    }

    /** Whether column j was drawn for row i and is dissimilar to it. */
    public boolean negative(int i, int j) {
        return drawn[i * columns() + j] != 0 && !pairs.similar(i, j);
    }

    /** The number of triplets: Σ_i #positives of i · #negatives of i. */
    public long count() {
        long all = 0;
        for (int row = 0; row < rows(); row++) {
            int i = row;
            long positives =
                    IntStream.range(0, columns()).filter(j -> positive(i, j)).count();
            long negatives =
                    IntStream.range(0, columns()).filter(j -> negative(i, j)).count();
            all += positives * negatives;
        }
        return all;
    }

    /** The similarity s as a constant (n, m) of 0 and 1. */
    public Variable similarity(Pass pass) {
        return pairs.similarity(pass);
    }

    /** The mask d as a constant (n, m) of 0 and 1. */
    public Variable drawn(Pass pass) {
        return pass.constant(pass.backend().tensor(shape(), drawn));
    }
}
