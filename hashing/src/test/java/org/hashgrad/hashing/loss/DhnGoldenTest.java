package org.hashgrad.hashing.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Function;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DhnGoldenTest {
    private static final double TOLERANCE = 1e-12;
    private static final double[][] U = Golden.matrix("U");
    private static final double[][] S = Golden.matrix("S");

    private final Backend backend = new ReferenceBackend();
    private final Pairs pairs = Pairs.within(labels(), 0, 1, 2, 3);

    private record Result(double value, double[][] gradient) {}

    private static Labels labels() {
        double[][] y = Golden.matrix("Y");
        int[] rows = new int[y.length * y[0].length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (int) y[i / y[0].length][i % y[0].length];
        }
        return MultiLabels.ofRows(rows, y[0].length);
    }

    private Result differentiate(double[][] x, Function<Variable, Variable> formula) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            Variable u = pass.input(backend.tensor(Shape.of(4, 3), concat(x)));
            Variable value = formula.apply(u);
            double[] gradient = pass.gradients(value, List.of(u), Order.FIRST)
                    .get(0)
                    .value()
                    .toDoubles();
            return new Result(value.value().item(), rows(gradient));
        }
    }

    private static double[] concat(double[][] x) {
        return java.util.Arrays.stream(x)
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
    }

    private static double[][] rows(double[] flat) {
        double[][] rows = new double[flat.length / 3][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = java.util.Arrays.copyOfRange(flat, 3 * i, 3 * i + 3);
        }
        return rows;
    }

    private static PairwiseCrossEntropy crossEntropy(PairConvention convention) {
        return new PairwiseCrossEntropy(1, 1, Double.POSITIVE_INFINITY, convention, Balance.NONE, Reduction.SUM);
    }

    private static void assertClose(double[][] expected, double[][] actual) {
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], TOLERANCE, "row " + i);
        }
    }

    private static double[][] combine(double a, double[][] x, double b, double[][] y) {
        double[][] sum = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                sum[i][j] = a * x[i][j] + b * y[i][j];
            }
        }
        return sum;
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    @Test
    void similarityIsASharedLabel() {
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                assertEquals(S[i][j] == 1, pairs.similar(i, j), i + ", " + j);
            }
        }
    }

    @Test
    void crossEntropyOfUnorderedPairsHasTheGoldenValueAndGradient() {
        PairwiseCrossEntropy loss = crossEntropy(PairConvention.UNORDERED);
        Result result = differentiate(U, u -> loss.of(u, u, pairs));
        assertEquals(Golden.number("DHN.L_unordered"), result.value(), TOLERANCE);
        assertClose(Golden.matrix("DHN.dL_unordered"), result.gradient());
        assertClose(Golden.matrix("DHN.dL_unordered"), loss.gradient(U, S)[0]);
    }

    @Test
    void crossEntropyOfOrderedPairsIsTwiceThatOfUnorderedPairs() {
        PairwiseCrossEntropy loss = PairwiseCrossEntropy.paper();
        Result result = differentiate(U, u -> loss.of(u, u, pairs));
        double[][] expected = combine(2, Golden.matrix("DHN.dL_unordered"), 0, U);
        assertEquals(Golden.number("DHN.L_ordered"), result.value(), TOLERANCE);
        assertClose(expected, result.gradient());
        assertClose(expected, loss.gradient(U, S)[0]);
    }

    @Test
    void quantizationHasTheGoldenValueAndGradient() {
        Quantization loss = Quantization.paper();
        Result result = differentiate(U, loss::of);
        assertEquals(Golden.number("DHN.Q_point"), result.value(), TOLERANCE);
        assertClose(Golden.matrix("DHN.dQ_point"), result.gradient());
        assertClose(Golden.matrix("DHN.dQ_point"), loss.gradient(U)[0]);
    }

    @Test
    void paperObjectiveCountsEachPointTwiceForEveryOtherPoint() {
        double lambda = 0.1;
        DhnLoss loss = DhnLoss.paper(lambda);
        Result result = differentiate(U, u -> loss.of(u, u, pairs));
        assertEquals(
                Golden.number("DHN.L_ordered") + lambda * 2 * 3 * Golden.number("DHN.Q_point"),
                result.value(),
                TOLERANCE);
        double[][] expected =
                combine(2, Golden.matrix("DHN.dL_unordered"), lambda * 2 * 3, Golden.matrix("DHN.dQ_point"));
        assertClose(expected, result.gradient());
        assertClose(expected, loss.gradient(U, S)[0]);
    }

    @Test
    void meanObjectiveDividesByPairsAndByPointsTimesBits() {
        double lambda = 0.1;
        DhnLoss loss = DhnLoss.mean(lambda, Balance.NONE);
        Result result = differentiate(U, u -> loss.of(u, u, pairs));
        double[][] expected =
                combine(2.0 / 12, Golden.matrix("DHN.dL_unordered"), lambda / 12, Golden.matrix("DHN.dQ_point"));
        assertEquals(
                Golden.number("DHN.L_ordered") / 12 + lambda * Golden.number("DHN.Q_point") / 12,
                result.value(),
                TOLERANCE);
        assertClose(expected, result.gradient());
    }

    @Test
    void gradientBeforeTheTanhHeadCarriesOneMinusZSquared() {
        double lambda = 0.1;
        double[][] z = new double[4][3];
        double[][] beforeHead = new double[4][3];
        for (int i = 0; i < 4; i++) {
            for (int b = 0; b < 3; b++) {
                z[i][b] = Math.tanh(U[i][b]);
            }
        }
        DhnLoss loss = DhnLoss.paper(lambda);
        Result result = differentiate(U, x -> {
            Variable u = x.tanh();
            return loss.of(u, u, pairs);
        });
        double[][] afterHead = loss.gradient(z, S)[0];
        for (int i = 0; i < 4; i++) {
            for (int b = 0; b < 3; b++) {
                double byHand = 0;
                for (int j = 0; j < 4; j++) {
                    double theta = z[i][0] * z[j][0] + z[i][1] * z[j][1] + z[i][2] * z[j][2];
                    byHand += i == j
                            ? 0
                            : 2 * (1 / (1 + Math.exp(-theta)) - S[i][j]) * z[j][b]
                                    + lambda * 2 * Math.tanh(Math.abs(z[i][b]) - 1) * Math.signum(z[i][b]);
                }
                assertEquals(byHand, afterHead[i][b], TOLERANCE);
                beforeHead[i][b] = byHand * (1 - z[i][b] * z[i][b]);
                assertTrue(
                        Math.abs(afterHead[i][b] - result.gradient()[i][b]) > 1e-3,
                        "without 1 − z² at " + i + ", " + b);
            }
        }
        assertClose(beforeHead, result.gradient());
    }

    @Test
    void quantizationPushesAnExactZeroToPlusOne() {
        Result result = differentiate(new double[4][3], Quantization.paper()::of);
        assertEquals(Math.tanh(-1), result.gradient()[0][0], TOLERANCE);
        assertEquals(Math.tanh(-1), Quantization.paper().gradient(new double[4][3])[0][0][0], TOLERANCE);
    }
}
