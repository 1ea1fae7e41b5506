package org.hashgrad.hashing.loss;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;

/**
 * Holds a loss's gradient against its definition, its paper and the reference, on any backend:
 *
 * <ul>
 *   <li>{@code numeric} (F64 backends): differences of the value ↔ tape, relative to the largest component
 *   <li>{@code closed form} (F64 backends, losses with a {@link ClosedFormGradient}): ↔ tape, through the fused gradient and through the
 *       composite
 *   <li>{@code backend}: value and gradient ↔ the F64 reference backend
 *   <li>{@code stability}: how many values are not finite at |⟨u, v⟩| up to 10³; none may be
 * </ul>
 *
 * Differences are central with one Richardson step, so their error is O(h⁴). A pair loss is checked with v = u and with two streams.
 */
public final class LossCheck {
    /** Bound of {@code numeric}, relative. */
    public static final double NUMERIC_BOUND = 1e-6;

    /** Bound of {@code closed form}, relative: nothing but rounding may differ, a wrong constant can't hide. */
    public static final double CLOSED_FORM_BOUND = 1e-12;

    private static final double STEP = 1e-3;
    private static final double LARGE_INNER_PRODUCT = 1e3;
    private static final int PERTURBATIONS = 4;
    private static final int LIBRARY_ROUNDINGS = 16;

    /** Batch n ≥ 2, columns m of a second stream, bits k. */
    public record Size(int n, int m, int k) {
        /** What the checks use unless told otherwise. */
        public static final List<Size> DEFAULT = List.of(new Size(2, 3, 1), new Size(5, 4, 3), new Size(17, 9, 16));
    }

    private final String name;
    private final Object loss;

    private record Inputs(List<double[][]> trained, double[][] similarity) {
        boolean within() {
            return trained.size() == 1;
        }

        double largestInnerProduct() {
            double largest = 0;
            for (double[] u : trained.get(0)) {
                for (double[] v : trained.get(trained.size() - 1)) {
                    double inner = 0;
                    for (int b = 0; b < u.length; b++) {
                        inner += u[b] * v[b];
                    }
                    largest = Math.max(largest, Math.abs(inner));
                }
            }
            return largest;
        }

        Inputs map(java.util.function.UnaryOperator<double[][]> change) {
            return new Inputs(trained.stream().map(change).toList(), similarity);
        }
    }

    /** The value and the gradient by every trained input, flat. */
    private record Evaluation(double value, double[] gradient) {}

    private record Worst(double error, double bound) {
        Worst or(double otherError, double otherBound) {
            boolean worse = !(otherError / otherBound <= error / bound);
            return worse ? new Worst(otherError, otherBound) : this;
        }
    }

    /**
     * @param name as the rows report it
     * @param loss a {@link PairLoss} or {@link PointLoss}
     * @throws IllegalArgumentException for anything else
     */
    public LossCheck(String name, Object loss) {
        if (!(loss instanceof PairLoss) && !(loss instanceof PointLoss)) {
            throw new IllegalArgumentException(
                    "loss check: " + name + " is a " + loss.getClass().getName() + "; need a PairLoss or PointLoss");
        }
        this.name = name;
        this.loss = loss;
    }

    /** {@link #rows(Backend, long, List)} at {@link Size#DEFAULT}. */
    public List<CheckRow> rows(Backend backend, long seed) {
        return rows(backend, seed, Size.DEFAULT);
    }

