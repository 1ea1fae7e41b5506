package org.hashgrad.hashing.method;

import java.util.List;
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
 * @param waited seconds of them that steps waited for their batches: for pictures that are read ahead, or to gather what lies in memory, and to send it
 */
public record EpochReport(
        int epoch,
        int epochs,
        double loss,
        double rate,
        BitBalance bits,
        Map<String, Double> figures,
        double seconds,
        double waited) {
    /** The share of the wall clock of all epochs that steps waited for their batches; 0 without any. */
    public static double shareWaiting(List<EpochReport> epochs) {
        double seconds = epochs.stream().mapToDouble(EpochReport::seconds).sum();
        double waited = epochs.stream().mapToDouble(EpochReport::waited).sum();
        return seconds == 0 ? 0 : waited / seconds;
    }
}
