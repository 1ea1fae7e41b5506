package org.hashgrad.hashing.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.check.Domain;
import org.hashgrad.autograd.check.GradientCheck;
import org.hashgrad.autograd.check.Tolerances;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/**
 * A loss with what {@link LossCheck} draws for its kind: u (n, k) alone, or u and a second stream v (m, k); with them, as constants,
 * the similarity s, the drawn mask d, the target codes.
 *
 * @param trained u, or u and v
 * @param constants s; s and d; the target; s and the target; nothing: what a {@link ClosedFormGradient} of the kind is given after the
 *     trained inputs
 */
record LossInputs(Loss loss, List<double[][]> trained, List<double[][]> constants) {
    private static final double LARGE_INNER_PRODUCT = 1e3;
    private static final double REACH = 2;
    private static final double FROM_KINKS = 0.02;
    private static final int CLASSES = 3;
    private static final double STEP = Tolerances.STEP;
    private static final int LEFT_OUT_ONE_IN = 4;

    private static final Domain CODES = Domain.between(-REACH, REACH)
            .awayFrom(0, FROM_KINKS)
            .awayFrom(1, FROM_KINKS)
            .awayFrom(-1, FROM_KINKS);

    /** What {@link #drawn} draws, in words. */
    static String description(Loss loss) {
        String codes = "u (n, k)" + (loss instanceof PointLoss || loss instanceof TargetLoss ? "" : " and v (m, k)")
                + " uniform in ±" + REACH + ", at least " + FROM_KINKS + " from 0 and ±1";
        String pairs = "; v = u, then two streams; s (n, m) of " + CLASSES + " classes";
        if (loss instanceof TargetLoss) {
            return codes + "; target (n, k) of ±1";
        }
        if (loss instanceof PairTargetLoss) {
            return codes + pairs + "; target (n, k) of ±1";
        }
        return loss instanceof PairLoss
                ? codes + pairs
                : loss instanceof TripletLoss
                        ? codes + pairs + "; d (n, m) with " + (LEFT_OUT_ONE_IN - 1) + " of " + LEFT_OUT_ONE_IN
                                + " columns, none with itself"
                        : codes;
    }

    /** One for a loss of u alone; for a loss of two streams one with v = u and one with v (m, k). */
    static List<LossInputs> drawn(Loss loss, LossCheck.Size size, RandomKey key) {
        double[][] u = codes(size.n(), size.k(), key.split("u"));
        if (loss instanceof PointLoss) {
            return List.of(new LossInputs(loss, List.<double[][]>of(u), List.of()));
        }
        if (loss instanceof TargetLoss) {
            return List.of(new LossInputs(loss, List.<double[][]>of(u), List.<double[][]>of(target(size, key))));
        }
        double[][] v = codes(size.m(), size.k(), key.split("v"));
        RandomKey rows = key.split("rows");
        return List.of(
                new LossInputs(loss, List.<double[][]>of(u), pairs(loss, size, size.n(), rows, key)),
                new LossInputs(loss, List.of(u, v), pairs(loss, size, size.m(), key.split("columns"), key)));
    }

    private static double[][] target(LossCheck.Size size, RandomKey key) {
        RandomKey target = key.split("target");
        return matrix(size.n(), size.k(), at -> target.below(2, at) == 0 ? -1 : 1);
    }

    private static List<double[][]> pairs(Loss loss, LossCheck.Size size, int m, RandomKey columns, RandomKey key) {
        int n = size.n();
        RandomKey rows = key.split("rows");
        double[][] s = matrix(n, m, at -> rows.below(CLASSES, at / m) == columns.below(CLASSES, at % m) ? 1 : 0);
        if (loss instanceof PairLoss) {
            return List.<double[][]>of(s);
        }
        if (loss instanceof PairTargetLoss) {
            return List.of(s, target(size, key));
        }
        RandomKey mask = key.split("drawn");
        boolean within = rows.equals(columns);
        return List.of(
                s, matrix(n, m, at -> (within && at / m == at % m) || mask.below(LEFT_OUT_ONE_IN, at) == 0 ? 0 : 1));
    }

    private static double[][] codes(int rows, int columns, RandomKey key) {
        double[] values = CODES.draw(Shape.of(rows, columns), key);
        return matrix(rows, columns, at -> values[at]);
    }

    /** A matrix by its row-major elements. */
    interface Element {
        double at(int flat);
    }

    static double[][] matrix(int rows, int columns, Element element) {
        double[][] matrix = new double[rows][columns];
        for (int at = 0; at < rows * columns; at++) {
            matrix[at / columns][at % columns] = element.at(at);
        }
        return matrix;
    }

