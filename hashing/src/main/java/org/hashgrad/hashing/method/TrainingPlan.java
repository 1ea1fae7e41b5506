package org.hashgrad.hashing.method;

import org.hashgrad.nn.Schedule;

/**
 * How long and in what portions to train.
 *
 * @param seed of shuffling and of whatever the network draws
 * @param epochs passes over the training set
 * @param batch samples per step; what is left of an epoch's shuffle after the last full batch is dropped, another part each epoch
 * @param schedule learning rate by epoch
 */
public record TrainingPlan(long seed, int epochs, int batch, Schedule schedule) {
    public TrainingPlan {
        if (epochs < 1 || batch < 2) {
            throw new IllegalArgumentException(
                    "training: epochs is " + epochs + " and batch is " + batch + "; need epochs >= 1, batch >= 2");
        }
    }
}
