package org.hashgrad.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.UnaryOp;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(OnReference.class)
class NanPropagationTest {
    private static Variable pair(Pass pass, double first, double second) {
        return pass.input(pass.backend().tensor(Shape.of(2), first, second));
    }

    private static double[] gradient(Variable loss, Variable by) {
        return loss.pass()
                .gradients(loss, List.of(by), Order.FIRST)
                .get(0)
                .value()
                .toDoubles();
    }

    private static void assertNanOnlyFirst(double[] values) {
        assertTrue(Double.isNaN(values[0]), "first element is " + values[0]);
        assertTrue(Double.isFinite(values[1]), "second element is " + values[1]);
    }

    @ParameterizedTest
    @EnumSource
    void anElementThatIsNanStaysNanThroughAFunctionOfOneArgument(UnaryOp op, Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
            assertNanOnlyFirst(
                    pass.unary(op, pair(pass, Double.NaN, 0.5)).value().toDoubles());
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NEG", "SGN"})
    void itsGradientIsNanWhereTheSlopeDependsOnTheArgument(UnaryOp op, Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
            Variable x = pair(pass, Double.NaN, 0.5);
            assertNanOnlyFirst(gradient(pass.unary(op, x).sum(), x));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NEG", "SGN"})
    void itsGradientIsTheConstantSlopeElsewhere(UnaryOp op, Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
            Variable x = pair(pass, Double.NaN, 0.5);
            double slope = op == UnaryOp.NEG ? -1 : 0;
            assertArrayEquals(
                    new double[] {slope, slope}, gradient(pass.unary(op, x).sum(), x));
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SGN"})
    void aNanCotangentReachesTheArgument(UnaryOp op, Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
            Variable x = pair(pass, 0.5, 0.5);
            Variable weight = pass.constant(backend.tensor(Shape.of(2), Double.NaN, 1.0));
            assertNanOnlyFirst(gradient(pass.unary(op, x).times(weight).sum(), x));
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"GREATER", "EQUAL", "RELU_GRADIENT"})
    void anElementThatIsNanStaysNanFromEitherOfTwoArguments(BinaryOp op, Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
            Variable nan = pair(pass, Double.NaN, 0.25);
            Variable number = pair(pass, 0.5, 0.5);
            assertNanOnlyFirst(pass.binary(op, nan, number).value().toDoubles());
            assertNanOnlyFirst(pass.binary(op, number, nan).value().toDoubles());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GREATER", "EQUAL"})
    void comparisonsWithNanAreFalse(BinaryOp op, Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
            Variable nan = pair(pass, Double.NaN, Double.NaN);
            assertEquals(0, pass.binary(op, nan, nan).value().toDoubles()[0]);
            assertEquals(0, pass.binary(op, nan, pair(pass, 1, 1)).value().toDoubles()[0]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RELU_GRADIENT"})
    void theGateOfReluIsNanWhereItsOutputIsAndClosesOnANanCotangent(BinaryOp op, Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
            assertNanOnlyFirst(pass.binary(op, pair(pass, 1, 1), pair(pass, Double.NaN, 0.5))
                    .value()
                    .toDoubles());
            assertArrayEquals(
                    new double[] {Double.NaN, 0},
                    pass.binary(op, pair(pass, Double.NaN, Double.NaN), pair(pass, 1, 0))
                            .value()
                            .toDoubles());
        }
    }
}
