package org.hashgrad.tensor;

import java.util.Arrays;

/** Immutable int32 indices or class labels on the host, shape (n). Backends upload it where a kernel reads it. */
public final class IndexTensor {
    private final int[] values;

    private IndexTensor(int[] values) {
        this.values = values;
    }

    public static IndexTensor of(int... values) {
        return new IndexTensor(values.clone());
    }

    public int size() {
        return values.length;
    }

    public int get(int i) {
        return values[i];
    }

    public int[] toArray() {
        return values.clone();
    }

    /** @throws IndexOutOfBoundsException naming {@code operation} unless every value is in [0, bound) */
    void requireBelow(int bound, String operation) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] >= bound) {
                throw new IndexOutOfBoundsException(
                        operation + ": rows[" + i + "] is " + values[i] + ", need 0 <= row < " + bound);
            }
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
