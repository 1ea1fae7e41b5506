package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hashgrad.conformance.FusedCases.Fused;
import org.hashgrad.kernels.opencl.Family;
import org.hashgrad.kernels.opencl.OpenClProvider;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RoundingError;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.UnaryOp;
import org.hashgrad.tensor.WinogradMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every primitive on every backend against the F64 reference, within bounds that {@link RoundingError} derives. */
class PrimitivesConformanceTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    private static Stream<Arguments> onEveryBackend(List<?> subjects) {
        return Arrays.stream(BackendUnderTest.values())
                .flatMap(backend -> subjects.stream().map(subject -> Arguments.of(subject, backend)));
    }

    static Stream<Arguments> primitives() {
        return onEveryBackend(Cases.all());
    }

    static Stream<Arguments> fused() {
        return onEveryBackend(FusedCases.all());
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("primitives")
    void primitiveMatchesTheReferenceAndRepeats(Case at, BackendUnderTest which) {
        matchesAndRepeats(at, which);
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("fused")
    void fusedPrimitiveMatchesTheReferenceAndRepeats(Fused fused, BackendUnderTest which) {
        matchesAndRepeats(fused.at(), which);
    }

    static Stream<Arguments> keeping() {
        return onEveryBackend(FusedCases.keeping());
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("keeping")
    void whatALossKeepsForItsGradientMatchesTheReferenceAndRepeats(Case at, BackendUnderTest which) {
        matchesAndRepeats(at, which);
    }

    private static void matchesAndRepeats(Case at, BackendUnderTest which) {
        Backend backend = BACKENDS.get(which);
        List<double[]> first = at.run(backend);
        at.assertWithinBounds(BACKENDS.reference(), backend, at + " on " + which, first);
        List<double[]> second = at.run(backend);
        for (int r = 0; r < first.size(); r++) {
            assertArrayEquals(first.get(r), second.get(r), "bits of a second run of " + at + " on " + which);
        }
        if (at.ofImages() && backend.name().equals("cpu")) {
            String what = at + ", from windows, on " + which;
            at.assertWithinBounds(BACKENDS.reference(), backend, what, at.runFromWindows(backend));
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("fused")
    void definitionOfAFusedPrimitiveMatchesTheReference(Fused fused, BackendUnderTest which) {
        Backend backend = BACKENDS.get(which);
        Formula definition = (on, in) -> fused.primitive().composite(on, in);
        List<double[]> composed = fused.at().run(backend, definition);
        fused.at().assertWithinBounds(BACKENDS.reference(), backend, "definition of " + fused, composed);
    }

    static Stream<Arguments> withoutPadding() {
        return onEveryBackend(Cases.withoutPadding());
    }

    static Stream<Arguments> convolutions() {
        return onEveryBackend(Cases.convolutions());
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("withoutPadding")
    void notANumberSpreadsAsOnTheReference(Case at, BackendUnderTest which) {
        spreadsNaN(at, which, true);
    }

    /** A kernel may multiply a NaN by the padding's zeros, which the reference skips, so there may be more. */
    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("convolutions")
    void notANumberSpreadsThroughAConvolutionAtLeastAsOnTheReference(Case at, BackendUnderTest which) {
        spreadsNaN(at, which, false);
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("fused")
    void notANumberSpreadsThroughAFusedPrimitiveAsThroughItsDefinition(Fused fused, BackendUnderTest which) {
        // a convolution with padding as above
        spreadsNaN(fused.at(), which, !(fused.primitive() instanceof ConvolutionActivation));
    }

    /** One NaN in the middle of each input in turn. */
    private static void spreadsNaN(Case at, BackendUnderTest which, boolean nowhereElse) {
        for (int input = 0; input < at.inputs().size(); input++) {
            int middle = at.inputs().get(input).values().length / 2;
            Case poisoned = at.with(input, middle, Double.NaN);
            List<double[]> expected = poisoned.run(BACKENDS.reference());
            List<double[]> actual = poisoned.run(BACKENDS.get(which));
            for (int r = 0; r < expected.size(); r++) {
                Set<Integer> where = whereNaN(actual.get(r));
                if (!nowhereElse) {
                    where.retainAll(whereNaN(expected.get(r)));
                }
                assertEquals(
                        whereNaN(expected.get(r)),
                        where,
                        at + " on " + which + ": where result " + r + " is NaN for a NaN in input " + input);
            }
        }
    }

    private static Set<Integer> whereNaN(double[] values) {
        Set<Integer> where = new TreeSet<>();
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                where.add(i);
            }
        }
        return where;
    }

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    /** Mathematics at 0, −0, ∞, −∞, 1000 and −1000, with sgn(±0) = 1. */
    private static double[] atSpecialValues(UnaryOp op) {
        double nan = Double.NaN;
        double log2 = Math.log(2);
        return switch (op) {
            case NEG -> new double[] {0, 0, -INFINITE, INFINITE, -1000, 1000};
            case ABS -> new double[] {0, 0, INFINITE, INFINITE, 1000, 1000};
            case SGN -> new double[] {1, 1, 1, -1, 1, -1};
            case SQUARE -> new double[] {0, 0, INFINITE, INFINITE, 1e6, 1e6};
            case SQRT -> new double[] {0, 0, INFINITE, nan, Math.sqrt(1000), nan};
            case RECIPROCAL -> new double[] {INFINITE, -INFINITE, 0, 0, 1e-3, -1e-3};
            case EXP -> new double[] {1, 1, INFINITE, 0, INFINITE, 0};
            case LOG -> new double[] {-INFINITE, -INFINITE, INFINITE, nan, Math.log(1000), nan};
            case TANH -> new double[] {0, 0, 1, -1, 1, -1};
            case SIGMOID -> new double[] {0.5, 0.5, 1, 0, 1, 0};
            case SOFTPLUS -> new double[] {log2, log2, INFINITE, 0, 1000, 0};
            case LOG_COSH -> new double[] {0, 0, INFINITE, INFINITE, 1000 - log2, 1000 - log2};
            case RELU -> new double[] {0, 0, INFINITE, 0, 1000, 0};
        };
    }

    static Stream<Arguments> functions() {
        return onEveryBackend(List.of(UnaryOp.values()));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("functions")
    void functionHasItsMathematicalValueAtZeroInfinityAndFarOut(UnaryOp op, BackendUnderTest which) {
        double[] special = {0.0, -0.0, INFINITE, -INFINITE, 1000, -1000};
        Case at = new Case(
                op.name(), List.of(new Case.Input(Shape.of(6), special)), (on, in) -> List.of(on.unary(op, in.get(0))));
        double[] expected = atSpecialValues(op);
        double[] actual = at.run(BACKENDS.get(which)).get(0);
        for (int i = 0; i < expected.length; i++) {
            double size = Math.abs(expected[i]);
            double relative = Tolerances.elementwise(which.precision(), 8) * size;
            // What vanishes may end at the smallest normal number, on devices without subnormal ones.
            double bound = size < Double.POSITIVE_INFINITY ? relative + Float.MIN_NORMAL : 0;
            assertEquals(expected[i], actual[i], bound, op + "(" + special[i] + ") on " + which);
        }
    }

    @ParameterizedTest(name = "on {0}")
    @EnumSource(BackendUnderTest.class)
    void signIsNeverZero(BackendUnderTest which) {
        double[] near = {0.0, -0.0, Float.MIN_NORMAL, -Float.MIN_NORMAL};
        Case at = new Case(
                "SGN",
                List.of(new Case.Input(Shape.of(4), near)),
                (on, in) -> List.of(on.unary(UnaryOp.SGN, in.get(0))));
        assertArrayEquals(
                new double[] {1, 1, 1, -1}, at.run(BACKENDS.get(which)).get(0));
    }

    /** Of all three algorithms, whose bounds differ; they are the CPU family's alone. */
    @ParameterizedTest
    @CsvSource({"F2, 3", "F4, 3", "F4, 5"})
    void convolutionsByWinogradsAlgorithmMatchTheReference(WinogradMode mode, int taps) {
        Device device = BackendUnderTest.OPENCL_F32.choice(Backends.installed()).device();
        try (Backend backend = new OpenClProvider().open(device, Precision.F32, 0, mode, Family.CPU)) {
            for (ConvGeometry geometry :
                    List.of(ConvGeometry.of(1, taps / 2), new ConvGeometry(1, 1, 0, taps / 2 + 1, 1))) {
                String ending = ", stride 1 1, padding " + geometry.padY() + " " + geometry.padX() + ", groups 1";
                List<Case> same = Cases.convolutions().stream()
                        .filter(at -> at.toString().endsWith(ending))
                        .toList();
                assertTrue(
                        same.stream()
                                .filter(at -> at.toString().startsWith("convolution of"))
                                .anyMatch(at -> at.inputs().get(1).shape().dim(2) == taps
                                        && backend.winograd(
                                                        at.inputs().get(0).shape(),
                                                        at.inputs().get(1).shape(),
                                                        geometry)
                                                == mode),
                        "otherwise the table would say nothing about the algorithm");
                for (Case at : same) {
                    at.assertWithinBounds(BACKENDS.reference(), backend, at + " by " + mode, at.run(backend));
                }
            }
        }
    }

    @Test
    void everyFusedPrimitiveIsInTheTable() {
        Set<Class<?>> records = new LinkedHashSet<>();
        collect(FusedPrimitive.class, records);
        Set<Class<?>> covered =
                FusedCases.all().stream().map(f -> f.primitive().getClass()).collect(Collectors.toSet());
        assertEquals(records, covered);
        assertTrue(records.size() >= 17, () -> "found only " + records);
    }

    private static void collect(Class<?> type, Set<Class<?>> records) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                collect(permitted, records);
            }
        } else {
            records.add(type);
        }
    }

    @Test
    void namesInTheTableAreDistinct() {
        List<String> names = Stream.concat(Cases.all().stream(), FusedCases.all().stream())
                .map(Object::toString)
                .toList();
        assertEquals(names.size(), Set.copyOf(names).size());
    }
}
