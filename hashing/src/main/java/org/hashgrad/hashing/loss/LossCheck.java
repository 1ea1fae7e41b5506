package org.hashgrad.hashing.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.check.CheckReport;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.autograd.check.Domain;
import org.hashgrad.autograd.check.Failure;
import org.hashgrad.autograd.check.GradientCheck;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;

/**
 * {@link GradientCheck} for losses: several sizes, a pair loss with v = u and with two streams, codes away from the kinks at 0 and
 * ±1. Besides that class's checks ({@code closed form} for a {@link ClosedFormGradient}, {@code backend} against the reference):
 *
 * <ul>
 *   <li>{@code stability}: how many values and gradients are not finite with |⟨u, v⟩| up to 10³; none may be
 * </ul>
 */
public final class LossCheck {
    private static final double LARGE_INNER_PRODUCT = 1e3;
    private static final Domain CODES =
            Domain.between(-2, 2).awayFrom(0, 0.02).awayFrom(1, 0.02).awayFrom(-1, 0.02);
    private static final int CLASSES = 3;

    /** Batch n ≥ 2, columns m of a second stream, bits k. */
    public record Size(int n, int m, int k) {
        /** What the checks use unless told otherwise. */
        public static final List<Size> DEFAULT = List.of(new Size(2, 3, 1), new Size(5, 4, 3), new Size(17, 9, 16));
    }

    private final String name;
    private final Object loss;

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

    /** {@link #run(Backend, long, List)} at {@link Size#DEFAULT}. */
    public CheckReport run(Backend backend, long seed) {
        return run(backend, seed, Size.DEFAULT);
    }

    /** One row per check, with its worst case over the sizes. The inputs depend only on seed and size. */
    public CheckReport run(Backend backend, long seed, List<Size> sizes) {
        Map<String, CheckRow> worst = new LinkedHashMap<>();
        List<Failure> failures = new ArrayList<>();
        double notFinite = 0;
        for (Size size : sizes) {
            for (Arrangement arrangement : arrangements(size, RandomKey.of(seed).split(size.toString()))) {
                GradientCheck check = arrangement.check(seed);
                if (backend.precision() == Precision.F64) {
                    collect(check.run(backend), worst, failures);
                }
                try (Backend oracle = new ReferenceBackend()) {
                    collect(check.compare(oracle, backend), worst, failures);
                }
                notFinite += arrangement.notFinite(backend);
            }
        }
        List<CheckRow> rows = new ArrayList<>(worst.values());
        rows.add(new CheckRow(
                name,
                "loss",
                backend.name(),
                backend.precision().name().toLowerCase(Locale.ROOT),
                "stability",
                notFinite,
                0,
                notFinite == 0));
        return new CheckReport(rows, failures);
    }

    private static void collect(CheckReport report, Map<String, CheckRow> worst, List<Failure> failures) {
        for (CheckRow row : report.rows()) {
            worst.merge(row.check(), row, (a, b) -> a.error() / a.bound() >= b.error() / b.bound() ? a : b);
        }
        failures.addAll(report.failures());
    }

    private List<Arrangement> arrangements(Size size, RandomKey key) {
        double[][] within = similarity(size.n(), size.n(), key.split("rows"), key.split("rows"));
        Arrangement ofOne = new Arrangement(List.of(Shape.of(size.n(), size.k())), within);
        if (loss instanceof PointLoss) {
            return List.of(ofOne);
        }
        double[][] between = similarity(size.n(), size.m(), key.split("rows"), key.split("columns"));
        List<Shape> streams = List.of(Shape.of(size.n(), size.k()), Shape.of(size.m(), size.k()));
        return List.of(ofOne, new Arrangement(streams, between));
    }

    private static double[][] similarity(int n, int m, RandomKey rows, RandomKey columns) {
        double[][] s = new double[n][m];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                s[i][j] = rows.below(CLASSES, i) == columns.below(CLASSES, j) ? 1 : 0;
            }
        }
        return s;
    }

    /** The loss on one trained input, or on two streams. */
    private final class Arrangement {
        private final List<Shape> trained;
        private final double[][] similarity;
        private final Pairs pairs;

        Arrangement(List<Shape> trained, double[][] similarity) {
            this.trained = trained;
            this.similarity = similarity;
            this.pairs = Pairs.of(similarity, trained.size() == 1);
        }

        Variable value(List<Variable> inputs) {
            Variable u = inputs.get(0);
            return loss instanceof PairLoss ofPairs
                    ? ofPairs.of(u, inputs.get(inputs.size() - 1), pairs)
                    : ((PointLoss) loss).of(u);
        }

        GradientCheck check(long seed) {
            GradientCheck check = GradientCheck.of(name, this::value).seed(seed);
            for (int i = 0; i < trained.size(); i++) {
                check.input(i == 0 ? "u" : "v", trained.get(i), CODES);
            }
            return loss instanceof ClosedFormGradient formula ? check.closedForm(x -> closedForm(formula, x)) : check;
        }

        private double[][][] closedForm(ClosedFormGradient formula, double[][]... inputs) {
            if (loss instanceof PointLoss) {
                return formula.gradient(inputs);
            }
            double[][][] all = Arrays.copyOf(inputs, inputs.length + 1);
            all[inputs.length] = similarity;
            return formula.gradient(all);
        }

        /** Codes ±c with c² k = 10³, so that inner products reach ±10³. */
        long notFinite(Backend backend) {
            try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
                List<Variable> inputs = new ArrayList<>();
                for (Shape shape : trained) {
                    RandomKey key = RandomKey.of(inputs.size());
                    double[] values = new double[shape.size()];
                    double size = Math.sqrt(LARGE_INNER_PRODUCT / shape.dim(1));
                    Arrays.setAll(values, i -> key.below(2, i / shape.dim(1)) == 0 ? -size : size);
                    inputs.add(pass.input(backend.tensor(shape, values)));
                }
                Variable value = value(inputs);
                long count = notFinite(value);
                for (Variable gradient : pass.gradients(value, inputs, Order.FIRST)) {
                    count += notFinite(gradient);
                }
                return count;
            }
        }

        private static long notFinite(Variable x) {
            return Arrays.stream(x.value().toDoubles())
                    .filter(value -> !Double.isFinite(value))
                    .count();
        }
    }
}
