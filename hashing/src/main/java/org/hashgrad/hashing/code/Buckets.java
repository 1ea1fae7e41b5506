package org.hashgrad.hashing.code;

import java.io.IOException;
import java.util.Arrays;
import org.hashgrad.hashing.data.DataException;

/**
 * The m tables of a multi-index over the rows of a store: for every value of substring j the rows that have it, ascending. Each table is one
 * array of starts, by key, and one of rows.
 */
abstract class Buckets {
    /** Rows are ints here, and a table's rows fill one array. */
    static final long MOST_ROWS = 1 << 29;

    private static final int ROWS_AT_ONCE = 1 << 14;

    final Substrings substrings;

    Buckets(Substrings substrings) {
        this.substrings = substrings;
    }

    /** Where the rows of a key begin in table j; those of key + 1 begin where they end. */
    abstract int start(int j, int key);

    /** The row at a place of table j. */
    abstract int row(int j, int at);

    /** Bytes of the tables over n rows. */
    static long bytes(Substrings substrings, long n) {
        long ints = 2; // m and n
        for (int j = 0; j < substrings.count(); j++) {
            ints += (1L << substrings.length(j)) + 1 + n;
        }
        return ints * Integer.BYTES;
    }

    /** Reads the store twice for each table. @throws DataException with more rows than a table takes */
    static Buckets build(CodeStore codes, Substrings substrings) {
        if (codes.size() > MOST_ROWS) {
            throw new DataException("index: " + codes.size() + " codes; need <= " + MOST_ROWS
                    + " for tables, or several indexes, or a flat one");
        }
        int[][] starts = new int[substrings.count()][];
        int[][] rows = new int[substrings.count()][];
        for (int j = 0; j < substrings.count(); j++) {
            starts[j] = new int[(1 << substrings.length(j)) + 1];
            rows[j] = new int[(int) codes.size()];
            fill(codes, substrings, j, starts[j], rows[j]);
        }
        return new Buckets(substrings) {
            @Override
            int start(int j, int key) {
                return starts[j][key];
            }

            @Override
            int row(int j, int at) {
                return rows[j][at];
            }
        };
    }

    private interface Keyed {
        void row(int row, int key);
    }

    private static void fill(CodeStore codes, Substrings substrings, int j, int[] starts, int[] rows) {
        forEach(codes, substrings, j, (row, key) -> starts[key + 1]++);
        for (int key = 1; key < starts.length; key++) {
            starts[key] += starts[key - 1];
        }
        int[] next = Arrays.copyOf(starts, starts.length - 1);
        forEach(codes, substrings, j, (row, key) -> rows[next[key]++] = row);
    }

    private static void forEach(CodeStore codes, Substrings substrings, int j, Keyed work) {
        int words = codes.wordsPerCode();
        long[] block = new long[ROWS_AT_ONCE * words];
        for (int from = 0; from < codes.size(); from += ROWS_AT_ONCE) {
            int n = (int) Math.min(ROWS_AT_ONCE, codes.size() - from);
            codes.copyWords(from, n, block);
            for (int i = 0; i < n; i++) {
                work.row(from + i, substrings.key(block, i * words, j));
            }
        }
    }

    /** m and n, then table after table: starts, rows. */
    void writeTo(CodeFileWriter out, int n) throws IOException {
        out.putInt(substrings.count());
        out.putInt(n);
        for (int j = 0; j < substrings.count(); j++) {
            for (int key = 0; key <= 1 << substrings.length(j); key++) {
                out.putInt(start(j, key));
            }
            for (int at = 0; at < n; at++) {
                out.putInt(row(j, at));
            }
        }
    }

    /** The tables that {@link #writeTo} left at an offset of a file; nothing is read yet. */
    static Buckets mapped(MappedFile file, long offset, Substrings substrings, int n) {
        long[] starts = new long[substrings.count()];
        long[] rows = new long[substrings.count()];
        long at = offset + 2 * Integer.BYTES;
        for (int j = 0; j < substrings.count(); j++) {
            starts[j] = at;
            rows[j] = at + ((1L << substrings.length(j)) + 1) * Integer.BYTES;
            at = rows[j] + (long) n * Integer.BYTES;
        }
        return new Buckets(substrings) {
            @Override
            int start(int j, int key) {
                return file.getInt(starts[j] + (long) key * Integer.BYTES);
            }

            @Override
            int row(int j, int place) {
                return file.getInt(rows[j] + (long) place * Integer.BYTES);
            }
        };
    }
}
