package org.hashgrad.autograd.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.check.Probe.Argument;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a function's gradients against what does not depend on them:
 *
 * <pre>{@code
 * GradientCheck.of("my loss", in -> in.get(0).tanh().square().sum())
 *         .input("x", Shape.of(4, 3), Domain.between(-2, 2))
 *         .run(backend)
 *         .assertPassed();
 * }</pre>
 *
 * On an F64 backend, {@link #run} makes these checks:
 *
 * <ul>
 *   <li>{@code numeric}: the tape's gradient against central differences;
 *   <li>{@code orders}: the first-order gradient, which may use fused derivatives, against the differentiable one;
 *   <li>{@code second order}: the differentiable gradient's own gradient along a random direction against central differences;
 *   <li>{@code closed form}: the tape's gradient against a formula, if one was given.
 * </ul>
 *
 * Differences of F32 values carry no digits worth having, so an F32 backend is held against an F64 one by {@link #compare}. An output of
 * several elements is contracted with a fixed random cotangent. Bounds and the measure of error are in {@link Tolerances}; a value
 * that is not finite fails. What the function detaches is held at its values where the check starts. Arguments reach the function, and a closed form, in the order in which they were added.
 */
public final class GradientCheck {
    /**
     * An analytic gradient of a scalar function: every argument as rows of a matrix ((n) is n × 1, (n, c, h, w) is n × chw) → one gradient
     * for each differentiated one, likewise.
     */
    @FunctionalInterface
    public interface ClosedForm {
        double[][][] gradient(double[][]... arguments);
    }

    private record Planned(String name, Shape shape, Function<RandomKey, double[]> values, boolean differentiated) {}

    private final String name;
    private final Function<List<Variable>, Variable> function;
    private final List<Planned> planned = new ArrayList<>();
    private String kind = "loss";
    private long seed;
    private @Nullable ClosedForm closedForm;

    private GradientCheck(String name, Function<List<Variable>, Variable> function) {
        this.name = name;
        this.function = function;
    }

    /** A check of {@code function}, which maps the arguments to an output of any shape. */
    public static GradientCheck of(String name, Function<List<Variable>, Variable> function) {
        return new GradientCheck(name, function);
    }

    /** An argument to differentiate by, drawn from {@code domain}. */
    public GradientCheck input(String argument, Shape shape, Domain domain) {
        return add(new Planned(argument, shape, key -> domain.draw(shape, key), true));
    }

    /** An argument to differentiate by, at given row-major values. */
    public GradientCheck input(String argument, Shape shape, double... values) {
        return add(new Planned(argument, shape, counted(argument, shape, values), true));
    }

    /** An argument that is held constant, drawn from {@code domain}. */
    public GradientCheck constant(String argument, Shape shape, Domain domain) {
        return add(new Planned(argument, shape, key -> domain.draw(shape, key), false));
    }

    /** An argument that is held constant at given row-major values. */
    public GradientCheck constant(String argument, Shape shape, double... values) {
        return add(new Planned(argument, shape, counted(argument, shape, values), false));
    }

    private static Function<RandomKey, double[]> counted(String argument, Shape shape, double[] values) {
        if (values.length != shape.size()) {
            throw new ShapeException("gradient check: " + argument + " is " + shape + " with " + shape.size()
                    + " elements, got " + values.length + " values");
        }
        double[] held = values.clone();
        return key -> held;
    }

    private GradientCheck add(Planned argument) {
        planned.add(argument);
        return this;
    }

    /** The seed of arguments, cotangent and direction; 0 unless set. */
    public GradientCheck seed(long value) {
        seed = value;
        return this;
    }

    /** What the report calls this function: {@code loss} unless set. */
    public GradientCheck kind(String value) {
        kind = value;
        return this;
    }

    /** Also compares with an analytic gradient; the function must be scalar. */
    public GradientCheck closedForm(ClosedForm formula) {
        closedForm = formula;
        return this;
    }

    public String name() {
        return name;
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }

    /**
     * Checks the gradients on one F64 backend.
     *
     * @throws IllegalArgumentException when the backend is not F64
     */
    public CheckReport run(Backend backend) {
        if (backend.precision() != Precision.F64) {
            throw new IllegalArgumentException("gradient check: numeric differences need an F64 backend, got "
                    + backend.name() + " in " + backend.precision() + "; compare it with an F64 one instead");
        }
        List<Argument> arguments = draw();
        Probe probe = probe(backend, arguments);
        Comparison out = new Comparison(name, kind, backend, seed, arguments);
        List<double[]> gradient = probe.gradient(probe.start(), Order.FIRST);
        numeric(out, "numeric", probe, arguments, gradient, probe::value);
        out.check("orders", gradient, probe.gradient(probe.start(), Order.DIFFERENTIABLE), Tolerances.EXACT);
        numeric(out, "second order", probe, arguments, probe.curvature(probe.start()), probe::slope);
        if (closedForm != null) {
            out.check("closed form", gradient, closed(closedForm, probe, arguments, gradient), Tolerances.EXACT);
        }
        return out.report();
    }

    /** The check {@code closed form} alone, on an F64 backend. @throws IllegalStateException when no formula was given */
    public CheckReport runClosedForm(Backend backend) {
        if (closedForm == null) {
            throw new IllegalStateException("gradient check: " + name + " was given no closed form");
        }
        List<Argument> arguments = draw();
        Probe probe = probe(backend, arguments);
        Comparison out = new Comparison(name, kind, backend, seed, arguments);
        List<double[]> gradient = probe.gradient(probe.start(), Order.FIRST);
        out.check("closed form", gradient, closed(closedForm, probe, arguments, gradient), Tolerances.EXACT);
        return out.report();
    }

    /**
     * Checks value and gradients on {@code other} against those on {@code reference}.
     *
     * @throws IllegalArgumentException when the reference is not F64
     */
    public CheckReport compare(Backend reference, Backend other) {
        if (reference.precision() != Precision.F64) {
            throw new IllegalArgumentException("gradient check: the reference must be F64, got " + reference.name()
                    + " in " + reference.precision());
        }
        List<Argument> arguments = draw();
        Probe truth = probe(reference, arguments);
        Probe probe = probe(other, arguments);
        double[] expected = truth.output(truth.start());
        List<double[]> gradients = truth.gradient(truth.start(), Order.FIRST);
        double bound = Tolerances.rounding(other.precision(), terms(arguments, expected.length));
        Comparison out = new Comparison(name, kind, other, seed, arguments);
        out.checkWithOutput(
                probe.output(probe.start()), expected, probe.gradient(probe.start(), Order.FIRST), gradients, bound);
        return out.report();
    }

    private List<Argument> draw() {
        RandomKey key = RandomKey.of(seed).split("arguments");
        List<Argument> arguments = new ArrayList<>();
        for (Planned plan : planned) {
            double[] values = plan.values.apply(key.split(arguments.size()));
            arguments.add(new Argument(plan.name, plan.shape, values, plan.differentiated));
        }
        if (arguments.stream().noneMatch(Argument::differentiated)) {
            throw new IllegalArgumentException("gradient check: " + name + " has no input to differentiate by");
        }
        return arguments;
    }

    private Probe probe(Backend backend, List<Argument> arguments) {
        return new Probe(backend, function, arguments, RandomKey.of(seed).split("probe"));
    }

    /** No sum inside the function runs over more than this many terms, if each product or element is added once. */
    private static int terms(List<Argument> arguments, int outputs) {
        return arguments.stream().mapToInt(a -> a.values().length).sum() + outputs;
    }

    private void numeric(
            Comparison out,
            String check,
            Probe probe,
            List<Argument> arguments,
            List<double[]> analytic,
            Function<List<double[]>, Probe.Sum> scalar) {
        ToDoubleFunction<List<double[]>> value = at -> scalar.apply(at).value();
        List<double[]> differences = new ArrayList<>();
        double scale = scalar.apply(probe.start()).scale();
        for (int argument = 0; argument < arguments.size(); argument++) {
            if (arguments.get(argument).differentiated()) {
                double[] values = arguments.get(argument).values();
                double[] by = new double[values.length];
                for (int i = 0; i < by.length; i++) {
                    by[i] = difference(value, probe.start(), argument, i);
                    scale += Math.abs(by[i] * values[i]);
                }
                differences.add(by);
            }
        }
        out.numeric(check, analytic, differences, terms(arguments, 1), scale);
    }

    /** The derivative by one element, extrapolated from central differences of steps h and h/2. */
    private static double difference(
            ToDoubleFunction<List<double[]>> value, List<double[]> start, int argument, int element) {
        List<double[]> at = new ArrayList<>(start);
        double[] moved = start.get(argument).clone();
        at.set(argument, moved);
        double x = moved[element];
        double h = Tolerances.step(x);
        double[] slopes = new double[2];
        for (int half = 0; half < 2; half++) {
            double step = half == 0 ? h : h / 2;
            moved[element] = x + step;
            double above = value.applyAsDouble(at);
            moved[element] = x - step;
            slopes[half] = (above - value.applyAsDouble(at)) / (2 * step);
        }
        return (4 * slopes[1] - slopes[0]) / 3;
    }

    private List<double[]> closed(ClosedForm formula, Probe probe, List<Argument> arguments, List<double[]> gradient) {
        if (probe.output(probe.start()).length != 1) {
            throw new ShapeException("gradient check: a closed form needs a scalar function, " + name + " is none");
        }
        double[][][] result =
                formula.gradient(arguments.stream().map(GradientCheck::matrix).toArray(double[][][]::new));
        List<double[]> flat = new ArrayList<>();
        for (double[][] rows : result) {
            flat.add(Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray());
        }
        List<Integer> sizes = flat.stream().map(g -> g.length).toList();
        List<Integer> needed = gradient.stream().map(g -> g.length).toList();
        if (!sizes.equals(needed)) {
            boolean reordered = sizes.stream()
                    .sorted()
                    .toList()
                    .equals(needed.stream().sorted().toList());
            throw new ShapeException("gradient check: the closed form of " + name + " has " + sizes
                    + " elements by input, need " + needed
                    + (reordered ? ": its gradients are in another order than the inputs" : ""));
        }
        return flat;
    }

    private static double[][] matrix(Argument argument) {
        int rows = argument.shape().rank() == 0 ? 1 : argument.shape().dim(0);
        int columns = argument.values().length / rows;
        double[][] matrix = new double[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = Arrays.copyOfRange(argument.values(), i * columns, (i + 1) * columns);
        }
        return matrix;
    }
}
