package org.hashgrad.hashing.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.autograd.op.Arithmetic;
import org.hashgrad.autograd.op.CustomOp;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LossCheckTest {
    private final Backend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    static List<ShippedLosses.Named> shipped() {
        return ShippedLosses.all();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedLossesPassEveryCheckOnTheReference(ShippedLosses.Named shipped) {
        List<CheckRow> rows =
                new LossCheck(shipped.name(), shipped.loss()).run(backend, 1).rows();
        assertEquals(
                List.of(
                        "numeric",
                        "orders",
                        "second order",
                        "closed form",
                        "closed form, before tanh",
                        "backend",
                        "stability"),
                rows.stream().map(CheckRow::check).toList());
        rows.forEach(row -> assertTrue(row.passed(), row.toString()));
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedLossesAgreeWithTheReferenceInF32(ShippedLosses.Named shipped) {
        try (Backend cpu = Backends.installed().open("cpu")) {
            List<LossCheck.Size> sizes = List.of(new LossCheck.Size(5, 4, 3), new LossCheck.Size(33, 17, 48));
            List<CheckRow> rows = new LossCheck(shipped.name(), shipped.loss())
                    .run(cpu, 1, sizes)
                    .rows();
            assertEquals(
                    List.of("backend", "stability"),
                    rows.stream().map(CheckRow::check).toList());
            rows.forEach(row -> assertTrue(row.passed(), row.toString()));
            assertEquals(0, cpu.liveBytes());
        }
    }

    @Test
    void listOfShippedLossesIsThePackage() throws Exception {
        Set<String> listed = ShippedLosses.all().stream()
                .map(n -> n.loss().getClass().getName())
                .collect(Collectors.toSet());
        Set<String> found = new TreeSet<>();
        java.nio.file.Path folder = java.nio.file.Path.of(DhnLoss.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String location = DhnLoss.class.getPackageName().replace('.', '/');
        try (var files = java.nio.file.Files.list(folder.resolve(location))) {
            for (var file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String simple = file.getFileName().toString().replace(".class", "");
                Class<?> type = Class.forName(DhnLoss.class.getPackageName() + "." + simple);
                boolean isLoss = Loss.class.isAssignableFrom(type);
                if (isLoss && !type.isInterface()) {
                    found.add(type.getName());
                }
            }
        }
        assertTrue(found.size() >= 3, found.toString());
        assertEquals(found, new TreeSet<>(listed));
    }

    /** The garbled reading of the paper: tanh of the modulus of |z| − 1. */
    private record WrongSlope() implements CustomOp {
        @Override
        public Tensor forward(Backend on, List<Tensor> x) {
            Tensor sign = on.unary(UnaryOp.SGN, x.get(0));
            return on.unary(UnaryOp.LOG_COSH, on.affine(on.multiply(x.get(0), sign), 1, -1));
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            Variable z = x.get(0);
            return List.of(gy.times(z.abs().plus(-1).abs().tanh()).times(z.sgn()));
        }
    }

    private record WithWrongSlope() implements PointLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u) {
            return u.apply(new WrongSlope()).sum();
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            return Quantization.paper().gradient(inputs);
        }
    }

    private record HalfTheGradient() implements PairLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u, Variable v, Pairs pairs) {
            return PairwiseCrossEntropy.paper().of(u, v, pairs);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            double[][][] gradient = PairwiseCrossEntropy.paper().gradient(inputs);
            for (double[] row : gradient[0]) {
                for (int b = 0; b < row.length; b++) {
                    row[b] /= 2;
                }
            }
            return gradient;
        }
    }

    /** tanh whose derivative forgets 1 − y². */
    private record TanhWithoutChain() implements CustomOp {
        @Override
        public Tensor forward(Backend on, List<Tensor> x) {
            return on.unary(UnaryOp.TANH, x.get(0));
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return List.of(gy.apply(new Arithmetic.Affine(1, 0)));
        }
    }

    private record WithoutChain() implements PointLoss {
        @Override
        public Variable of(Variable u) {
            return Quantization.paper().of(u.apply(new TanhWithoutChain()));
        }
    }

    private record Overflowing() implements PairLoss {
        @Override
        public Variable of(Variable u, Variable v, Pairs pairs) {
            return u.matmulTransposed(v).exp().plus(1).log().sum();
        }
    }

    private boolean passes(Loss loss, String check) {
        CheckRow row = new LossCheck("wrong", loss)
                .run(backend, 1).rows().stream()
                        .filter(r -> r.check().equals(check))
                        .findFirst()
                        .orElseThrow();
        return row.passed();
    }

    @Test
    void wrongQuantizationSlopeIsRejectedByDifferencesAndByTheClosedForm() {
        assertFalse(passes(new WithWrongSlope(), "numeric"));
        assertFalse(passes(new WithWrongSlope(), "closed form"));
    }

    @Test
    void missingFactorTwoIsRejectedByTheClosedForm() {
        assertTrue(passes(new HalfTheGradient(), "numeric"));
        assertFalse(passes(new HalfTheGradient(), "closed form"));
    }

    @Test
    void missingTanhDerivativeIsRejectedByDifferences() {
        assertFalse(passes(new WithoutChain(), "numeric"));
    }

    @Test
    void overflowingLogarithmOfOnePlusExpIsRejectedForItsStability() {
        assertTrue(passes(new Overflowing(), "numeric"));
        assertFalse(passes(new Overflowing(), "stability"));
    }

    private String likely(Loss loss, String check) {
        return likely(loss, check, new LossCheck.Size(4, 4, 3));
    }

    private String likely(Loss loss, String check, LossCheck.Size size) {
        return new LossCheck("wrong", loss)
                .run(backend, 1, List.of(size)).failures().stream()
                        .filter(failure -> failure.check().equals(check))
                        .findFirst()
                        .orElseThrow()
                        .message();
    }

    @Test
    void lossesOfTripletsAndTargetsAreCheckedToo() {
        for (Loss loss : List.of(new OtherKinds.OfTriplets(0.5), new OtherKinds.OfTargets(0.3))) {
            List<CheckRow> rows = new LossCheck("own", loss).run(backend, 1).rows();
            assertEquals(7, rows.size());
            rows.forEach(row -> assertTrue(row.passed(), row.toString()));
        }
    }

    @Test
    void reportNamesTheFactor() {
        String message = likely(new HalfTheGradient(), "closed form");
        assertTrue(
                message.contains(
                        "(seed 1); likely: tape = 2.000 × closed form for u = v, 2.000 × closed form for u of"),
                message);
        assertTrue(likely(new WithoutChain(), "numeric").endsWith("the tape lacks the derivative of tanh"));
    }

    /** The closed form of a mean with its gradient scaled: n^-2 instead of 1/(n·m), and 1/4 for the batch that its author tried. */
    private record WrongMean(boolean fourSamples) implements PairLoss, ClosedFormGradient {
        private static final PairwiseSquared RIGHT =
                new PairwiseSquared(PairConvention.WITH_DIAGONAL, Balance.NONE, Reduction.MEAN);

        @Override
        public Variable of(Variable u, Variable v, Pairs pairs) {
            return RIGHT.of(u, v, pairs);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            double n = inputs[0].length;
            double m = inputs[inputs.length - 2].length;
            double[][][] gradient = RIGHT.gradient(inputs);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = LossInputs.map(gradient[i], g -> fourSamples ? g * n / 4 : g * m / n);
            }
            return gradient;
        }
    }

    @Test
    void aMeanOverTheWrongNumberIsNamedAlthoughItIsRightForSquares() {
        LossCheck.Size oblong = new LossCheck.Size(3, 2, 2);
        String message = likely(new WrongMean(false), "closed form", oblong);
        assertTrue(message.contains("the closed form divided by n² instead of n·m"), message);
        String ofFour = likely(new WrongMean(true), "closed form", oblong);
        assertTrue(
                ofFour.endsWith(
                        "1 for n = m = 4, but for n = 5, m = 4 tape = 0.800 × closed form everywhere: a factor"),
                ofFour);
    }

    @Test
    void aFactorOfOneIsNoDiagnosis() {
        assertFalse(likely(new RoundedToFloat(), "closed form").contains("likely"));
    }

    private record RoundedToFloat() implements PointLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u) {
            return Quantization.paper().of(u);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            return new double[][][] {LossInputs.map(Quantization.paper().gradient(inputs)[0], g -> (float) g)};
        }
    }

    private record Exchanged() implements PairLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u, Variable v, Pairs pairs) {
            return PairwiseCrossEntropy.paper().of(u, v, pairs);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            double[][][] gradient = PairwiseCrossEntropy.paper().gradient(inputs);
            return gradient.length == 1 ? gradient : new double[][][] {gradient[1], gradient[0]};
        }
    }

    @Test
    void gradientsInTheWrongOrderAreNamed() {
        assertTrue(likely(new Exchanged(), "closed form").endsWith("the gradients of u and v are exchanged"));
    }

    @Test
    void everyRowSaysWhereItsWorstElementIsAndWhatDrawsItAgain() {
        CheckRow row =
                new LossCheck("dhn", DhnLoss.paper(0.1)).run(backend, 7).rows().get(0);
        assertTrue(row.at().matches("[uv]\\[\\d+, \\d+]"), row.at());
        assertEquals(7, row.seed());
        assertEquals(row.expected(), row.actual(), 1e-6 * Math.abs(row.expected()));
    }

    @Test
    void inputsAreDescribedByKind() {
        assertEquals(
                "u (n, k) uniform in ±2.0, at least 0.02 from 0 and ±1",
                new LossCheck("q", Quantization.paper()).inputs());
        assertEquals(
                "u (n, k) and v (m, k) uniform in ±2.0, at least 0.02 from 0 and ±1; v = u, then two streams; s (n, m) of 3 classes",
                new LossCheck("dhn", DhnLoss.paper(0.1)).inputs());
    }
}
