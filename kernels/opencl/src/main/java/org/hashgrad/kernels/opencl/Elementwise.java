package org.hashgrad.kernels.opencl;

import java.util.Locale;
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
        return engine.make(shape, y -> fill(y, value, shape.size()));
    }

    void fill(DeviceBuffer y, double value, int count) {
        engine.kernel(FILE, "fill").elements(count, y, value, count);
    }

    Storage affine(Tensor x, double scale, double shift) {
        int n = x.shape().size();
        return engine.make(x.shape(), y -> engine.kernel(FILE, "affine").elements(n, Engine.of(x), y, scale, shift, n));
    }

    Storage unary(UnaryOp op, Tensor x) {
        int n = x.shape().size();
        Kernel kernel = engine.kernel(FILE, "unary_" + lower(op));
        return engine.make(
                x.shape(), y -> kernel.elements((n + engine.lanes() - 1) / engine.lanes(), Engine.of(x), y, n));
    }

    Storage binary(BinaryOp op, Tensor a, Tensor b, Shape out) {
        int n = out.size();
        if (a.shape().size() == n && b.shape().size() == n) {
            Kernel kernel = engine.kernel(FILE, "binary_" + lower(op));
            return engine.make(out, y -> kernel.elements(n, Engine.of(a), Engine.of(b), y, n));
        }
        Axes axes = Axes.of(out.toArray(), Axes.stretched(a.shape(), out), Axes.stretched(b.shape(), out));
        boolean each = engine.family() == Family.GPU;
        if (each && axes.rank() < Axes.MOST) {
            Kernel kernel = engine.kernel(FILE, "strided_" + lower(op));
            return engine.make(out, y -> kernel.elements(n, Engine.of(a), Engine.of(b), y, n, axes.elements(0)));
        }
        if (!each && axes.rank() <= Axes.MOST) {
            Kernel kernel = engine.kernel(FILE, "strided_" + lower(op));
            return engine.make(
                    out,
                    y -> kernel.wide(axes.runs(0), 1, 1, Engine.of(a), Engine.of(b), y, axes.runs(0), axes.struct()));
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
