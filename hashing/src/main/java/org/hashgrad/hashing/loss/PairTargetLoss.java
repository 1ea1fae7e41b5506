package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Variable;

/**
 * A loss on pairs of relaxed codes that also draws u to given codes, as methods have it that solve for discrete codes in between.
 *
 * <p>With a {@link ClosedFormGradient}, its inputs are those of a {@link PairLoss} and then the target: (u, s, target) or (u, v, s, target).
 */
public non-sealed interface PairTargetLoss extends Loss {
    /**
     * Shapes: u (n, k), v (m, k), pairs (n, m), target (n, k) → scalar.
     *
     * @param v the same variable as u, or a constant bank of stored codes
     * @param target held constant
     */
    Variable of(Variable u, Variable v, Pairs pairs, Variable target);

    @Override
    default String shapes() {
        return "u (n, k), v (m, k), pairs (n, m), target (n, k) → scalar";
    }
}
