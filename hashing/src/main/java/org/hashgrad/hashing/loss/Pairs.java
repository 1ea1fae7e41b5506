package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.Elements;
import org.hashgrad.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The similarity of n samples (rows) to m samples (columns): 1 where they share a label, else 0. Made for one batch at a time, so
 * nothing of the size of the data set squared exists. Which pairs count and how much is the loss's to say ({@link PairWeighting}).
 */
public final class Pairs {
    private final int rows;
    private final int columns;
    private final Similarity similarity;
    private final int[] sameAs;
    private final boolean within;
    private final Overlap overlap;
    /** All rows, once the host has needed them. */
    private float @Nullable [] similar;

    private @Nullable Variable sent;

    /** Writes row i, of 0 and 1, into (columns). */
    private interface Similarity {
        void row(int i, float[] to);
    }

    /** Of row i and column j, which are similar. */
    private interface Overlap {
        double of(int i, int j);
    }

    private Pairs(int rows, int columns, Similarity similarity, int[] sameAs, boolean within, Overlap overlap) {
        this.rows = rows;
        this.columns = columns;
        this.similarity = similarity;
        this.sameAs = sameAs;
        this.within = within;
        this.overlap = overlap;
    }

    /** The samples {@code batch} of {@code labels} with one another: (n, n). */
    public static Pairs within(Labels labels, int... batch) {
        int[] diagonal = new int[batch.length];
        for (int i = 0; i < diagonal.length; i++) {
            diagonal[i] = i;
        }
        return between(labels, batch, labels, batch, diagonal, true);
    }

    /** The samples {@code batch} with a bank that holds every sample of {@code labels} in order: (n, count). */
    public static Pairs withBank(Labels labels, int... batch) {
        int[] i = batch.clone();
        Overlap overlap = (row, column) -> labels.overlap(i[row], labels, column);
        return new Pairs(i.length, labels.count(), similarity(labels, i, labels), i, false, overlap);
    }

    /**
     * Samples of two sets that share none: (n, m).
     *
     * @throws org.hashgrad.hashing.data.DataException when the labels are not comparable
     */
    public static Pairs between(Labels labels, int[] batch, Labels others, int[] columns) {
        return between(labels, batch, others, columns, new int[0], false);
    }

    private static Pairs between(
            Labels labels, int[] batch, Labels others, int[] columns, int[] sameAs, boolean within) {
        int[] i = batch.clone();
        int[] j = columns.clone();
        Overlap overlap = (row, column) -> labels.overlap(i[row], others, j[column]);
        Labels.requireComparable(labels, others);
        return new Pairs(i.length, j.length, similarity(labels, i, others.select(j)), sameAs, within, overlap);
    }

    /**
     * From a given similarity (n, m) of 0 and 1.
     *
     * @param within whether the columns are the rows; needs n = m
     */
    public static Pairs of(double[][] similarity, boolean within) {
        int n = similarity.length;
        int m = similarity[0].length;
        if (within && n != m) {
            throw new IllegalArgumentException(
                    "pairs: similarity is (" + n + ", " + m + "); need as many columns as rows within one batch");
        }
        float[] similar = new float[Math.multiplyExact(n, m)];
        int[] diagonal = new int[within ? n : 0];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                if (similarity[i][j] != 0 && similarity[i][j] != 1) {
                    throw new IllegalArgumentException(
                            "pairs: similarity[" + i + "][" + j + "] is " + similarity[i][j] + "; need 0 or 1");
                }
                similar[i * m + j] = (float) similarity[i][j];
            }
            if (within) {
                diagonal[i] = i;
            }
        }
        return new Pairs(n, m, (i, to) -> System.arraycopy(similar, i * m, to, 0, m), diagonal, within, (i, j) -> 1);
    }

    private static Similarity similarity(Labels labels, int[] batch, Labels columns) {
        int[] shared = new int[columns.count()];
        return (i, to) -> {
            labels.shared(batch[i], columns, 0, shared.length, shared);
            for (int j = 0; j < shared.length; j++) {
                to[j] = Math.min(shared[j], 1);
            }
        };
    }

    private float[] similar() {
        float[] made = similar;
        if (made == null) {
            made = new float[Math.multiplyExact(rows, columns)];
            float[] row = new float[columns];
            for (int i = 0; i < rows; i++) {
                similarity.row(i, row);
                System.arraycopy(row, 0, made, i * columns, columns);
            }
            similar = made;
        }
        return made;
    }

    /** n */
    public int rows() {
        return rows;
    }

    /** m */
    public int columns() {
        return columns;
    }

    /** (n, m) */
    public Shape shape() {
        return Shape.of(rows, columns);
    }

    /** Whether row i and column j share a label. */
    public boolean similar(int i, int j) {
        return similar()[i * columns + j] != 0;
    }

    /** How many pairs share a label. */
    int similarCount() {
        int count = 0;
        for (float each : similar()) {
            count += (int) each;
        }
        return count;
    }

    /** #(labels in common) / #(labels of either) of row i and column j, in [0, 1]; of a given similarity, the similarity. */
    public double overlap(int i, int j) {
        return similar(i, j) ? overlap.of(i, j) : 0;
    }

    /** Whether row i and column j are the same sample. */
    public boolean same(int i, int j) {
        return sameAs.length > 0 && sameAs[i] == j;
    }

    /** Whether the columns are the rows, in the same order. */
    public boolean isWithin() {
        return within;
    }

    /** The similarity s as a constant (n, m) of 0 and 1, which is sent to the backend once a pass. */
    public Variable similarity(Pass pass) {
        Variable s = sent;
        if (s == null || s.pass() != pass) {
            s = pass.constant(pass.backend().tensor(shape(), this::write));
            sent = s;
        }
        return s;
    }

    /** Row by row, unless the host has them all. */
    private void write(Elements to) {
        float[] made = similar;
        if (made != null) {
            to.set(0, made, 0, made.length);
            return;
        }
        float[] row = new float[columns];
        for (int i = 0; i < rows; i++) {
            similarity.row(i, row);
            to.set(i * columns, row, 0, columns);
        }
    }
}
