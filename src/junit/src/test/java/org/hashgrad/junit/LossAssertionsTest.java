package org.hashgrad.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.ClosedFormGradient;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.loss.PairLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.loss.PointLoss;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LossAssertionsTest {
    /** Σ u² with a gradient of {@code factor} u. */
    private record Squares(double factor) implements PointLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u) {
            return u.square().sum();
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            double[][] gradient = new double[inputs[0].length][inputs[0][0].length];
            for (int i = 0; i < gradient.length; i++) {
                for (int b = 0; b < gradient[i].length; b++) {
                    gradient[i][b] = factor * inputs[0][i][b];
                }
            }
            return new double[][][] {gradient};
        }
    }

    private record Overflowing() implements PairLoss {
        @Override
        public Variable of(Variable u, Variable v, Pairs pairs) {
            return u.matmulTransposed(v).exp().plus(1).log().sum();
        }
    }

    private static String messageOf(Executable assertion) {
        return String.valueOf(assertThrows(AssertionError.class, assertion).getMessage());
    }

    @Test
    void gradientIsRight() {
        LossAssertions.assertGradients(DhnLoss.paper(0.1));
    }

    @Test
    void wrongGradientFailsWithTheLikelyMistake() {
        String message = messageOf(() -> LossAssertions.assertGradients(new Squares(1)));
        String reference = message.lines()
                .filter(line -> line.startsWith("Squares: closed form check on reference f64: u["))
                .findFirst()
                .orElse(message);
        assertTrue(reference.endsWith("likely: tape = 2.000 × closed form everywhere: a factor 2"), reference);
    }

    @Test
    void valuesThatOverflowFail() {
        try (Backend backend = new ReferenceBackend()) {
            String message = messageOf(() -> LossAssertions.assertGradients(new Overflowing(), backend, 3));
            assertTrue(
                    message.matches("Overflowing: stability check on reference f64: \\d+ values or gradients are not"
                            + " finite at inner products of ±1000"),
                    message);
            LossAssertions.assertGradients(new Squares(2), backend, 3);
            assertEquals(0, backend.liveBytes());
        }
    }
}
