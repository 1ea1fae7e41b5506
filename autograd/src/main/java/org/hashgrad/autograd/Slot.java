package org.hashgrad.autograd;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.Tensor;

/**
 * A named value that outlives a pass. Its value changes only through {@link #assign}, which raises {@link #version()}; a pass refuses to
 * differentiate through a slot that changed after it was read.
 */
public abstract sealed class Slot implements AutoCloseable permits Parameter, Buffer {
    private final String name;
    private final Shape shape;
    private Tensor value;
    private long version;

    Slot(Backend backend, String name, Shape shape, double... initial) {
        this(name, backend.tensor(shape, initial));
    }

    /** Takes over {@code initial}. */
    Slot(String name, Tensor initial) {
        this.name = name;
        this.shape = initial.shape();
        this.value = initial.share();
        initial.close();
    }

    public final String name() {
        return name;
    }

    public final Shape shape() {
        return shape;
    }

    public final Backend backend() {
        return value.backend();
    }

    /** The present value; belongs to the slot, do not close it. */
    public final Tensor value() {
        return value;
    }

    /** Number of assignments so far. */
    public final long version() {
        return version;
    }

    /** Takes a new value, which may live in any scope of the same backend. @throws ShapeException when the shape differs */
    public final void assign(Tensor next) {
        requireShape(next.shape());
        if (next.backend() != value.backend()) {
            throw new IllegalArgumentException(
                    "assign: " + name + " lives on backend " + value.backend().name() + ", got a tensor on "
                            + next.backend().name());
        }
        Tensor old = value;
        value = next.share();
        old.close();
        version++;
    }

    /**
     * Takes the output of a primitive of the present value and {@code others}, which is written where the value lies, if nobody else has read it and
     * the backend can.
     *
     * @throws ShapeException when the output's shape differs
     */
    public final void assign(FusedPrimitive primitive, Tensor... others) {
        List<Shape> inputs = new ArrayList<>(List.of(shape));
        for (Tensor other : others) {
            inputs.add(other.shape());
        }
        requireShape(primitive.outputShapes(inputs).get(0));
        try (Tensor next = backend().fusedInPlace(primitive, value, others)) {
            value = next.share();
        }
        version++;
    }

    private void requireShape(Shape next) {
        if (!next.equals(shape)) {
            throw new ShapeException("assign: " + name + " is " + shape + ", got " + next);
        }
    }

    /** Takes row-major host values. @throws ShapeException when the count differs */
    public final void assign(double... values) {
        try (Tensor made = backend().tensor(shape, values)) {
            assign(made);
        }
    }

    @Override
    public final void close() {
        value.close();
    }

    @Override
    public final String toString() {
        return name + shape;
    }
}
