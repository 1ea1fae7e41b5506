package org.hashgrad.tensor.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of daemon threads that shares out ranges of indices; the caller works too. The partition depends on sizes only, never on
 * timing. Used by one thread at a time; a range must not share out work itself.
 */
final class Workers implements AutoCloseable {
    /** Work on the indices from (inclusive) to (exclusive). */
    interface Range {
        void run(int from, int to);
    }

    private final List<Helper> helpers = new ArrayList<>();
    private final Semaphore done = new Semaphore(0);
    private boolean closed;
    private boolean running;

    /** @param threads including the caller's; 0 = one per processor */
    Workers(int threads) {
        int wanted = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        for (int i = 1; i < wanted; i++) {
            Helper helper = new Helper(done, "hashgrad-cpu-" + i);
            helper.setDaemon(true);
            helpers.add(helper);
            helper.start();
        }
    }

    /** Threads including the caller's. */
    int count() {
        return helpers.size() + 1;
    }

    /**
     * Runs {@code range} on 0 … n − 1, cut into at most {@link #count()} contiguous parts at multiples of {@code grain}, and waits. What
     * a part throws reaches the caller after all parts have ended.
     *
     * @throws IllegalStateException when closed, or called from inside of a range
     */
    void run(int n, int grain, Range range) {
        if (closed) {
            throw new IllegalStateException("workers: used after they were closed");
        }
        if (running) {
            throw new IllegalStateException("workers: a range shares out work itself");
        }
        running = true;
        try {
            share(n, grain, range);
        } finally {
            running = false;
        }
    }

    private void share(int n, int grain, Range range) {
        int blocks = (int) (((long) n + grain - 1) / grain);
        int parts = Math.min(blocks, count());
        if (parts <= 1) {
            range.run(0, n);
            return;
        }
        for (int part = 1; part < parts; part++) {
            helpers.get(part - 1)
                    .start(range, cut(n, grain, blocks, part, parts), cut(n, grain, blocks, part + 1, parts));
        }
        Throwable failure = null;
        try {
            range.run(0, cut(n, grain, blocks, 1, parts));
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        done.acquireUninterruptibly(parts - 1);
        for (int part = 1; part < parts; part++) {
            Throwable other = helpers.get(part - 1).takeFailure();
            failure = failure == null ? other : failure;
        }
        rethrow(failure);
    }

    private static int cut(int n, int grain, int blocks, int part, int parts) {
        return (int) Math.min(n, (long) blocks * part / parts * grain);
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    /** Ends the threads; closing twice is harmless. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            helpers.forEach(Helper::end);
        }
    }

    private static final class Helper extends Thread {
        private final Semaphore done;
        private final Semaphore ready = new Semaphore(0);
        private @Nullable Range range;
        private int from;
        private int to;
        private @Nullable Throwable failure;

        Helper(Semaphore done, String name) {
            super(name);
            this.done = done;
        }

        void start(Range work, int first, int end) {
            range = work;
            from = first;
            to = end;
            ready.release();
        }

        void end() {
            range = null;
            ready.release();
        }

        @Nullable
        Throwable takeFailure() {
            Throwable taken = failure;
            failure = null;
            return taken;
        }

        @Override
        public void run() {
            while (true) {
                ready.acquireUninterruptibly();
                Range work = range;
                if (work == null) {
                    return;
                }
                try {
                    work.run(from, to);
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
                range = null;
                done.release();
            }
        }
    }
}
