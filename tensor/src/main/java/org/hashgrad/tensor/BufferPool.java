package org.hashgrad.tensor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Freed buffers by size class, reused before anything is allocated. Holds at most {@code capBytes}; beyond that the least recently
 * used size classes are dropped first. Not thread-safe.
 *
 * @param <B> a backend's buffer
 */
public final class BufferPool<B> implements AutoCloseable {
    private long capBytes;
    private final Consumer<B> destroy;
    private final Map<Long, Deque<B>> free = new LinkedHashMap<>(16, 0.75f, true);
    private long pooledBytes;

    /** @param destroy gives one buffer back to the system */
    public BufferPool(long capBytes, Consumer<B> destroy) {
        this.capBytes = capBytes;
        this.destroy = destroy;
    }

    /** The size class of a request: the next of 1, 1¼, 1½, 1¾ times a power of two, at least 256 bytes. */
    public static long sizeClass(long bytes) {
        long wanted = Math.max(bytes, 256);
        long power = Long.highestOneBit(wanted);
        long quarter = power / 4;
        return (wanted + quarter - 1) / quarter * quarter;
    }

    /** A pooled buffer of this size class, or null. */
    public @org.jspecify.annotations.Nullable B poll(long sizeClass) {
        Deque<B> buffers = free.get(sizeClass);
        if (buffers == null || buffers.isEmpty()) {
            return null;
        }
        pooledBytes -= sizeClass;
        return buffers.pop();
    }

    /** Takes a buffer back. */
    public void offer(long sizeClass, B buffer) {
        if (sizeClass > capBytes) {
            destroy.accept(buffer);
            return;
        }
        free.computeIfAbsent(sizeClass, size -> new ArrayDeque<>()).push(buffer);
        pooledBytes += sizeClass;
        while (pooledBytes > capBytes) {
            dropOldest();
        }
    }

    /** Holds at least so many bytes from now on. */
    public void raiseCap(long bytes) {
        capBytes = Math.max(capBytes, bytes);
    }

    /** Bytes of free buffers held. */
    public long pooledBytes() {
        return pooledBytes;
    }

    /**
     * Gives every free buffer back to the system, for example before a second try of a failed allocation. What giving one back throws
     * is thrown when all are gone.
     */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!free.isEmpty()) {
            try {
                dropOldest();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else if (failure != e) {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void dropOldest() {
        var oldest = free.entrySet().iterator();
        while (oldest.hasNext()) {
            var entry = oldest.next();
            if (!entry.getValue().isEmpty()) {
                pooledBytes -= entry.getKey();
                destroy.accept(entry.getValue().removeLast());
                return;
            }
            oldest.remove();
        }
    }
}
