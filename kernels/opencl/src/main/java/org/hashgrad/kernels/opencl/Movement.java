package org.hashgrad.kernels.opencl;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code movement.cl}: every rearrangement is a copy of a box between two strided walks. */
final class Movement {
    private static final String FILE = "movement.cl";
    private final Engine engine;

    Movement(Engine engine) {
        this.engine = engine;
    }

    /** Copies the box; axes beyond what a kernel walks are looped over here. */
    private void copy(DeviceBuffer x, int fromX, DeviceBuffer y, int fromY, Axes box) {
        copy(x, fromX, y, fromY, box, 0);
    }

    private void copy(DeviceBuffer x, int fromX, DeviceBuffer y, int fromY, Axes box, int axis) {
        boolean each = engine.family() == Family.GPU;
        if (box.rank() - axis > (each ? Axes.MOST - 1 : Axes.MOST)) {
            for (int i = 0; i < box.extent(axis); i++) {
                copy(x, fromX + i * box.first(axis), y, fromY + i * box.second(axis), box, axis + 1);
            }
            return;
        }
        boolean plain =
                box.rank() - axis == 0 || (box.rank() - axis == 1 && box.first(axis) == 1 && box.second(axis) == 1);
        if (plain) {
            engine.copy(x, fromX, y, fromY, box.size(axis));
        } else if (each) {
            int n = box.size(axis);
            engine.kernel(FILE, "copy_box").elements(n, x, y, n, 1, fromX, fromY, box.elements(axis));
        } else {
            int items = box.items(axis);
            engine.kernel(FILE, "copy_box")
                    .wide(items, 1, 1, x, y, items, box.piece(axis), fromX, fromY, box.struct(axis));
        }
    }

    Storage permute(Tensor x, int[] order, Shape out) {
        int[] strides = x.shape().strides();
        int[] permuted = new int[order.length];
        Arrays.setAll(permuted, axis -> strides[order[axis]]);
        Axes box = Axes.of(out.toArray(), permuted, out.strides());
        return engine.make(out, y -> copy(Engine.of(x), 0, y, 0, box));
    }

    Storage broadcast(Tensor x, Shape out) {
        Storage made = engine.make(out, y -> broadcast(x, out, y));
        if (Engine.isOnes(x)) {
            ((OpenClStorage) made).markOnes();
        }
        return made;
    }

    void broadcast(Tensor x, Shape out, DeviceBuffer y) {
        copy(Engine.of(x), 0, y, 0, Axes.of(out.toArray(), Axes.stretched(x.shape(), out), out.strides()));
    }

    Storage slice(Tensor x, int[] from, Shape out) {
        Axes box = Axes.of(out.toArray(), x.shape().strides(), out.strides());
        return engine.make(out, y -> copy(Engine.of(x), offset(x.shape(), from), y, 0, box));
    }

    Storage pad(Tensor x, int[] before, Shape out, Elementwise elementwise) {
        Axes box = Axes.of(x.shape().toArray(), x.shape().strides(), out.strides());
        return engine.make(out, y -> {
            elementwise.fill(y, 0, out.size());
            copy(Engine.of(x), 0, y, offset(out, before), box);
        });
    }

    Storage concat(int axis, List<Tensor> parts, Shape out) {
        return engine.make(out, y -> {
            int[] from = new int[out.rank()];
            for (Tensor part : parts) {
                Shape shape = part.shape();
                Axes box = Axes.of(shape.toArray(), shape.strides(), out.strides());
                copy(Engine.of(part), 0, y, offset(out, from), box);
                from[axis] += shape.dim(axis);
            }
        });
    }

    private static int offset(Shape shape, int[] at) {
        int[] strides = shape.strides();
        int offset = 0;
        for (int axis = 0; axis < at.length; axis++) {
            offset += at[axis] * strides[axis];
        }
        return offset;
    }

    Storage gatherRows(Tensor x, IndexTensor rows, Shape out) {
        int n = out.size();
        return engine.make(out, y -> {
            try (Engine.Scratch index = engine.scratch(rows)) {
                engine.kernel(FILE, "gather_rows").elements(n, Engine.of(x), index.buffer(), y, n / out.dim(0), n);
            }
        });
    }

    /** Rows put where they belong in a copy of x, or in x where its memory is spare. */
    Storage replaceRows(Tensor x, Tensor values, IndexTensor rows) {
        OpenClStorage storage = (OpenClStorage) x.storage();
        if (storage.isSpare()) {
            putRows(values, rows, Engine.of(x), x.shape());
            return engine.storage(x.shape(), storage.takeRowMajor());
        }
        return engine.make(x.shape(), y -> {
            engine.copy(Engine.of(x), 0, y, 0, x.shape().size());
            putRows(values, rows, y, x.shape());
        });
    }

    private void putRows(Tensor values, IndexTensor rows, DeviceBuffer y, Shape shape) {
        int width = shape.size() / shape.dim(0);
        int n = values.shape().size();
        try (Engine.Scratch index = engine.scratch(rows)) {
            engine.kernel(FILE, "put_rows").elements(n, Engine.of(values), index.buffer(), y, width, n);
        }
    }

    /** The rows of x sorted by target, in ascending order within one, so that each output element is summed by one work-item. */
    Storage scatterAddRows(Tensor x, IndexTensor rows, Shape out) {
        int[] start = new int[out.dim(0) + 1];
        for (int i = 0; i < rows.size(); i++) {
            start[rows.get(i) + 1]++;
        }
        Arrays.parallelPrefix(start, Integer::sum);
        int[] next = start.clone();
        int[] order = new int[rows.size()];
        for (int i = 0; i < order.length; i++) {
            order[next[rows.get(i)]++] = i;
        }
        int n = out.size();
        return engine.make(out, y -> {
            try (Engine.Scratch starts = engine.scratch(start);
                    Engine.Scratch orders = engine.scratch(order)) {
                engine.kernel(FILE, "scatter_rows")
                        .elements(n, Engine.of(x), starts.buffer(), orders.buffer(), y, n / out.dim(0), n);
            }
        });
    }
}
