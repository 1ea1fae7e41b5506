package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.check.CheckReport;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.ClosedFormGradient;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.LossCheck;
import org.hashgrad.hashing.loss.PairConvention;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.loss.PairwiseCrossEntropy;
import org.hashgrad.hashing.loss.Quantization;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.loss.ShippedLosses;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shipped loss through every check on every backend, and the golden values of DHN's formulas. */
class LossConformanceTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    private static final long SEED = 3;

    static Stream<Arguments> lossesOnBackends() {
        return Arrays.stream(BackendUnderTest.values()).flatMap(backend -> ShippedLosses.all().stream()
                .map(loss -> Arguments.of(loss.name(), backend, loss.loss())));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("lossesOnBackends")
    void shippedLossPassesEveryCheck(String name, BackendUnderTest which, Loss loss) {
        CheckReport report = new LossCheck(name, loss).run(BACKENDS.get(which), SEED, sizes(which));
        report.assertPassed();
        List<CheckRow> failed =
                report.rows().stream().filter(row -> !row.passed()).toList();
        assertEquals(List.of(), failed);
        Set<String> checks = report.rows().stream().map(CheckRow::check).collect(Collectors.toSet());
        Set<String> inDouble = Set.of(
                "numeric", "orders", "second order", "closed form", "closed form, before tanh", "backend", "stability");
        assertEquals(which.precision() == Precision.F64 ? inDouble : Set.of("backend", "stability"), checks);
        assertEquals(true, loss instanceof ClosedFormGradient, name + " has a closed form");
    }

    /** Central differences take thousands of launches at the largest size: in double precision it is the reference's alone. */
    private static List<LossCheck.Size> sizes(BackendUnderTest which) {
        boolean all = which == BackendUnderTest.REFERENCE || which.precision() == Precision.F32;
        return all ? LossCheck.Size.DEFAULT : LossCheck.Size.DEFAULT.subList(0, 2);
    }

    // ------------------------------------------------------------------ golden values

    private static final JsonNode GOLDEN = golden();
    private static final double[][] U = matrix("U");
    private static final Pairs PAIRS = Pairs.of(matrix("S"), true);
    private static final int K = U[0].length;

    private static JsonNode golden() {
        Path file = Path.of("../../hashing/src/test/resources/org/hashgrad/hashing/loss/golden.json");
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new AssertionError("golden values: " + file.toAbsolutePath().normalize() + " can't be read", e);
        }
    }

    private static double[][] matrix(String key) {
        return new ObjectMapper().convertValue(GOLDEN.required(key), double[][].class);
    }

    private static double number(String key) {
        return GOLDEN.required(key).doubleValue();
    }

    private record Result(double value, double[] gradient) {}

    private static Result differentiate(Backend backend, double[][] at, UnaryOperator<Variable> formula) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            Variable u = pass.input(backend.tensor(Shape.of(at.length, K), flat(at)));
            Variable value = formula.apply(u);
            Variable gradient = pass.gradients(value, List.of(u), Order.FIRST).get(0);
            return new Result(value.value().item(), gradient.value().toDoubles());
        }
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    /** a x + b y of two golden gradients. */
    private static double[] combine(double a, String x, double b, String y) {
        double[] first = flat(matrix(x));
        double[] second = flat(matrix(y));
        Arrays.setAll(first, i -> a * first[i] + b * second[i]);
        return first;
    }

    /** 10⁻¹² in F64. In F32 the inputs are rounded too: a few roundings of each of 4 · 3 terms, relative to numbers up to 22. */
    private static double tolerance(BackendUnderTest which) {
        return which.precision() == Precision.F64
                ? 1e-12
                : 22 * org.hashgrad.autograd.check.Tolerances.rounding(Precision.F32, U.length * K);
    }

    private static void assertGolden(BackendUnderTest which, double value, double[] gradient, Result actual) {
        assertEquals(value, actual.value(), tolerance(which), "value on " + which);
        assertArrayEquals(gradient, actual.gradient(), tolerance(which), "gradient on " + which);
    }

    private static PairwiseCrossEntropy crossEntropy(PairConvention convention) {
        return new PairwiseCrossEntropy(1, 1, Double.POSITIVE_INFINITY, convention, Balance.NONE, Reduction.SUM);
    }

    private static final String OF_PAIRS = "DHN.dL_unordered";
    private static final String OF_POINTS = "DHN.dQ_point";

    @ParameterizedTest(name = "on {0}")
    @EnumSource(BackendUnderTest.class)
    void crossEntropyHasTheGoldenValueAndGradient(BackendUnderTest which) {
        Backend backend = BACKENDS.get(which);
        PairwiseCrossEntropy once = crossEntropy(PairConvention.UNORDERED);
        PairwiseCrossEntropy twice = crossEntropy(PairConvention.ORDERED);
        assertGolden(
                which,
                number("DHN.L_unordered"),
                combine(1, OF_PAIRS, 0, OF_POINTS),
                differentiate(backend, U, u -> once.of(u, u, PAIRS)));
        assertGolden(
                which,
                number("DHN.L_ordered"),
                combine(2, OF_PAIRS, 0, OF_POINTS),
                differentiate(backend, U, u -> twice.of(u, u, PAIRS)));
    }

    @ParameterizedTest(name = "on {0}")
    @EnumSource(BackendUnderTest.class)
    void quantizationHasTheGoldenValueAndGradient(BackendUnderTest which) {
        assertGolden(
                which,
                number("DHN.Q_point"),
                combine(0, OF_PAIRS, 1, OF_POINTS),
                differentiate(BACKENDS.get(which), U, Quantization.paper()::of));
    }

    @ParameterizedTest(name = "on {0}")
    @EnumSource(BackendUnderTest.class)
    void objectiveOfThePaperAndItsMeanCombineTheGoldenTerms(BackendUnderTest which) {
        Backend backend = BACKENDS.get(which);
        double lambda = 0.125;
        DhnLoss paper = DhnLoss.paper(lambda);
        double perPoint = lambda * 2 * (U.length - 1);
        assertGolden(
                which,
                number("DHN.L_ordered") + perPoint * number("DHN.Q_point"),
                combine(2, OF_PAIRS, perPoint, OF_POINTS),
                differentiate(backend, U, u -> paper.of(u, u, PAIRS)));
        DhnLoss mean = DhnLoss.mean(lambda, Balance.NONE);
        double pairs = 12;
        double points = 12;
        assertGolden(
                which,
                number("DHN.L_ordered") / pairs + lambda * number("DHN.Q_point") / points,
                combine(2 / pairs, OF_PAIRS, lambda / points, OF_POINTS),
                differentiate(backend, U, u -> mean.of(u, u, PAIRS)));
    }

    /** The codes U reached as z = tanh(x) scaled by 2: the chain through the head multiplies the golden gradient by 2 (1 − tanh²). */
    @ParameterizedTest(name = "on {0}")
    @EnumSource(BackendUnderTest.class)
    void gradientBeforeTheTanhHeadCarriesItsDerivative(BackendUnderTest which) {
        double[][] before = new double[U.length][K];
        double[] expected = combine(1, OF_PAIRS, 0, OF_POINTS);
        for (int i = 0; i < U.length; i++) {
            for (int b = 0; b < K; b++) {
                double t = U[i][b] / 2;
                before[i][b] = 0.5 * Math.log((1 + t) / (1 - t));
                expected[i * K + b] *= 2 * (1 - t * t);
            }
        }
        PairwiseCrossEntropy loss = crossEntropy(PairConvention.UNORDERED);
        Result actual = differentiate(BACKENDS.get(which), before, x -> {
            Variable u = x.tanh().times(2);
            return loss.of(u, u, PAIRS);
        });
        assertGolden(which, number("DHN.L_unordered"), expected, actual);
    }
}
