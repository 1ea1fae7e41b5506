package org.hashgrad.hashing.code;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Work cut into parts, one thread each. */
final class Parallel {
    private Parallel() {}

    /** The results of {@code work} for 0 … parts − 1, in that order. What a part throws reaches the caller. */
    static <T> List<T> parts(int parts, IntFunction<T> work) {
        if (parts == 1) {
            return List.of(work.apply(0));
        }
        ExecutorService executor = Executors.newFixedThreadPool(parts);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            for (int part = 0; part < parts; part++) {
                int index = part;
                calls.add(() -> work.apply(index));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : executor.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("search: interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException("search: failed", e);
        } finally {
            executor.shutdownNow();
        }
    }
}
