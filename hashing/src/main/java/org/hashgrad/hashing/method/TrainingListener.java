package org.hashgrad.hashing.method;

/** Hears how training goes; for a progress bar or a log. */
public interface TrainingListener {
    /** Does nothing. */
    TrainingListener SILENT = new TrainingListener() {};

    /** After a step. @param epoch from 1 @param batch from 1 */
    default void batchDone(int epoch, int batch, int batches, double loss) {}

    /** After an epoch. */
    default void epochDone(EpochReport report) {}
}
