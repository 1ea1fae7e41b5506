package org.hashgrad.hashing.code;

import java.io.IOException;
import java.nio.file.Path;
import org.hashgrad.hashing.data.DataException;

/**
 * The m tables of a multi-index over the rows of a store, outside of the heap: for every value of substring j the rows that have it,
 * ascending. Each table is starts, by key, 2^length + 1 of them, and then rows, n.
 */
final class Buckets {
    /** Rows are ints. */
    static final long MOST_ROWS = Integer.MAX_VALUE;

    private static final int ROWS_AT_ONCE = 1 << 14;

    final Substrings substrings;
    private final int n;
    private final Ints ints;
    private final long[] starts;
    private final long[] rows;

    /** Ints by place. */
    interface Ints {
        int get(long i);
    }

    /** @param first place of the first table's first start */
    private Buckets(Substrings substrings, int n, Ints ints, long first) {
        this.substrings = substrings;
        this.n = n;
        this.ints = ints;
        this.starts = new long[substrings.count()];
        this.rows = new long[substrings.count()];
        long at = first;
        for (int j = 0; j < substrings.count(); j++) {
            starts[j] = at;
            rows[j] = at + keys(substrings, j) + 1;
            at = rows[j] + n;
        }
    }

    /** Where the rows of a key begin in table j; those of key + 1 begin where they end. */
    int start(int j, int key) {
        return within(n, ints.get(starts[j] + key));
    }

    /** The rows at {@code count} places of table j, into {@code into} from {@code to} on. */
    void rows(int j, int at, int count, int[] into, int to) {
        long first = rows[j] + at;
        for (int i = 0; i < count; i++) {
            into[to + i] = within(n - 1, ints.get(first + i));
        }
    }

    /** Tables in a file may have been made by anybody. */
    private static int within(int most, int value) {
        if (value < 0 || value > most) {
            throw new DataException("index: a table holds " + value + "; need 0 to " + most);
        }
        return value;
    }

    private static int keys(Substrings substrings, int j) {
        return 1 << substrings.length(j);
    }

    /** Bytes of the tables over n rows, as in a file. */
    static long bytes(Substrings substrings, long n) {
        long ints = 2; // m and n
        for (int j = 0; j < substrings.count(); j++) {
            ints += keys(substrings, j) + 1 + n;
        }
        return ints * Integer.BYTES;
    }

    /** Reads the store twice for each table. @throws DataException with more rows than a table takes */
    static Buckets build(CodeStore codes, Substrings substrings) {
        int n = requireRows(codes);
        ScratchInts ints = ScratchInts.of(bytes(substrings, n) / Integer.BYTES);
        Buckets buckets = new Buckets(substrings, n, ints, 0);
        for (int j = 0; j < substrings.count(); j++) {
            fill(codes, substrings, j, ints, buckets.starts[j]);
        }
        return buckets;
    }

    /** The tables that {@link #write} left at an offset of a file, a multiple of 8; nothing is read yet. */
    static Buckets mapped(MappedFile file, long offset, Substrings substrings, int n) {
        return new Buckets(substrings, n, i -> file.getInt(i * Integer.BYTES), offset / Integer.BYTES + 2);
    }

    /**
     * Writes m and n, then table after table.
     *
     * @param folder for one table at a time while it is made
     * @throws DataException with more rows than a table takes
     */
    static void write(CodeFileWriter out, CodeStore codes, Path folder) throws IOException {
        int n = requireRows(codes);
        Substrings substrings = Substrings.of(codes.bits(), n);
        out.putInt(substrings.count());
        out.putInt(n);
        ScratchInts table = ScratchInts.of((1L << substrings.longest()) + 1 + n, folder);
        for (int j = 0; j < substrings.count(); j++) {
            fill(codes, substrings, j, table, 0);
            for (long i = 0; i < keys(substrings, j) + 1L + n; i++) {
                out.putInt(table.get(i));
            }
        }
    }

    private static int requireRows(CodeStore codes) {
        if (codes.size() > MOST_ROWS) {
            throw new DataException("index: " + codes.size() + " codes; need <= " + MOST_ROWS
                    + " for tables, or several indexes, or a flat one");
        }
        return (int) codes.size();
    }

    /** Sorts the rows by key into table j, whose starts begin at {@code first}: counts, their sums, then the rows from the last on. */
    private static void fill(CodeStore codes, Substrings substrings, int j, ScratchInts table, long first) {
        int keys = keys(substrings, j);
        int n = (int) codes.size();
        for (int key = 0; key < keys; key++) {
            table.set(first + key, 0);
        }
        forEachFromTheLast(codes, substrings, j, (row, key) -> table.set(first + key, table.get(first + key) + 1));
        int end = 0;
        for (int key = 0; key < keys; key++) {
            end += table.get(first + key);
            table.set(first + key, end);
        }
        table.set(first + keys, n);
        forEachFromTheLast(codes, substrings, j, (row, key) -> {
            int at = table.get(first + key) - 1;
            table.set(first + key, at);
            table.set(first + keys + 1 + at, row);
        });
    }

    private interface Keyed {
        void row(int row, int key);
    }

    private static void forEachFromTheLast(CodeStore codes, Substrings substrings, int j, Keyed work) {
        int words = codes.wordsPerCode();
        long[] block = new long[ROWS_AT_ONCE * words];
        for (int to = (int) codes.size(); to > 0; to -= Math.min(to, ROWS_AT_ONCE)) {
            int from = Math.max(0, to - ROWS_AT_ONCE);
            codes.copyWords(from, to - from, block);
            for (int row = to - 1; row >= from; row--) {
                work.row(row, substrings.key(block, (row - from) * words, j));
            }
        }
    }
}
