package org.hashgrad.hashing.method;

/**
 * One epoch of training.
 *
 * @param epoch from 1
 * @param loss mean over the epoch's batches
 * @param rate learning rate
 * @param bits balance of the signs of the relaxed codes that the epoch's batches had in training mode
 * @param seconds wall clock of this epoch
 */
public record EpochReport(int epoch, int epochs, double loss, double rate, BitBalance bits, double seconds) {}
