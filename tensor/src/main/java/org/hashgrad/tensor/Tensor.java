package org.hashgrad.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A row-major array of the backend's precision: shape and storage. Immutable in value. It belongs to the {@link Scope} that was
 * innermost when it was made and is closed with it; {@link #close()} gives the memory back earlier.
 */
public final class Tensor implements AutoCloseable {
    private final Backend backend;
    private final Shape shape;
    private @Nullable Storage storage;

    Tensor(Backend backend, Shape shape, Storage storage) {
        this.backend = backend;
        this.shape = shape;
        this.storage = storage;
    }

    public Backend backend() {
        return backend;
    }

    public Shape shape() {
        return shape;
    }

    /** For backends. @throws IllegalStateException after {@link #close()} or the end of its scope */
    public Storage storage() {
        if (storage == null) {
            throw new IllegalStateException("tensor " + shape + ": used after its scope or itself was closed");
        }
        return storage;
    }

    public boolean isClosed() {
        return storage == null;
    }

    /**
     * A second handle to the same memory that belongs to no scope: its owner must close it. This is how a value outlives the pass that
     * made it.
     */
    public Tensor share() {
        return new Tensor(backend, shape, storage().retain());
    }

    /** Row-major copy on the host, widened to double. Waits for the device. */
    public double[] toDoubles() {
        return backend.toDoubles(this);
    }

    /** Row-major copy on the host, rounded to float. Waits for the device. */
    public float[] toFloats() {
        return backend.toFloats(this);
    }

    /** The value of a tensor with one element. @throws ShapeException when it has more */
    public double item() {
        if (shape.size() != 1) {
            throw new ShapeException("item: need one element, got " + shape);
        }
        return toDoubles()[0];
    }

    /** Drops this handle; closing twice is harmless. */
    @Override
    public void close() {
        Storage held = storage;
        storage = null;
        if (held != null) {
            held.release();
        }
    }

    @Override
    public String toString() {
        return "Tensor" + shape + " on " + backend.name() + (storage == null ? " (closed)" : "");
    }
}
