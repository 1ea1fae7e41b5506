package org.hashgrad.hashing.code;

import org.hashgrad.hashing.data.DataException;

/**
 * Codes in memory under ids of their own.
 *
 * @param ids one per code, strictly ascending, handed over, not copied
 */
public record CodesWithIds(Codes codes, long[] ids) implements CodeStore {
    /** @throws DataException if there are not as many ids as codes, they do not ascend or are negative */
    public CodesWithIds {
        if (ids.length != codes.count()) {
            throw new DataException("codes: counts differ: " + codes.count() + " codes and " + ids.length + " ids");
        }
        if (ids.length > 0) {
            requireNotNegative(ids[0]);
        }
        for (int i = 1; i < ids.length; i++) {
            if (ids[i] <= ids[i - 1]) {
                throw new DataException(
                        "codes: row " + i + " has id " + ids[i] + " after " + ids[i - 1] + "; need ascending ids");
            }
        }
    }

    /** Ids ascend, so that the first is enough. */
    static void requireNotNegative(long first) {
        if (first < 0) {
            throw new DataException("codes: row 0 has id " + first + "; need ids >= 0");
        }
    }

    @Override
    public long size() {
        return codes.size();
    }

    @Override
    public int bits() {
        return codes.bits();
    }

    @Override
    public void copyWords(long from, int n, long[] into) {
        codes.copyWords(from, n, into);
    }

    @Override
    public void copyWords(int[] rows, int n, long[] into) {
        codes.copyWords(rows, n, into);
    }

    @Override
    public long id(long row) {
        return ids[(int) row];
    }
}
