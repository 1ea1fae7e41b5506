package org.hashgrad.tensor;

/** The elements of a tensor in the making, row-major: what is written goes straight to where the backend sends it from. */
public interface Elements {
    /** Element {@code at}, rounded to the backend's precision. */
    void set(int at, double value);

    /** Elements {@code at} … {@code at + count − 1} from {@code values[from …]}. */
    void set(int at, float[] values, int from, int count);

    /** Elements {@code at} … {@code at + count − 1}: 1 where {@code flags[from …]} is not 0, else 0. */
    void setFlags(int at, int[] flags, int from, int count);
}
