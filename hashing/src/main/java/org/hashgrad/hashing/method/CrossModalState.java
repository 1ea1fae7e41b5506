package org.hashgrad.hashing.method;

/** One training of a cross-modal method: its players, and what it remembers between their turns. */
@FunctionalInterface
public interface CrossModalState {
    /**
     * The steps of one epoch, in the paper's order. Its objective is the sum of the mean losses of all players in their last turns, but for those that
     * {@link Alternation#oppose} others.
     */
    void epoch(Alternation alternation);
}
