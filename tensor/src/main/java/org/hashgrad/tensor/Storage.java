package org.hashgrad.tensor;

import java.util.function.Supplier;

/**
 * The memory behind one or more tensors: opaque, reference-counted, in whatever layout its backend likes. A backend subclasses it and
 * returns the buffer to its pool in {@link #free()}. Not thread-safe: a backend belongs to one thread.
 */
public abstract class Storage {
    private final Backend backend;
    private long bytes;
    private int references = 1;
    private boolean givenUp;

    /** A storage of {@code bytes} bytes with one reference, counted in the backend's live bytes. */
    protected Storage(Backend backend, long bytes) {
        this.backend = backend;
        this.bytes = bytes;
        backend.addLiveBytes(bytes);
    }

    /** Counts {@code more} bytes in the live bytes until the storage is freed; negative for memory that was given back before. */
    protected final void hold(long more) {
        bytes += more;
        backend.addLiveBytes(more);
    }

    /** Adds a reference. */
    public final Storage retain() {
        if (references == 0) {
            throw new IllegalStateException("storage: used after it was freed");
        }
        references++;
        return this;
    }

    /** Drops a reference; the last one frees the memory. */
    public final void release() {
        if (references == 0) {
            throw new IllegalStateException("storage: released more often than retained");
        }
        if (--references == 0) {
            backend.addLiveBytes(-bytes);
            free();
        }
    }

    /** What a kernel gives while the one who calls gives up a reference: of the last one, the memory may become that of the result. */
    final <T> T whileGivenUp(Supplier<T> work) {
        givenUp = true;
        try {
            return work.get();
        } finally {
            givenUp = false;
        }
    }

    /** Whether nobody reads this again after the operation under way, so that a backend may write its output here. */
    public final boolean isSpare() {
        return givenUp && references == 1;
    }

    /** Returns the memory; called exactly once. */
    protected abstract void free();
}
