package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InterpolationTest extends OnReference {
    private double[] resized(Interpolation interpolation, int n, double... line) {
        try (Pass pass = Pass.evaluate(backend)) {
            Variable x = pass.constant(backend.tensor(Shape.of(line.length, 1), line));
            return interpolation.rows(x, n).value().toDoubles();
        }
    }

    @Test
    void threeValuesStretchedToSevenAreTheKnownOnes() {
        assertArrayEquals(
                new double[] {1, 13 / 7.0, 19 / 7.0, 19 / 7.0, 16 / 7.0, 2, 2},
                resized(Interpolation.LEGACY_BILINEAR, 7, 1, 3, 2),
                1e-14);
        assertArrayEquals(
                new double[] {1, 9 / 7.0, 15 / 7.0, 3, 18 / 7.0, 15 / 7.0, 2},
                resized(Interpolation.HALF_PIXEL_BILINEAR, 7, 1, 3, 2),
                1e-14);
        assertArrayEquals(new double[] {1, 1, 1, 3, 3, 2, 2}, resized(Interpolation.NEAREST, 7, 1, 3, 2), 0);
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void theSameLengthChangesNothingAndOneValueIsRepeated(Interpolation interpolation) {
        assertArrayEquals(new double[] {4, -1, 2}, resized(interpolation, 3, 4, -1, 2), 0);
        assertArrayEquals(new double[] {5, 5, 5, 5}, resized(interpolation, 4, 5), 0);
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void theGradientIsTheAdjoint(Interpolation interpolation) {
        for (int n : new int[] {1, 4, 5, 13}) {
            Shape shape = Shape.of(5, 3);
            Shape stretched = Shape.of(n, 3);
            double[] x = drawn("x", shape);
            double[] c = drawn("c", stretched);
            try (Pass pass = Pass.train(backend, KEY)) {
                Variable input = pass.input(backend.tensor(shape, x));
                Variable y = interpolation.rows(input, n);
                Variable loss =
                        y.times(pass.constant(backend.tensor(stretched, c))).sum();
                double[] adjoint = pass.gradients(loss, List.of(input), Order.FIRST)
                        .get(0)
                        .value()
                        .toDoubles();
                assertEquals(dot(c, y.value().toDoubles()), dot(adjoint, x), 1e-12, "<c, Rx> = <R'c, x>, n = " + n);
                assertEquals(
                        3.0 * n, sumOfAdjointOfOnes(interpolation, n), 1e-12, "the weights of each value add up to 1");
            }
        }
    }

    private double sumOfAdjointOfOnes(Interpolation interpolation, int n) {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable input = pass.input(backend.fill(Shape.of(5, 3), 2));
            Variable loss = interpolation.rows(input, n).sum();
            return java.util.Arrays.stream(pass.gradients(loss, List.of(input), Order.FIRST)
                            .get(0)
                            .value()
                            .toDoubles())
                    .sum();
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void whatIsNoMatrixOrNoLengthIsAnError() {
        try (Pass pass = Pass.evaluate(backend)) {
            Variable line = pass.constant(backend.fill(Shape.of(3), 1));
            Variable matrix = pass.constant(backend.fill(Shape.of(3, 1), 1));
            assertEquals(
                    "resize rows: need x (m, c) and n >= 1, got x (3) and n 7",
                    assertThrows(ShapeException.class, () -> Interpolation.NEAREST.rows(line, 7))
                            .getMessage());
            assertEquals(
                    "resize rows: need x (m, c) and n >= 1, got x (3, 1) and n 0",
                    assertThrows(ShapeException.class, () -> Interpolation.NEAREST.rows(matrix, 0))
                            .getMessage());
        }
    }
}
