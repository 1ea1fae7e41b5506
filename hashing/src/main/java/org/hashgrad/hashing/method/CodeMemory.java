package org.hashgrad.hashing.method;

import org.hashgrad.autograd.Buffer;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.step.Signs;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RowReplacement;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/**
 * What is stored of all training samples, one row (width) per sample: relaxed codes (n, bits), which DPSH and its relatives compare a batch
 * with, or features (n, d). Rows live on the host, where discrete steps read them, and on the backend, where losses do.
 */
public final class CodeMemory implements AutoCloseable {
    private final float[] rows;
    private final int width;
    private final Buffer buffer;

    /** Whether the host has rows that the backend has not. */
    private boolean stale;

    /** (count, width), all zero. */
    public CodeMemory(Backend backend, int count, int width) {
        this.rows = new float[Math.multiplyExact(count, width)];
        this.width = width;
        this.buffer = Buffer.zeros(backend, "codes", Shape.of(count, width));
    }

    /**
     * Puts the batch's relaxed codes (m, width) into its rows, as {@link #store(Batch, Variable)} does.
     *
     * @throws IllegalArgumentException for codes of another width
     */
    public void store(Batch batch) {
        store(batch, batch.relaxedCodes());
    }

    /**
     * Puts values (m, width) into the batch's rows without a wait: on the backend at once, for {@link #on} in this step, and on the host
     * when the step is through, from where they need not be sent again.
     *
     * @throws IllegalArgumentException for values of another shape
     */
    public void store(Batch batch, Variable values) {
        requireRows(batch.rows().length, values.shape());
        refresh();
        buffer.assign(new RowReplacement(IndexTensor.of(batch.rows())), values.value());
        batch.keepOnHost(values, this);
    }

    /**
     * Puts values (m, width) into the given m rows on the host.
     *
     * @param known whether the backend has them already; one of doubles has more digits than the host and takes the host's at its next turn
     */
    void store(int[] at, Shape shape, double[] values, boolean known) {
        requireRows(at.length, shape);
        for (int i = 0; i < at.length; i++) {
            for (int b = 0; b < width; b++) {
                rows[at[i] * width + b] = (float) values[i * width + b];
            }
        }
        stale |= !known || buffer.backend().precision() == Precision.F64;
    }

    private void requireRows(int count, Shape shape) {
        Shape needed = Shape.of(count, width);
        if (!shape.equals(needed)) {
            throw new IllegalArgumentException("code memory " + buffer.shape() + ": got values " + shape + "; need "
                    + needed + " for " + count + " rows");
        }
    }

    /**
     * Takes the signs of the sum of other memories of its shape, sgn(0) = +1: argmin_B Σ ‖B − M‖² over ±1.
     *
     * @throws IllegalArgumentException for a memory of another shape
     */
    public void assignSigns(CodeMemory... of) {
        for (CodeMemory memory : of) {
            if (!memory.buffer.shape().equals(buffer.shape())) {
                throw new IllegalArgumentException("code memory: signs of " + memory.buffer.shape() + "; need "
                        + buffer.shape() + ", its own shape");
            }
        }
        for (int at = 0; at < rows.length; at++) {
            double sum = 0;
            for (CodeMemory memory : of) {
                sum += memory.rows[at];
            }
            rows[at] = (float) Signs.of(sum);
        }
        stale = true;
    }

    /** Takes all rows anew, row-major (n, width). @throws IllegalArgumentException for another number of values */
    public void assign(float[] values) {
        if (values.length != rows.length) {
            throw new IllegalArgumentException(
                    "code memory: got " + values.length + " values; need " + rows.length + " for " + buffer.shape());
        }
        System.arraycopy(values, 0, rows, 0, rows.length);
        stale = true;
    }

    /** All rows as a constant (n, width). */
    public Variable on(Pass pass) {
        refresh();
        return pass.of(buffer);
    }

    private void refresh() {
        if (stale) {
            try (Tensor all = buffer.backend().tensor(buffer.shape(), rows)) {
                buffer.assign(all);
            }
            stale = false;
        }
    }

    /** The given rows (m, width), in the current scope of {@code backend}. */
    Tensor rows(Backend backend, int... chosen) {
        return backend.tensor(Shape.of(chosen.length, width), elements -> {
            for (int i = 0; i < chosen.length; i++) {
                elements.set(i * width, rows, chosen[i] * width, width);
            }
        });
    }

    /** The sum of all rows but the given ones, (width). */
    public double[] sumWithout(int... left) {
        double[] sum = new double[width];
        for (int at = 0; at < rows.length; at++) {
            sum[at % width] += rows[at];
        }
        for (int row : left) {
            for (int b = 0; b < width; b++) {
                sum[b] -= rows[row * width + b];
            }
        }
        return sum;
    }

    /** Row i, column b as it is stored. */
    public double at(int i, int b) {
        return rows[i * width + b];
    }

    /** The rows as samples of a network, for example of a discriminator; they change with the memory. */
    public Samples samples(Labels labels) {
        return new Samples(Shape.of(width), rows, labels);
    }

    /** All rows, row-major (n, width); not a copy, do not change them. */
    public float[] values() {
        return rows;
    }

    @Override
    public void close() {
        buffer.close();
    }
}
