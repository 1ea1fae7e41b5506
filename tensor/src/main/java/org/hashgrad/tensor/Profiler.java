package org.hashgrad.tensor;

/** Hears what a backend and its host were busy with, see {@link Backend#profile}. Called on the backend's thread. */
public interface Profiler {
    /** A kernel ran. A backend that runs behind the host says so when it is known, in the order of the queue. */
    void ran(Launch launch);

    /** The host was in a layer, from {@code start} on the clock of {@link System#nanoTime}. */
    void hostWasIn(String layer, boolean backward, long start, long nanos);
}
