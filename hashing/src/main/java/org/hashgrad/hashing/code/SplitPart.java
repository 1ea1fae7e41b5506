package org.hashgrad.hashing.code;

/** The part of a split that codes are of, as a code file says. */
public enum SplitPart {
    /** Not known. */
    UNKNOWN(0),
    QUERY(1),
    DATABASE(2),
    /** Such as the training samples. */
    OTHER(3);

    private final int number;

    SplitPart(int number) {
        this.number = number;
    }

    /** In the header of a code file. */
    int number() {
        return number;
    }
}
