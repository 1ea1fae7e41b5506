package org.hashgrad.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void everyIndexIsVisitedOnceWhateverTheGrain() {
        for (int threads : new int[] {1, 2, 3, 7}) {
            try (Workers workers = new Workers(threads)) {
                for (int n : new int[] {1, 2, 6, 7, 8, 1000}) {
                    for (int grain : new int[] {1, 3, 64, 5000}) {
                        int[] visits = new int[n];
                        int[] ones = new int[n];
                        Arrays.fill(ones, 1);
                        workers.run(n, grain, (from, to) -> {
                            for (int i = from; i < to; i++) {
                                visits[i]++;
                            }
                        });
                        assertArrayEquals(ones, visits, threads + " threads, n " + n + ", grain " + grain);
                    }
                }
            }
        }
    }

    @Test
    void lessThanAGrainStaysOnTheCallersThread() {
        try (Workers workers = new Workers(4)) {
            Thread caller = Thread.currentThread();
            AtomicInteger parts = new AtomicInteger();
            workers.run(10, 10, (from, to) -> {
                assertEquals(caller, Thread.currentThread());
                parts.incrementAndGet();
            });
            assertEquals(1, parts.get());
        }
    }

    @Test
    void aWorkersExceptionReachesTheCallerAndTheWorkersGoOn() {
        try (Workers workers = new Workers(3)) {
            IllegalStateException thrown = assertThrows(
                    IllegalStateException.class,
                    () -> workers.run(3, 1, (from, to) -> {
                        if (from == 2) {
                            throw new IllegalStateException("part 2");
                        }
                    }));
            assertEquals("part 2", thrown.getMessage());
            AtomicInteger parts = new AtomicInteger();
            workers.run(3, 1, (from, to) -> parts.incrementAndGet());
            assertEquals(3, parts.get());
        }
    }

    @Test
    void aRangeThatSharesOutWorkIsRefusedOnAnyThreadAndTheWorkersGoOn() {
        for (int threads = 1; threads <= 3; threads++) {
            try (Workers workers = new Workers(threads)) {
                for (int inside = 0; inside < threads; inside++) {
                    int part = inside;
                    IllegalStateException thrown = assertThrows(
                            IllegalStateException.class,
                            () -> workers.run(3, 1, (from, to) -> {
                                if (from <= part && part < to) {
                                    workers.run(1, 1, (first, end) -> {});
                                }
                            }));
                    assertEquals("workers: a range shares out work itself", thrown.getMessage());
                }
                AtomicInteger indices = new AtomicInteger();
                workers.run(3, 1, (from, to) -> indices.addAndGet(to - from));
                assertEquals(3, indices.get());
            }
        }
    }

    @Test
    void closedWorkersRefuseWork() {
        Workers workers = new Workers(2);
        workers.close();
        workers.close();
        assertThrows(IllegalStateException.class, () -> workers.run(1, 1, (from, to) -> {}));
    }
}
