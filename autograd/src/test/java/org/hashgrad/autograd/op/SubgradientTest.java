package org.hashgrad.autograd.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.hashgrad.autograd.OnReference;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the Javadoc of each op promises at its kink. */
@ExtendWith(OnReference.class)
class SubgradientTest {
    private static void assertGradient(Backend backend, Op op, Shape shape, double[] x, double... expected) {
        for (Order order : Order.values()) {
            try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
                Variable input = pass.input(backend.tensor(shape, x));
                Variable loss = input.apply(op).sum();
                double[] gradient = pass.gradients(loss, List.of(input), order)
                        .get(0)
                        .value()
                        .toDoubles();
                assertArrayEquals(expected, gradient, 1e-15, op + " " + order);
            }
        }
    }

    private static void assertGradients(Backend backend, Op op, double ga, double gb) {
        try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
            Variable a = pass.input(backend.tensor(Shape.scalar(), 2.0));
            Variable b = pass.input(backend.tensor(Shape.scalar(), 2.0));
            List<Variable> gradients = pass.gradients(a.apply(op, b), List.of(a, b), Order.FIRST);
            assertArrayEquals(
                    new double[] {ga, gb},
                    gradients.stream().mapToDouble(g -> g.value().item()).toArray());
        }
    }

    @Test
    void absTakesPlusOneAtZeroAndReluZero(Backend backend) {
        Shape three = Shape.of(3);
        double[] x = {-1, 0, 1};
        assertGradient(backend, new Elementwise.Abs(), three, x, -1, 1, 1);
        assertGradient(backend, new Elementwise.Relu(), three, x, 0, 0, 1);
        assertGradient(backend, new Elementwise.Sgn(), three, x, 0, 0, 0);
    }

    @Test
    void logCoshToSignTreatsZeroAsPositive(Backend backend) {
        double slope = Math.tanh(-1);
        assertGradient(backend, new Fused(new LogCoshToSign()), Shape.of(1, 2), new double[] {0, -0.0}, slope, slope);
    }

    @Test
    void equalArgumentsOfMaximumGiveTheSecondAndOfMinimumTheFirst(Backend backend) {
        assertGradients(backend, new Arithmetic.Maximum(), 0, 1);
        assertGradients(backend, new Arithmetic.Minimum(), 1, 0);
    }

    @Test
    void tiedMaximaShareInEqualParts(Backend backend) {
        assertGradient(
                backend,
                new Reduction.Max(1),
                Shape.of(2, 3),
                new double[] {4, 1, 4, 2, 2, 2},
                0.5,
                0,
                0.5,
                1.0 / 3,
                1.0 / 3,
                1.0 / 3);
    }

    @Test
    void theFirstOfTiedMaximaOfAWindowCounts(Backend backend) {
        Op pool = new Pooling.MaxPool(PoolGeometry.of(2, 2, false));
        assertGradient(backend, pool, Shape.of(1, 1, 2, 2), new double[] {1, 3, 3, 3}, 0, 1, 0, 0);
    }
}
