package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RoundingError;
import org.hashgrad.tensor.RoundingError.Bounded;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Tolerances;

/** Values, and what each may be off by. */
record Within(List<double[]> expected, List<double[]> bounds) {
    /** Inputs as they are. */
    record Exact(RoundingError on, List<Bounded> inputs) {}

    /** Of a computation, as {@link RoundingError} derives it. */
    @SuppressWarnings("try")
    static Within rounding(
            Precision precision, List<OnDevice.Input> inputs, Function<Exact, List<Bounded>> computation) {
        try (Scope scope = OnDevice.reference().openScope()) {
            RoundingError vocabulary = new RoundingError(OnDevice.reference(), OnDevice.opencl(precision));
            List<Bounded> exact = inputs.stream()
                    .map(input -> vocabulary.exact(input.shape(), input.values()))
                    .toList();
            List<Bounded> results = computation.apply(new Exact(vocabulary, exact));
            return new Within(
                    results.stream().map(Bounded::values).toList(),
                    results.stream().map(Bounded::errors).toList());
        }
    }

    /** One bound for all elements of a result. */
    static Within of(List<double[]> expected, double... bounds) {
        List<double[]> each = new ArrayList<>();
        for (int r = 0; r < bounds.length; r++) {
            double[] same = new double[expected.get(r).length];
            Arrays.fill(same, bounds[r]);
            each.add(same);
        }
        return new Within(expected, each);
    }

    /**
     * Bounds above a quarter of the largest value, where that is not 0, would show little: where they are more than those of a few elements at a
     * kink, an eighth, this fails too.
     */
    void check(Precision precision, String of, List<double[]> actual) {
        assertEquals(expected.size(), actual.size());
        // in F64 the reference rounds too
        double computations = precision == Precision.F64 ? 2 : 1;
        for (int r = 0; r < expected.size(); r++) {
            String result = of + ", result " + r;
            double[] values = expected.get(r);
            assertEquals(values.length, actual.get(r).length, result);
            double largest = Arrays.stream(values)
                    .filter(Double::isFinite)
                    .map(Math::abs)
                    .max()
                    .orElse(0);
            int wide = 0;
            for (int i = 0; i < values.length; i++) {
                int at = i;
                double e = values[i];
                double a = actual.get(r)[i];
                double bound = computations * bounds.get(r)[i] + Tolerances.floor(precision, 1 << 10);
                assertTrue(
                        Tolerances.close(e, a, bound),
                        () -> result + "[" + at + "]: expected " + e + ", got " + a + ", bound " + bound);
                wide += largest > 0 && bound > largest / 4 ? 1 : 0;
            }
            assertTrue(
                    8 * wide <= values.length,
                    result + ": " + wide + " bounds are above a quarter of the largest value, " + largest);
        }
    }

    /** The kernel, and the definition on the device, within what {@link RoundingError} derives from the definition. */
    static void assertFused(Precision precision, FusedPrimitive primitive, List<OnDevice.Input> inputs) {
        Within within = Within.rounding(precision, inputs, exact -> primitive.composite(exact.on(), exact.inputs()));
        assertFused(precision, primitive, within, inputs);
    }

    /** The same within one bound for all elements of each result. */
    static void assertFused(
            Precision precision, FusedPrimitive primitive, List<OnDevice.Input> inputs, double... bounds) {
        Within within = Within.of(OnDevice.run(OnDevice.reference(), OnDevice.composite(primitive), inputs), bounds);
        assertFused(precision, primitive, within, inputs);
    }

    private static void assertFused(
            Precision precision, FusedPrimitive primitive, Within within, List<OnDevice.Input> inputs) {
        String of = primitive + " of " + inputs.get(0).shape() + " in " + precision;
        within.check(precision, of, OnDevice.run(OnDevice.opencl(precision), OnDevice.fused(primitive), inputs));
        within.check(
                precision,
                "definition of " + of,
                OnDevice.run(OnDevice.opencl(precision), OnDevice.composite(primitive), inputs));
    }
}
