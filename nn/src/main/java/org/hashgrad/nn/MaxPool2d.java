package org.hashgrad.nn;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Pooling;
import org.hashgrad.tensor.PoolGeometry;

/** Largest element of each window: x (N, C, H, W) → (N, C, OH, OW), see {@link PoolGeometry}. */
public final class MaxPool2d extends Stateless {
    private final PoolGeometry geometry;

    public MaxPool2d(PoolGeometry geometry) {
        this.geometry = geometry;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return x.apply(new Pooling.MaxPool(geometry));
    }
}
