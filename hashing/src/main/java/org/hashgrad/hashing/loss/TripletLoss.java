package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * A loss on triplets (anchor, positive, negative) of relaxed codes.
 *
 * <p>With a {@link ClosedFormGradient}, its inputs are (u, s, d) for v = u, giving one gradient, or (u, v, s, d) for two separate
 * inputs, giving those of u and v; s is the similarity and d the drawn columns of each row, both as 0 and 1.
 */
public non-sealed interface TripletLoss extends Loss {
    /**
     * Shapes: u (n, k), v (m, k), triplets over (n, m) → scalar.
     *
     * @param v the same variable as u, a constant bank of stored codes, or another stream
     */
    Variable of(Variable u, Variable v, Triplets triplets);

    @Override
    default String shapes() {
        return "u (n, k), v (m, k), triplets over (n, m) → scalar";
    }
}
