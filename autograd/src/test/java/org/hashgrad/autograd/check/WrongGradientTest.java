package org.hashgrad.autograd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.OnReference;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.CustomOp;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.autograd.op.Linalg;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The checker must reject every one of these vector-Jacobian products, and say where. */
@ExtendWith(OnReference.class)
class WrongGradientTest {
    private static final Domain WIDE = Domain.between(-2, 2);

    private interface Forward {
        Tensor of(Backend backend, List<Tensor> x);
    }

    private interface Backward {
        List<@Nullable Variable> of(Variable gy, Variable y, Inputs x);
    }

    private record Faulty(Forward value, Backward gradient) implements CustomOp {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return value.of(backend, x);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return gradient.of(gy, y, x);
        }
    }

    private static List<@Nullable Variable> by(@Nullable Variable... gradients) {
        return Arrays.asList(gradients);
    }

    private static Function<List<Variable>, Variable> applying(Forward forward, Backward gradient) {
        return in -> in.get(0).pass().apply(new Faulty(forward, gradient), in);
    }

    private static Forward unary(UnaryOp op) {
        return (backend, x) -> backend.unary(op, x.get(0));
    }

    private static Forward product() {
        return (backend, x) -> backend.multiply(x.get(0), x.get(1));
    }

    private static GradientCheck onMatrix(Forward forward, Backward gradient) {
        return GradientCheck.of("faulty", applying(forward, gradient)).input("x", Shape.of(4, 3), WIDE);
    }

    private static Failure rejected(GradientCheck check, Backend backend) {
        CheckReport report = check.seed(7).run(backend);
        assertFalse(report.passed(), "a wrong gradient passed: " + report);
        CheckRow numeric = report.rows().get(0);
        assertEquals("numeric", numeric.check());
        assertFalse(numeric.passed(), "the numeric check passed: " + numeric);
        assertThrows(GradientMismatch.class, report::assertPassed);
        return report.failures().get(0);
    }

    @Test
    void theSameOpWithItsTrueGradientPasses(Backend backend) {
        onMatrix(unary(UnaryOp.SQUARE), (gy, y, x) -> by(gy.times(x.get(0)).times(2)))
                .run(backend)
                .assertPassed();
    }

    @Test
    void aWrongSignIsRejected(Backend backend) {
        Failure failure = rejected(
                onMatrix(
                        unary(UnaryOp.SQUARE),
                        (gy, y, x) -> by(gy.times(x.get(0)).times(-2))),
                backend);
        assertEquals(failure.expected(), -failure.analytic(), 1e-6);
        assertEquals(1, Math.round(failure.error() / 2));
    }

    @Test
    void aFactorOfTwoIsRejected(Backend backend) {
        Failure failure = rejected(
                onMatrix(unary(UnaryOp.EXP), (gy, y, x) -> by(gy.times(y).times(2))), backend);
        assertEquals(2 * failure.expected(), failure.analytic(), 1e-6);
    }

    @Test
    void aFactorNearOneIsRejected(Backend backend) {
        rejected(onMatrix(unary(UnaryOp.EXP), (gy, y, x) -> by(gy.times(y).times(1.00001))), backend);
    }

    @Test
    void tanhWithoutOneMinusSquareIsRejected(Backend backend) {
        rejected(onMatrix(unary(UnaryOp.TANH), (gy, y, x) -> by(gy)), backend);
    }

    @Test
    void tanhGradientFromItsInputInPlaceOfItsOutputIsRejected(Backend backend) {
        rejected(
                onMatrix(
                        unary(UnaryOp.TANH),
                        (gy, y, x) -> by(gy.times(x.get(0).square().times(-1).plus(1)))),
                backend);
    }

    @Test
    void aZeroGradientIsRejected(Backend backend) {
        Failure failure = rejected(onMatrix(unary(UnaryOp.SQUARE), (gy, y, x) -> by((Variable) null)), backend);
        assertEquals(0, failure.analytic());
        assertEquals(1, failure.error());
    }

    @Test
    void aMatmulWithTransposedRolesIsRejectedForBothInputs(Backend backend) {
        Forward matmul = (backendOf, x) -> backendOf.matmul(x.get(0), x.get(1), false, false);
        Backward turned = (gy, y, x) -> by(gy.matmul(x.get(1)), gy.apply(new Linalg.Matmul(false, false), x.get(0)));
        CheckReport report = GradientCheck.of("faulty", applying(matmul, turned))
                .input("a", Shape.of(3, 3), WIDE)
                .input("b", Shape.of(3, 3), WIDE)
                .run(backend);
        List<String> inputs = report.failures().stream()
                .filter(failure -> failure.check().equals("numeric"))
                .map(Failure::input)
                .toList();
        assertEquals(List.of("a", "b"), inputs);
    }

    @Test
    void aForgottenBroadcastIsAnErrorThatNamesTheInput(Backend backend) {
        GradientCheck check = GradientCheck.of(
                        "faulty",
                        applying((backendOf, x) -> backendOf.add(x.get(0), x.get(1)), (gy, y, x) -> by(gy, gy)))
                .input("a", Shape.of(4, 3), WIDE)
                .input("b", Shape.of(3), WIDE);
        var error = assertThrows(ShapeException.class, () -> check.run(backend));
        assertEquals("Faulty.vjp: gradient of input 1 is (4, 3), the input is (3)", error.getMessage());
    }

    @Test
    void aBroadcastUndoneByAMeanIsRejectedForThatInputOnly(Backend backend) {
        Forward add = (backendOf, x) -> backendOf.add(x.get(0), x.get(1));
        Backward averaged = (gy, y, x) -> by(gy, gy.mean(0).reshape(Shape.of(3)));
        CheckReport report = GradientCheck.of("faulty", applying(add, averaged))
                .input("a", Shape.of(4, 3), WIDE)
                .input("b", Shape.of(3), WIDE)
                .run(backend);
        assertEquals(
                List.of("b"),
                report.failures().stream().map(Failure::input).distinct().toList());
    }

    @Test
    void pairwiseLogisticWithKappaTwiceTooLargeIsRejected(Backend backend) {
        Fused half = new Fused(new PairwiseLogistic(0.5));
        Fused one = new Fused(new PairwiseLogistic(1));
        Failure failure = rejected(
                GradientCheck.of("faulty", applying(half::forward, one::vjp))
                        .input("u", Shape.of(3, 4), WIDE)
                        .input("v", Shape.of(2, 4), WIDE)
                        .constant("s", Shape.of(3, 2), Domain.steps(0, 1, 1))
                        .constant("w", Shape.of(3, 2), 1, 1, 1, 1, 1, 1),
                backend);
        assertEquals("u", failure.input());
    }

    @Test
    void oneWrongElementIsFoundAndNamed(Backend backend) {
        double[] mask = new double[12];
        Arrays.fill(mask, 1);
        mask[2 * 3 + 1] = 0.999;
        Backward almost = (gy, y, x) -> {
            Variable gate = gy.pass().constant(gy.pass().backend().tensor(Shape.of(4, 3), mask));
            return by(gy.times(x.get(1)), gy.times(x.get(0)).times(gate));
        };
        Failure failure = rejected(
                GradientCheck.of("almost", applying(product(), almost))
                        .input("a", Shape.of(4, 3), WIDE)
                        .input("b", Shape.of(4, 3), WIDE),
                backend);
        assertEquals("b", failure.input());
        assertEquals(List.of(2, 1), failure.index());
        assertEquals(7, failure.seed());
        String message = failure.message();
        assertTrue(message.startsWith("almost: numeric check on reference f64: b[2, 1]: analytic "), message);
        assertTrue(message.endsWith("exceeds 1.00e-06 (seed 7)"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void aGradientThatIsRightButCutOffFromTheTapeFailsTheSecondOrderOnly(Backend backend) {
        Backward detached = (gy, y, x) -> {
            Variable held = gy.pass().constant(x.get(0).value());
            return by(gy.times(held).times(2));
        };
        CheckReport report = onMatrix(unary(UnaryOp.SQUARE), detached).run(backend);
        assertEquals(
                List.of(true, true, false),
                report.rows().stream().map(CheckRow::passed).toList());
        assertEquals("second order", report.failures().get(0).check());
    }

    @Test
    void aCotangentCutOffFromTheTapeFailsTheSecondOrderOnly(Backend backend) {
        Backward detached = (gy, y, x) -> {
            Variable held = gy.pass().constant(gy.value());
            return by(x.get(0).times(held).times(2));
        };
        CheckReport report = onMatrix(unary(UnaryOp.SQUARE), detached).run(backend);
        assertEquals(
                List.of(true, true, false),
                report.rows().stream().map(CheckRow::passed).toList());
    }

    @Test
    void aSmallGradientByALargeInputIsStillChecked(Backend backend) {
        Failure failure = rejected(
                GradientCheck.of(
                                "faulty",
                                applying(
                                        unary(UnaryOp.LOG),
                                        (gy, y, x) -> by(gy.dividedBy(x.get(0)).times(1.001))))
                        .input("x", Shape.of(3), 1e3, 1e6, 1e9),
                backend);
        assertTrue(failure.error() > 9e-4, failure.message());
    }

    @Test
    void aFirstOrderGradientUnlikeTheDifferentiableOneIsRejected(Backend backend) {
        Backward twofold = (gy, y, x) -> by(gy.times(x.get(0)).times(gy.pass().recording() ? 2 + 1e-10 : 2));
        CheckReport report = onMatrix(unary(UnaryOp.SQUARE), twofold).run(backend);
        assertEquals("orders", report.failures().get(0).check());
    }

    @Test
    void nanIsAFailureHoweverItArises(Backend backend) {
        CheckReport undefined = GradientCheck.of("log", in -> in.get(0).log())
                .input("x", Shape.of(3), -1, 2, 3)
                .run(backend);
        assertFalse(undefined.passed());
        assertEquals(Double.POSITIVE_INFINITY, undefined.rows().get(0).error());
        assertEquals(List.of(0), undefined.failures().get(0).index());

        Failure nan = rejected(onMatrix(unary(UnaryOp.SQUARE), (gy, y, x) -> by(gy.times(Double.NaN))), backend);
        assertTrue(Double.isNaN(nan.analytic()));
    }
}
