package org.hashgrad.hashing.method;

/** Hears how training goes; for a progress bar or a log. */
public interface TrainingListener {
    /** Does nothing. */
    TrainingListener SILENT = new TrainingListener() {};

    /** Before a turn of one of several networks that learn by turns, with the number of its batches; epoch is counted from 1. */
    default void turnBegins(int epoch, String player, int batches) {}

    /** After a step; epoch and batch are counted from 1. */
    default void batchDone(int epoch, int batch, int batches, double loss) {}

    /** After an epoch. */
    default void epochDone(EpochReport report) {}
}
