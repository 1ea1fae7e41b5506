package org.hashgrad.hashing.loss;

import java.util.Optional;

/**
 * An objective on relaxed codes. Its kind says what it is a function of, and so what {@link LossCheck} draws and what a
 * {@link ClosedFormGradient} is given. A loss is a record; its components are its configuration keys.
 */
public sealed interface Loss permits PointLoss, PairLoss, TripletLoss, TargetLoss, PairTargetLoss {
    /** What it maps to what, for example {@code u (n, k) → scalar}. */
    String shapes();

    /** Its gradient as a formula, for losses that have one. */
    default Optional<ClosedFormGradient> closedForm() {
        return this instanceof ClosedFormGradient formula ? Optional.of(formula) : Optional.empty();
    }
}
