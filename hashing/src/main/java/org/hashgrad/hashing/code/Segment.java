package org.hashgrad.hashing.code;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Codes that an index holds together, with their tables if they have any, and which of them were deleted. */
final class Segment {
    private final CodeStore codes;
    private final @Nullable Buckets buckets;
    private final boolean added;
    private final BitSet deleted = new BitSet();
    private int dead;

    /** @param added whether the codes came by adding, so that they may be copied into a larger segment */
    Segment(CodeStore codes, @Nullable Buckets buckets, boolean added) {
        this.codes = codes;
        this.buckets = buckets;
        this.added = added;
    }

    CodeStore codes() {
        return codes;
    }

    @Nullable
    Buckets buckets() {
        return buckets;
    }

    boolean isAdded() {
        return added;
    }

    boolean live(long row) {
        return dead == 0 || !deleted.get((int) row);
    }

    long liveCount() {
        return codes.size() - dead;
    }

    /** The row of a code that was not deleted, or −1. */
    long rowOf(long id) {
        long row = codes.rowOf(id);
        return row >= 0 && live(row) ? row : -1;
    }

    void delete(long row) {
        deleted.set(Math.toIntExact(row));
        dead++;
    }
}
