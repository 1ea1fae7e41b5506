package org.hashgrad.autograd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.OnReference;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.CustomOp;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnReference.class)
class GradientCheckTest {
    private static GradientCheck squares() {
        return GradientCheck.of("squares", in -> in.get(0).square().sum());
    }

    @Test
    void aLossIsCheckedInOneExpression(Backend backend) {
        GradientCheck.of("my loss", in -> in.get(0).tanh().abs().square().sum())
                .input("x", Shape.of(4, 3), Domain.between(-2, 2).awayFrom(0, 1e-2))
                .seed(7)
                .run(backend)
                .assertPassed();
    }

    @Test
    void theReportHasOneRowPerCheck(Backend backend) {
        CheckReport report = squares()
                .input("x", Shape.of(2), 1, -2)
                .closedForm(x -> new double[][][] {{{2 * x[0][0][0]}, {2 * x[0][1][0]}}})
                .run(backend);
        assertEquals(
                List.of("numeric", "orders", "second order", "closed form"),
                report.rows().stream().map(CheckRow::check).toList());
        for (CheckRow row : report.rows()) {
            assertEquals("squares", row.name());
            assertEquals("loss", row.kind());
            assertEquals("reference", row.backend());
            assertEquals("f64", row.precision());
            assertTrue(row.passed() && row.error() <= row.bound(), row.toString());
        }
    }

    @Test
    void aClosedFormWithAConstantOffInTheTenthDigitIsRejected(Backend backend) {
        CheckReport report = squares()
                .input("x", Shape.of(1, 2), 1, -2)
                .closedForm(x -> new double[][][] {{{2 * x[0][0][0], (2 + 1e-10) * x[0][0][1]}}})
                .run(backend);
        assertEquals(1, report.failures().size());
        assertEquals("closed form", report.failures().get(0).check());
        assertEquals(List.of(0, 1), report.failures().get(0).index());
    }

    @Test
    void whatIsDetachedIsHeldAtTheStartByTheDifferencesToo(Backend backend) {
        GradientCheck.of("weight held", in -> {
                    Variable x = in.get(0);
                    return x.exp()
                            .detached()
                            .times(x.square())
                            .plus(x.tanh().detached())
                            .sum();
                })
                .input("x", Shape.of(2, 2), Domain.between(-1, 1))
                .closedForm(x -> {
                    double[][] gradient = new double[2][2];
                    for (int i = 0; i < 2; i++) {
                        for (int j = 0; j < 2; j++) {
                            gradient[i][j] = Math.exp(x[0][i][j]) * 2 * x[0][i][j];
                        }
                    }
                    return new double[][][] {gradient};
                })
                .run(backend)
                .assertPassed();
    }

    @Test
    void aClosedFormSeesConstantsAndAnswersForInputsOnly(Backend backend) {
        GradientCheck.of("weighted", in -> in.get(0).times(in.get(1)).sum())
                .constant("w", Shape.of(2, 2), 1, 2, 3, 4)
                .input("x", Shape.of(2, 2), Domain.between(-1, 1))
                .closedForm(arguments -> new double[][][] {arguments[0]})
                .run(backend)
                .assertPassed();
    }

    @Test
    void aClosedFormOfTheWrongSizeOrForAVectorIsRefused(Backend backend) {
        GradientCheck small = squares().input("x", Shape.of(2), 1, -2).closedForm(x -> new double[][][] {{{2}}});
        var size = assertThrows(ShapeException.class, () -> small.run(backend));
        assertEquals(
                "gradient check: the closed form of squares has [1] elements by input, need [2]", size.getMessage());
        GradientCheck vector = GradientCheck.of("vector", in -> in.get(0).square())
                .input("x", Shape.of(2), 1, -2)
                .closedForm(x -> x);
        assertThrows(ShapeException.class, () -> vector.run(backend));
    }

