package org.hashgrad.autograd.check;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** A function on one backend, seen from the host: values and derivatives at given inputs, one pass each. */
final class Probe {
    /** An input with its values; {@code differentiated} tells an input from a constant. */
    record Argument(String name, Shape shape, double[] values, boolean differentiated) {}

    private final Backend backend;
    private final Function<List<Variable>, Variable> function;
    private final List<Argument> arguments;
    private final RandomKey key;
    private @Nullable List<double[]> held;

    Probe(Backend backend, Function<List<Variable>, Variable> function, List<Argument> arguments, RandomKey key) {
        this.backend = backend;
        this.function = function;
        this.arguments = arguments;
        this.key = key;
    }

    Backend backend() {
        return backend;
    }

    List<double[]> start() {
        return arguments.stream().map(Argument::values).toList();
    }

    /** Contracts an output of size n with: 1 for one element, else n numbers of either sign, between ½ and 1½ in size. */
    private double[] cotangent(int n) {
        return n == 1 ? new double[] {1} : direction("cotangent", n);
    }

    private double[] direction(String purpose, int n) {
        RandomKey drawn = key.split(purpose);
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = (0.5 + drawn.uniform(i)) * (drawn.bits(i) % 2 == 0 ? 1 : -1);
        }
        return values;
    }

    /** A contraction Σ terms, with Σ |terms| as the scale of its rounding error. */
    record Sum(double value, double scale) {
        static Sum of(double[] a, double[] b) {
            double value = 0;
            double scale = 0;
            for (int i = 0; i < a.length; i++) {
                value += a[i] * b[i];
                scale += Math.abs(a[i] * b[i]);
            }
            return new Sum(value, scale);
        }

        Sum plus(Sum other) {
            return new Sum(value + other.value, scale + other.scale);
        }
    }

    /** y. */
    double[] output(List<double[]> at) {
        try (Pass pass = open()) {
            return function.apply(leaves(pass, at)).value().toDoubles();
        }
    }

    /** ⟨c, y⟩, or y itself for one element. */
    Sum value(List<double[]> at) {
        double[] y = output(at);
        return Sum.of(y, cotangent(y.length));
    }

    /** By each differentiated argument, the gradient of ⟨c, y⟩. */
    List<double[]> gradient(List<double[]> at, Order order) {
        try (Pass pass = open()) {
            List<Variable> leaves = leaves(pass, at);
            Variable y = function.apply(leaves);
            return onHost(pass.gradients(contracted(pass, y), differentiated(leaves), order));
        }
    }

    /** ⟨r, ∇⟨c, y + y²/2⟩⟩ by first-order gradients, or ⟨r, ∇y⟩ for one element; the square makes cotangents depend on the inputs. */
    Sum slope(List<double[]> at) {
        try (Pass pass = open()) {
            List<Variable> leaves = leaves(pass, at);
            Variable bent = bent(pass, function.apply(leaves));
            List<double[]> gradients = onHost(pass.gradients(bent, differentiated(leaves), Order.FIRST));
            Sum slope = new Sum(0, 0);
            for (int i = 0; i < gradients.size(); i++) {
                double[] gradient = gradients.get(i);
                slope = slope.plus(Sum.of(gradient, direction("direction " + i, gradient.length)));
            }
            return slope;
        }
    }

    /** By each differentiated argument, the tape's gradient of {@link #slope}. */
    List<double[]> curvature(List<double[]> at) {
        try (Pass pass = open()) {
            List<Variable> leaves = leaves(pass, at);
            List<Variable> by = differentiated(leaves);
            List<Variable> first = pass.gradients(bent(pass, function.apply(leaves)), by, Order.DIFFERENTIABLE);
            Variable slope = pass.constant(0);
            for (int i = 0; i < first.size(); i++) {
                Shape shape = first.get(i).shape();
                double[] r = direction("direction " + i, shape.size());
                slope = slope.plus(first.get(i)
                        .times(pass.constant(backend.tensor(shape, r)))
                        .sum());
            }
            return onHost(pass.gradients(slope, by, Order.FIRST));
        }
    }

    private Pass open() {
        List<double[]> constants = held == null ? heldAtStart() : held;
        held = constants;
        Iterator<double[]> next = constants.iterator();
        Pass pass = Pass.train(backend, key.split("pass"));
        pass.holding(value -> backend.tensor(value.shape(), next.next()));
        return pass;
    }

    /** What the function holds constant, in its order: everywhere what it is at the start, or differences would see it move. */
    private List<double[]> heldAtStart() {
        List<double[]> constants = new ArrayList<>();
        try (Pass pass = Pass.train(backend, key.split("pass"))) {
            pass.holding(value -> {
                constants.add(value.toDoubles());
                return value;
            });
            var unused = function.apply(leaves(pass, start()));
        }
        return constants;
    }

    private Variable contracted(Pass pass, Variable y) {
        int n = y.shape().size();
        return n == 1
                ? y
                : y.times(pass.constant(backend.tensor(y.shape(), cotangent(n))))
                        .sum();
    }

    private Variable bent(Pass pass, Variable y) {
        return contracted(pass, y.shape().size() == 1 ? y : y.plus(y.square().times(0.5)));
    }

    private List<Variable> leaves(Pass pass, List<double[]> at) {
        List<Variable> leaves = new ArrayList<>(arguments.size());
        for (int i = 0; i < arguments.size(); i++) {
            var tensor = backend.tensor(arguments.get(i).shape(), at.get(i));
            leaves.add(arguments.get(i).differentiated() ? pass.input(tensor) : pass.constant(tensor));
        }
        return leaves;
    }

    private List<Variable> differentiated(List<Variable> leaves) {
        List<Variable> by = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) {
            if (arguments.get(i).differentiated()) {
                by.add(leaves.get(i));
            }
        }
        return by;
    }

    private static List<double[]> onHost(List<Variable> variables) {
        return variables.stream().map(v -> v.value().toDoubles()).toList();
    }
}
