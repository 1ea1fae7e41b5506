package org.hashgrad.hashing.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;

/**
 * Which usual mistake turns the gradient that was expected into the one that the tape gave: each is made on purpose, and the first whose
 * result is the tape's gradient is named. Two streams of equal size, so that u and v can be exchanged; of two sizes where those agree.
 */
final class LossDiagnosis {
    private static final LossCheck.Size SQUARE = new LossCheck.Size(4, 4, 3);
    private static final LossCheck.Size OBLONG = new LossCheck.Size(5, 4, 3);
    private static final List<Double> USUAL_FACTORS = List.of(-1.0, 2.0, 0.5, 4.0, 0.25, -2.0, -0.5);

    private static final List<String> INPUTS = List.of("u = v", "u of two streams", "v of two streams");

    /** Gradients are the same when they differ by less than this part of the largest element: far under any mistake. */
    private static final double SAME = 1e-7;

    /** A mistake and the sentence that explains it and contains the mistake's words. */
    record Diagnosis(Mistake mistake, String text) {}

    private record Compared(LossInputs inputs, List<double[]> tape, List<double[]> expected) {}

    private final Loss loss;
    private final Backend backend;
    private final String other;
    private final List<Compared> compared = new ArrayList<>();

    private LossDiagnosis(Loss loss, Backend backend, String other) {
        this.loss = loss;
        this.backend = backend;
        this.other = other;
    }

    /** Of the tape against the closed form. The backend is F64. */
    static Optional<Diagnosis> ofClosedForm(Loss loss, Backend backend, long seed) {
        LossDiagnosis diagnosis = againstClosedForm(loss, backend, seed, SQUARE);
        if (diagnosis.agrees()) {
            return againstClosedForm(loss, backend, seed, OBLONG).factorOfSize();
        }
        return diagnosis
                .usualFactor()
                .or(diagnosis::tanhDerivative)
                .or(diagnosis::variant)
                .or(diagnosis::kappa)
                .or(diagnosis::swappedRoles)
                .or(diagnosis::anyFactor)
                .or(diagnosis::diagonal)
                .or(diagnosis::missingTerm)
                .or(diagnosis::signOfSome);
    }

    /** Of the tape against differences of its own value. The backend is F64. */
    static Optional<Diagnosis> ofNumeric(Loss loss, Backend backend, long seed) {
        LossDiagnosis diagnosis = againstNumeric(loss, backend, seed, SQUARE);
        if (diagnosis.agrees()) {
            return againstNumeric(loss, backend, seed, OBLONG).factorOfSize();
        }
        return diagnosis
                .usualFactor()
                .or(diagnosis::tanhDerivative)
                .or(diagnosis::anyFactor)
                .or(diagnosis::signOfSome);
    }

    private static LossDiagnosis againstClosedForm(Loss loss, Backend backend, long seed, LossCheck.Size size) {
        LossDiagnosis diagnosis = new LossDiagnosis(loss, backend, "closed form");
        for (LossInputs inputs : LossInputs.drawn(loss, size, RandomKey.of(seed))) {
            diagnosis.compared.add(new Compared(inputs, inputs.tape(backend), closedForm(inputs)));
        }
        return diagnosis;
    }

    private static LossDiagnosis againstNumeric(Loss loss, Backend backend, long seed, LossCheck.Size size) {
        LossDiagnosis diagnosis = new LossDiagnosis(loss, backend, "numeric");
        for (LossInputs inputs : LossInputs.drawn(loss, size, RandomKey.of(seed))) {
            diagnosis.compared.add(new Compared(inputs, inputs.tape(backend), inputs.differences(backend)));
        }
        return diagnosis;
    }

    private boolean agrees() {
        return compared.stream().allMatch(each -> same(each.tape, each.expected));
    }

    private static List<double[]> closedForm(LossInputs inputs) {
        return closedForm(inputs, inputs.trained());
    }

