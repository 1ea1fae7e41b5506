package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * A loss on pairs of relaxed codes. A record's components are its configuration keys.
 *
 * <p>With a {@link ClosedFormGradient}, its inputs are (u, s) for v = u, giving one gradient, or (u, v, s) for two separate
 * inputs, giving those of u and v; s is the similarity as 0 and 1.
 */
public non-sealed interface PairLoss extends Loss {
    /**
     * Shapes: u (n, k), v (m, k), pairs (n, m) → scalar.
     *
     * @param v the same variable as u, a constant bank of stored codes, or another stream
     */
    Variable of(Variable u, Variable v, Pairs pairs);

    @Override
    default String shapes() {
        return "u (n, k), v (m, k), pairs (n, m) → scalar";
    }
}