    @Test
    void theSeedDrawsTheInputs(Backend backend) {
        List<List<Double>> drawn = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            squares()
                    .input("x", Shape.of(1, 2), Domain.between(-2, 2))
                    .seed(seed)
                    .closedForm(x -> {
                        drawn.add(List.of(x[0][0][0], x[0][0][1]));
                        return new double[][][] {{{2 * x[0][0][0], 2 * x[0][0][1]}}};
                    })
                    .run(backend)
                    .assertPassed();
        }
        assertEquals(drawn.get(0), drawn.get(1));
        assertNotEquals(drawn.get(0), drawn.get(2));
    }

    @Test
    void largeInputsAreSteppedInProportion(Backend backend) {
        GradientCheck.of("log", in -> in.get(0).log())
                .input("x", Shape.of(3), 1e3, 1e6, 1e9)
                .run(backend)
                .assertPassed();
    }

    @Test
    void aCheckWithoutInputsOrWithTooFewValuesIsRefused(Backend backend) {
        GradientCheck nothing = squares().constant("x", Shape.of(1), 1);
        assertThrows(IllegalArgumentException.class, () -> nothing.run(backend));
        var error = assertThrows(ShapeException.class, () -> squares().input("x", Shape.of(2, 2), 1, 2, 3));
        assertEquals("gradient check: x is (2, 2) with 4 elements, got 3 values", error.getMessage());
    }

    @Test
    void differencesOfSinglePrecisionAreRefused(Backend backend) {
        try (Backend single = new CpuBackend(1)) {
            GradientCheck check = squares().input("x", Shape.of(2), 1, -2);
            var run = assertThrows(IllegalArgumentException.class, () -> check.run(single));
            assertEquals(
                    "gradient check: numeric differences need an F64 backend, got " + single.name()
                            + " in F32; compare it with an F64 one instead",
                    run.getMessage());
            assertThrows(IllegalArgumentException.class, () -> check.compare(single, backend));
        }
    }

    @Test
    void aSinglePrecisionBackendIsHeldToItsOwnRoundoff(Backend backend) {
        try (Backend single = new CpuBackend(1)) {
            CheckReport report = GradientCheck.of("my loss", in -> in.get(0)
                            .tanh()
                            .matmulTransposed(in.get(0))
                            .softplus()
                            .sum())
                    .input("x", Shape.of(5, 7), Domain.between(-2, 2))
                    .compare(backend, single);
            report.assertPassed();
            CheckRow row = report.rows().get(0);
            assertEquals(single.name(), row.backend());
            assertEquals("f32", row.precision());
            assertEquals(0x1p-24 * (128 + 35 + 1), row.bound());
            assertTrue(row.error() > 0x1p-53, "single precision without rounding error: " + row);
            assertEquals(0, single.liveBytes());
        }
    }

    /** x · x on the first backend; elsewhere off by a factor in value or gradient. */
    private record Perturbed(Backend faithful, double value, double gradient) implements CustomOp {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.scale(backend.multiply(x.get(0), x.get(0)), backend == faithful ? 1 : value);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            double factor = gy.pass().backend() == faithful ? 2 : 2 * gradient;
            return Arrays.asList(gy.times(x.get(0)).times(factor));
        }
    }

    private static CheckReport compared(Backend reference, double value, double gradient) {
        try (Backend other = new ReferenceBackend()) {
            CheckReport report = GradientCheck.of(
                            "perturbed", in -> in.get(0).apply(new Perturbed(reference, value, gradient)))
                    .input("x", Shape.of(2, 3), Domain.between(1, 2))
                    .compare(reference, other);
            assertEquals(0, other.liveBytes());
            assertEquals("backend", report.rows().get(0).check());
            assertEquals(
                    Tolerances.rounding(Precision.F64, 12), report.rows().get(0).bound());
            return report;
        }
    }

    @Test
    void backendsThatAgreePassTheComparison(Backend backend) {
        CheckReport report = compared(backend, 1, 1);
        report.assertPassed();
        assertEquals(0, report.rows().get(0).error());
    }

    @Test
    void aBackendThatDiffersInValueOrGradientIsRejected(Backend backend) {
        CheckReport value = compared(backend, 1 + 1e-13, 1);
        assertEquals("output", value.failures().get(0).input());
        assertFalse(value.passed());
        assertFalse(value.rows().get(0).passed());
        CheckReport gradient = compared(backend, 1, 1 + 1e-13);
        assertEquals("x", gradient.failures().get(0).input());
        assertEquals(1, gradient.failures().size());
    }
}
