package org.hashgrad.hashing.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Arithmetic;
import org.hashgrad.autograd.op.CustomOp;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.jspecify.annotations.Nullable;

/** Mistakes put into the tape or the closed form of a loss, as an author might make them. */
final class LossMutants {
    private LossMutants() {}

    /** How a mistaken author writes the value, from the right one of (u, v). */
    private interface Tape {
        Variable of(BinaryOperator<Variable> right, Variable u, Variable v);
    }

    /** How a mistaken author writes the gradient, from the right one. */
    private interface Formula {
        double[][][] of(ClosedFormGradient right, double[][]... inputs);
    }

    private static final Tape RIGHT = (right, u, v) -> right.apply(u, v);

    /** @param named what the report calls it; empty when it need only be found */
    private record Mutation(String name, Set<Mistake> named, Tape tape, Formula formula) {}

    // ------------------------------------------------------------------ mutants of each kind

    private record OfPoints(PointLoss value, PointLoss formula, Mutation how) implements PointLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u) {
            return how.tape.of((a, b) -> value.of(a), u, u);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            return how.formula.of((ClosedFormGradient) formula, inputs);
        }
    }

    private record OfPairs(PairLoss value, PairLoss formula, Mutation how) implements PairLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u, Variable v, Pairs pairs) {
            return how.tape.of((a, b) -> value.of(a, b, pairs), u, v);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            return how.formula.of((ClosedFormGradient) formula, inputs);
        }
    }

    private record OfTriplets(TripletLoss value, TripletLoss formula, Mutation how)
            implements TripletLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u, Variable v, Triplets triplets) {
            return how.tape.of((a, b) -> value.of(a, b, triplets), u, v);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            return how.formula.of((ClosedFormGradient) formula, inputs);
        }
    }

    private record OfTargets(TargetLoss value, TargetLoss formula, Mutation how)
            implements TargetLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u, Variable target) {
            return how.tape.of((a, b) -> value.of(a, target), u, u);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            return how.formula.of((ClosedFormGradient) formula, inputs);
        }
    }

    private record OfPairsAndTargets(PairTargetLoss value, PairTargetLoss formula, Mutation how)
            implements PairTargetLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u, Variable v, Pairs pairs, Variable target) {
            return how.tape.of((a, b) -> value.of(a, b, pairs, target), u, v);
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            return how.formula.of((ClosedFormGradient) formula, inputs);
        }
    }

    private static Loss mutant(Loss value, Loss formula, Mutation how) {
        if (value instanceof PointLoss ofPoints) {
            return new OfPoints(ofPoints, (PointLoss) formula, how);
        }
        if (value instanceof PairLoss ofPairs) {
            return new OfPairs(ofPairs, (PairLoss) formula, how);
        }
        if (value instanceof PairTargetLoss ofPairs) {
            return new OfPairsAndTargets(ofPairs, (PairTargetLoss) formula, how);
        }
        return value instanceof TripletLoss ofTriplets
                ? new OfTriplets(ofTriplets, (TripletLoss) formula, how)
                : new OfTargets((TargetLoss) value, (TargetLoss) formula, how);
    }

    // ------------------------------------------------------------------ mistakes

    private static Mutation ofFormula(String name, Set<Mistake> named, Formula formula) {
        return new Mutation("closed form " + name, named, RIGHT, formula);
    }

    private static Mutation ofTape(String name, Set<Mistake> named, Tape tape) {
        return new Mutation("tape " + name, named, tape, ClosedFormGradient::gradient);
    }

    private static double[][][] each(double[][][] gradients, DoubleUnaryOperator change) {
        return Arrays.stream(gradients).map(g -> LossInputs.map(g, change)).toArray(double[][][]::new);
    }

    private interface OfCode {
        double change(double gradient, double code);
    }

    private static double[][][] byCode(double[][][] gradients, double[][][] codes, OfCode change) {
        double[][][] changed = new double[gradients.length][][];
        for (int input = 0; input < gradients.length; input++) {
            double[] g = LossInputs.flat(gradients[input]);
            double[] u = LossInputs.flat(codes[input]);
            changed[input] = LossInputs.matrix(
                    gradients[input].length, gradients[input][0].length, at -> change.change(g[at], u[at]));
        }
        return changed;
    }

    private static int constants(Loss loss) {
        return loss instanceof PointLoss ? 0 : loss instanceof PairLoss || loss instanceof TargetLoss ? 1 : 2;
    }

    /** The trained inputs of a closed form through {@code change}; a mutant for losses of pairs has 1 or 2 of them. */
    private static double[][][] at(Loss loss, double[][][] inputs, DoubleUnaryOperator change) {
        int constants = constants(loss);
        double[][][] changed = inputs.clone();
        for (int input = 0; input < inputs.length - constants; input++) {
            changed[input] = LossInputs.map(inputs[input], change);
        }
        return changed;
    }

    /** tanh whose derivative forgets 1 − y². */
    private record TanhWithoutSlope() implements CustomOp {
        @Override
        public Tensor forward(Backend on, List<Tensor> x) {
            return on.unary(UnaryOp.TANH, x.get(0));
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return List.of(gy.apply(new Arithmetic.Affine(1, 0)));
        }
    }

    private static Variable constant(Variable x) {
        return x.pass().constant(x.pass().backend().tensor(x.shape(), x.value().toDoubles()));
    }

    private static List<Mutation> ofEveryKind(Loss loss) {
        Set<Mistake> tanh = Set.of(Mistake.TANH_DERIVATIVE);
        return List.of(
                ofFormula("negated", Set.of(Mistake.SIGN), (right, x) -> each(right.gradient(x), g -> -g)),
                ofFormula("doubled", Set.of(Mistake.FACTOR), (right, x) -> each(right.gradient(x), g -> 2 * g)),
                ofFormula("halved", Set.of(Mistake.FACTOR), (right, x) -> each(right.gradient(x), g -> g / 2)),
                ofFormula("tripled", Set.of(Mistake.FACTOR), (right, x) -> each(right.gradient(x), g -> 3 * g)),
                ofFormula(
                        "rounded to float", Set.of(), (right, x) -> each(right.gradient(x), g -> (float) (g / 3) * 3)),
                ofFormula("of its size", Set.of(Mistake.SIGN), (right, x) -> each(right.gradient(x), Math::abs)),
                ofFormula("with one wrong element", Set.of(), (right, x) -> {
                    double[][][] gradients = each(right.gradient(x), g -> g);
                    gradients[0][1][0] *= 1.001;
                    return gradients;
                }),
                ofFormula("without the last row", Set.of(), (right, x) -> {
                    double[][][] gradients = each(right.gradient(x), g -> g);
                    Arrays.fill(gradients[0][gradients[0].length - 1], 0);
                    return gradients;
                }),
                ofFormula(
                        "of a tanh head before it",
                        tanh,
                        (right, x) -> byCode(right.gradient(x), x, (g, u) -> g * (1 - u * u))),
                new Mutation(
                        "closed form without 1 − z² after a tanh head",
                        tanh,
                        (right, u, v) -> u == v ? right.apply(u.tanh(), u.tanh()) : right.apply(u.tanh(), v.tanh()),
                        (right, x) -> right.gradient(at(loss, x, Math::tanh))),
                new Mutation(
                        "tape without 1 − z² after a tanh head",
                        tanh,
                        (right, u, v) -> right.apply(u.apply(new TanhWithoutSlope()), v.apply(new TanhWithoutSlope())),
                        (right, x) -> byCode(
                                right.gradient(at(loss, x, Math::tanh)),
                                at(loss, x, Math::tanh),
                                (g, u) -> g * (1 - u * u))),
                ofTape("negated", Set.of(Mistake.SIGN), (right, u, v) -> right.apply(u, v)
                        .times(-1)),
                ofTape("doubled", Set.of(Mistake.FACTOR), (right, u, v) -> right.apply(u, v)
                        .times(2)),
                ofTape("halved", Set.of(Mistake.FACTOR), (right, u, v) -> right.apply(u, v)
                        .times(0.5)),
                ofTape(
                        "of twice the codes",
                        Set.of(),
                        (right, u, v) ->
                                u == v ? right.apply(u.times(2), u.times(2)) : right.apply(u.times(2), v.times(2))));
    }

    private static List<Mutation> ofPairs(Loss loss) {
        Set<Mistake> swapped = Set.of(Mistake.SWAPPED_ROLES);
        Set<Mistake> missing = Set.of(Mistake.MISSING_TERM);
        return List.of(
                ofFormula("at twice the inner products", Set.of(Mistake.KAPPA, Mistake.OPTION), (right, x) -> {
                    double[][][] scaled = at(loss, x, u -> Math.sqrt(2) * u);
                    return each(right.gradient(scaled), g -> Math.sqrt(2) * g);
                }),
                ofFormula("at half the inner products", Set.of(Mistake.KAPPA, Mistake.OPTION), (right, x) -> {
                    double[][][] scaled = at(loss, x, u -> Math.sqrt(0.5) * u);
                    return each(right.gradient(scaled), g -> Math.sqrt(0.5) * g);
                }),
                ofFormula("at half the inner products, twice as large", Set.of(), (right, x) -> {
                    double[][][] scaled = at(loss, x, u -> Math.sqrt(0.5) * u);
                    return each(right.gradient(scaled), g -> 2 * Math.sqrt(0.5) * g);
                }),
                ofFormula("of one role where v = u", Set.of(Mistake.FACTOR, Mistake.OPTION), (right, x) -> {
                    boolean within = right.gradient(x).length == 1;
                    return each(right.gradient(x), g -> within ? g / 2 : g);
                }),
                ofFormula("divided by n² instead of n·m", Set.of(Mistake.FACTOR), (right, x) -> {
                    boolean within = x.length - constants(loss) == 1;
                    double factor = within ? 1 : (double) x[1].length / x[0].length;
                    return each(right.gradient(x), g -> g * factor);
                }),
                ofFormula("of u and v exchanged", Set.of(), (right, x) -> {
                    double[][][] gradients = right.gradient(x);
                    return gradients.length == 1 ? gradients : new double[][][] {gradients[1], gradients[0]};
                }),
                ofFormula("with the similarity transposed", swapped, (right, x) -> {
                    double[][][] changed = x.clone();
                    int first = x.length - constants(loss);
                    for (int c = first; c < (loss instanceof TripletLoss ? x.length : first + 1); c++) {
                        double[][] s = x[c];
                        changed[c] = LossInputs.matrix(
                                s.length,
                                s[0].length,
                                at -> s[at % s[0].length % s.length][at / s[0].length % s[0].length]);
                    }
                    return right.gradient(changed);
                }),
                ofFormula("with the opposite similarity", Set.of(), (right, x) -> {
                    double[][][] changed = x.clone();
                    int s = x.length - constants(loss);
                    changed[s] = LossInputs.map(x[s], value -> 1 - value);
                    return right.gradient(changed);
                }),
                ofFormula(
                        "with a quantization",
                        missing,
                        (right, x) -> byCode(right.gradient(x), x, (g, u) -> g + 0.2 * (u - Math.signum(u)))),
                ofTape(
                        "with a decay",
                        missing,
                        (right, u, v) -> u == v
                                ? right.apply(u, u).plus(u.square().sum().times(0.1))
                                : right.apply(u, v)
                                        .plus(u.square().sum().times(0.1))
                                        .plus(v.square().sum().times(0.1))),
                ofFormula("with the square of each row, a pair with itself", Set.of(Mistake.DIAGONAL), (right, x) -> {
                    double[][][] gradients = each(right.gradient(x), g -> g);
                    for (int i = 0; gradients.length == 1 && i < x[0].length; i++) {
                        double norm = Arrays.stream(x[0][i]).map(u -> u * u).sum();
                        for (int b = 0; b < x[0][i].length; b++) {
                            gradients[0][i][b] += 2 / (1 + Math.exp(-norm)) * x[0][i][b];
                        }
                    }
                    return gradients;
                }),
                ofTape("with v held constant", Set.of(), (right, u, v) -> right.apply(u, constant(v))));
    }

    /**
     * Whether tape and closed form of the mutant are those of the loss, at inputs that no check draws: a mean over ordered pairs is that
     * over unordered ones, and a cosine does not see the size of the codes.
     */
    private static boolean isNoMistake(Loss loss, Loss mutant) {
        try (Backend backend = new ReferenceBackend()) {
            return Stream.of(new LossCheck.Size(6, 6, 5), new LossCheck.Size(6, 4, 5))
                    .flatMap(size -> LossInputs.drawn(loss, size, RandomKey.of(99)).stream())
                    .allMatch(inputs ->
                            same(inputs.tape(backend), inputs.with(mutant).tape(backend))
                                    && same(closedForm(inputs), closedForm(inputs.with(mutant))));
        }
    }

    private static List<double[]> closedForm(LossInputs inputs) {
        double[][][] gradients = inputs.closedForm(
                inputs.loss().closedForm().orElseThrow(), inputs.trained().toArray(double[][][]::new));
        return Arrays.stream(gradients).map(LossInputs::flat).toList();
    }

    /** To a few roundings of the largest element. */
    private static boolean same(List<double[]> a, List<double[]> b) {
        for (int i = 0; i < a.size(); i++) {
            double largest = Arrays.stream(a.get(i)).map(Math::abs).max().orElse(0);
            for (int at = 0; at < a.get(i).length; at++) {
                if (!(Math.abs(a.get(i)[at] - b.get(i)[at]) <= 1e-14 * largest)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** @param named what the report may call it; empty when it need only be found */
    record Mutant(String name, Set<Mistake> named, Loss loss) {}

    /** Every component of the record another way, once in the tape and once in the closed form. */
    private static List<Mutant> ofComponents(Loss loss) {
        List<Mutant> mutants = new ArrayList<>();
        for (LossVariants.Variant variant : LossVariants.of(loss)) {
            Set<Mistake> named = variant.mistake() == Mistake.OPTION
                    ? Set.of(Mistake.OPTION, Mistake.KAPPA, Mistake.FACTOR)
                    : Set.of(variant.mistake());
            Mutation plain = new Mutation("", named, RIGHT, ClosedFormGradient::gradient);
            mutants.add(new Mutant("tape with " + variant.change(), named, mutant(variant.loss(), loss, plain)));
            mutants.add(new Mutant("closed form with " + variant.change(), named, mutant(loss, variant.loss(), plain)));
        }
        return mutants;
    }

    /** All of a loss but those that are no mistake. */
    static List<Mutant> of(Loss loss) {
        List<Mutation> mutations = new ArrayList<>(ofEveryKind(loss));
        if (!(loss instanceof PointLoss) && !(loss instanceof TargetLoss)) {
            mutations.addAll(ofPairs(loss));
        }
        List<Mutant> mutants = ofComponents(loss);
        mutations.forEach(how -> mutants.add(new Mutant(how.name, how.named, mutant(loss, loss, how))));
        mutants.removeIf(mutant -> isNoMistake(loss, mutant.loss));
        return mutants;
    }

    /** The loss in the wrapper that mutants have, without a mistake. */
    static Loss unchanged(Loss loss) {
        return mutant(loss, loss, new Mutation("none", Set.of(), RIGHT, ClosedFormGradient::gradient));
    }
}
