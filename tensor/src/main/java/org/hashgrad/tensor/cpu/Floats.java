package org.hashgrad.tensor.cpu;

import java.util.Objects;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.BufferPool;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A tensor's elements in pooled arrays, row-major, with the channels last, or both; what follows the last element is unspecified. Values never change,
 * so the form that is not there is made when it is first asked for and stays as long as the tensor.
 *
 * <pre>
 *   row-major        (N, C, H, W) → ((n · C + c) · H + h) · W + w
 *   channels last                    ((n · H + h) · W + w) · C + c        any rank from 2; the same where C = 1 or H · W = 1
 * </pre>
 */
final class Floats extends Storage {
    private final Pool pool;
    private float @Nullable [] rowMajor;
    private @Nullable ChannelsLast channelsLast;

    private record ChannelsLast(Shape shape, float[] values) {}

    private Floats(Backend backend, Pool pool, float[] values, @Nullable Shape channelsLast) {
        super(backend, 4L * values.length);
        this.pool = pool;
        if (channelsLast == null) {
            this.rowMajor = values;
        } else {
            this.channelsLast = new ChannelsLast(channelsLast, values);
        }
    }

    private static Floats behind(Tensor x) {
        return (Floats) x.storage();
    }

    /** The row-major array of a tensor of this backend. */
    static float[] of(Tensor x) {
        return behind(x).rowMajor();
    }

    /** The array with the channels last of a tensor of rank 2 or more. */
    static float[] channelsLast(Tensor x) {
        return behind(x).channelsLast(x.shape());
    }

    /** Whether the elements lie with their channels last, and there is something to gain from that. */
    static boolean isChannelsLast(Tensor x) {
        ChannelsLast held = behind(x).channelsLast;
        return held != null && held.shape.equals(x.shape());
    }

    /** Whether both layouts are the same. */
    private static boolean isEither(Shape shape) {
        return shape.dim(1) == 1 || pixels(shape) == 1;
    }

    private static int pixels(Shape shape) {
        return shape.product(2, shape.rank());
    }

    private float[] rowMajor() {
        if (rowMajor == null) {
            ChannelsLast from = Objects.requireNonNull(channelsLast);
            if (isEither(from.shape)) {
                return from.values;
            }
            rowMajor = pool.borrow(from.shape.size());
            Shape shape = from.shape;
            pool.turn(from.values, shape.dim(0), pixels(shape), shape.dim(1), rowMajor);
        }
        return rowMajor;
    }

    private float[] channelsLast(Shape shape) {
        ChannelsLast held = channelsLast;
        if (held != null && held.shape.equals(shape)) {
            return held.values;
        }
        float[] from = rowMajor();
        if (isEither(shape)) {
            return from;
        }
        float[] turned = pool.borrow(shape.size());
        pool.turn(from, shape.dim(0), shape.dim(1), pixels(shape), turned);
        if (held == null) {
            channelsLast = new ChannelsLast(shape, turned);
        } else {
            // another shape of the same elements: the row-major form stays what both are made from
            if (rowMajor == null) {
                rowMajor = held.values;
            } else {
                pool.giveBack(held.values);
            }
            channelsLast = new ChannelsLast(shape, turned);
        }
        return turned;
    }

    /** The array that it was made with. */
    float[] values() {
        return rowMajor != null ? rowMajor : Objects.requireNonNull(channelsLast).values;
    }

    @Override
    protected void free() {
        if (rowMajor != null) {
            pool.giveBack(rowMajor);
        }
        if (channelsLast != null) {
            pool.giveBack(channelsLast.values);
        }
    }

    /** Arrays for tensors and for scratch, on the backend's thread. */
    static final class Pool implements AutoCloseable {
        private static final int LINES = 16;
        private final Backend backend;
        private final Workers workers;
        private final BufferPool<float[]> free;

        Pool(Backend backend, Workers workers, long capBytes) {
            this.backend = backend;
            this.workers = workers;
            this.free = new BufferPool<>(capBytes, array -> {});
        }

        /** A row-major storage of {@code size} unspecified elements. */
        Floats storage(int size) {
            return new Floats(backend, this, borrow(size), null);
        }

        /** A storage of unspecified elements with the channels last. */
        Floats channelsLast(Shape shape) {
            return new Floats(backend, this, borrow(shape.size()), shape);
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

        /** x (count, rows, columns) → y (count, columns, rows). */
        void turn(float[] x, int count, int rows, int columns, float[] y) {
            int strips = (columns + LINES - 1) / LINES;
            workers.run(count * strips, CpuElementwise.rowsPerGrain(rows * LINES), (from, to) -> {
                for (int task = from; task < to; task++) {
                    int base = task / strips * rows * columns;
                    int first = task % strips * LINES;
                    int end = Math.min(columns, first + LINES);
                    for (int row = 0; row < rows; row++) {
                        for (int column = first; column < end; column++) {
                            y[base + column * rows + row] = x[base + row * columns + column];
                        }
                    }
                }
            });
        }

        @Override
        public void close() {
            free.close();
        }
    }
}
