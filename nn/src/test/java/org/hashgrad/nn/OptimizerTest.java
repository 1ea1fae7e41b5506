package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hashgrad.autograd.Gradients;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest extends OnReference {
    private static final double CLOSE = 1e-15;
    private static final double RATE = 0.1;
    private static final double DECAY = 0.5;

    /** Steps on L = a w with the given slopes a, which are the gradients; the value of w after each. */
    private double[] path(double w, Function<List<Parameter>, Optimizer> make, double... slopes) {
        double[] values = new double[slopes.length];
        try (Parameter p = new Parameter(backend, "w", Shape.scalar(), w);
                Optimizer optimizer = make.apply(List.of(p))) {
            for (int i = 0; i < slopes.length; i++) {
                step(optimizer, slopes[i], p);
                values[i] = p.value().item();
            }
            assertEquals(slopes.length, optimizer.steps());
        }
        return values;
    }

    private void step(Optimizer optimizer, double slope, Parameter... parameters) {
        try (Pass pass = Pass.train(backend, KEY)) {
            var loss = pass.constant(0);
            for (Parameter p : parameters) {
                loss = loss.plus(pass.of(p).times(slope).sum());
            }
            optimizer.step(pass.gradients(loss, List.of(parameters)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sgdFollowsPyTorchsMomentumRule(boolean nesterov) {
        double[] w = path(1, p -> new Sgd(p, RATE, 0.9, DECAY, nesterov), 2, -1);
        double d1 = 2 + DECAY * 1;
        double m1 = d1;
        double w1 = 1 - RATE * (nesterov ? d1 + 0.9 * m1 : m1);
        double d2 = -1 + DECAY * w1;
        double m2 = 0.9 * m1 + d2;
        double w2 = w1 - RATE * (nesterov ? d2 + 0.9 * m2 : m2);
        assertArrayEquals(new double[] {w1, w2}, w, CLOSE);
    }

    @Test
    void rmsPropDividesByTheRunningRootMeanSquare() {
        double[] w = path(1, p -> new RmsProp(p, RATE, 0.9, 1e-3, DECAY), 2, -1);
        double d1 = 2 + DECAY;
        double v1 = 0.1 * d1 * d1;
        double w1 = 1 - RATE * d1 / (Math.sqrt(v1) + 1e-3);
        double d2 = -1 + DECAY * w1;
        double v2 = 0.9 * v1 + 0.1 * d2 * d2;
        double w2 = w1 - RATE * d2 / (Math.sqrt(v2) + 1e-3);
        assertArrayEquals(new double[] {w1, w2}, w, CLOSE);
    }

    @Test
    void adamCorrectsTheBiasOfBothMoments() {
        double[] w = path(1, p -> new Adam(p, RATE, 0.9, 0.99, 1e-3, DECAY), 2, -1);
        double d1 = 2 + DECAY;
        double w1 = 1 - RATE * d1 / (Math.abs(d1) + 1e-3);
        double d2 = -1 + DECAY * w1;
        double m2 = 0.9 * 0.1 * d1 + 0.1 * d2;
        double v2 = 0.99 * 0.01 * d1 * d1 + 0.01 * d2 * d2;
        double w2 = w1 - RATE * (m2 / (1 - 0.81)) / (Math.sqrt(v2 / (1 - 0.99 * 0.99)) + 1e-3);
        assertArrayEquals(new double[] {w1, w2}, w, 1e-14);
    }

    @Test
    void theShortConstructorsTakePyTorchsDefaults() {
        assertArrayEquals(
                path(1, p -> new RmsProp(p, RATE, 0.99, 1e-8, 0), 2, -1), path(1, p -> new RmsProp(p, RATE), 2, -1));
        assertArrayEquals(
                path(1, p -> new Adam(p, RATE, 0.9, 0.999, 1e-8, 0), 2, -1), path(1, p -> new Adam(p, RATE), 2, -1));
    }

    static Stream<Function<List<Parameter>, Optimizer>> withDecay() {
        return Stream.of(
                p -> new Sgd(p, RATE, 0, DECAY, false),
                p -> new RmsProp(p, RATE, 0.9, 1e-3, DECAY),
                p -> new Adam(p, RATE, 0.9, 0.99, 1e-3, DECAY));
    }

    @ParameterizedTest
    @MethodSource("withDecay")
    void eachParametersFactorsMultiplyRateAndDecay(Function<List<Parameter>, Optimizer> make) {
        Shape scalar = Shape.scalar();
        try (Parameter plain = new Parameter(backend, "plain", scalar, 1);
                Parameter shifted = new Parameter(backend, "shifted", scalar, 1);
                Parameter fast = new Parameter(backend, "fast", scalar, 10, 0, new double[] {1});
                Optimizer whole = make.apply(List.of(plain, fast));
                Optimizer other = make.apply(List.of(shifted))) {
            step(whole, 0.2, plain, fast);
            step(other, 0.2 - DECAY, shifted);
            double plainStep = 1 - shifted.value().item();
            assertEquals(10 * plainStep, 1 - fast.value().item(), 1e-14);
            assertTrue(plain.value().item() < shifted.value().item());
        }
    }

    @Test
    void theRateInForceIsTheOneSetLast() {
        try (Parameter p = new Parameter(backend, "p", Shape.scalar(), 1);
                Optimizer sgd = new Sgd(List.of(p), RATE, 0, 0, false)) {
            sgd.setRate(0.25);
            step(sgd, 1, p);
            assertEquals(0.75, p.value().item());
            assertEquals(0.25, sgd.rate());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aRateThatIsNegativeOrNotFiniteIsRefused(double rate) {
        try (Parameter p = new Parameter(backend, "p", Shape.scalar(), 1)) {
            var thrown = assertThrows(IllegalArgumentException.class, () -> new Adam(List.of(p), rate));
            assertEquals("optimizer: the learning rate must be finite and >= 0, got " + rate, thrown.getMessage());
        }
    }

    @Test
    void restoringItsStateContinuesTheSamePath() {
        double[] whole = path(1, p -> new Adam(p, RATE), 2, -1, 3);
        try (Parameter p = new Parameter(backend, "w", Shape.scalar(), 1);
                Adam first = new Adam(List.of(p), RATE);
                Adam second = new Adam(List.of(p), RATE)) {
            step(first, 2, p);
            step(first, -1, p);
            first.state()
                    .forEach((name, slot) ->
                            second.state().getOrDefault(name, slot).assign(slot.value()));
            step(second, 3, p);
            assertEquals(3, second.steps());
            assertEquals(whole[2], p.value().item());
        }
    }

    @Test
    void aStepLeavesNothingBehindInThePass() {
        try (Parameter p = new Parameter(backend, "w", Shape.of(4), 1, 2, 3, 4);
                Optimizer adam = new Adam(List.of(p), RATE);
                Pass pass = Pass.train(backend, KEY)) {
            Gradients gradients = pass.gradients(pass.constant(1), List.of(p));
            long before = backend.liveBytes();
            adam.step(gradients);
            long valueThePassHasRead = 4 * Double.BYTES;
            assertEquals(before + valueThePassHasRead, backend.liveBytes());
            adam.step(gradients);
            assertEquals(before + valueThePassHasRead, backend.liveBytes());
        }
    }

    @Test
    void noParametersAndOneGivenTwiceAreRefused() {
        var none = assertThrows(IllegalArgumentException.class, () -> new Adam(List.of(), RATE));
        assertEquals("optimizer: no parameters", none.getMessage());
        try (Parameter p = new Parameter(backend, "p", Shape.scalar(), 1)) {
            var twice = assertThrows(IllegalArgumentException.class, () -> new Adam(List.of(p, p), RATE));
            assertEquals("optimizer: parameter p() is given twice", twice.getMessage());
        }
    }

    @Test
    void stateNamesSayBufferAndParameter() {
        try (Parameter p = new Parameter(backend, "hash.weight", Shape.scalar(), 1);
                Adam adam = new Adam(List.of(p), RATE)) {
            assertEquals(
                    List.of("optimizer.step", "optimizer.exp_avg.hash.weight", "optimizer.exp_avg_sq.hash.weight"),
                    List.copyOf(adam.state().keySet()));
        }
    }

    @Test
    void aMissingGradientStopsTheStepBeforeAnythingMoves() {
        try (Parameter a = new Parameter(backend, "a", Shape.scalar(), 1);
                Parameter b = new Parameter(backend, "b", Shape.scalar(), 1);
                Optimizer sgd = new Sgd(List.of(a, b), RATE, 0, 0, false)) {
            var thrown = assertThrows(IllegalArgumentException.class, () -> step(sgd, 1, a));
            assertEquals("gradients: none was computed for parameter b()", thrown.getMessage());
            assertEquals(1, a.value().item());
            assertEquals(0, sgd.steps());
        }
    }

    @Test
    void theStepCounterIsWrittenWhenTheStateIsAskedForAndReadWhenItIsAssigned() {
        try (Parameter p = new Parameter(backend, "w", Shape.scalar(), 1);
                Optimizer optimizer = new Sgd(List.of(p), RATE, 0, 0, false)) {
            step(optimizer, 2, p);
            step(optimizer, 2, p);
            Slot counter = Objects.requireNonNull(optimizer.state().get("optimizer.step"));
            assertEquals(2, counter.value().item());
            step(optimizer, 2, p);
            assertEquals(3, optimizer.steps());
            optimizer.state();
            assertEquals(3, counter.value().item());
            counter.assign(7);
            assertEquals(7, optimizer.steps());
            step(optimizer, 2, p);
            optimizer.state();
            assertEquals(8, counter.value().item());
        }
    }
}
