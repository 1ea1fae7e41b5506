package org.hashgrad.nn;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Pooling;
import org.hashgrad.tensor.PoolGeometry;

/** Mean of each window: x (N, C, H, W) → (N, C, OH, OW), see {@link PoolGeometry}. */
public final class AvgPool2d extends Stateless {
    private final PoolGeometry geometry;

    public AvgPool2d(PoolGeometry geometry) {
        this.geometry = geometry;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return x.apply(new Pooling.AveragePool(geometry));
    }
}
