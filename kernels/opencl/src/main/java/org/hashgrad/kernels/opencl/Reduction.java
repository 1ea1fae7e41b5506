package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/**
 * Launches {@code reduction.cl} or {@code gpu_reduction.cl}: merged reduced axes one after the other, the last first; a long axis with few results is cut into parts whose
 * results are reduced again. All of it depends on shapes only.
 */
final class Reduction {
    /** Names the form of a tensor that is the sum of its elements, where a kernel made it along with them, with the bits that {@code rows_sum} makes. */
    static final Object TOTAL = new Object();

    private static final String FILE = "reduction.cl";
    private static final int FEW = 64;
    private static final int PART = 1024;

    private static final String GPU_FILE = "gpu_reduction.cl";
    private static final int GPU_ROW_PART = 2048;
    private static final int GPU_COLUMN_PART = 256;
    private static final int GPU_COLUMNS = 32;
    /** Terms that one item of the GPU family adds by itself. */
    private static final int GPU_SHORT = 32;
    /** Neighbouring results from which one item each keeps the device busy. */
    private static final int GPU_MANY = 1 << 16;

    private final Engine engine;

    Reduction(Engine engine) {
        this.engine = engine;
    }

    /** One launch: x (outer, extent, inner) → (outer, ceil(extent / part), inner). */
    private record Step(int outer, int extent, int inner, int part) {
        int splits() {
            return (extent + part - 1) / part;
        }

        int results() {
            return outer * splits() * inner;
        }
    }

    Storage reduce(ReduceOp op, Tensor x, boolean[] reduced, Shape out) {
        List<Step> steps = engine.family() == Family.GPU
                ? steps(x.shape(), reduced, GPU_COLUMNS, GPU_ROW_PART, GPU_COLUMN_PART)
                : steps(x.shape(), reduced, 16, PART, PART);
        double divisor = op == ReduceOp.MEAN ? (double) x.shape().size() / out.size() : 1;
        String name = op == ReduceOp.MAX ? "max" : "sum";
        Consumer<DeviceBuffer> work = y -> {
            if (steps.isEmpty()) {
                engine.copy(Engine.of(x), 0, y, 0, out.size());
            } else {
                run(steps, 0, name, divisor, Engine.of(x), y);
            }
        };
        if (op == ReduceOp.SUM && out.size() == 1) {
            return engine.storage(out, ((OpenClStorage) x.storage()).takeForm(TOTAL, () -> engine.filled(1, work)));
        }
        return engine.make(out, work);
    }

    private void run(List<Step> steps, int at, String name, double divisor, DeviceBuffer from, DeviceBuffer y) {
        Step step = steps.get(at);
        if (at == steps.size() - 1) {
            launch(step, name, divisor, from, y);
            return;
        }
        try (Engine.Scratch partial = engine.scratch(step.results())) {
            launch(step, name, 1, from, partial.buffer());
            run(steps, at + 1, name, divisor, partial.buffer(), y);
        }
    }

    /** to (size) = the sum of parts (count, size). */
    void addParts(DeviceBuffer parts, int count, int size, DeviceBuffer to) {
        launch(new Step(1, count, size, count), "sum", 1, parts, to);
    }

    /** to (rows) = the sums of rows (rows, width). */
    void addRows(DeviceBuffer from, int rows, int width, DeviceBuffer to) {
        launch(new Step(rows, width, 1, width), "sum", 1, from, to);
    }

    private void launch(Step step, String name, double divisor, DeviceBuffer from, DeviceBuffer to) {
        if (engine.family() == Family.GPU) {
            launchOnGpu(step, name, divisor, from, to);
        } else if (step.inner == 1) {
            engine.kernel(FILE, "rows_" + name)
                    .wide(
                            1,
                            step.splits(),
                            step.outer,
                            from,
                            to,
                            step.outer,
                            step.extent,
                            step.splits(),
                            step.part,
                            divisor);
        } else {
            int blocks = (step.inner + engine.lanes() - 1) / engine.lanes();
            engine.kernel(FILE, "columns_" + name)
                    .wide(
                            blocks,
                            step.splits(),
                            step.outer,
                            from,
                            to,
                            step.outer,
                            step.extent,
                            step.splits(),
                            step.part,
                            step.inner,
                            divisor);
        }
    }

    private void launchOnGpu(Step step, String name, double divisor, DeviceBuffer from, DeviceBuffer to) {
        int splits = step.splits();
        int blocks = Tile.ceil(step.inner, GPU_COLUMNS);
        boolean many = step.inner >= GPU_COLUMNS && step.results() >= GPU_MANY;
        if (step.part <= GPU_SHORT || many) {
            engine.tree(GPU_FILE, "each_" + name)
                    .elements(
                            step.results(),
                            from,
                            to,
                            step.results(),
                            step.extent,
                            splits,
                            step.part,
                            step.inner,
                            divisor);
        } else if (step.inner == 1) {
            engine.tree(GPU_FILE, "rows_" + name)
                    .groups(
                            (long) step.outer * splits,
                            1,
                            1,
                            engine.group(),
                            from,
                            to,
                            step.extent,
                            splits,
                            step.part,
                            divisor);
        } else {
            engine.tree(GPU_FILE, "columns_" + name)
                    .groups(
                            (long) step.outer * splits * blocks,
                            1,
                            1,
                            engine.group(),
                            from,
                            to,
                            step.extent,
                            splits,
                            step.part,
                            step.inner,
                            divisor);
        }
    }

    /** @param columns neighbouring results that one work-item or work-group makes */
    private static List<Step> steps(Shape x, boolean[] reduced, int columns, int rowPart, int columnPart) {
        List<Step> steps = new ArrayList<>();
        int inner = 1;
        int axis = reduced.length - 1;
        while (axis >= 0) {
            if (!reduced[axis]) {
                inner *= x.dim(axis--);
                continue;
            }
            int extent = 1;
            while (axis >= 0 && (reduced[axis] || x.dim(axis) == 1)) {
                extent *= x.dim(axis--);
            }
            int outer = x.product(0, axis + 1);
            if (extent > 1) {
                int part = inner == 1 ? rowPart : columnPart;
                if (outer * (long) Tile.ceil(inner, columns) < FEW && extent >= 2 * part) {
                    Step cut = new Step(outer, extent, inner, part);
                    steps.add(cut);
                    extent = cut.splits();
                }
                steps.add(new Step(outer, extent, inner, extent));
            }
        }
        return steps;
    }
}
