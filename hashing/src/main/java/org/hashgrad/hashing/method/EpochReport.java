package org.hashgrad.hashing.method;

import java.util.Map;

/**
 * One epoch of training.
 *
 * @param epoch from 1
 * @param loss the method's objective after the epoch; without one of its own, the mean of the loss over the epoch's batches
 * @param rate learning rate
 * @param bits balance of the signs of the relaxed codes that the epoch's batches had in training mode
 * @param figures what the method adds, such as its objective after each step, by name
 * @param seconds wall clock of this epoch
 */
public record EpochReport(
        int epoch,
        int epochs,
        double loss,
        double rate,
        BitBalance bits,
        Map<String, Double> figures,
        double seconds) {}
