package org.hashgrad.autograd;

import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;

/** A slot that is kept but not trained: running statistics, optimiser state, stored codes. */
public final class Buffer extends Slot {
    public Buffer(Backend backend, String name, Shape shape, double... initial) {
        super(backend, name, shape, initial);
    }
}
