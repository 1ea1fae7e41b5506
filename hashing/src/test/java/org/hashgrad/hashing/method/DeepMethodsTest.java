package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.CauchyLoss;
import org.hashgrad.hashing.loss.DphLoss;
import org.hashgrad.hashing.loss.DpshLoss;
import org.hashgrad.hashing.loss.DtshLoss;
import org.hashgrad.hashing.loss.HashNetLoss;
import org.hashgrad.hashing.loss.PairConvention;
import org.hashgrad.hashing.loss.PairLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What DPSH, DTSH, HashNet, DCH and DPH do with a batch besides their losses: banks, draws, continuation, streams. */
class DeepMethodsTest {
    private static final double TOLERANCE = 1e-12;
    private static final Samples SAMPLES = Clusters.draw(8, 1);
    private static final int BITS = Clusters.BITS;

    private final Backend backend = new ReferenceBackend();
    private final HashNetwork network = Clusters.network(backend, 1);
    private final Training training = new Training(backend, network, SAMPLES, BITS, RandomKey.of(3), null);

    private record Step(double value, double[][] gradient) {}

    private interface Formula {
        Variable of(Variable u);
    }

    @BeforeEach
    void classesAreInTurn() {
        for (int i = 0; i < 8; i++) {
            assertTrue(SAMPLES.labels().has(i, i % 4));
        }
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        network.close();
        assertEquals(0, backend.liveBytes());
    }

    /** Outputs of the samples at the given rows, different in every step. */
    private static double[][] outputs(int step, int... rows) {
        double[][] u = new double[rows.length][BITS];
        RandomKey key = RandomKey.of(step);
        for (int i = 0; i < rows.length; i++) {
            for (int b = 0; b < BITS; b++) {
                u[i][b] = (float) (2 * key.uniform(rows[i] * BITS + b) - 1);
            }
        }
        return u;
    }

    private Step step(MethodState state, int number, int... rows) {
        return differentiate(
                number,
                u -> state.loss(new Batch(SAMPLES.labels(), rows, u, () -> u, 0, number, RandomKey.of(number))),
                rows);
    }

