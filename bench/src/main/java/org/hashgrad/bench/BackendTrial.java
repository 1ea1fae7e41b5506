package org.hashgrad.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Tensor;

/** What every benchmark on a backend shares: opening it, drawing inputs, one timed call with its completion and clean-up. */
final class BackendTrial implements AutoCloseable {
    private static final String COMPOSITE = "-composite";
    private static final int PERIOD = 1_000_003;
    private final Backend backend;

    BackendTrial(String name) {
        backend = Backends.installed().open(name);
    }

    /** The backend of an implementation: {@code cpu}, or {@code cpu-composite} to run definitions instead of kernels. */
    static BackendTrial of(String implementation) {
        return new BackendTrial(implementation.replace(COMPOSITE, ""));
    }

    /** Loss (1) and gradient by the first input of a primitive of row sums. */
    List<Tensor> lossAndGradient(FusedPrimitive primitive, List<Tensor> inputs, Tensor ones, String implementation) {
        boolean composite = implementation.endsWith(COMPOSITE);
        FusedPrimitive gradient = primitive.gradient(1).orElseThrow();
        Tensor rows = (composite ? backend.composite(primitive, inputs) : backend.fused(primitive, inputs)).get(0);
        List<Tensor> with = new ArrayList<>(inputs);
        with.add(rows);
        with.add(ones);
        Tensor gu = (composite ? backend.composite(gradient, with) : backend.fused(gradient, with)).get(0);
        return List.of(backend.sum(rows, 0), gu);
    }

    Backend backend() {
        return backend;
    }

    /** Normal numbers, the same on every backend; after a million (and three, so that no row repeats its neighbour) they come again. */
    static float[] draw(String name, int count) {
        RandomKey key = RandomKey.of(1).split(name);
        float[] values = new float[count];
        for (int i = 0; i < Math.min(count, PERIOD); i++) {
            values[i] = (float) key.gaussian(i);
        }
        for (int i = PERIOD; i < count; i++) {
            values[i] = values[i - PERIOD];
        }
        return values;
    }

    /** Runs {@code work}, waits for the device and frees what it made; the result is a closed handle. */
    <T> T timed(Supplier<T> work) {
        Scope scope = backend.openScope();
        try {
            T result = work.get();
            backend.synchronize();
            return result;
        } finally {
            scope.close();
        }
    }

    /**
     * Runs {@code work} {@code calls} times, freeing what each call made, and waits for the device once: the wait's own cost is shared, as it is
     * in a training step. The result is a closed handle.
     */
    <T> T timed(int calls, Supplier<T> work) {
        T last = repeated(calls, () -> enqueued(work));
        backend.synchronize();
        return last;
    }

    /** The last result of {@code calls} calls. */
    static <T> T repeated(int calls, Supplier<T> work) {
        T result = work.get();
        for (int call = 1; call < calls; call++) {
            result = work.get();
        }
        return result;
    }

    private <T> T enqueued(Supplier<T> work) {
        Scope scope = backend.openScope();
        try {
            return work.get();
        } finally {
            scope.close();
        }
    }

    /** The values of one call's results, for the check in a set-up. */
    List<float[]> allOnce(Supplier<List<Tensor>> work) {
        Scope scope = backend.openScope();
        try {
            return work.get().stream().map(Tensor::toFloats).toList();
        } finally {
            scope.close();
        }
    }

    /** The values of one result, for the check in a set-up. */
    float[] once(Supplier<Tensor> work) {
        return allOnce(() -> List.of(work.get())).get(0);
    }

    /** What {@code call} times on this backend, after all its results have been compared with the reference backend's. */
    Supplier<Object> checked(Function<Backend, Supplier<List<Tensor>>> call, double tolerance) {
        try (BackendTrial reference = new BackendTrial("reference")) {
            List<float[]> expected = reference.allOnce(call.apply(reference.backend));
            List<float[]> actual = allOnce(call.apply(backend));
            for (int result = 0; result < expected.size(); result++) {
                requireClose(
                        backend.name() + ", result " + result, expected.get(result), actual.get(result), tolerance);
            }
        }
        Supplier<List<Tensor>> here = call.apply(backend);
        return () -> timed(here);
    }

    /** @throws IllegalStateException unless there are as many and |expected − actual| ≤ tolerance · max(1, largest |expected|) everywhere */
    static void requireClose(String what, float[] expected, float[] actual, double tolerance) {
        if (expected.length != actual.length) {
            throw new IllegalStateException(what + ": " + actual.length + " elements; need " + expected.length);
        }
        double largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs((double) expected[i] - actual[i]) <= tolerance * largest)) {
                throw new IllegalStateException(what + ": element " + i + " is " + actual[i] + "; need " + expected[i]);
            }
        }
    }

    /** @throws IllegalStateException unless ‖expected − actual‖ ≤ tolerance · ‖expected‖ */
    static void requireCloseInNorm(String what, float[] expected, float[] actual, double tolerance) {
        double distance = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = (double) expected[i] - actual[i];
            distance += difference * difference;
            norm += (double) expected[i] * expected[i];
        }
        if (expected.length != actual.length || !(Math.sqrt(distance) <= tolerance * Math.sqrt(norm))) {
            throw new IllegalStateException(what + ": off by " + Math.sqrt(distance / norm) + " in the norm; need "
                    + tolerance + " of " + expected.length + " elements, got " + actual.length);
        }
    }

    @Override
    public void close() {
        backend.close();
    }
}
