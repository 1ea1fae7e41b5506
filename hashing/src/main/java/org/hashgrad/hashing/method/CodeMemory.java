package org.hashgrad.hashing.method;

import org.hashgrad.autograd.Buffer;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.step.Signs;
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

    /** Whether the host's rows are newer than the backend's. */
    private boolean stale;

    /** All zero. */
    public CodeMemory(Backend backend, int count, int bits) {
        this.rows = new float[Math.multiplyExact(count, bits)];
        this.bits = bits;
        this.buffer = Buffer.zeros(backend, "codes", Shape.of(count, bits));
    }

    /** Puts the batch's codes (m, bits) into its rows at once, which waits for them; {@link Batch#keep} does not. */
    public void store(Batch batch) {
        store(batch.rows(), batch.relaxedCodes());
    }

    /** Puts values (m, bits) into the given rows at once, which waits for them. */
    public void store(int[] at, Variable values) {
        store(at, values.value().toDoubles());
    }

    void store(int[] at, double[] values) {
        for (int i = 0; i < at.length; i++) {
            for (int b = 0; b < bits; b++) {
                rows[at[i] * bits + b] = (float) values[i * bits + b];
            }
        }
        stale = true;
    }

    /** Takes the signs of the sum of other memories of its shape, sgn(0) = +1: argmin_B Σ ‖B − M‖² over ±1. */
    public void assignSigns(CodeMemory... of) {
        for (int at = 0; at < rows.length; at++) {
            double sum = 0;
            for (CodeMemory memory : of) {
                sum += memory.rows[at];
            }
            rows[at] = (float) Signs.of(sum);
        }
        stale = true;
    }

    /** Takes all rows anew, row-major (n, bits). */
    public void assign(float[] values) {
        if (values.length != rows.length) {
            throw new IllegalArgumentException(
                    "code memory: got " + values.length + " values; need " + rows.length + " for " + buffer.shape());
        }
        System.arraycopy(values, 0, rows, 0, rows.length);
        stale = true;
    }

    /** All rows as a constant (n, bits). */
    public Variable on(Pass pass) {
        if (stale) {
            try (Tensor all = buffer.backend().tensor(buffer.shape(), rows)) {
                buffer.assign(all);
            }
            stale = false;
        }
        return pass.of(buffer);
    }

    /** The given rows (m, bits), in the current scope of {@code backend}. */
    Tensor rows(Backend backend, int... chosen) {
        return backend.tensor(Shape.of(chosen.length, bits), elements -> {
            for (int i = 0; i < chosen.length; i++) {
                elements.set(i * bits, rows, chosen[i] * bits, bits);
            }
        });
    }

    /** The sum of all rows but the given ones, (bits). */
    public double[] sumWithout(int... left) {
        double[] sum = new double[bits];
        for (int at = 0; at < rows.length; at++) {
            sum[at % bits] += rows[at];
        }
        for (int row : left) {
            for (int b = 0; b < bits; b++) {
                sum[b] -= rows[row * bits + b];
            }
        }
        return sum;
    }

    /** Row i, bit b as it is stored. */
    public double at(int i, int b) {
        return rows[i * bits + b];
    }

    /** The rows as samples of a network, for example of a discriminator; they change with the memory. */
    public Samples samples(Labels labels) {
        return new Samples(Shape.of(bits), rows, labels);
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