    private Step differentiate(int number, Formula formula, int... rows) {
        double[] flat = Arrays.stream(outputs(number, rows))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            Variable u = pass.input(backend.tensor(Shape.of(rows.length, BITS), flat));
            Variable loss = formula.of(u);
            double[] gradient =
                    pass.gradients(loss, List.of(u), Order.FIRST).get(0).value().toDoubles();
            double[][] byRow = new double[rows.length][];
            Arrays.setAll(byRow, i -> Arrays.copyOfRange(gradient, i * BITS, (i + 1) * BITS));
            return new Step(loss.value().item(), byRow);
        }
    }

    private static double theta(double[] x, double[] y) {
        double sum = 0;
        for (int b = 0; b < BITS; b++) {
            sum += x[b] * y[b];
        }
        return sum / 2;
    }

    @Test
    void dpshComparesABatchWithItsOwnStoredRowsAndThoseOfEarlierBatches() {
        DpshLoss likelihood =
                new DpshLoss(0, PairConvention.WITH_DIAGONAL, Balance.NONE, true, DpshLoss.Normalization.SUM);
        try (MethodState state = new Dpsh(likelihood).begin(training)) {
            double[][] bank = new double[8][BITS];
            int[][] batches = {{2, 5, 0}, {7, 5, 1}};
            for (int t = 0; t < 2; t++) {
                double[][] u = outputs(t, batches[t]);
                for (int i = 0; i < 3; i++) {
                    bank[batches[t][i]] = u[i];
                }
                double[][] expected = new double[3][BITS];
                for (int i = 0; i < 3; i++) {
                    for (int j = 0; j < 8; j++) {
                        double s = batches[t][i] % 4 == j % 4 ? 1 : 0;
                        double r = 1 / (1 + Math.exp(-theta(u[i], bank[j]))) - s;
                        for (int b = 0; b < BITS; b++) {
                            expected[i][b] += r * bank[j][b];
                        }
                    }
                }
                Step step = step(state, t, batches[t]);
                for (int i = 0; i < 3; i++) {
                    assertArrayEquals(expected[i], step.gradient()[i], TOLERANCE, "step " + t + ", row " + i);
                }
            }
        }
    }

    @Test
    void dtshDrawsFromTheStoredRowsOutsideTheBatch() {
        DtshLoss likelihood = new DtshLoss(0, 0.5, 0.5, true, DtshLoss.Normalization.SUM);
        try (MethodState state = new Dtsh(likelihood, Dtsh.Source.MEMORY, 5, 5).begin(training)) {
            // Outside lie one positive of each anchor and 1 + 2 + 2 negatives, all still 0.
            Step first = step(state, 0, 0, 1);
            assertEquals(10 * Math.log1p(Math.exp(4)), first.value(), 1e-9);
            for (double[] row : first.gradient()) {
                assertArrayEquals(new double[BITS], row);
            }
            // Of the anchor 4 (class 0), 0 is a stored positive and 1 a stored negative; the others are 0.
            double[] u = outputs(1, 4)[0];
            double[] positive = outputs(0, 0)[0];
            double[] negative = outputs(0, 1)[0];
            double expected = 0;
            for (double ofNegative : new double[] {theta(u, negative), 0, 0, 0, 0, 0}) {
                expected += Math.log1p(Math.exp(4 - theta(u, positive) + ofNegative));
            }
            assertEquals(expected, step(state, 1, 4).value(), 1e-9);
        }
    }

    @Test
    void dtshOfTheBatchReachesAllThreeRoles() {
        Step step = step(new Dtsh(DtshLoss.paper(0), Dtsh.Source.BATCH, 1, 1).begin(training), 0, 0, 4, 1);
        double[][] u = outputs(0, 0, 4, 1);
        double[] expected = new double[BITS];
        double of0 = 1 / (1 + Math.exp(theta(u[0], u[1]) - theta(u[0], u[2]) - 4));
        double of1 = 1 / (1 + Math.exp(theta(u[1], u[0]) - theta(u[1], u[2]) - 4));
        Arrays.setAll(expected, b -> 0.5 * (of0 * u[0][b] + of1 * u[1][b]));
        assertArrayEquals(expected, step.gradient()[2], TOLERANCE, "the only negative");
    }

    @Test
    void hashNetSharpensItsTanhEveryTwoHundredSteps() {
        HashNet method = HashNet.pytorch(5);
        assertEquals(1, method.beta(199));
        assertEquals(Math.sqrt(2), method.beta(200));
        assertEquals(Math.sqrt(2), method.beta(399));
        assertEquals(Math.sqrt(3), HashNet.deepHashPytorch(48).beta(59), TOLERANCE);
        HashNet within = new HashNet(HashNetLoss.mean(), Streams.ONE, HashNet.Unit.STEPS, 200, 0.005, 0.5);
        int[] rows = {0, 4, 1};
        Step expected = differentiate(
                200,
                z -> {
                    Variable u = z.times(Math.sqrt(2)).tanh();
                    return HashNetLoss.mean().of(u, u, Pairs.within(SAMPLES.labels(), rows));
                },
                rows);
        Step step = step(within.begin(training), 200, rows);
        assertEquals(expected.value(), step.value(), TOLERANCE);
        assertArrayEquals(expected.gradient()[1], step.gradient()[1], TOLERANCE);
    }

    @Test
    void twoStreamsAreTheHalvesOfTheBatchInBothOrders() {
        PairLoss loss = DphLoss.caffeLayers(BITS);
        Step step = step(Dph.caffe(BITS).begin(training), 0, 0, 1, 2, 4, 5);
        double[][] u = outputs(0, 0, 1);
        double[][] v = outputs(0, 2, 4, 5);
        double[][] s = {{0, 1, 0}, {0, 0, 1}};
        double[][] transposed = {{0, 0}, {1, 0}, {0, 1}};
        double[][][] forth = ((DphLoss) loss).gradient(u, v, s);
        double[][][] back = ((DphLoss) loss).gradient(v, u, transposed);
        for (int i = 0; i < 5; i++) {
            double[] a = i < 2 ? forth[0][i] : forth[1][i - 2];
            double[] c = i < 2 ? back[1][i] : back[0][i - 2];
            double[] expected = new double[BITS];
            Arrays.setAll(expected, b -> 0.5 * (a[b] + c[b]));
            assertArrayEquals(expected, step.gradient()[i], TOLERANCE, "row " + i);
        }
    }

    @Test
    void dchAndDphOfOneStreamAreTheirLossesOfTheBatch() {
        int[] rows = {0, 4, 1, 3};
        Pairs pairs = Pairs.within(SAMPLES.labels(), rows);
        CauchyLoss cauchy = CauchyLoss.mean(0.1, 20);
        DphLoss priority = DphLoss.mean(0.1);
        assertEquals(
                differentiate(0, u -> cauchy.of(u, u, pairs), rows).value(),
                step(new Dch(cauchy).begin(training), 0, rows).value());
        assertEquals(
                differentiate(0, u -> priority.of(u, u, pairs), rows).value(),
                step(new Dph(priority, Streams.ONE).begin(training), 0, rows).value());
    }

    @Test
    void withoutQuantizationOnlyTheLikelihoodIsLeft() {
        CauchyLoss with = CauchyLoss.mean(0.1, 20);
        CauchyLoss without = CauchyLoss.mean(0, 20);
        assertTrue(step(new Dch(with).begin(training), 0, 0, 4, 1).value()
                > step(new Dch(without).begin(training), 0, 0, 4, 1).value());
        assertEquals(Balance.ALL_PER_KIND, without.balance());
    }

    @Test
    void settingsOutOfRangeAreRefusedByName() {
        assertRefused("dtsh: positives is 0; need >= 1", () -> new Dtsh(DtshLoss.mean(0.1), Dtsh.Source.MEMORY, 0, 1));
        assertRefused(
                "hashnet: every is 0; need >= 1",
                () -> new HashNet(HashNetLoss.mean(), Streams.ONE, HashNet.Unit.STEPS, 0, 0.005, 0.5));
        assertRefused(
                "hashnet: growth is -1.0; need a finite number >= 0",
                () -> new HashNet(HashNetLoss.mean(), Streams.ONE, HashNet.Unit.STEPS, 1, -1, 0.5));
        assertRefused("dpsh: eta is NaN; need >= 0", () -> DpshLoss.paper(Double.NaN));
        assertRefused("cauchy: gamma is 0.0; need > 0", () -> CauchyLoss.paper(1, 0));
        assertRefused("dph: lambda is Infinity; need a finite number", () -> DphLoss.mean(Double.POSITIVE_INFINITY));
    }

    private static void assertRefused(String message, org.junit.jupiter.api.function.Executable settings) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, settings).getMessage());
    }
}
