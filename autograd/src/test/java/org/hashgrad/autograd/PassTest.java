package org.hashgrad.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.op.CustomOp;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.RowReplacement;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnReference.class)
class PassTest {
    private static final RandomKey KEY = RandomKey.of(1);

    private static Variable input(Pass pass, double... values) {
        return pass.input(pass.backend().tensor(Shape.of(values.length), values));
    }

    private static double[] gradient(Variable loss, Variable by, Order order) {
        return loss.pass().gradients(loss, List.of(by), order).get(0).value().toDoubles();
    }

    private static void assertGradient(Variable loss, Variable by, double... expected) {
        assertArrayEquals(expected, gradient(loss, by, Order.FIRST), 1e-14);
        assertArrayEquals(expected, gradient(loss, by, Order.DIFFERENTIABLE), 1e-14);
    }

    @Test
    void aSlotGivesTheSameVariableThroughoutAPass(Backend backend) {
        try (Parameter w = new Parameter(backend, "w", Shape.of(2), 1, 2);
                Buffer mean = new Buffer(backend, "mean", Shape.of(2), 3, 4);
                Pass pass = Pass.train(backend, KEY)) {
            assertSame(pass.of(w), pass.of(w));
            assertSame(pass.of(mean), pass.of(mean));
            assertTrue(pass.of(w).needsGradient());
            assertFalse(pass.of(mean).needsGradient());
        }
    }

    @Test
    void gradientsRefuseASlotThatWasAssignedAfterItWasRead(Backend backend) {
        try (Parameter w = new Parameter(backend, "w", Shape.of(2), 1, 2);
                Pass pass = Pass.train(backend, KEY)) {
            Variable loss = pass.of(w).square().sum();
            w.assign(5, 6);
            var byParameter = assertThrows(IllegalStateException.class, () -> pass.gradients(loss, List.of(w)));
            assertEquals("gradients: w(2) was assigned after this pass read it", byParameter.getMessage());
            assertThrows(
                    IllegalStateException.class, () -> pass.gradients(loss, List.of(pass.of(w)), Order.DIFFERENTIABLE));
        }
    }

    @Test
    void frozenParametersAreConstantsThroughWhichGradientsGo(Backend backend) {
        try (Parameter w = new Parameter(backend, "w", Shape.of(2), 3, 4);
                Parameter read = new Parameter(backend, "read", Shape.of(1), 1);
                Pass pass = Pass.train(backend, KEY)) {
            pass.freeze(List.of(w));
            assertFalse(pass.of(w).needsGradient());
            Variable x = input(pass, 2, -3);
            assertGradient(x.times(pass.of(w)).sum(), x, 3, 4);
            pass.of(read);
            assertEquals(
                    "freeze: this pass has read read(1) before",
                    assertThrows(IllegalStateException.class, () -> pass.freeze(List.of(read)))
                            .getMessage());
        }
    }

