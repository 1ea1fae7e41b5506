package org.hashgrad.hashing.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.check.Domain;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The terms of the cross-modal methods at values that follow from their papers' formulas. */
class CrossModalLossTest {
    private static final int K = 20;

    private final Backend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private interface Formula {
        Variable of(Variable u);
    }

    private static Variable constant(Pass pass, double[]... rows) {
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return pass.constant(pass.backend().tensor(Shape.of(rows.length, rows[0].length), flat));
    }

    private record Result(double value, double[] gradient) {}

    private Result at(double[][] u, Formula formula) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            Variable x = pass.input(constant(pass, u).value());
            Variable value = formula.of(x);
            return new Result(
                    value.value().item(),
                    pass.gradients(value, List.of(x), Order.FIRST)
                            .get(0)
                            .value()
                            .toDoubles());
        }
    }

    private static double[][] drawn(String name, int rows, int columns) {
        double[] flat = Domain.between(-0.95, 0.95)
                .draw(Shape.of(rows, columns), RandomKey.of(5).split(name));
        return LossInputs.matrix(rows, columns, i -> flat[i]);
    }

    private static double[][] signs(double[][] relaxed) {
        return LossInputs.map(relaxed, x -> x < 0 ? -1 : 1);
    }

    private static double inner(double[] x, double[] y) {
        double sum = 0;
        for (int b = 0; b < x.length; b++) {
            sum += x[b] * y[b];
        }
        return sum;
    }

    // ------------------------------------------------------------------ Cauchy cross-media hashing

    /** φ = k/2 = 10 = γ: both losses are log 2, ∂L/∂φ is 1/20 for a similar and −1/20 for a dissimilar pair, ∂φ/∂u = −v/2. */
    @ParameterizedTest
    @CsvSource({"1, 0.05", "0, -0.05"})
    void aPairAtTheScaleIsACoinFlip(double similar, double slope) {
        double[] u = new double[K];
        double[] v = new double[K];
        u[0] = 0.5;
        v[1] = 0.5;
        CmchLoss loss = CmchLoss.paper(0, 10, CauchyLoss.Distance.INNER);
        Pairs pair = Pairs.of(new double[][] {{similar}}, false);
        Result result =
                at(new double[][] {u}, x -> loss.of(x, constant(x.pass(), v), pair, constant(x.pass(), new double[K])));
        assertEquals(Math.log(2), result.value(), 1e-12);
        assertEquals(-slope / 2 * 0.5, result.gradient()[1], 1e-12);
    }

    @ParameterizedTest
    @EnumSource(CauchyLoss.Distance.class)
    void everyDistanceOfSignsIsTheHammingDistance(CauchyLoss.Distance distance) {
        double[][] u = signs(drawn("u", 3, K));
        double[][] v = signs(drawn("v", 4, K));
        double[][] s = {{1, 0, 0, 1}, {0, 1, 0, 0}, {0, 0, 1, 0}};
        double gamma = 10;
        double expected = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                double hamming = (K - inner(u[i], v[j])) / 2;
                expected += s[i][j] == 1 ? Math.log1p(hamming / gamma) : Math.log1p(gamma / hamming);
            }
        }
        CmchLoss loss = new CmchLoss(1, gamma, distance, 1e-9, Balance.NONE, DpshLoss.Normalization.SUM);
        double value = at(u, x -> loss.of(x, constant(x.pass(), v), Pairs.of(s, false), constant(x.pass(), u)))
                .value();
        assertEquals(expected, value, 1e-7);
    }

    /** The likelihood of the methods before: 1 / (1 + exp(φ − k/2)) of the same φ is that of DSDH, κ = ½. */
    @Test
    void theLogisticCounterpartOfTheInnerDistanceIsDsdhs() {
        double[][] u = drawn("u", 3, K);
        double[][] v = drawn("v", 4, K);
        double[][] t = signs(u);
        double[][] s = {{1, 0, 0, 1}, {0, 1, 0, 0}, {0, 0, 1, 0}};
        double alpha = 0.7;
        double expected = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                double phi = (K - inner(u[i], v[j])) / 2;
                double p = 1 / (1 + Math.exp(phi - K / 2.0));
                expected -= Math.log(s[i][j] == 1 ? p : 1 - p);
            }
            for (int b = 0; b < K; b++) {
                expected += alpha * (u[i][b] - t[i][b]) * (u[i][b] - t[i][b]);
            }
        }
        DsdhLoss loss = new DsdhLoss(alpha, Balance.NONE, false, DpshLoss.Normalization.SUM);
        double value = at(u, x -> loss.of(x, constant(x.pass(), v), Pairs.of(s, false), constant(x.pass(), t)))
                .value();
        assertEquals(expected, value, 1e-10);
    }

    /** The normalisation changes the rate alone when it divides both terms. */
    @Test
    void perPairIsTheSumOverThePairs() {
        double[][] u = drawn("u", 3, K);
        double[][] v = drawn("v", 4, K);
        double[][] s = {{1, 0, 0, 1}, {0, 1, 0, 0}, {0, 0, 1, 0}};
        CmchLoss sum = CmchLoss.paper(1, 10, CauchyLoss.Distance.COSINE);
        CmchLoss mean =
                new CmchLoss(1, 10, CauchyLoss.Distance.COSINE, 1e-6, Balance.NONE, DpshLoss.Normalization.PER_PAIR);
        double[][] ofSum = sum.gradient(u, v, s, signs(u))[0];
        double[][] ofMean = mean.gradient(u, v, s, signs(u))[0];
        for (int i = 0; i < 3; i++) {
            double[] scaled = Arrays.stream(ofMean[i]).map(g -> 12 * g).toArray();
            assertArrayEquals(ofSum[i], scaled, 1e-12);
        }
    }

    // ------------------------------------------------------------------ self-supervised adversarial hashing

    /** J1 and J2 with the label network on both sides: ½ F (W + Wᵀ), W = σ(½ F Fᵀ) − S. */
    @Test
    void pairTermOfTheLabelNetworkIsTheCrossEntropyWithHalfTheInnerProduct() {
        double[][] f = drawn("f", 4, 3);
        double[][] s = {{1, 0, 1, 0}, {0, 1, 0, 0}, {1, 0, 1, 1}, {0, 0, 1, 1}};
        PairwiseCrossEntropy term = new PairwiseCrossEntropy(
                0.5, 1, Double.POSITIVE_INFINITY, PairConvention.WITH_DIAGONAL, Balance.NONE, Reduction.SUM);
        double[] expected = new double[12];
        double value = 0;
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double theta = inner(f[i], f[j]) / 2;
                double w = 1 / (1 + Math.exp(-theta)) - s[i][j];
                value += Math.log1p(Math.exp(theta)) - s[i][j] * theta;
                for (int b = 0; b < 3; b++) {
                    expected[i * 3 + b] += w * f[j][b] / 2;
                    expected[j * 3 + b] += w * f[i][b] / 2;
                }
            }
        }
        Result result = at(f, x -> term.of(x, x, Pairs.of(s, true)));
        assertEquals(value, result.value(), 1e-12);
        assertArrayEquals(expected, result.gradient(), 1e-12);
    }

    /** ρ = 0.999: θ = log(ρ / (1 − ρ)) = 6.907 is where a similar pair rests; its likelihood is negative there, so it isn't a zero of the square. */
    @Test
    void similarPairsOfTheCodesFormRestAtTheLogitOfTheCertainty() {
        double optimum = Math.log(0.999 / 0.001);
        assertEquals(6.907, optimum, 1e-3);
        double[][] s = {{1}};
        SquaredCrossEntropy loss = SquaredCrossEntropy.code();
        double[][] v = {{1}};
        assertEquals(0, loss.gradient(new double[][] {{2 * optimum}}, v, s)[0][0][0], 1e-12);
        assertTrue(loss.gradient(new double[][] {{2 * optimum - 1}}, v, s)[0][0][0] < 0, "drawn up from below");
        assertTrue(loss.gradient(new double[][] {{2 * optimum + 4}}, v, s)[0][0][0] > 0, "drawn down from above");
    }

    @Test
    void withCertaintyTheCodesFormIsHalfTheSquaredLikelihoods() {
        double[][] u = drawn("u", 3, 4);
        double[][] v = drawn("v", 2, 4);
        double[][] s = {{1, 0}, {0, 1}, {0, 0}};
        double expected = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 2; j++) {
                double theta = inner(u[i], v[j]) / 2;
                double likelihood = -Math.log1p(Math.exp(s[i][j] == 1 ? -theta : theta));
                expected += likelihood * likelihood / 2;
            }
        }
        SquaredCrossEntropy loss = new SquaredCrossEntropy(0.5, 1, Reduction.SUM);
        assertEquals(
                expected,
                at(u, x -> loss.of(x, constant(x.pass(), v), Pairs.of(s, false)))
                        .value(),
                1e-12);
    }

    @ParameterizedTest
    @EnumSource(AdversaryLoss.Form.class)
    void theGeneratorIsDrawnWhereTheDiscriminatorPutsLabelFeatures(AdversaryLoss.Form form) {
        double[][] scores = {{-1.5}, {0.25}};
        AdversaryLoss loss = new AdversaryLoss(form, Reduction.SUM);
        double[] generator = at(scores, loss::generator).gradient();
        double[] discriminator = at(
                        scores, x -> loss.discriminator(constant(x.pass(), new double[] {1}, new double[] {1}), x))
                .gradient();
        double[] ofLabels = at(
                        scores, x -> loss.discriminator(x, constant(x.pass(), new double[] {1}, new double[] {1})))
                .gradient();
        for (int i = 0; i < 2; i++) {
            double x = scores[i][0];
            double p = 1 / (1 + Math.exp(-x));
            boolean squares = form == AdversaryLoss.Form.LEAST_SQUARES;
            assertEquals(squares ? 2 * (x - 1) : p - 1, generator[i], 1e-12);
            assertEquals(squares ? 2 * x : p, discriminator[i], 1e-12);
            assertEquals(generator[i], ofLabels[i], 1e-12);
        }
    }
}
