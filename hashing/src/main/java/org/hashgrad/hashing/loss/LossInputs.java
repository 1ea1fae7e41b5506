package org.hashgrad.hashing.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.check.Domain;
import org.hashgrad.autograd.check.GradientCheck;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/**
 * A loss with what {@link LossCheck} draws for its kind: u (n, k) alone, or u and a second stream v (m, k); with them, as constants,
 * the similarity s and the drawn mask d, or the target codes.
 *
 * @param trained shapes of u, or of u and v
 * @param constants s; s and d; the target; nothing: what a {@link ClosedFormGradient} of the kind is given after the trained inputs
 */
record LossInputs(Loss loss, List<Shape> trained, List<double[][]> constants) {
    private static final double LARGE_INNER_PRODUCT = 1e3;
    private static final Domain CODES =
            Domain.between(-2, 2).awayFrom(0, 0.02).awayFrom(1, 0.02).awayFrom(-1, 0.02);
    private static final int CLASSES = 3;

    /** One for a loss of u alone; for a loss of two streams one with v = u and one with v (m, k). */
    static List<LossInputs> drawn(Loss loss, LossCheck.Size size, RandomKey key) {
        List<Shape> one = List.of(Shape.of(size.n(), size.k()));
        if (loss instanceof PointLoss) {
            return List.of(new LossInputs(loss, one, List.of()));
        }
        if (loss instanceof TargetLoss) {
            RandomKey target = key.split("target");
            double[][] codes = matrix(size.n(), size.k(), at -> target.below(2, at) == 0 ? -1 : 1);
            return List.of(new LossInputs(loss, one, List.<double[][]>of(codes)));
        }
        List<Shape> two = List.of(Shape.of(size.n(), size.k()), Shape.of(size.m(), size.k()));
        RandomKey rows = key.split("rows");
        return List.of(
                new LossInputs(loss, one, pairs(loss, size.n(), size.n(), rows, rows, key)),
                new LossInputs(loss, two, pairs(loss, size.n(), size.m(), rows, key.split("columns"), key)));
    }

    private static List<double[][]> pairs(Loss loss, int n, int m, RandomKey rows, RandomKey columns, RandomKey key) {
        double[][] s = matrix(n, m, at -> rows.below(CLASSES, at / m) == columns.below(CLASSES, at % m) ? 1 : 0);
        if (loss instanceof PairLoss) {
            return List.<double[][]>of(s);
        }
        RandomKey mask = key.split("drawn");
        boolean within = rows.equals(columns);
        double[][] d = matrix(n, m, at -> (within && at / m == at % m) || mask.below(4, at) == 0 ? 0 : 1);
        return List.of(s, d);
    }

    private interface Element {
        double at(int flat);
    }

    private static double[][] matrix(int rows, int columns, Element element) {
        double[][] matrix = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            int row = i;
            Arrays.setAll(matrix[i], j -> element.at(row * columns + j));
        }
        return matrix;
    }

    boolean within() {
        return trained.size() == 1;
    }

    /** The loss of u, or of u and v. */
    Variable value(List<Variable> inputs) {
        Variable u = inputs.get(0);
        Variable v = inputs.get(inputs.size() - 1);
        if (loss instanceof PointLoss ofPoints) {
            return ofPoints.of(u);
        }
        if (loss instanceof TargetLoss ofTarget) {
            double[] target = Arrays.stream(constants.get(0))
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            return ofTarget.of(u, u.pass().constant(u.pass().backend().tensor(trained.get(0), target)));
        }
        Pairs pairs = Pairs.of(constants.get(0), within());
        return loss instanceof TripletLoss ofTriplets
                ? ofTriplets.of(u, v, Triplets.of(pairs, constants.get(1)))
                : ((PairLoss) loss).of(u, v, pairs);
    }

    /** The closed form's gradients at u, or at u and v. */
    double[][][] closedForm(ClosedFormGradient formula, double[][]... inputs) {
        List<double[][]> all = new ArrayList<>(Arrays.asList(inputs));
        all.addAll(constants);
        return formula.gradient(all.toArray(double[][][]::new));
    }

    GradientCheck check(String name, long seed) {
        GradientCheck check = GradientCheck.of(name, this::value).seed(seed);
        for (int i = 0; i < trained.size(); i++) {
            check.input(i == 0 ? "u" : "v", trained.get(i), CODES);
        }
        return loss instanceof ClosedFormGradient formula ? check.closedForm(x -> closedForm(formula, x)) : check;
    }

    /** How many values and gradients are not finite at codes ±c with c² k = 10³, so that inner products reach ±10³. */
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
