package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * A loss that draws relaxed codes to given ones, such as the discrete codes of an alternating method.
 *
 * <p>With a {@link ClosedFormGradient}, its inputs are (u, target), giving the one gradient of u.
 */
public non-sealed interface TargetLoss extends Loss {
    /**
     * Shapes: u (n, k), target (n, k) → scalar.
     *
     * @param target held constant
     */
    Variable of(Variable u, Variable target);

    @Override
    default String shapes() {
        return "u (n, k), target (n, k) → scalar";
    }
}
