package org.hashgrad.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.hashgrad.autograd.op.CustomOp;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnReference.class)
class PassMemoryTest {
    private static final RandomKey KEY = RandomKey.of(1);

    private static double[] ramp(int n) {
        double[] values = new double[n];
        Arrays.setAll(values, i -> (i % 17 - 8) / 8.0);
        return values;
    }

    private static Variable ramp(Pass pass, boolean differentiated, int... extents) {
        Shape shape = Shape.of(extents);
        Tensor value = pass.backend().tensor(shape, ramp(shape.size()));
        return differentiated ? pass.input(value) : pass.constant(value);
    }

    @Test
    void gradientsLeaveActivationsAndGradientsAndNothingElse(Backend backend) {
        try (Parameter w = new Parameter(backend, "w", Shape.of(5, 4), ramp(20));
                Parameter b = new Parameter(backend, "b", Shape.of(4), ramp(4));
                Parameter unused = new Parameter(backend, "unused", Shape.of(3), ramp(3));
                Pass pass = Pass.train(backend, KEY)) {
            Variable x = ramp(pass, false, 6, 5);
            Variable loss =
                    x.matmul(pass.of(w)).plus(pass.of(b)).tanh().square().sum();
            long activations = backend.liveBytes();
            pass.gradients(loss, List.of(w, b, unused));
            assertEquals(activations + (20 + 4 + 3) * Double.BYTES, backend.liveBytes());
        }
    }

    @Test
    void cotangentsOfLeavesThatWereNotAskedForAreFreed(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = ramp(pass, true, 3);
            Variable y = ramp(pass, true, 1000);
            Variable loss = y.sum().times(x).sum();
            long activations = backend.liveBytes();
            pass.gradients(loss, List.of(x), Order.FIRST);
            assertEquals(activations + 3 * Double.BYTES, backend.liveBytes());
        }
    }

    @Test
    void timesOneIsTheVariableItselfWithItsBitsAndItsGradient(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = pass.input(backend.tensor(Shape.of(3), -0.0, 2, Double.NEGATIVE_INFINITY));
            long before = backend.liveBytes();
            assertSame(x, x.times(1));
            assertEquals(before, backend.liveBytes());
            assertArrayEquals(
                    new double[] {-0.0, 2, Double.NEGATIVE_INFINITY},
                    x.times(1).value().toDoubles());
            Variable gradient = pass.gradients(x.times(1).times(3).sum(), List.of(x), Order.FIRST)
                    .get(0);
            assertArrayEquals(new double[] {3, 3, 3}, gradient.value().toDoubles());
        }
    }

    @Test
    void aFusedOpDifferentiatedThroughItsCompositeLeavesNothingBehind(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable u = ramp(pass, true, 4, 3);
            Variable similarity = ramp(pass, true, 4, 4);
            Variable weights = ramp(pass, false, 4, 4);
            Variable rows = pass.apply(new Fused(new PairwiseLogistic(1)), List.of(u, u, similarity, weights));
            Variable loss =
                    rows.sum().plus(u.square().sum()).plus(similarity.square().sum());
            long activations = backend.liveBytes();
            pass.gradients(loss, List.of(u, similarity), Order.FIRST);
            assertEquals(activations + (12 + 16) * Double.BYTES, backend.liveBytes());
        }
    }

    /** y = 2x; keeps the largest number of bytes that were live when its vjp was asked. */
    private record Watching(long[] peak) implements CustomOp {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.scale(x.get(0), 2);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            peak[0] = Math.max(peak[0], gy.pass().backend().liveBytes());
            return Collections.singletonList(gy.times(2));
        }
    }

    @Test
    void cotangentsAreFreedAsTheyAreConsumed(Backend backend) {
        long[] peak = new long[1];
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = ramp(pass, true, 100);
            Variable y = x;
            for (int i = 0; i < 50; i++) {
                y = y.apply(new Watching(peak));
            }
            Variable loss = y.sum();
            long activations = backend.liveBytes();
            pass.gradients(loss, List.of(x), Order.FIRST);
            long cotangents = (peak[0] - activations) / (100 * Double.BYTES);
            assertEquals(1, cotangents, "cotangents of (100) live at once");
        }
    }

    /** Fails in its vjp. */
    private record Failing() implements CustomOp {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.scale(x.get(0), 2);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            gy.times(3);
            throw new UnsupportedOperationException("no derivative");
        }
    }

    @Test
    void aVjpThatThrowsLeavesThePassUsable(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = ramp(pass, true, 10);
            Variable loss = x.apply(new Failing()).square().sum();
            assertThrows(UnsupportedOperationException.class, () -> pass.gradients(loss, List.of(x), Order.FIRST));
            Variable again = x.square().sum();
            assertEquals(
                    ramp(10)[0] * 2,
                    pass.gradients(again, List.of(x), Order.FIRST)
                            .get(0)
                            .value()
                            .toDoubles()[0]);
        }
    }

    @Test
    void anEvaluatingPassFreesWhatIsContainedOrDiscarded(Backend backend) {
        try (Pass pass = Pass.evaluate(backend)) {
            Variable x = ramp(pass, false, 100);
            long before = backend.liveBytes();
            Variable y = pass.contained(() -> x.square().plus(1).tanh());
            assertEquals(before + 100 * Double.BYTES, backend.liveBytes());
            pass.discard(y);
            assertEquals(before, backend.liveBytes());
        }
    }

    @Test
    void aTrainingPassKeepsWhatTheBackwardReads(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = ramp(pass, true, 10);
            Variable y = pass.contained(() -> x.tanh().square());
            pass.discard(y);
            assertTrue(Double.isFinite(pass.gradients(y.square().sum(), List.of(x), Order.FIRST)
                    .get(0)
                    .value()
                    .toDoubles()[1]));
        }
    }
}
