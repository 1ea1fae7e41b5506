package org.hashgrad.kernels.opencl;

import java.lang.ref.Cleaner;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sole owner of one OpenCL object (memory, kernel, program, queue, context, sub-device): JOCL's objects are bare pointers, and releasing one
 * twice or using it afterwards would bring the JVM down. A handle that is collected unclosed is reported, not released.
 */
final class Handle<T> implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final Logger LOG = LoggerFactory.getLogger(Handle.class);

    private final String what;
    private final ToIntFunction<T> release;
    private final Cleaner.Cleanable leak;
    private final Fate fate;
    private @Nullable T object;

    /** @param release the object's clRelease function, which returns an error code */
    Handle(String what, T object, ToIntFunction<T> release) {
        this.what = what;
        this.object = object;
        this.release = release;
        this.fate = new Fate(what);
        this.leak = CLEANER.register(this, fate);
    }

    private static final class Fate implements Runnable {
        private final String what;
        private volatile boolean closed;

        Fate(String what) {
            this.what = what;
        }

        @Override
        public void run() {
            if (!closed) {
                LOG.warn("leak: OpenCL {} was collected without being closed", what);
            }
        }
    }

    /** @throws IllegalStateException after {@link #close()} */
    T get() {
        if (object == null) {
            throw new IllegalStateException("opencl: " + what + " used after it was closed");
        }
        return object;
    }

    /** Releases the object and owns {@code next} in its place. */
    void replace(T next) {
        T held = get();
        object = next;
        OpenClException.check(release.applyAsInt(held), "release " + what);
    }

    boolean isClosed() {
        return object == null;
    }

    /** Closes every one in order; then throws the first failure, if any, with the others suppressed. */
    static void closeAll(List<? extends AutoCloseable> all) {
        RuntimeException first = null;
        for (AutoCloseable one : all) {
            try {
                one.close();
            } catch (Exception e) {
                RuntimeException failure = e instanceof RuntimeException unchecked
                        ? unchecked
                        : new IllegalStateException("opencl: closing failed", e);
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Releases the object; closing twice is harmless. */
    @Override
    public void close() {
        T held = object;
        object = null;
        if (held != null) {
            fate.closed = true;
            leak.clean();
            OpenClException.check(release.applyAsInt(held), "release " + what);
        }
    }
}
