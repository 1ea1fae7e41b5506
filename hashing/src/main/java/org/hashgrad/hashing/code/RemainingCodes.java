package org.hashgrad.hashing.code;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.hashing.data.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The codes of a store without some of its rows, not copied; the others keep their ids.
 *
 * @param before for each removed row, ascending, how many rows before it remain
 */
record RemainingCodes(CodeStore all, long[] before) implements CodeStore {
    /** @throws DataException if an id is not there, or twice among those to remove */
    static RemainingCodes without(CodeStore all, long... ids) {
        long[] sorted = ids.clone();
        Arrays.sort(sorted);
        long[] before = new long[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            long row = all.rowOf(sorted[i]);
            if (row < 0 || (i > 0 && sorted[i] == sorted[i - 1])) {
                throw new DataException("index: id " + sorted[i] + " is " + (row < 0 ? "not there" : "given twice")
                        + "; need ids of " + all.size() + " codes, each once");
            }
            before[i] = row - i;
        }
        return new RemainingCodes(all, before);
    }

    /** The row in the store of all. */
    private long rowInAll(long row) {
        return row + removedBefore(row);
    }

    /** How many removed rows lie before a remaining one: those with at most that many remaining before them. */
    private int removedBefore(long row) {
        int low = 0;
        int high = before.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (before[middle] <= row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public long size() {
        return all.size() - before.length;
    }

    @Override
    public int bits() {
        return all.bits();
    }

    @Override
    public void copyWords(long from, int n, long[] into) {
        int words = wordsPerCode();
        for (int done = 0; done < n; ) {
            int gap = removedBefore(from + done);
            int run = gap == before.length ? n - done : (int) Math.min(n - done, before[gap] - from - done);
            long[] rows = done == 0 && run == n ? into : new long[run * words];
            all.copyWords(from + done + gap, run, rows);
            if (rows != into) {
                System.arraycopy(rows, 0, into, done * words, rows.length);
            }
            done += run;
        }
    }

    @Override
    public long id(long row) {
        return all.id(rowInAll(row));
    }

    /** What is known of all, of those that remain; they are no longer a protocol's list. */
    CodeDetails details(CodeDetails ofAll) {
        List<String> names = ofAll.names().isEmpty()
                ? List.of()
                : new AbstractList<>() {
                    @Override
                    public String get(int row) {
                        return ofAll.names().get((int) rowInAll(row));
                    }

                    @Override
                    public int size() {
                        return (int) RemainingCodes.this.size();
                    }
                };
        return new CodeDetails(labels(ofAll.labels()), names, ofAll.model(), "", ofAll.part(), ofAll.medium());
    }

    private @Nullable LabelColumn labels(@Nullable LabelColumn ofAll) {
        return ofAll == null
                ? null
                : new LabelColumn() {
                    @Override
                    public long count() {
                        return size();
                    }

                    @Override
                    public int classes() {
                        return ofAll.classes();
                    }

                    @Override
                    public boolean isSingle() {
                        return ofAll.isSingle();
                    }

                    @Override
                    public long word(long row, int w) {
                        return ofAll.word(rowInAll(row), w);
                    }
                };
    }
}
