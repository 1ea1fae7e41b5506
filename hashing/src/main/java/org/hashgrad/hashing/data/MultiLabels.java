package org.hashgrad.hashing.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Any subset of c classes per sample, from 0/1 rows (n, c); held as one bit per class, by half-words: {@code planes[p][i]} is classes 32 p to 32 p + 31 of sample i. */
public final class MultiLabels implements Labels {
    private final int count;
    private final int classes;
    private final int[][] planes;

    private MultiLabels(int count, int classes, int[][] planes) {
        this.count = count;
        this.classes = classes;
        this.planes = planes;
    }

    private MultiLabels(int count, int classes, long[] words) {
        this(count, classes, new int[(classes + 31) / 32][count]);
        int wordsPerRow = wordsPerRow(classes);
        for (int p = 0; p < planes.length; p++) {
            for (int i = 0; i < count; i++) {
                planes[p][i] = (int) (words[i * wordsPerRow + p / 2] >>> (p % 2 * 32));
            }
        }
    }

    /**
     * Labels from 0/1 rows (n, classes), row-major.
     *
     * @throws DataException if a value is neither 0 nor 1 or the length is no multiple of {@code classes}
     */
    public static MultiLabels ofRows(int[] rows, int classes) {
        if (classes < 1 || rows.length % classes != 0) {
            throw new DataException("labels: " + rows.length + " values do not fill rows of " + classes
                    + " classes; need classes >= 1 and a multiple of it");
        }
        int count = rows.length / classes;
        int wordsPerRow = wordsPerRow(classes);
        long[] words = new long[Math.multiplyExact(count, wordsPerRow)];
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < classes; c++) {
                int value = rows[i * classes + c];
                if (value != 0 && value != 1) {
                    throw new DataException(
                            "labels: value at row " + i + ", column " + c + " is " + value + "; need 0 or 1");
                }
                words[i * wordsPerRow + (c >>> 6)] |= (long) value << (c & 63);
            }
        }
        return new MultiLabels(count, classes, words);
    }

    /**
     * Labels from rows of ⌈classes / 64⌉ words: bit c % 64 of a row's word c / 64 is class c.
     *
     * @throws DataException if the length is no multiple of a row's, or a bit from {@code classes} on is set
     */
    public static MultiLabels ofWords(long[] words, int classes) {
        int wordsPerRow = wordsPerRow(classes);
        if (classes < 1 || words.length % wordsPerRow != 0) {
            throw new DataException("labels: " + words.length + " words do not fill rows of " + classes
                    + " classes; need classes >= 1 and a multiple of " + wordsPerRow);
        }
        int count = words.length / wordsPerRow;
        long unused = classes % Long.SIZE == 0 ? 0 : -1L << classes;
        for (int i = 0; i < count; i++) {
            if ((words[(i + 1) * wordsPerRow - 1] & unused) != 0) {
                throw new DataException("labels: row " + i + " has a class from " + classes + " on; need 0 there");
            }
        }
        return new MultiLabels(count, classes, words);
    }

    /**
     * Labels by name; the column of a name is its place in {@code columns}.
     *
     * @throws DataException if a name is no column
     */
    static MultiLabels ofNames(List<? extends Collection<String>> names, List<String> columns) {
        Map<String, Integer> columnOf = new HashMap<>();
        columns.forEach(column -> columnOf.put(column, columnOf.size()));
        int wordsPerRow = wordsPerRow(columns.size());
        long[] words = new long[Math.multiplyExact(names.size(), wordsPerRow)];
        for (int i = 0; i < names.size(); i++) {
            for (String name : names.get(i)) {
                Integer c = columnOf.get(name);
                if (c == null) {
                    throw new DataException("labels: row " + i + " has '" + name + "'; need one of " + columns);
                }
                words[i * wordsPerRow + (c >>> 6)] |= 1L << (c & 63);
            }
        }
        return new MultiLabels(names.size(), columns.size(), words);
    }

    /** Labels from columns: {@code rowsWith.get(c)} are the rows that class c is in. */
    static MultiLabels ofColumns(int count, List<int[]> rowsWith) {
        int wordsPerRow = wordsPerRow(rowsWith.size());
        long[] words = new long[Math.multiplyExact(count, wordsPerRow)];
        for (int c = 0; c < rowsWith.size(); c++) {
            for (int i : rowsWith.get(c)) {
                words[i * wordsPerRow + (c >>> 6)] |= 1L << (c & 63);
            }
        }
        return new MultiLabels(count, rowsWith.size(), words);
    }

    private static int wordsPerRow(int classes) {
        return (classes + 63) >>> 6;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public boolean has(int i, int c) {
        return c >= 0 && c < classes && (planes[c >>> 5][i] >>> (c & 31) & 1) != 0;
    }

    @Override
    public boolean labelled(int i) {
        return similar(i, this, i);
    }

    @Override
    public boolean similar(int i, Labels other, int j) {
        if (!(other instanceof MultiLabels that) || that.classes != classes) {
            Labels.requireComparable(this, other);
            return false;
        }
        int shared = 0;
        for (int p = 0; p < planes.length; p++) {
            shared |= planes[p][i] & that.planes[p][j];
        }
        return shared != 0;
    }

    @Override
    public void shared(int i, Labels other, int from, int to, int[] shared) {
        Labels.requireComparable(this, other);
        int[][] theirs = ((MultiLabels) other).planes;
        // One bit count a loop, and one offset: else C2 makes it no loop of vectors.
        int n = to - from;
        System.arraycopy(theirs[0], from, shared, 0, n);
        int own = planes[0][i];
        for (int j = 0; j < n; j++) {
            shared[j] = Integer.bitCount(shared[j] & own);
        }
        for (int p = 1; p < planes.length; p++) {
            add(planes[p][i], theirs[p], from, n, shared);
        }
    }

    private static void add(int own, int[] theirs, int from, int n, int[] shared) {
        for (int j = 0; j < n; j++) {
            shared[j] += Integer.bitCount(theirs[from + j] & own);
        }
    }

    @Override
    public MultiLabels select(int[] rows) {
        int[][] selected = new int[planes.length][];
        Arrays.setAll(selected, p -> Arrays.stream(rows).map(i -> planes[p][i]).toArray());
        return new MultiLabels(rows.length, classes, selected);
    }

    @Override
    public String describe() {
        return "0/1 rows (" + count + ", " + classes + ")";
    }
}
