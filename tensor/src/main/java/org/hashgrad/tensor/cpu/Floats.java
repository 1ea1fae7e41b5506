package org.hashgrad.tensor.cpu;

import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.BufferPool;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A tensor's elements in a pooled array, which may be longer than the tensor; what follows the last element is unspecified. */
final class Floats extends Storage {
    private final Pool pool;
    private final float[] values;

    private Floats(Backend backend, Pool pool, float[] values) {
        super(backend, 4L * values.length);
        this.pool = pool;
        this.values = values;
    }

    /** The array behind a tensor of this backend. */
    static float[] of(Tensor x) {
        return ((Floats) x.storage()).values;
    }

    float[] values() {
        return values;
    }

    @Override
    protected void free() {
        pool.giveBack(values);
    }

    /** Arrays for tensors and for scratch, on the backend's thread. */
    static final class Pool implements AutoCloseable {
        private final Backend backend;
        private final BufferPool<float[]> free;

        Pool(Backend backend, long capBytes) {
            this.backend = backend;
            this.free = new BufferPool<>(capBytes, array -> {});
        }

        /** A storage of {@code size} unspecified elements. */
        Floats storage(int size) {
            return new Floats(backend, this, borrow(size));
        }

        /** A scratch array of at least {@code size} unspecified elements. @throws BackendException when the heap has no room */
        float[] borrow(long size) {
            long bytes = BufferPool.sizeClass(4 * size);
            if (bytes / 4 > Integer.MAX_VALUE - 8) {
                throw new BackendException("cpu: " + size + " elements do not fit into one array");
            }
            float[] pooled = free.poll(bytes);
            return pooled != null ? pooled : allocate((int) (bytes / 4));
        }

        private float[] allocate(int length) {
            float[] array = tryAllocate(length);
            if (array == null) {
                free.close();
                array = tryAllocate(length);
            }
            if (array == null) {
                throw new BackendException("cpu: no heap left for " + 4L * length + " bytes, " + backend.liveBytes()
                        + " in use, largest heap "
                        + Runtime.getRuntime().maxMemory() + "; raise -Xmx or use smaller batches");
            }
            return array;
        }

        private static float @Nullable [] tryAllocate(int length) {
            try {
                return new float[length];
            } catch (OutOfMemoryError e) {
                return null;
            }
        }

        void giveBack(float[] array) {
            free.offer(4L * array.length, array);
        }

        @Override
        public void close() {
            free.close();
        }
    }
}
