package org.hashgrad.bench;

import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work that makes one step when asked to: it runs in a thread of its own, which owns its backend and stops after each step. The two hand-overs
 * between threads, some ten microseconds, count as part of the step.
 */
final class Stepped implements AutoCloseable {
    private final Semaphore asked = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;

    /** Ends the work from within. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** @param work calls {@link #ready} before its first step and {@link #stepDone} after each */
    Stepped(Consumer<Stepped> work) {
        thread = new Thread(() -> run(work), "stepped");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Consumer<Stepped> work) {
        try {
            work.accept(this);
        } catch (Stop end) {
            // as asked
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        done.release();
    }

    /** Waits until a step is asked for. */
    void ready() {
        asked.acquireUninterruptibly();
        if (closing) {
            throw new Stop();
        }
    }

    /** Says that one is done, and waits until the next is asked for. */
    void stepDone() {
        done.release();
        ready();
    }

    /** Makes one step. @throws IllegalStateException when the work has failed */
    void step() {
        if (failure == null) {
            asked.release();
            done.acquireUninterruptibly();
        }
        if (failure != null) {
            throw new IllegalStateException("training step failed", failure);
        }
    }

    @Override
    public void close() {
        closing = true;
        asked.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
