package org.hashgrad.hashing.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DPSH, DTSH, HashNet, DCH and DPH at golden values: what the papers print and what the code bases step by. */
class WeightedGoldenTest {
    /** The values of the sums reach 10², their terms carry a dozen roundings each. */
    private static final double TOLERANCE = 1e-11;

    private static final double[][] U = Golden.matrix("U");
    private static final double[][] V = Golden.matrix("V");
    private static final MultiLabels LABELS = labels("Y");
    private static final MultiLabels OF_BANK = labels("Z");
    private static final Pairs WITHIN = Pairs.within(LABELS, 0, 1, 2, 3);
    private static final Pairs BETWEEN =
            Pairs.between(LABELS, new int[] {0, 1, 2, 3}, OF_BANK, new int[] {0, 1, 2, 3, 4});

    private final Backend backend = new ReferenceBackend();

    private record Result(double value, double[][] u, double[][] v) {}

    private interface Formula {
        Variable of(Variable u, Variable v);
    }

    private static MultiLabels labels(String key) {
        double[][] rows = Golden.matrix(key);
        int[] flat = Arrays.stream(rows)
                .flatMapToDouble(Arrays::stream)
                .mapToInt(value -> (int) value)
                .toArray();
        return MultiLabels.ofRows(flat, rows[0].length);
    }

