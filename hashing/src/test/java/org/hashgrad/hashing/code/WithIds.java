package org.hashgrad.hashing.code;

import java.util.function.LongUnaryOperator;

/** Codes under other ids than their rows' numbers. */
record WithIds(Codes codes, LongUnaryOperator idOf) implements CodeStore {
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
    public long id(long row) {
        return idOf.applyAsLong(row);
    }
}
