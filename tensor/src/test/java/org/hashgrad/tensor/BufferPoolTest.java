package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private final List<String> destroyed = new ArrayList<>();

    @Test
    void aFreedBufferIsReusedForItsSizeClassOnly() {
        try (BufferPool<String> pool = new BufferPool<>(10_000, destroyed::add)) {
            pool.offer(1024, "a");
            assertEquals(1024, pool.pooledBytes());
            assertNull(pool.poll(2048));
            assertEquals("a", pool.poll(1024));
            assertNull(pool.poll(1024));
            assertEquals(0, pool.pooledBytes());
        }
        assertEquals(List.of(), destroyed);
    }

    @Test
    void beyondTheCapTheLeastRecentlyUsedSizeClassGoesFirst() {
        try (BufferPool<String> pool = new BufferPool<>(3000, destroyed::add)) {
            pool.offer(1024, "old");
            pool.offer(512, "young");
            pool.poll(1024);
            pool.offer(1024, "touched");
            pool.offer(2048, "large");
            assertEquals(List.of("young", "touched"), destroyed);
            assertEquals(2048, pool.pooledBytes());
        }
        assertEquals(List.of("young", "touched", "large"), destroyed);
    }

    @Test
    void aRaisedCapHoldsMoreAndIsNotLowered() {
        try (BufferPool<String> pool = new BufferPool<>(1000, destroyed::add)) {
            pool.raiseCap(2048);
            pool.raiseCap(10);
            pool.offer(1024, "first");
            pool.offer(1024, "second");
            assertEquals(2048, pool.pooledBytes());
            pool.offer(256, "third");
            assertEquals(List.of("first"), destroyed);
        }
    }

    @Test
    void aBufferLargerThanTheCapIsNotKept() {
        try (BufferPool<String> pool = new BufferPool<>(100, destroyed::add)) {
            pool.offer(1024, "huge");
            assertEquals(List.of("huge"), destroyed);
            assertEquals(0, pool.pooledBytes());
        }
    }

    @Test
    void aBufferLargerThanTheCapEvictsNothing() {
        try (BufferPool<String> pool = new BufferPool<>(1000, destroyed::add)) {
            pool.offer(512, "small");
            pool.offer(1024, "huge");
            assertEquals(List.of("huge"), destroyed);
            assertEquals("small", pool.poll(512));
        }
    }

    @Test
    void closingGivesEveryBufferBackEvenWhenOneRefuses() {
        BufferPool<String> pool = new BufferPool<>(10_000, buffer -> {
            destroyed.add(buffer);
            if (!buffer.equals("good")) {
                throw new IllegalStateException(buffer);
            }
        });
        pool.offer(512, "bad");
        pool.offer(512, "good");
        pool.offer(1024, "worse");
        var error = assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThrows(IllegalStateException.class, pool::close));
        assertEquals("bad", error.getMessage());
        assertEquals("worse", error.getSuppressed()[0].getMessage());
        assertEquals(List.of("bad", "good", "worse"), destroyed);
        assertEquals(0, pool.pooledBytes());
        pool.close();
    }

    @Test
    void sizeClassesAreQuarterStepsThatWasteLessThanAQuarter() {
        assertEquals(256, BufferPool.sizeClass(1));
        assertEquals(256, BufferPool.sizeClass(256));
        assertEquals(320, BufferPool.sizeClass(257));
        assertEquals(512, BufferPool.sizeClass(449));
        assertEquals(1L << 33, BufferPool.sizeClass((1L << 33) - 1));
        for (long bytes = 256; bytes < 100_000; bytes += 37) {
            long rounded = BufferPool.sizeClass(bytes);
            assertTrue(rounded >= bytes && rounded < bytes * 1.25, bytes + " became " + rounded);
            assertEquals(rounded, BufferPool.sizeClass(rounded));
        }
    }
}
