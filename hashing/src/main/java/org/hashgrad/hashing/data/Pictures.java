package org.hashgrad.hashing.data;

/** n pictures that are read when they are wanted: files, or slices of an array that memory can't hold. Safe for several threads. */
public interface Pictures {
    /** n */
    int count();

    /** What errors and reports call picture i, such as its path. */
    String id(int i);

    /** Picture i. @throws DataException when it can't be read; names it */
    RgbImage picture(int i);
}
