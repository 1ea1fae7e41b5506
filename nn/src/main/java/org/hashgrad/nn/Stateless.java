package org.hashgrad.nn;

import java.util.List;
import org.hashgrad.autograd.Slot;
import org.hashgrad.tensor.Backend;

/** A layer without slots; it serves on every backend. */
public abstract class Stateless extends Module {
    @Override
    public final List<Slot> slots() {
        return List.of();
    }

    @Override
    public final Module copyTo(Backend backend) {
        return this;
    }
}
