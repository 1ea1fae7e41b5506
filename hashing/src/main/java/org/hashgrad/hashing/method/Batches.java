package org.hashgrad.hashing.method;

import java.util.Objects;
import java.util.Optional;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The full batches of an epoch in their order. The next one is gathered and sent when {@link #prepareNext} is called, which a step does while
 * the device is busy; what is sent depends on the order alone. Samples that don't lie in memory are read ahead by another thread.
 */
final class Batches implements AutoCloseable {
    private final Backend backend;
    private final Player player;
    private final int[] rows;
    private final int[] order;
    private final int size;
    private final RandomKey key;
    private final @Nullable ReadAhead reader;
    private int next;
    private long waited;
    private @Nullable Tensor current;
    private @Nullable Tensor ahead;
    private @Nullable Pairs pairs;
    private @Nullable Tensor currentSimilarity;
    private @Nullable Tensor aheadSimilarity;

    /**
     * @param rows of the samples, of which the epoch takes each at most once
     * @param order permutation of the places in {@code rows}
     * @param size of a batch
     * @param key of the samples' augmentation, by row
     */
    Batches(Backend backend, Player player, int[] rows, int[] order, int size, RandomKey key) {
        this.backend = backend;
        this.player = player;
        this.rows = rows;
        this.order = order;
        this.size = size;
        this.key = key;
        Samples samples = player.samples();
        this.reader = samples.rows().inMemory()
                ? null
                : new ReadAhead(rows.length / size, batch -> samples.drawn(player.augmentation(), key, rows(batch)));
    }

    /** The samples of the next batch, in its order. */
    int[] rows() {
        return rows(next);
    }

    private int[] rows(int batch) {
        int[] chosen = new int[size];
        for (int i = 0; i < size; i++) {
            chosen[i] = rows[order[batch * size + i]];
        }
        return chosen;
    }

    /** The next batch (size, sample), and on to the one after it; valid until the next call. */
    Tensor take() {
        if (ahead == null) {
            prepareNext(false);
        }
        close(current);
        close(currentSimilarity);
        current = ahead;
        currentSimilarity = aheadSimilarity;
        ahead = null;
        aheadSimilarity = null;
        next++;
        return Objects.requireNonNull(current);
    }

    /** The pairs of the next batch with all samples, where they were made ahead. */
    Optional<Pairs> pairs() {
        return Optional.ofNullable(pairs);
    }

    /** Sends the next batch ahead, if there is one, and with {@code withPairs} its similarity to all samples. */
    void prepareNext(boolean withPairs) {
        pairs = null;
        if ((next + 1) * size <= rows.length) {
            long start = System.nanoTime();
            try (Tensor sent = gathered()) {
                ahead = sent.share();
            }
            waited += System.nanoTime() - start;
            if (withPairs) {
                pairs = Pairs.withBank(player.samples().labels(), rows());
                aheadSimilarity = pairs.sendAhead(backend);
            }
        }
    }

    private Tensor gathered() {
        Samples samples = player.samples();
        if (reader != null) {
            return samples.tensor(backend, reader.take(), size);
        }
        return player.augmentation().isPresent()
                ? samples.tensor(backend, samples.drawn(player.augmentation(), key, rows()), size)
                : samples.batch(backend, rows());
    }

    /** Seconds that the steps have waited for their batches: for the reader, or to gather what lies in memory, and to send it. */
    double waited() {
        return waited * 1e-9;
    }

    @Override
    public void close() {
        close(current);
        close(ahead);
        close(currentSimilarity);
        close(aheadSimilarity);
        if (reader != null) {
            reader.close();
        }
    }

    private static void close(@Nullable Tensor tensor) {
        if (tensor != null) {
            tensor.close();
        }
    }
}
