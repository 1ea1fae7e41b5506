package org.hashgrad.hashing.method;

import org.hashgrad.nn.Schedule;

/**
 * How long and in what portions to train.
 *
 * @param seed of shuffling and of whatever the network draws
 * @param epochs passes over the training set
 * @param batch samples per step; what is left of an epoch's shuffle after the last full batch is dropped, another part each epoch
 * @param schedule learning rate by epoch
 * @param tolerance stop when an epoch changes the objective by no more than this, relative to its value before; 0: never
 */
public record TrainingPlan(long seed, int epochs, int batch, Schedule schedule, double tolerance) {
    public TrainingPlan {
        if (epochs < 1 || batch < 2) {
            throw new IllegalArgumentException(
                    "training: epochs is " + epochs + " and batch is " + batch + "; need epochs >= 1, batch >= 2");
        }
    }

    /** For all of the epochs. */
    public TrainingPlan(long seed, int epochs, int batch, Schedule schedule) {
        this(seed, epochs, batch, schedule, 0);
    }
}
