package org.hashgrad.hashing.method;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Batches that another thread gathers before they are asked for, in their order and never more than {@value #DEPTH} ahead. What comes out does not
 * depend on how fast it comes.
 */
final class ReadAhead implements AutoCloseable {
    static final int DEPTH = 2;

    private final IntFunction<float[]> gather;
    private final int batches;
    private final ExecutorService reader = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "hashgrad-reader");
        thread.setDaemon(true);
        return thread;
    });
    private final Deque<Future<float[]>> coming = new ArrayDeque<>();
    private int asked;

    /** @param gather makes the values of a batch from its number */
    ReadAhead(int batches, IntFunction<float[]> gather) {
        this.batches = batches;
        this.gather = gather;
        fill();
    }

    private void fill() {
        while (asked < batches && coming.size() < DEPTH) {
            int number = asked++;
            coming.add(reader.submit(() -> gather.apply(number)));
        }
    }

    /**
     * The next batch.
     *
     * @throws RuntimeException what gathering it threw
     */
    float[] take() {
        try {
            float[] values = coming.remove().get();
            fill();
            return values;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("reading ahead: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("reading ahead was interrupted");
        }
    }

    @Override
    public void close() {
        reader.shutdownNow();
    }
}
