package org.hashgrad.hashing.method;

import org.hashgrad.autograd.Buffer;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/**
 * The stored relaxed codes (n, bits) of all training samples, one row per sample: what DPSH and its relatives compare a batch with. Rows
 * live on the host, where discrete steps read them, and on the backend, where losses do.
 */
public final class CodeMemory implements AutoCloseable {
    private final float[] rows;
    private final int bits;
    private final Buffer buffer;

    /** All zero. */
    public CodeMemory(Backend backend, int count, int bits) {
        this.rows = new float[Math.multiplyExact(count, bits)];
        this.bits = bits;
        this.buffer = Buffer.zeros(backend, "codes", Shape.of(count, bits));
    }

    /** Puts the batch's codes (n, bits) into its rows. */
    public void store(Batch batch) {
        float[] values = batch.relaxedCodes().value().toFloats();
        int[] at = batch.rows();
        for (int i = 0; i < at.length; i++) {
            System.arraycopy(values, i * bits, rows, at[i] * bits, bits);
        }
        upload();
    }

    /** Takes all rows anew, row-major (n, bits). */
    public void assign(float[] values) {
        if (values.length != rows.length) {
            throw new IllegalArgumentException(
                    "code memory: got " + values.length + " values; need " + rows.length + " for " + buffer.shape());
        }
        System.arraycopy(values, 0, rows, 0, rows.length);
        upload();
    }

    private void upload() {
        try (Tensor all = buffer.backend().tensor(buffer.shape(), rows)) {
            buffer.assign(all);
        }
    }

    /** All rows as a constant (n, bits). */
    public Variable on(Pass pass) {
        return pass.of(buffer);
    }

    /** Row i, bit b as it is stored. */
    public double at(int i, int b) {
        return rows[i * bits + b];
    }

    /** All rows, row-major (n, bits); not a copy, do not change them. */
    public float[] values() {
        return rows;
    }

    @Override
    public void close() {
        buffer.close();
    }
}
