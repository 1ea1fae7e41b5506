package org.hashgrad.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/**
 * Runs one program on the reference backend and on every form of the CPU backend: both twins, one to three threads. Within a twin all
 * results must be the same bits, also the second time; against the reference they must keep an absolute bound per element, which is
 * itself a program on the reference backend; the reference rounded to float is always right. All of it again with the inputs that can
 * be images lying channels last only.
 */
final class Comparison {
    /** What is compared. */
    interface Program {
        List<Tensor> run(Backend on, List<Tensor> inputs);
    }

    private final List<Shape> shapes = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();
    private final RandomKey key;

    Comparison(String seed) {
        key = RandomKey.of(20260101).split(seed);
    }

    /** Adds an input of standard normal numbers. */
    Comparison normal(int... extents) {
        return normalTimes(1, extents);
    }

    Comparison normalTimes(double scale, int... extents) {
        Shape shape = Shape.of(extents);
        RandomKey own = key.split(shapes.size());
        float[] drawn = new float[shape.size()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = (float) (scale * own.gaussian(i));
        }
        return input(shape, drawn);
    }

    Comparison input(Shape shape, float... given) {
        shapes.add(shape);
        values.add(given);
        return this;
    }

    static CpuBackend scalar(int threads) {
        return new CpuBackend(threads, new ScalarKernels());
    }

    static CpuBackend vector(int threads) {
        return new CpuBackend(threads, CpuProvider.kernels());
    }

    /** Equal to the reference, rounded to float, to the bit. */
    void exact(Program program) {
        check(program, null);
    }

    void within(Program bound, Program program) {
        check(program, bound);
    }

    private void check(Program program, @org.jspecify.annotations.Nullable Program bound) {
        List<double[]> expected;
        List<double[]> bounds = null;
        try (Backend reference = new ReferenceBackend()) {
            expected = run(reference, program, false);
            if (bound != null) {
                bounds = run(reference, bound, false);
                assertEquals(expected.size(), bounds.size());
            }
        }
        check(program, expected, bounds, false);
        if (shapes.stream().anyMatch(Comparison::isImages)) {
            check(program, expected, bounds, true);
        }
    }

    private void check(
            Program program,
            List<double[]> expected,
            @org.jspecify.annotations.Nullable List<double[]> bounds,
            boolean channelsLast) {
        for (boolean simd : new boolean[] {false, true}) {
            List<double[]> first = null;
            for (int threads = 1; threads <= 3; threads++) {
                try (Backend cpu = simd ? vector(threads) : scalar(threads)) {
                    List<double[]> results = run(cpu, program, channelsLast);
                    first = first == null ? results : first;
                    String where = (simd ? "vector" : "scalar") + ", " + threads + " threads"
                            + (channelsLast ? ", channels last" : "");
                    for (int i = 0; i < results.size(); i++) {
                        assertArrayEquals(first.get(i), results.get(i), "bits of one thread and of " + where);
                        compare(
                                where + ", result " + i,
                                expected.get(i),
                                results.get(i),
                                bounds == null ? null : bounds.get(i));
                    }
                    List<double[]> again = run(cpu, program, channelsLast);
                    for (int i = 0; i < results.size(); i++) {
                        assertArrayEquals(results.get(i), again.get(i), "second run of " + where);
                    }
                    assertEquals(0, cpu.liveBytes(), where);
                }
            }
        }
    }

    @SuppressWarnings("try")
    private List<double[]> run(Backend on, Program program, boolean channelsLast) {
        try (Scope scope = on.openScope()) {
            List<Tensor> inputs = new ArrayList<>();
            for (int i = 0; i < shapes.size(); i++) {
                Tensor input = on.tensor(shapes.get(i), values.get(i));
                inputs.add(channelsLast && isImages(shapes.get(i)) ? channelsLast(on, input) : input);
            }
            return program.run(on, inputs).stream().map(Tensor::toDoubles).toList();
        }
    }

    private static boolean isImages(Shape shape) {
        return shape.rank() >= 3;
    }

    /** x as a kernel of windows leaves it. */
    private static Tensor channelsLast(Backend on, Tensor x) {
        Shape shape = x.shape();
        Shape images =
                shape.rank() == 4 ? shape : Shape.of(shape.dim(0), shape.dim(1), shape.product(2, shape.rank()), 1);
        Tensor y = on.averagePool(on.reshape(x, images), PoolGeometry.of(1, 1, false));
        assertTrue(Floats.isChannelsLast(y), "layout of " + shape);
        return on.reshape(y, shape);
    }

    private void compare(
            String where, double[] expected, double[] actual, double @org.jspecify.annotations.Nullable [] bounds) {
        assertEquals(expected.length, actual.length, where);
        for (int i = 0; i < expected.length; i++) {
            double bound = bounds == null ? 0 : bounds[i];
            boolean same = Double.compare((float) expected[i], actual[i]) == 0;
            if (!same && !(Math.abs(expected[i] - actual[i]) <= bound)) {
                fail(where + " " + shapes + ": element " + i + " is " + actual[i] + ", reference " + expected[i]
                        + ", difference " + Math.abs(expected[i] - actual[i]) + ", bound " + bound);
            }
        }
    }
}
