package org.hashgrad.hashing.data;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Any subset of c classes per sample, from 0/1 rows (n, c); held as one bit per class. */
public final class MultiLabels implements Labels {
    private final int count;
    private final int classes;
    private final int wordsPerRow;
    private final long[] words;

    private MultiLabels(int count, int classes, long[] words) {
        this.count = count;
        this.classes = classes;
        this.wordsPerRow = wordsPerRow(classes);
        this.words = words;
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
     * Labels from rows of ⌈classes / 64⌉ words, handed over, not copied: bit c % 64 of a row's word c / 64 is class c.
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
        return c >= 0 && c < classes && (words[i * wordsPerRow + (c >>> 6)] >>> (c & 63) & 1) != 0;
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
        long shared = 0;
        for (int w = 0; w < wordsPerRow; w++) {
            shared |= words[i * wordsPerRow + w] & that.words[j * wordsPerRow + w];
        }
        return shared != 0;
    }

    @Override
    public void shared(int i, Labels other, int from, int to, short[] shared) {
        Labels.requireComparable(this, other);
        long[] theirs = ((MultiLabels) other).words;
        if (wordsPerRow == 1) {
            long own = words[i];
            for (int j = from; j < to; j++) {
                shared[j - from] = (short) Long.bitCount(own & theirs[j]);
            }
            return;
        }
        for (int j = from; j < to; j++) {
            int sum = 0;
            for (int w = 0; w < wordsPerRow; w++) {
                sum += Long.bitCount(words[i * wordsPerRow + w] & theirs[j * wordsPerRow + w]);
            }
            shared[j - from] = (short) sum;
        }
    }

    @Override
    public MultiLabels select(int[] rows) {
        long[] selected = new long[rows.length * wordsPerRow];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(words, rows[r] * wordsPerRow, selected, r * wordsPerRow, wordsPerRow);
        }
        return new MultiLabels(rows.length, classes, selected);
    }

    @Override
    public String describe() {
        return "0/1 rows (" + count + ", " + classes + ")";
    }
}
