package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Elements;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The similarity of n samples (rows) to m samples (columns): 1 where they share a label, else 0. Made for one batch at a time, so
 * nothing of the size of the data set squared exists. Which pairs count and how much is the loss's to say ({@link PairWeighting}). It is
 * computed when it is first asked for; not thread-safe.
 */
public final class Pairs {
    private final int rows;
    private final int columns;
    private final Similarity similarity;
    private final int[] sameAs;
    private final boolean within;
    private final Overlap overlap;
    /** All rows, once the host has needed them. */
    private int @Nullable [] similar;

    private int similarCount = -1;
    private @Nullable Tensor ahead;
    private @Nullable Variable sent;

    /** Writes row i, 0 for pairs that share nothing, into (columns). */
    private interface Similarity {
        void row(int i, int[] to);
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

    /**
     * The samples {@code batch} of {@code labels} with one another: (n, n).
     *
     * @throws IndexOutOfBoundsException for a sample that there is not
     */
    public static Pairs within(Labels labels, int... batch) {
        int[] diagonal = new int[batch.length];
        for (int i = 0; i < diagonal.length; i++) {
            diagonal[i] = i;
        }
        return between(labels, batch, labels, batch, diagonal, true);
    }

    /**
     * The samples {@code batch} with a bank that holds every sample of {@code labels} in order: (n, count).
     *
     * @throws IndexOutOfBoundsException for a sample that there is not
     */
    public static Pairs withBank(Labels labels, int... batch) {
        int[] i = samples("batch", batch, labels);
        Overlap overlap = (row, column) -> labels.overlap(i[row], labels, column);
        return new Pairs(i.length, labels.count(), similarity(labels, i, labels), i, false, overlap);
    }

    /**
     * Samples of two sets that share none: (n, m).
     *
     * @throws org.hashgrad.hashing.data.DataException when the labels are not comparable
     * @throws IndexOutOfBoundsException for a sample that there is not
     */
    public static Pairs between(Labels labels, int[] batch, Labels others, int[] columns) {
        return between(labels, batch, others, columns, new int[0], false);
    }

    private static Pairs between(
            Labels labels, int[] batch, Labels others, int[] columns, int[] sameAs, boolean within) {
        int[] i = samples("batch", batch, labels);
        int[] j = samples("columns", columns, others);
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
        int[] similar = new int[Math.multiplyExact(n, m)];
        int[] diagonal = new int[within ? n : 0];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                if (similarity[i][j] != 0 && similarity[i][j] != 1) {
                    throw new IllegalArgumentException(
                            "pairs: similarity[" + i + "][" + j + "] is " + similarity[i][j] + "; need 0 or 1");
                }
                similar[i * m + j] = (int) similarity[i][j];
            }
            if (within) {
                diagonal[i] = i;
            }
        }
        return new Pairs(n, m, (i, to) -> System.arraycopy(similar, i * m, to, 0, m), diagonal, within, (i, j) -> 1);
    }

    private static int[] samples(String what, int[] given, Labels labels) {
        for (int at = 0; at < given.length; at++) {
            if (given[at] < 0 || given[at] >= labels.count()) {
                throw new IndexOutOfBoundsException("pairs: " + what + "[" + at + "] is " + given[at]
                        + "; need 0 <= sample < " + labels.count() + ", the number of labels");
            }
        }
        return given.clone();
    }

    private static Similarity similarity(Labels labels, int[] batch, Labels columns) {
        return (i, to) -> labels.shared(batch[i], columns, 0, columns.count(), to);
    }

    private int[] similar() {
        int[] made = similar;
        if (made == null) {
            made = new int[Math.multiplyExact(rows, columns)];
            int[] row = new int[columns];
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

    /** How many pairs share a label: known once {@link #similarity} was made, by the host or ahead. */
    int similarCount() {
        if (similarCount < 0) {
            similarCount = count(similar());
        }
        return similarCount;
    }

    private static int count(int[] similar) {
        int count = 0;
        for (int shared : similar) {
            count += shared == 0 ? 0 : 1;
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

    /** The similarity s as a constant (n, m) of 0 and 1, which is sent to the backend once a pass, if it was not sent ahead. */
    public Variable similarity(Pass pass) {
        Variable s = sent;
        if (s == null || s.pass() != pass) {
            Tensor there = ahead;
            if (there == null || there.isClosed() || there.backend() != pass.backend()) {
                there = pass.backend().tensor(shape(), this::write);
            }
            s = pass.constant(there);
            sent = s;
        }
        return s;
    }

    /**
     * Sends s (n, m) before a pass asks for it; sent while the pass of another batch goes on, it is on the backend beside that one's. The tensor
     * is the caller's to close, when no pass reads it any more.
     */
    public Tensor sendAhead(Backend backend) {
        try (Tensor made = backend.tensor(shape(), this::write)) {
            ahead = made.share();
            return ahead;
        }
    }

    /** Whether a pass has asked for {@link #similarity}. */
    public boolean isRead() {
        return sent != null;
    }

    /** Row by row, counting the similar, unless the host has them all. */
    private void write(Elements to) {
        int[] made = similar;
        if (made != null) {
            to.setFlags(0, made, 0, made.length);
            return;
        }
        int[] row = new int[columns];
        int count = 0;
        for (int i = 0; i < rows; i++) {
            similarity.row(i, row);
            to.setFlags(i * columns, row, 0, columns);
            count += count(row);
        }
        similarCount = count;
    }
}
