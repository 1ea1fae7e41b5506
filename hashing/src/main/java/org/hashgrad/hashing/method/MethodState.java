package org.hashgrad.hashing.method;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.code.Codes;

/**
 * One training of a method: what it remembers between steps (stored codes, discrete codes, projections) and what it does with it. {@link
 * Trainer} calls, in this order, for every epoch: {@link #beginEpoch}, then {@link #loss} for every batch, then {@link #endEpoch}; at the
 * end {@link #close}. A method without memory is just its loss.
 */
@FunctionalInterface
public interface MethodState extends AutoCloseable {
    /** The objective of a batch, a scalar of the batch's pass; also the place to store the batch's codes. */
    Variable loss(Batch batch);

    /**
     * Discrete steps before an epoch, and the samples that the network sees in it.
     *
     * @return rows of the training set to train on, in any order; empty when this method does not train the network in this epoch
     */
    default int[] beginEpoch(Epoch epoch) {
        return epoch.allRows();
    }

    /** Discrete and closed-form steps after an epoch. */
    default void endEpoch(Epoch epoch) {}

    /** The objective of the whole training set after the last epoch, where the method keeps one; else the mean over batches is taken. */
    default OptionalDouble objective() {
        return OptionalDouble.empty();
    }

    /** Whether what belongs together is done after the last epoch, so that the stopping rule may stop there. */
    default boolean roundDone() {
        return true;
    }

    /** Codes that the method itself has learned for the training samples, where its paper retrieves those (asymmetric methods). */
    default Optional<Codes> trainingCodes() {
        return Optional.empty();
    }

    /** What a reader of the run may want to see besides figures, by the name of a JSON file; plain maps, lists, numbers and text. */
    default Map<String, Map<String, ?>> findings() {
        return Map.of();
    }

    @Override
    default void close() {}
}