    /** One row per check, each with its worst case over the sizes. The inputs depend only on seed and size. */
    public List<CheckRow> rows(Backend backend, long seed, List<Size> sizes) {
        boolean exact = backend.precision() == Precision.F64;
        Worst numeric = new Worst(0, NUMERIC_BOUND);
        Worst closed = new Worst(0, CLOSED_FORM_BOUND);
        Worst reference = new Worst(0, Double.MIN_NORMAL);
        long notFinite = 0;
        for (Size size : sizes) {
            for (Inputs inputs : arrangements(size, RandomKey.of(seed).split(size.toString()))) {
                Evaluation tape = evaluate(backend, inputs, Order.FIRST);
                if (exact) {
                    numeric = numeric.or(relative(numericGradient(backend, inputs), tape.gradient()), NUMERIC_BOUND);
                    if (loss instanceof ClosedFormGradient formula) {
                        double[] expected = closedForm(formula, inputs);
                        Evaluation composite = evaluate(backend, inputs, Order.DIFFERENTIABLE);
                        closed = closed.or(relative(expected, tape.gradient()), CLOSED_FORM_BOUND)
                                .or(relative(expected, composite.gradient()), CLOSED_FORM_BOUND);
                    }
                }
                reference = againstReference(reference, inputs, size, tape, backend.precision());
                double factor = Math.sqrt(LARGE_INNER_PRODUCT / inputs.largestInnerProduct());
                notFinite += notFinite(evaluate(backend, inputs.map(u -> scaled(u, factor)), Order.FIRST));
            }
        }
        List<CheckRow> rows = new ArrayList<>();
        if (exact) {
            rows.add(row(backend, "numeric", numeric));
            if (loss instanceof ClosedFormGradient) {
                rows.add(row(backend, "closed form", closed));
            }
        }
        rows.add(row(backend, "backend", reference));
        rows.add(row(backend, "stability", new Worst(notFinite, 0)));
        return rows;
    }

    private CheckRow row(Backend backend, String check, Worst worst) {
        return new CheckRow(
                name,
                "loss",
                backend.name(),
                backend.precision().name().toLowerCase(Locale.ROOT),
                check,
                worst.error(),
                worst.bound(),
                worst.error() <= worst.bound());
    }

    private List<Inputs> arrangements(Size size, RandomKey key) {
        double[][] u = codes(size.n(), size.k(), key.split("u"));
        double[][] v = codes(size.m(), size.k(), key.split("v"));
        Inputs within = new Inputs(
                Collections.singletonList(u), similarity(size.n(), size.n(), key.split("rows"), key.split("rows")));
        return loss instanceof PointLoss
                ? List.of(within)
                : List.of(
                        within,
                        new Inputs(
                                List.of(u, v),
                                similarity(size.n(), size.m(), key.split("rows"), key.split("columns"))));
    }

    /** Moduli in [0.02, 0.98] and, one in four, in [1.02, 1.98]: away from the kinks at 0 and 1. Exact in F32. */
    private static double[][] codes(int n, int k, RandomKey key) {
        double[][] codes = new double[n][k];
        for (int i = 0; i < n; i++) {
            for (int b = 0; b < k; b++) {
                int at = 3 * (i * k + b);
                double modulus = 0.02 + 0.96 * key.uniform(at) + (key.below(4, at + 1) == 0 ? 1 : 0);
                codes[i][b] = (float) (key.below(2, at + 2) == 0 ? -modulus : modulus);
            }
        }
        return codes;
    }

