package org.hashgrad.hashing.data;

/** n pictures that are read when they are wanted: files, or slices of an array that memory can't hold. Safe for several threads. */
public interface Pictures {
    /** n */
    int count();

    /** What errors and reports call picture i, such as its path. */
    String id(int i);

    /** What picture i is called wherever its source lies: for digests. */
    default String key(int i) {
        return id(i);
    }

    /** Picture i. @throws DataException when it can't be read; names it */
    RgbImage picture(int i);

    /** A picture from elsewhere as it would lie here; the same where pictures lie here as they are. */
    default RgbImage admitted(RgbImage picture) {
        return picture;
    }
}