    private static List<double[]> closedForm(LossInputs inputs, List<double[][]> codes) {
        double[][][] gradients =
                inputs.closedForm(inputs.loss().closedForm().orElseThrow(), codes.toArray(double[][][]::new));
        return Arrays.stream(gradients).map(LossInputs::flat).toList();
    }

    // ------------------------------------------------------------------ constant multiples

    private Optional<Diagnosis> usualFactor() {
        return factors()
                .filter(all ->
                        USUAL_FACTORS.stream().anyMatch(usual -> all.stream().allMatch(r -> near(r, usual))))
                .map(this::ofFactors);
    }

    private Optional<Diagnosis> anyFactor() {
        return factors().map(this::ofFactors);
    }

    /** At n ≠ m, where both agree at n = m: a factor n/m or m/n of two streams is a mean over the wrong one. */
    private Optional<Diagnosis> factorOfSize() {
        if (agrees()) {
            return Optional.empty();
        }
        double ratio = (double) OBLONG.n() / OBLONG.m();
        return factors().map(factors -> {
            boolean withinAgrees = isOfPairs() && near(factors.get(0), 1);
            String means = "";
            if (withinAgrees && factors.stream().allMatch(r -> near(r, 1) || near(r, ratio))) {
                means = " divided by n² instead of n·m, or by n instead of m";
            } else if (withinAgrees && factors.stream().allMatch(r -> near(r, 1) || near(r, 1 / ratio))) {
                means = " divided by n·m instead of n², or by m instead of n";
            }
            return means.isEmpty()
                    ? new Diagnosis(
                            Mistake.FACTOR,
                            "a factor that depends on the size: 1 for n = m = 4, but for n = 5, m = 4 "
                                    + ofFactors(factors).text())
                    : new Diagnosis(
                            Mistake.FACTOR,
                            "a factor that is 1 only for n = m: the tape's terms, in the " + other + means);
        });
    }

    private static boolean near(double a, double b) {
        return Math.abs(a - b) <= SAME * Math.abs(b);
    }

