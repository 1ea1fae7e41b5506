package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/**
 * Launches {@code reduction.cl}: merged reduced axes one after the other, the last first; a long axis with few results is cut into parts whose
 * results are reduced again. All of it depends on shapes only.
 */
final class Reduction {
    private static final String FILE = "reduction.cl";
    private static final int FEW = 64;
    private static final int PART = 1024;

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
        List<Step> steps = steps(x.shape(), reduced);
        double divisor = op == ReduceOp.MEAN ? (double) x.shape().size() / out.size() : 1;
        String name = op == ReduceOp.MAX ? "max" : "sum";
        return engine.make(out, y -> {
            if (steps.isEmpty()) {
                engine.copy(Engine.of(x), 0, y, 0, out.size());
            } else {
                run(steps, 0, name, divisor, Engine.of(x), y);
            }
        });
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

    private void launch(Step step, String name, double divisor, DeviceBuffer from, DeviceBuffer to) {
        if (step.inner == 1) {
            engine.kernel(FILE, "rows_" + name)
                    .wide(1, step.splits(), step.outer, from, to, step.outer, step.extent, step.part, divisor);
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
                            step.part,
                            step.inner,
                            divisor);
        }
    }

    private static List<Step> steps(Shape x, boolean[] reduced) {
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
                if (outer * (long) ((inner + 15) / 16) < FEW && extent >= 2 * PART) {
                    Step cut = new Step(outer, extent, inner, PART);
                    steps.add(cut);
                    extent = cut.splits();
                }
                steps.add(new Step(outer, extent, inner, extent));
            }
        }
        return steps;
    }
}