    private Result at(double[][] u, double[][] v, Formula formula) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            Variable first = input(pass, u);
            Variable second = u == v ? first : input(pass, v);
            Variable value = formula.of(first, second);
            List<Variable> by = u == v ? List.of(first) : List.of(first, second);
            List<Variable> gradients = pass.gradients(value, by, Order.FIRST);
            return new Result(value.value().item(), rows(gradients.get(0)), rows(gradients.get(gradients.size() - 1)));
        }
    }

    private Result within(PairLoss loss) {
        return at(U, U, (u, v) -> loss.of(u, v, WITHIN));
    }

    private Result between(PairLoss loss) {
        return at(U, V, (u, v) -> loss.of(u, v, BETWEEN));
    }

    private static Variable input(Pass pass, double[][] x) {
        double[] flat = Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
        return pass.input(pass.backend().tensor(Shape.of(x.length, x[0].length), flat));
    }

    private static double[][] rows(Variable gradient) {
        double[] flat = gradient.value().toDoubles();
        int k = gradient.shape().dim(1);
        return IntStream.range(0, gradient.shape().dim(0))
                .mapToObj(i -> Arrays.copyOfRange(flat, i * k, (i + 1) * k))
                .toArray(double[][]::new);
    }

    private static void assertGolden(String key, double[][] actual) {
        assertGolden(key, 1, actual);
    }

    /** {@code factor} times the golden value. */
    private static void assertGolden(String key, double factor, double[][] actual) {
        double[][] expected = Golden.matrix(key);
        for (int i = 0; i < expected.length; i++) {
            double[] row = Arrays.stream(expected[i]).map(x -> factor * x).toArray();
            assertArrayEquals(row, actual[i], TOLERANCE, key + ", row " + i);
        }
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    @Test
    void dpshHasTheGoldenValueAndGradientOfAllOrderedPairsWithTheDiagonal() {
        Result result = within(DpshLoss.paper(10));
        assertEquals(Golden.number("DPSH.J_eta10"), result.value(), TOLERANCE);
        assertGolden("DPSH.dU_eta10", result.u());
        assertGolden("DPSH.dU_eta10", DpshLoss.paper(10).gradient(U, Golden.matrix("S"))[0]);
    }

    @Test
    void dpshOfABankStepsAsTheMatlabAndThePytorchCode() {
        assertGolden("DPSH.matlab", between(DpshLoss.matlab(10)).u());
        assertGolden("DPSH.matlab", 20, between(DpshLoss.paper(10)).u());
        assertGolden("DPSH.pytorch", between(DpshLoss.pytorch(10)).u());
    }

    @Test
    void dpshAsMeansIsTheMeanOfEachTerm() {
        DpshLoss likelihood =
                new DpshLoss(0, PairConvention.WITH_DIAGONAL, Balance.NONE, false, DpshLoss.Normalization.SUM);
        double pairs = between(likelihood).value();
        double sum = between(
                        new DpshLoss(1, PairConvention.WITH_DIAGONAL, Balance.NONE, false, DpshLoss.Normalization.SUM))
                .value();
        double expected = pairs / 20 + 0.1 * (sum - pairs) / 12;
        assertEquals(expected, between(DpshLoss.deepHashPytorch()).value(), TOLERANCE);
    }

    private static Triplets one(int anchor, int positive, int negative) {
        double[][] drawn = new double[4][4];
        drawn[anchor][positive] = 1;
        drawn[anchor][negative] = 1;
        return Triplets.of(WITHIN, drawn);
    }

    @Test
    void dtshOfOneTripletHasTheGoldenValueAndTheGradientsOfItsThreeRoles() {
        Result result = at(U, U, (u, v) -> DtshLoss.paper(0).of(u, v, one(0, 2, 1)));
        assertEquals(Golden.number("DTSH.loss"), result.value(), TOLERANCE);
        assertArrayEquals(Golden.vector("DTSH.dq"), result.u()[0], TOLERANCE);
        assertArrayEquals(Golden.vector("DTSH.dn"), result.u()[1], TOLERANCE);
        assertArrayEquals(Golden.vector("DTSH.dp"), result.u()[2], TOLERANCE);
        assertArrayEquals(new double[3], result.u()[3]);
    }

    @Test
    void dtshQuantizationIsTheSquaredDistanceToTheSigns() {
        Result result = at(U, U, (u, v) -> DtshLoss.paper(100).of(u, v, one(0, 2, 1)));
        double distance = 0;
        for (double[] row : U) {
            for (double x : row) {
                distance += (x - Math.signum(x)) * (x - Math.signum(x));
            }
        }
        assertEquals(Golden.number("DTSH.loss") + 100 * distance, result.value(), TOLERANCE);
        assertEquals(200 * (U[3][1] - Math.signum(U[3][1])), result.u()[3][1], TOLERANCE);
    }

    @Test
    void dtshOfABankStepsAsTheMatlabCodeAndLeavesTheBankAlone() {
        double[][] all = new double[4][5];
        Arrays.stream(all).forEach(row -> Arrays.fill(row, 1));
        Result result = at(U, V, (u, v) -> DtshLoss.matlab(100).of(u, v, Triplets.of(BETWEEN, all)));
        assertGolden("DTSH.official", result.u());
        for (double[] row : result.v()) {
            assertArrayEquals(new double[3], row);
        }
    }

    @Test
    void dtshOfTheBatchIsTheMeanOverAnchorsOfTheMeanOverTheirTriplets() {
        Result result = at(U, U, (u, v) -> DtshLoss.deepHashPytorch(3).of(u, v, Triplets.within(WITHIN)));
        assertEquals(Golden.number("DTSH.port"), result.value(), TOLERANCE);
        assertGolden("DTSH.port.dU", result.u());
    }

    @Test
    void hashNetWeighsPairsByFrequencyAndOverlapOfTheirLabels() {
        Result result = within(HashNetLoss.paper());
        assertEquals(Golden.number("HashNet.L"), result.value(), TOLERANCE);
        assertGolden("HashNet.dU", result.u());
        assertGolden("HashNet.dU", 1.0 / 12, within(HashNetLoss.mean()).u());
    }

    @Test
    void hashNetOfTwoStreamsIsTheOfficialCodes() {
        Result result = between(HashNetLoss.pytorch(5));
        assertEquals(Golden.number("HashNet.code.L"), result.value(), TOLERANCE);
        assertGolden("HashNet.code.dU", result.u());
        assertGolden("HashNet.code.dV", result.v());
    }

    @Test
    void cauchyOfCosineDistancesIsThePapers() {
        CauchyLoss likelihood = CauchyLoss.paper(0, 20);
        assertEquals(Golden.number("DCH.L"), within(likelihood).value(), TOLERANCE);
        assertGolden("DCH.dL", within(likelihood).u());
        double lambda = 3;
        Result both = within(CauchyLoss.paper(lambda, 20));
        assertEquals(Golden.number("DCH.L") + lambda * Golden.number("DCH.Q"), both.value(), TOLERANCE);
        double[][] ofQuantization = both.u();
        for (int i = 0; i < 4; i++) {
            for (int b = 0; b < 3; b++) {
                ofQuantization[i][b] =
                        (ofQuantization[i][b] - within(likelihood).u()[i][b]) / lambda;
            }
        }
        assertGolden("DCH.dQ", ofQuantization);
    }

    @Test
    void cauchyOfSquaredDistancesIsTheOfficialCodes() {
        Result result = within(CauchyLoss.deepHashTensorflow(0));
        assertEquals(Golden.number("DCH.code.L"), result.value(), TOLERANCE);
        assertGolden("DCH.code.dL", result.u());
    }

    @Test
    void cauchyOfADissimilarPairOfEqualCodesIsFinite() {
        double[][] same = new double[4][3];
        Arrays.stream(same).forEach(row -> Arrays.fill(row, 0.5));
        Result result = at(same, same, (u, v) -> CauchyLoss.paper(0.1, 20).of(u, v, WITHIN));
        double worst = Math.log1p(20 / 3e-6);
        assertEquals(12.0 / 4 * 4 * worst, result.value(), 1e-3);
        for (double[] row : result.u()) {
            assertArrayEquals(new double[3], row, 1e-12);
        }
    }

    @Test
    void dphHoldsPrioritiesAndDegreesConstant() {
        Result result = within(DphLoss.paper(0.1));
        assertEquals(Golden.number("DPH.C"), result.value(), TOLERANCE);
        assertGolden("DPH.dU", result.u());
    }

    @Test
    void dphOfTwoStreamsInBothOrdersIsTheBackwardOfTheCaffeLayers() {
        DphLoss loss = DphLoss.caffeLayers(3);
        Pairs back = Pairs.between(OF_BANK, new int[] {0, 1, 2, 3, 4}, LABELS, new int[] {0, 1, 2, 3});
        Result result = at(U, V, (u, v) -> loss.of(u, v, BETWEEN).plus(loss.of(v, u, back)));
        assertGolden("DPH.code.dU", result.u());
        assertGolden("DPH.code.dV", result.v());
    }

    @Test
    void dphWithoutPriorityNorDegreesIsTheMeanLikelihood() {
        DphLoss loss = new DphLoss(0, 0, 3, DphLoss.Degrees.NONE, true, true, PairConvention.ORDERED, Reduction.MEAN);
        PairwiseCrossEntropy likelihood = new PairwiseCrossEntropy(
                1, 1, Double.POSITIVE_INFINITY, PairConvention.ORDERED, Balance.NONE, Reduction.MEAN);
        assertEquals(within(likelihood).value(), within(loss).value(), TOLERANCE);
    }
}