    private Diagnosis ofFactors(List<Double> factors) {
        double first = factors.get(0);
        Mistake mistake = factors.stream().anyMatch(r -> r < 0) ? Mistake.SIGN : Mistake.FACTOR;
        if (factors.stream().allMatch(r -> near(r, first))) {
            String named = near(first, -1)
                    ? "the sign"
                    : Math.abs(first) < 1 && first != 0 && near(Math.rint(1 / first), 1 / first)
                            ? "a factor 1/" + Math.round(1 / first)
                            : near(first, Math.rint(first)) ? "a factor " + Math.round(first) : "a factor";
            return new Diagnosis(mistake, "tape = " + number(first) + " × " + other + " everywhere: " + named);
        }
        List<String> each = new ArrayList<>();
        for (int i = 0; i < factors.size(); i++) {
            each.add(number(factors.get(i)) + " × " + other + " for " + INPUTS.get(i));
        }
        return new Diagnosis(
                mistake,
                "tape = " + String.join(", ", each)
                        + (mistake == Mistake.SIGN ? ": the sign of an input" : ": a factor that depends on the input:")
                        + " pairs counted once or twice, or an input held constant on one side");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    /** r of tape = r · expected for each input whose gradient is not 0 on both sides, if there is one for each. */
    private Optional<List<Double>> factors() {
        List<Double> factors = new ArrayList<>();
        for (Compared each : compared) {
            for (int i = 0; i < each.tape.size(); i++) {
                double[] x = each.expected.get(i);
                if (largest(x) == 0 && largest(each.tape.get(i)) == 0) {
                    continue;
                }
                double products = 0;
                double squares = 0;
                for (int at = 0; at < x.length; at++) {
                    products += each.tape.get(i)[at] * x[at];
                    squares += x[at] * x[at];
                }
                double factor = products / squares;
                if (!same(each.tape.get(i), scaled(x, factor))) {
                    return Optional.empty();
                }
                factors.add(factor);
            }
        }
        return factors.isEmpty() ? Optional.empty() : Optional.of(factors);
    }

    private static double[] scaled(double[] x, double factor) {
        return Arrays.stream(x).map(value -> value * factor).toArray();
    }

    /** Closer than {@link #SAME} of the largest element; false as soon as a number is not finite. */
    private static boolean same(double[] a, double[] b) {
        return a.length == b.length && largest(minus(a, b)) <= SAME * Math.max(largest(a), largest(b));
    }

    private static boolean same(List<double[]> a, List<double[]> b) {
        return a.size() == b.size() && IntStream.range(0, a.size()).allMatch(i -> same(a.get(i), b.get(i)));
    }

    private static double largest(double[] x) {
        return Arrays.stream(x).map(Math::abs).reduce(0, (a, b) -> Double.isNaN(b) ? b : Math.max(a, b));
    }

    private static double[] minus(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
    }

    // ------------------------------------------------------------------ 1 − u²

    private Optional<Diagnosis> tanhDerivative() {
        return tanhDerivative("1 − u²", u -> 1 - u * u)
                .or(() -> tanhDerivative("1 − tanh² u", u -> 1 - Math.tanh(u) * Math.tanh(u)));
    }

    private Optional<Diagnosis> tanhDerivative(String words, DoubleUnaryOperator slope) {
        boolean lacksIt = true;
        boolean hasIt = true;
        for (Compared each : compared) {
            for (int i = 0; i < each.tape.size(); i++) {
                double[] slopes = Arrays.stream(
                                LossInputs.flat(each.inputs.trained().get(i)))
                        .map(slope)
                        .toArray();
                lacksIt &= same(each.tape.get(i), product(each.expected.get(i), slopes));
                hasIt &= same(product(each.tape.get(i), slopes), each.expected.get(i));
            }
        }
        if (lacksIt) {
            return Optional.of(new Diagnosis(
                    Mistake.TANH_DERIVATIVE,
                    "tape = " + other + " × (" + words + "): the " + other + " lacks " + Mistake.TANH_DERIVATIVE));
        }
        return hasIt
                ? Optional.of(new Diagnosis(
                        Mistake.TANH_DERIVATIVE,
                        other + " = tape × (" + words + "): the tape lacks " + Mistake.TANH_DERIVATIVE))
                : Optional.empty();
    }

    private static double[] product(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).toArray();
    }

    // ------------------------------------------------------------------ mistakes made on purpose

    private Optional<Diagnosis> variant() {
        for (LossVariants.Variant variant : LossVariants.of(loss)) {
            if (compared.stream().allMatch(each -> same(each.tape, closedForm(each.inputs.with(variant.loss()))))) {
                return Optional.of(new Diagnosis(
                        variant.mistake(), "tape = closed form with " + variant.change() + ": " + variant.mistake()));
            }
            if (compared.stream()
                    .allMatch(each -> same(each.inputs.with(variant.loss()).tape(backend), each.expected))) {
                return Optional.of(new Diagnosis(
                        variant.mistake(), "closed form = tape with " + variant.change() + ": " + variant.mistake()));
            }
        }
        return Optional.empty();
    }

    private boolean isOfPairs() {
        return !(loss instanceof PointLoss) && !(loss instanceof TargetLoss);
    }

    /** A function of rθ has at (u, v) the gradient √r · that of θ at √r (u, v). */
    private Optional<Diagnosis> kappa() {
        for (double factor : isOfPairs() ? List.of(2.0, 0.5) : List.<Double>of()) {
            double root = Math.sqrt(factor);
            if (compared.stream().allMatch(each -> {
                List<double[][]> codes = each.inputs.trained().stream()
                        .map(x -> LossInputs.map(x, value -> root * value))
                        .toList();
                return same(
                        each.tape,
                        closedForm(each.inputs, codes).stream()
                                .map(x -> scaled(x, root))
                                .toList());
            })) {
                return Optional.of(
                        new Diagnosis(Mistake.KAPPA, "tape = closed form with θ multiplied by " + factor + ": kappa"));
            }
        }
        return Optional.empty();
    }

