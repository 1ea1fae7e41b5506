package org.hashgrad.hashing.method;

import java.util.Map;
import java.util.OptionalDouble;

/** One training of a cross-modal method: its players, and what it remembers between their turns. */
@FunctionalInterface
public interface CrossModalState {
    /** The steps of one epoch, in the paper's order. */
    void epoch(Alternation alternation);

    /**
     * The objective after the last epoch, where the method keeps one; else the sum of the mean losses of all players in their last turns is taken, but for those
     * that {@link Alternation#oppose} others.
     */
    default OptionalDouble objective() {
        return OptionalDouble.empty();
    }

    /** What a reader of the run may want to see besides figures, by the name of a JSON file; plain maps, lists, numbers and text. */
    default Map<String, Map<String, ?>> findings() {
        return Map.of();
    }
}