    @Test
    void noGradientGoesThroughADetachedValue(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 2, -3);
            assertFalse(x.detached().needsGradient());
            assertGradient(x.square().detached().times(x).sum(), x, 4, 9);
        }
    }

    @Test
    void assignAfterGradientsTakesEffectInTheNextPass(Backend backend) {
        try (Parameter w = new Parameter(backend, "w", Shape.of(2), 1, 2)) {
            try (Pass pass = Pass.train(backend, KEY)) {
                Gradients gradients = pass.gradients(pass.of(w).square().sum(), List.of(w));
                w.assign(gradients.of(w));
            }
            assertEquals(1, w.version());
            assertArrayEquals(new double[] {2, 4}, w.value().toDoubles());
        }
    }

    @Test
    void aSlotTakesTheOutputOfAPrimitiveOfItsValue(Backend backend) {
        try (Buffer stored = new Buffer(backend, "stored", Shape.of(3, 1), 1, 2, 3);
                Tensor row = backend.tensor(Shape.of(1, 1), 7)) {
            stored.assign(new RowReplacement(IndexTensor.of(2)), row);
            assertArrayEquals(new double[] {1, 2, 7}, stored.value().toDoubles());
            ShapeException shape = assertThrows(
                    ShapeException.class, () -> stored.assign(new RowReplacement(IndexTensor.of(0, 1)), row));
            assertEquals(
                    "rowReplacement: need x (n, ...) and v (2, ...) of rows as long, got x (3, 1), v (1, 1)",
                    shape.getMessage());
            assertArrayEquals(new double[] {1, 2, 7}, stored.value().toDoubles());
            assertEquals(1, stored.version());
        }
    }

    @Test
    void aParameterWithoutPartInTheLossGetsZerosOfItsShape(Backend backend) {
        try (Parameter used = new Parameter(backend, "used", Shape.of(1), 3);
                Parameter read = new Parameter(backend, "read", Shape.of(2), 1, 2);
                Parameter unread = new Parameter(backend, "unread", Shape.of(3), 1, 2, 3);
                Pass pass = Pass.train(backend, KEY)) {
            pass.of(read).square();
            Gradients gradients = pass.gradients(pass.of(used).square().sum(), List.of(used, read, unread));
            assertArrayEquals(new double[] {6}, gradients.of(used).toDoubles());
            assertArrayEquals(new double[2], gradients.of(read).toDoubles());
            assertArrayEquals(new double[3], gradients.of(unread).toDoubles());
        }
    }

    @Test
    void gradientsNameAParameterThatWasNotAskedFor(Backend backend) {
        try (Parameter w = new Parameter(backend, "w", Shape.of(1), 3);
                Parameter other = new Parameter(backend, "other", Shape.of(1), 3);
                Pass pass = Pass.train(backend, KEY)) {
            Gradients gradients = pass.gradients(pass.of(w).sum(), List.of(w));
            var error = assertThrows(IllegalArgumentException.class, () -> gradients.of(other));
            assertEquals("gradients: none was computed for parameter other(1)", error.getMessage());
        }
    }

    /** a · b, noting which inputs it was asked for. */
    private record Noting(List<Boolean> asked) implements CustomOp {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.multiply(x.get(0), x.get(1));
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            asked.add(x.needs(0));
            asked.add(x.needs(1));
            return Arrays.asList(x.needs(0) ? gy.times(x.get(1)) : null, x.needs(1) ? gy.times(x.get(0)) : null);
        }
    }

    @Test
    void aVjpIsToldWhichInputsNeedAGradient(Backend backend) {
        List<Boolean> asked = new ArrayList<>();
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable constant = pass.constant(backend.tensor(Shape.of(2), 3.0, 4.0));
            Variable x = input(pass, 1, 2);
            assertArrayEquals(
                    new double[] {3, 4},
                    gradient(constant.apply(new Noting(asked), x).sum(), x, Order.FIRST));
        }
        assertEquals(List.of(false, true), asked);
    }

    @Test
    void opsOfConstantsAreNotRecorded(Backend backend) {
        List<Boolean> asked = new ArrayList<>();
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 1, 2);
            Variable constant = pass.constant(backend.tensor(Shape.of(2), 3.0, 4.0));
            Variable product = constant.apply(new Noting(asked), constant);
            assertFalse(product.needsGradient());
            assertGradient(product.times(x).sum(), x, 9, 16);
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void passesDoNotMix(Backend backend) {
        try (Pass outer = Pass.train(backend, KEY);
                Pass inner = Pass.train(backend, KEY)) {
            Variable a = input(outer, 1);
            Variable b = input(inner, 2);
            var applied = assertThrows(IllegalArgumentException.class, () -> b.times(a));
            assertEquals("Multiply: input leaf(1) belongs to another pass", applied.getMessage());
            var loss = assertThrows(IllegalArgumentException.class, () -> inner.gradients(a, List.of(b), Order.FIRST));
            assertEquals("gradients: loss leaf(1) belongs to another pass", loss.getMessage());
            var by = assertThrows(IllegalArgumentException.class, () -> inner.gradients(b, List.of(a), Order.FIRST));
            assertEquals("gradients: leaf(1) belongs to another pass", by.getMessage());
        }
    }

    @Test
    void anEvaluatingPassRecordsNothingAndRefusesGradients(Backend backend) {
        try (Parameter w = new Parameter(backend, "w", Shape.of(1), 3);
                Pass pass = Pass.evaluate(backend)) {
            Variable y = pass.of(w).square();
            assertFalse(pass.training());
            assertFalse(y.needsGradient());
            assertEquals(9, y.value().item());
            var error = assertThrows(IllegalStateException.class, () -> pass.gradients(y, List.of(w)));
            assertEquals("gradients: this pass records nothing; open it with Pass.train", error.getMessage());
        }
    }

    @Test
    void gradientsNeedALossWithOneElement(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 1, 2);
            var error = assertThrows(ShapeException.class, () -> gradient(x.square(), x, Order.FIRST));
            assertEquals("gradients: need a loss with one element, got (2)", error.getMessage());
        }
    }

    /** y = x + 0 with a gradient that has lost its shape. */
    private record Misshapen() implements CustomOp {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.affine(x.get(0), 1, 0);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Arrays.asList(gy.sum());
        }
    }

    @Test
    void aVjpOfTheWrongShapeIsNamedWithBothShapes(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 1, 2);
            Variable loss = x.apply(new Misshapen()).sum();
            var error = assertThrows(ShapeException.class, () -> gradient(loss, x, Order.FIRST));
            assertEquals("Misshapen.vjp: gradient of input 0 is (), the input is (2)", error.getMessage());
            assertTrue(pass.recording(), "recording resumes after a failed backward");
        }
    }

    @Test
    void pathsThatMeetAgainAdd(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 2, -3);
            Variable square = x.square();
            assertGradient(square.times(x).plus(square).plus(x).sum(), x, 12 + 4 + 1, 27 - 6 + 1);
        }
    }

    @Test
    void anInputThatIsRepeatedGetsBothParts(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 2, -3);
            assertGradient(x.times(x).sum(), x, 4, -6);
            Variable row = x.reshape(Shape.of(1, 2));
            assertGradient(row.matmulTransposed(row), x, 4, -6);
        }
    }

    @Test
    void intermediateValuesAndTheLossItselfHaveGradients(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 2, -3);
            Variable square = x.square();
            Variable loss = square.times(square).sum();
            List<Variable> by = pass.gradients(loss, List.of(loss, square, x), Order.FIRST);
            assertEquals(1, by.get(0).value().item());
            assertArrayEquals(new double[] {8, 18}, by.get(1).value().toDoubles());
            assertArrayEquals(new double[] {32, -108}, by.get(2).value().toDoubles());
        }
    }

    @Test
    void differentiableGradientsNestToTheThirdOrder(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 2, -3);
            Variable order = x.square().square().sum();
            double[][] expected = {{32, -108}, {48, 108}, {48, -72}};
            for (double[] derivative : expected) {
                Variable next =
                        pass.gradients(order, List.of(x), Order.DIFFERENTIABLE).get(0);
                assertArrayEquals(derivative, next.value().toDoubles(), 1e-12);
                order = next.sum();
            }
        }
    }

    @Test
    void firstOrderGradientsAreNotRecorded(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 2);
            Variable first = pass.gradients(x.square(), List.of(x), Order.FIRST).get(0);
            assertFalse(first.needsGradient());
            assertTrue(pass.recording());
        }
    }

    @Test
    void gradientsOutliveAScopeThatIsOpenedInsideThePass(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 2, -3);
            Variable result;
            try (Scope inner = backend.openScope()) {
                Variable loss = pass.constant(inner.share(x.value())).times(x).sum();
                result = pass.gradients(loss, List.of(x), Order.FIRST).get(0);
            }
            assertArrayEquals(new double[] {2, -3}, result.value().toDoubles());
        }
    }

    @Test
    void aChainOfTenThousandOpsNeedsNoDeepStack(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 1);
            Variable y = x;
            for (int i = 0; i < 10_000; i++) {
                y = y.plus(x);
            }
            assertArrayEquals(new double[] {10_001}, gradient(y, x, Order.FIRST));
        }
    }

    @Test
    void keysOfAPassRepeatWithItsKeyAndDifferAmongThemselves(Backend backend) {
        try (Pass one = Pass.train(backend, KEY);
                Pass two = Pass.train(backend, KEY)) {
            RandomKey first = one.nextKey("dropout");
            assertEquals(first, two.nextKey("dropout"));
            assertNotEquals(first, one.nextKey("dropout"));
        }
    }

    /** y = x whose vjp reads a parameter. */
    private record Reading(Parameter parameter) implements CustomOp {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.affine(x.get(0), 1, 0);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Arrays.asList(gy.times(gy.pass().of(parameter)));
        }
    }

    @Test
    void aParameterFirstReadInsideAFirstOrderBackwardIsDifferentiatedAfterwards(Backend backend) {
        try (Parameter w = new Parameter(backend, "w", Shape.of(2), 3, 4);
                Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 1, 2);
            assertArrayEquals(
                    new double[] {3, 4}, gradient(x.apply(new Reading(w)).sum(), x, Order.FIRST));
            assertTrue(pass.of(w).needsGradient());
            assertGradient(pass.of(w).square().sum(), pass.of(w), 6, 8);
        }
    }

    @Test
    void aFusedPrimitiveWithoutGradientIsDifferentiatedThroughItsComposite(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = pass.input(backend.tensor(Shape.of(2, 2), 1.0, 2.0, 3.0, 5.0));
            Variable mean = pass.constant(backend.fill(Shape.of(2), 0));
            FusedPrimitive moments = new MovingMoments(0.5);
            Variable variance = pass.fused(moments, List.of(x, mean, mean)).get(1);
            assertGradient(variance.sum(), x, -1, -1.5, 1, 1.5);
            Variable constant = pass.constant(x.value());
            assertFalse(
                    pass.fused(moments, List.of(constant, mean, mean)).get(0).needsGradient());
        }
    }

    /** x + x with one gradient for two inputs. */
    private record Forgetful() implements CustomOp {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.add(x.get(0), x.get(1));
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Arrays.asList(gy);
        }
    }

    @Test
    void aVjpWithTooFewGradientsIsNamed(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 1, 2);
            Variable loss = x.apply(new Forgetful(), x).sum();
            var error = assertThrows(IllegalArgumentException.class, () -> gradient(loss, x, Order.FIRST));
            assertEquals("Forgetful.vjp: 1 gradients for 2 inputs", error.getMessage());
        }
    }

    @Test
    void sumAndMeanOfAScalarAreTheScalar(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = pass.input(backend.tensor(Shape.scalar(), 3.0));
            assertEquals(3, x.sum().value().item());
            assertEquals(3, x.mean().value().item());
            assertGradient(x.sum().square(), x, 6);
            assertGradient(x.mean().square(), x, 6);
        }
    }

    @Test
    void aReductionOverNoAxesIsRefused(Backend backend) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = input(pass, 1, 2);
            assertThrows(ShapeException.class, () -> pass.reduce(ReduceOp.MAX, x));
        }
    }
}