    static double[] flat(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Whether v = u. */
    boolean within() {
        return trained.size() == 1;
    }

    LossInputs with(Loss other) {
        return new LossInputs(other, trained, constants);
    }

    LossInputs at(List<double[][]> others) {
        return new LossInputs(loss, others, constants);
    }

    LossInputs given(List<double[][]> others) {
        return new LossInputs(loss, trained, others);
    }

    /** The loss of u, or of u and v. */
    Variable value(List<Variable> inputs) {
        Variable u = inputs.get(0);
        Variable v = inputs.get(inputs.size() - 1);
        if (loss instanceof PointLoss ofPoints) {
            return ofPoints.of(u);
        }
        if (loss instanceof TargetLoss ofTarget) {
            return ofTarget.of(u, constant(u, constants.get(0)));
        }
        Pairs pairs = Pairs.of(constants.get(0), within());
        if (loss instanceof PairTargetLoss ofPairs) {
            return ofPairs.of(u, v, pairs, constant(u, constants.get(1)));
        }
        return loss instanceof TripletLoss ofTriplets
                ? ofTriplets.of(u, v, Triplets.of(pairs, constants.get(1)))
                : ((PairLoss) loss).of(u, v, pairs);
    }

    /** Of u's shape. */
    private static Variable constant(Variable u, double[][] rows) {
        return u.pass().constant(u.pass().backend().tensor(u.shape(), flat(rows)));
    }

    /** The closed form's gradients at {@code codes}. */
    double[][][] closedForm(ClosedFormGradient formula, double[][]... codes) {
        List<double[][]> all = new ArrayList<>(Arrays.asList(codes));
        all.addAll(constants);
        return formula.gradient(all.toArray(double[][][]::new));
    }

    /** Value and gradients at the codes drawn. */
    GradientCheck check(String name, long seed) {
        GradientCheck check = GradientCheck.of(name, this::value).seed(seed);
        addInputs(check);
        loss.closedForm().ifPresent(formula -> check.closedForm(x -> closedForm(formula, x)));
        return check;
    }

    /** The same of z with u = tanh z at the numbers drawn; the closed form is multiplied by 1 − u². */
    GradientCheck beforeTanh(String name, ClosedFormGradient formula, long seed) {
        GradientCheck check = GradientCheck.of(
                        name, z -> value(z.stream().map(Variable::tanh).toList()))
                .seed(seed);
        addInputs(check);
        return check.closedForm(z -> {
            double[][][] u = Arrays.stream(z).map(x -> map(x, Math::tanh)).toArray(double[][][]::new);
            double[][][] gradients = closedForm(formula, u);
            return IntStream.range(0, gradients.length)
                    .mapToObj(i -> times(gradients[i], map(u[i], x -> 1 - x * x)))
                    .toArray(double[][][]::new);
        });
    }

    private static double[][] times(double[][] a, double[][] b) {
        int columns = a[0].length;
        return matrix(a.length, columns, at -> a[at / columns][at % columns] * b[at / columns][at % columns]);
    }

    static double[][] map(double[][] matrix, DoubleUnaryOperator f) {
        return Arrays.stream(matrix)
                .map(row -> Arrays.stream(row).map(f).toArray())
                .toArray(double[][]::new);
    }

    private void addInputs(GradientCheck check) {
        for (int i = 0; i < trained.size(); i++) {
            check.input(i == 0 ? "u" : "v", shape(i), flat(trained.get(i)));
        }
    }

    private Shape shape(int i) {
        return Shape.of(trained.get(i).length, trained.get(i)[0].length);
    }

    /** The tape's gradients at the codes drawn, row-major. */
    List<double[]> tape(Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            List<Variable> inputs = new ArrayList<>();
            for (int i = 0; i < trained.size(); i++) {
                inputs.add(pass.input(backend.tensor(shape(i), flat(trained.get(i)))));
            }
            return pass.gradients(value(inputs), inputs, Order.FIRST).stream()
                    .map(gradient -> gradient.value().toDoubles())
                    .toList();
        }
    }

    /** Central differences of the value at the codes drawn, extrapolated, row-major. */
    List<double[]> differences(Backend backend) {
        List<double[]> all = new ArrayList<>();
        for (int input = 0; input < trained.size(); input++) {
            double[] x = flat(trained.get(input));
            double[] by = new double[x.length];
            for (int at = 0; at < x.length; at++) {
                double coarse = slope(backend, input, at, STEP);
                by[at] = (4 * slope(backend, input, at, STEP / 2) - coarse) / 3;
            }
            all.add(by);
        }
        return all;
    }

    private double slope(Backend backend, int input, int element, double step) {
        return (moved(backend, input, element, step) - moved(backend, input, element, -step)) / (2 * step);
    }

    private double moved(Backend backend, int input, int element, double by) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            List<Variable> inputs = new ArrayList<>();
            for (int i = 0; i < trained.size(); i++) {
                double[] values = flat(trained.get(i));
                if (i == input) {
                    values[element] += by;
                }
                inputs.add(pass.constant(backend.tensor(shape(i), values)));
            }
            return value(inputs).value().item();
        }
    }

    /** How many values and gradients are not finite at codes ±c with c² k = 10³, so that inner products reach ±10³. */
    long notFinite(Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            List<Variable> inputs = new ArrayList<>();
            for (int input = 0; input < trained.size(); input++) {
                Shape shape = shape(input);
                RandomKey key = RandomKey.of(input);
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