    private Optional<Diagnosis> swappedRoles() {
        if (!isOfPairs()) {
            return Optional.empty();
        }
        Compared two = compared.get(1);
        List<double[][]> transposed = new ArrayList<>(two.inputs.constants());
        for (int i = 0; i < (loss instanceof TripletLoss ? 2 : 1); i++) {
            double[][] s = transposed.get(i);
            transposed.set(i, LossInputs.matrix(s.length, s.length, at -> s[at % s.length][at / s.length]));
        }
        String what = null;
        if (same(two.tape, reversed(two.expected))) {
            what = "the gradients of u and v are exchanged";
        } else if (same(two.tape, closedForm(two.inputs.given(transposed)))) {
            what = "the similarity is transposed";
        } else if (same(two.tape, reversed(closedForm(two.inputs, reversed(two.inputs.trained()))))) {
            what = "u and v have exchanged their roles";
        }
        return Optional.ofNullable(what).map(words -> new Diagnosis(Mistake.SWAPPED_ROLES, "swapped roles: " + words));
    }

    private static <T> List<T> reversed(List<T> list) {
        List<T> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }

    // ------------------------------------------------------------------ what the difference depends on

    /** A sample's pair with itself adds a multiple of its own codes, only where v = u, and a mean over n² instead of n(n − 1). */
    private Optional<Diagnosis> diagonal() {
        if (!isOfPairs() || !same(compared.get(1).tape, compared.get(1).expected)) {
            return Optional.empty();
        }
        Compared within = compared.get(0);
        double[][] u = within.inputs.trained().get(0);
        double n = u.length;
        for (double mean : List.of(1.0, n / (n - 1), (n - 1) / n)) {
            double[] difference = minus(within.tape.get(0), scaled(within.expected.get(0), mean));
            double[] along = new double[difference.length];
            for (int i = 0; i < u.length; i++) {
                int k = u[i].length;
                double products = 0;
                double squares = 0;
                for (int b = 0; b < k; b++) {
                    products += difference[i * k + b] * u[i][b];
                    squares += u[i][b] * u[i][b];
                }
                for (int b = 0; b < k; b++) {
                    along[i * k + b] = products / squares * u[i][b];
                }
            }
            if (same(difference, along)) {
                return Optional.of(new Diagnosis(
                        Mistake.DIAGONAL,
                        "they differ only where v = u, by a multiple of each row: the diagonal, a sample's pair with itself,"
                                + " counts on one side only"));
            }
        }
        return Optional.empty();
    }

    private Optional<Diagnosis> missingTerm() {
        if (loss instanceof PointLoss) {
            return Optional.empty();
        }
        for (Compared each : compared) {
            List<double[][]> others = new ArrayList<>(each.inputs.constants());
            others.set(0, LossInputs.map(others.get(0), value -> loss instanceof TargetLoss ? -value : 1 - value));
            LossInputs inputs = each.inputs.given(others);
            List<double[]> tape = inputs.tape(backend);
            List<double[]> expected = closedForm(inputs);
            for (int i = 0; i < tape.size(); i++) {
                double[] difference = minus(each.tape.get(i), each.expected.get(i));
                if (!same(difference, minus(tape.get(i), expected.get(i)))) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new Diagnosis(
                Mistake.MISSING_TERM,
                "the difference does not depend on the " + (loss instanceof TargetLoss ? "target" : "similarity")
                        + ": a missing term of the codes alone, such as the quantization, or another one"));
    }

    private Optional<Diagnosis> signOfSome() {
        boolean sameSize = compared.stream().allMatch(each -> IntStream.range(0, each.tape.size())
                .allMatch(i -> same(
                        Arrays.stream(each.tape.get(i)).map(Math::abs).toArray(),
                        Arrays.stream(each.expected.get(i)).map(Math::abs).toArray())));
        return sameSize
                ? Optional.of(new Diagnosis(
                        Mistake.SIGN, "equal but for the sign of some elements: sgn or |·| is missing or too many"))
                : Optional.empty();
    }
}
