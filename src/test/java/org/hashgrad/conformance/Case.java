package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.RoundingError;
import org.hashgrad.tensor.RoundingError.Bounded;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;

/**
 * One formula at one set of shapes. Inputs are drawn from the name and representable in float, so that every precision starts from the
 * same numbers.
 *
 * @param name a sentence's subject: {@code matmul of (2, 3) and (3, 4)}
 */
record Case(String name, List<Input> inputs, Formula formula) {
    /** Largest relative difference of two F64 backends. */
    private static final double F64_AGREEMENT = 1e-12;

    /** Row-major host values. */
    record Input(Shape shape, double... values) {}

    /** How an argument is drawn. */
    enum Draw {
        /** In [−2, 2], a few exact zeros among them. */
        REAL,
        /** In [1/8, 2 + 1/8]. */
        POSITIVE,
        /** As REAL, at least 1/8 from 0. */
        NONZERO,
        /** Multiples of ½, so that equal elements meet. */
        STEPS,
        /** 0 or 1. */
        LABEL,
        /** In [−24, 24], to saturate. */
        WIDE;

        private double of(double v) {
            return switch (this) {
                case REAL -> v;
                case POSITIVE -> Math.abs(v) + 0.125;
                case NONZERO -> v < 0 ? v - 0.125 : v + 0.125;
                case STEPS -> Math.rint(2 * v) / 2;
                case LABEL -> v > 0 ? 1 : 0;
                case WIDE -> 12 * v;
            };
        }

        Input of(RandomKey key, int... extents) {
            Shape shape = Shape.of(extents);
            double[] values = new double[shape.size()];
            Arrays.setAll(values, i -> i % 11 == 5 ? of(0) : (float) of(4 * key.uniform(i) - 2));
            return new Input(shape, values);
        }
    }

    /** The same case with one element replaced. */
    Case with(int input, int element, double value) {
        List<Input> changed = new ArrayList<>(inputs);
        double[] values = inputs.get(input).values.clone();
        values[element] = value;
        changed.set(input, new Input(inputs.get(input).shape, values));
        return new Case(name, changed, formula);
    }

    /** Whether an input can be images, (N, C, …). */
    boolean ofImages() {
        return inputs.stream().anyMatch(x -> x.shape.rank() >= 3);
    }

    List<double[]> run(Backend on) {
        return run(on, formula);
    }

    /** Another formula on the inputs of this case. */
    @SuppressWarnings("try")
    List<double[]> run(Backend on, Formula given) {
        try (Scope scope = on.openScope()) {
            List<Tensor> tensors =
                    inputs.stream().map(x -> on.tensor(x.shape, x.values)).toList();
            return given.run(on, tensors).stream().map(Tensor::toDoubles).toList();
        }
    }

    /** The same, where images come from a kernel of windows and lie as it leaves them: on {@code cpu} with the channels last only. */
    @SuppressWarnings("try")
    List<double[]> runFromWindows(Backend on) {
        try (Scope scope = on.openScope()) {
            List<Tensor> tensors = inputs.stream().map(x -> fromWindow(on, x)).toList();
            return formula.run(on, tensors).stream().map(Tensor::toDoubles).toList();
        }
    }

    private static Tensor fromWindow(Backend on, Input x) {
        Tensor rowMajor = on.tensor(x.shape, x.values);
        int rank = x.shape.rank();
        if (rank < 3) {
            return rowMajor;
        }
        Shape images = rank == 4 ? x.shape : Shape.of(x.shape.dim(0), x.shape.dim(1), x.shape.product(2, rank), 1);
        return on.reshape(on.averagePool(on.reshape(rowMajor, images), PoolGeometry.of(1, 1, false)), x.shape);
    }

    /** Fails unless {@code actual}, computed by {@code tested}, is within the derived bound of the reference at every element. */
    @SuppressWarnings("try")
    void assertWithinBounds(Backend reference, Backend tested, String what, List<double[]> actual) {
        try (Scope scope = reference.openScope()) {
            RoundingError vocabulary = new RoundingError(reference, tested);
            List<Bounded> leaves = inputs.stream()
                    .map(x -> vocabulary.exact(x.shape, x.values))
                    .toList();
            List<Bounded> expected = formula.run(vocabulary, leaves);
            assertEquals(expected.size(), actual.size(), "results of " + name);
            for (int r = 0; r < actual.size(); r++) {
                compare(tested.precision(), what + ", result " + r, expected.get(r), actual.get(r));
            }
        }
    }

    private void compare(Precision precision, String where, Bounded expected, double[] actual) {
        double[] values = expected.values();
        double[] errors = expected.errors();
        assertEquals(values.length, actual.length, "elements of " + where);
        double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
        for (int i = 0; i < values.length; i++) {
            // In F64 the reference rounds too. Intermediates may underflow where the result does not.
            double bound = precision == Precision.F64 ? Math.min(2 * errors[i], F64_AGREEMENT * largest) : errors[i];
            if (!Tolerances.close(values[i], actual[i], bound + Tolerances.floor(precision, 1 << 10))) {
                fail(where + ": element " + i + " is " + actual[i] + ", the reference " + values[i] + ", difference "
                        + Math.abs(values[i] - actual[i]) + ", bound " + bound);
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
