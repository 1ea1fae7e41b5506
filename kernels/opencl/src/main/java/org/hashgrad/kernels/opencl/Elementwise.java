package org.hashgrad.kernels.opencl;

import java.util.Locale;
import java.util.function.Function;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;

/** Launches {@code elementwise.cl}. */
final class Elementwise {
    private static final String FILE = "elementwise.cl";
    private final Engine engine;
    private final Movement movement;

    Elementwise(Engine engine, Movement movement) {
        this.engine = engine;
        this.movement = movement;
    }

    Storage fill(Shape shape, double value) {
        Storage made = engine.make(shape, y -> fill(y, value, shape.size()));
        if (value == 1) {
            ((OpenClStorage) made).markOnes();
        }
        return made;
    }

    void fill(DeviceBuffer y, double value, int count) {
        engine.kernel(FILE, "fill").elements(count, y, value, count);
    }

    Storage affine(Tensor x, double scale, double shift) {
        Kernel kernel = engine.kernel(FILE, "affine");
        return flat(x.shape(), Engine.isBlocked(x), (y, n, of) -> kernel.elements(n, of.apply(x), y, scale, shift, n));
    }

    /** Launches a kernel of one pass over elements; {@code of} is where they lie, all in the same order. */
    private interface Pass {
        void launch(DeviceBuffer y, int n, Function<Tensor, DeviceBuffer> of);
    }

    /** A pass over every element of tensors of one shape, blocked by channels if they are, their unused lanes included. */
    private Storage flat(Shape shape, boolean blocked, Pass pass) {
        return blocked
                ? engine.makeBlocked(
                        shape,
                        y -> pass.launch(y, Math.toIntExact(engine.layout().size(shape)), Engine::blocked))
                : engine.make(shape, y -> pass.launch(y, shape.size(), Engine::of));
    }

    Storage unary(UnaryOp op, Tensor x) {
        Kernel kernel = engine.kernel(FILE, "unary_" + lower(op));
        int lanes = engine.lanes();
        return flat(
                x.shape(),
                Engine.isBlocked(x),
                (y, n, of) -> kernel.elements((n + lanes - 1) / lanes, of.apply(x), y, n));
    }

    Storage binary(BinaryOp op, Tensor a, Tensor b, Shape out) {
        int n = out.size();
        if (a.shape().size() == n && b.shape().size() == n) {
            Kernel kernel = engine.kernel(FILE, "binary_" + lower(op));
            boolean blocked = a.shape().equals(b.shape()) && (Engine.isBlocked(a) || Engine.isBlocked(b));
            return flat(out, blocked, (y, count, of) -> kernel.elements(count, of.apply(a), of.apply(b), y, count));
        }
        Axes axes = Axes.of(out.toArray(), Axes.stretched(a.shape(), out), Axes.stretched(b.shape(), out));
        boolean each = engine.family() == Family.GPU;
        if (each && axes.rank() < Axes.MOST) {
            Kernel kernel = engine.kernel(FILE, "strided_" + lower(op));
            return engine.make(out, y -> kernel.elements(n, Engine.of(a), Engine.of(b), y, n, 1, axes.elements(0)));
        }
        if (!each && axes.rank() <= Axes.MOST) {
            Kernel kernel = engine.kernel(FILE, "strided_" + lower(op));
            int items = axes.items(0);
            return engine.make(
                    out,
                    y -> kernel.wide(items, 1, 1, Engine.of(a), Engine.of(b), y, items, axes.piece(0), axes.struct()));
        }
        return engine.make(out, y -> {
            try (Engine.Scratch left = engine.scratch(n);
                    Engine.Scratch right = engine.scratch(n)) {
                movement.broadcast(a, out, left.buffer());
                movement.broadcast(b, out, right.buffer());
                engine.kernel(FILE, "binary_" + lower(op)).elements(n, left.buffer(), right.buffer(), y, n);
            }
        });
    }

    private static String lower(Enum<?> op) {
        return op.name().toLowerCase(Locale.ROOT);
    }
}
