package org.hashgrad.tensor.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.BufferPool;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A tensor's elements in pooled arrays, row-major, with the channels last, or both; what follows the last element is unspecified. Values never change,
 * so a form that is not there is made when it is first asked for and stays as long as the tensor. So does what a kernel keeps for another one.
 * A form is asked for on the backend's thread, outside of the ranges of {@link Workers}.
 *
 * <pre>
 *   row-major        (N, C, H, W) → ((n · C + c) · H + h) · W + w
 *   channels last                    ((n · H + h) · W + w) · C + c        any rank from 2; the same where C = 1 or H · W = 1
 * </pre>
 */
final class Floats extends Storage {
    private final Pool pool;
    private float @Nullable [] rowMajor;
    /** One for each shape that the elements were asked for in; the first is what they were made with, if not row-major. */
    private final List<ChannelsLast> channelsLast = new ArrayList<>(1);

    private final Map<Object, float[]> kept = new HashMap<>(0);

    private record ChannelsLast(Shape shape, float[] values) {}

    private Floats(Backend backend, Pool pool, float[] values, @Nullable Shape channelsLast) {
        super(backend, 4L * values.length);
        this.pool = pool;
        if (channelsLast == null) {
            this.rowMajor = values;
        } else {
            this.channelsLast.add(new ChannelsLast(channelsLast, values));
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
        return behind(x).held(x.shape()) != null;
    }

    /** Whether both layouts are the same. */
    private static boolean isEither(Shape shape) {
        return shape.dim(1) == 1 || pixels(shape) == 1;
    }

    private static int pixels(Shape shape) {
        return shape.product(2, shape.rank());
    }

    private float @Nullable [] held(Shape shape) {
        for (ChannelsLast held : channelsLast) {
            if (held.shape.equals(shape)) {
                return held.values;
            }
        }
        return null;
    }

    /** Keeps a pooled array that was computed along with the elements for whoever asks with an equal key. */
    void keep(Object key, float[] values) {
        kept.put(key, values);
        hold(4L * values.length);
    }

    /** What was kept with the elements of a tensor under an equal key, to be read only. */
    static float @Nullable [] kept(Tensor x, Object key) {
        return behind(x).kept.get(key);
    }

    private float[] rowMajor() {
        if (rowMajor == null) {
            ChannelsLast from = channelsLast.get(0);
            if (isEither(from.shape)) {
                return from.values;
            }
            Shape shape = from.shape;
            rowMajor = turned(from.values, shape, pixels(shape), shape.dim(1));
        }
        return rowMajor;
    }

    private float[] channelsLast(Shape shape) {
        float[] held = held(shape);
        if (held != null) {
            return held;
        }
        float[] from = rowMajor();
        if (isEither(shape)) {
            return from;
        }
        float[] turned = turned(from, shape, shape.dim(1), pixels(shape));
        channelsLast.add(new ChannelsLast(shape, turned));
        return turned;
    }

    /** Another form, complete before anybody sees it. */
    private float[] turned(float[] from, Shape shape, int rows, int columns) {
        float[] to = pool.borrow(shape.size());
        pool.turn(from, shape.dim(0), rows, columns, to);
        hold(4L * to.length);
        return to;
    }

    /** The array that it was made with. */
    float[] values() {
        return rowMajor != null ? rowMajor : channelsLast.get(0).values;
    }

    @Override
    protected void free() {
        if (rowMajor != null) {
            pool.giveBack(rowMajor);
        }
        channelsLast.forEach(held -> pool.giveBack(held.values));
        kept.values().forEach(pool::giveBack);
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