    private static double[][] similarity(int n, int m, RandomKey rows, RandomKey columns) {
        double[][] s = new double[n][m];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                s[i][j] = rows.below(3, i) == columns.below(3, j) ? 1 : 0;
            }
        }
        return s;
    }

    private Evaluation evaluate(Backend backend, Inputs inputs, Order order) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            List<Variable> trained = new ArrayList<>();
            for (double[][] input : inputs.trained()) {
                Shape shape = Shape.of(input.length, input[0].length);
                trained.add(pass.input(backend.tensor(shape, flat(input))));
            }
            Variable u = trained.get(0);
            Variable v = trained.get(trained.size() - 1);
            Variable value = loss instanceof PairLoss ofPairs
                    ? ofPairs.of(u, v, Pairs.of(inputs.similarity(), inputs.within()))
                    : ((PointLoss) loss).of(u);
            double[][] gradients = pass.gradients(value, trained, order).stream()
                    .map(g -> g.value().toDoubles())
                    .toArray(double[][]::new);
            return new Evaluation(value.value().item(), concat(gradients));
        }
    }

    private double value(Backend backend, Inputs inputs) {
        return evaluate(backend, inputs, Order.FIRST).value();
    }

    private double[] numericGradient(Backend backend, Inputs inputs) {
        List<Double> gradient = new ArrayList<>();
        for (double[][] input : inputs.trained()) {
            for (double[] row : input) {
                for (int b = 0; b < row.length; b++) {
                    double wide = difference(backend, inputs, row, b, STEP);
                    double narrow = difference(backend, inputs, row, b, STEP / 2);
                    gradient.add((4 * narrow - wide) / 3);
                }
            }
        }
        return gradient.stream().mapToDouble(g -> g).toArray();
    }

    private double difference(Backend backend, Inputs inputs, double[] row, int b, double step) {
        double at = row[b];
        row[b] = at + step;
        double above = value(backend, inputs);
        row[b] = at - step;
        double below = value(backend, inputs);
        row[b] = at;
        return (above - below) / (2 * step);
    }

    private static double[] closedForm(ClosedFormGradient formula, Inputs inputs) {
        List<double[][]> arguments = new ArrayList<>(inputs.trained());
        if (formula instanceof PairLoss) {
            arguments.add(inputs.similarity());
        }
        double[][][] gradients = formula.gradient(arguments.toArray(double[][][]::new));
        double[][] rows = new double[gradients.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = flat(gradients[i]);
        }
        return concat(rows);
    }

    /**
     * A backward error argument: a computation of n + m + k additions and a few library calls behaves, to first order, as if its inputs
     * carried that many relative roundings. What one rounding of the inputs does to the result is measured on the reference.
     */
    private Worst againstReference(Worst before, Inputs inputs, Size size, Evaluation tape, Precision precision) {
        try (Backend oracle = new ReferenceBackend()) {
            Evaluation expected = evaluate(oracle, inputs, Order.FIRST);
            double unit = precision.unitRoundoff();
            double valueMoves = unit * Math.abs(expected.value());
            double gradientMoves = unit * largest(expected.gradient());
            for (int draw = 0; draw < PERTURBATIONS; draw++) {
                RandomKey key = RandomKey.of(draw);
                Evaluation moved = evaluate(oracle, inputs.map(u -> rounded(u, unit, key)), Order.FIRST);
                valueMoves = Math.max(valueMoves, Math.abs(moved.value() - expected.value()));
                gradientMoves = Math.max(gradientMoves, largestDifference(moved.gradient(), expected.gradient()));
            }
            double roundings = size.n() + size.m() + size.k() + LIBRARY_ROUNDINGS;
            return before.or(Math.abs(tape.value() - expected.value()), roundings * valueMoves)
                    .or(largestDifference(tape.gradient(), expected.gradient()), roundings * gradientMoves);
        }
    }

    private static double[][] rounded(double[][] u, double unit, RandomKey key) {
        double[][] moved = new double[u.length][u[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                moved[i][b] = u[i][b] * (1 + (key.below(2, i * u[i].length + b) == 0 ? -unit : unit));
            }
        }
        return moved;
    }

    private static double[][] scaled(double[][] u, double factor) {
        double[][] scaled = new double[u.length][u[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < u[i].length; b++) {
                scaled[i][b] = factor * u[i][b];
            }
        }
        return scaled;
    }

    private static long notFinite(Evaluation evaluation) {
        long count = Double.isFinite(evaluation.value()) ? 0 : 1;
        for (double g : evaluation.gradient()) {
            count += Double.isFinite(g) ? 0 : 1;
        }
        return count;
    }

    private static double relative(double[] expected, double[] actual) {
        double scale = largest(expected);
        return largestDifference(expected, actual) / (scale == 0 ? 1 : scale);
    }

    private static double largest(double[] x) {
        return largestDifference(x, new double[x.length]);
    }

    private static double largestDifference(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = Math.abs(a[i] - b[i]);
            largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
        }
        return largest;
    }

    private static double[] flat(double[][] x) {
        return concat(x);
    }

    private static double[] concat(double[][] parts) {
        return java.util.Arrays.stream(parts)
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
    }
}
