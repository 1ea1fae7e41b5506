package org.hashgrad.autograd;

import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/** A slot that is kept but not trained: running statistics, optimiser state, stored codes. */
public final class Buffer extends Slot {
    public Buffer(Backend backend, String name, Shape shape, double... initial) {
        super(backend, name, shape, initial);
    }

    private Buffer(String name, Tensor initial) {
        super(name, initial);
    }

    /** A buffer that is zero at first. */
    public static Buffer zeros(Backend backend, String name, Shape shape) {
        return new Buffer(name, backend.fill(shape, 0));
    }
}
