package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/** A loss on single relaxed codes. With a {@link ClosedFormGradient}, its one input is u. */
public non-sealed interface PointLoss extends Loss {
    /** Shapes: u (n, k) → scalar. */
    Variable of(Variable u);

    @Override
    default String shapes() {
        return "u (n, k) → scalar";
    }
}
