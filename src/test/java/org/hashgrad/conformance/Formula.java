package org.hashgrad.conformance;

import java.util.List;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.Primitives;
import org.hashgrad.tensor.RoundingError;

/**
 * A computation over the vocabulary that runs on a backend and, the same, on {@link RoundingError}. Lambdas can't be generic, so the
 * element type is erased here and put back by {@link #run}.
 */
@FunctionalInterface
interface Formula {
    List<Object> on(Primitives<Object> on, List<Object> inputs);

    /** The results on any implementation of the vocabulary. */
    @SuppressWarnings("unchecked") // a formula can only pass on what it was given or what the vocabulary made
    default <T> List<T> run(Primitives<T> vocabulary, List<T> inputs) {
        return (List<T>) on((Primitives<Object>) vocabulary, (List<Object>) inputs);
    }

    static Formula fused(FusedPrimitive primitive) {
        return (on, in) -> on.fused(primitive, in);
    }
}
