package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;

/** Checks the tape's gradient of L = Σ c ⊙ module(x), c random, by central differences in x and in every parameter. */
final class CentralDifference {
    private static final double STEP = 1e-5;
    /** Truncation is of order STEP², cancellation of order 2⁻⁵³/STEP. */
    private static final double TOLERANCE = 1e-7;

    private final Backend backend;
    private final Module module;
    private final Shape shape;
    private final double[] x;

    CentralDifference(Backend backend, Module module, Shape shape) {
        this.backend = backend;
        this.module = module;
        this.shape = shape;
        this.x = OnReference.drawn("input", shape);
    }

    void check() {
        List<Parameter> parameters = module.parameters();
        double[] byInput;
        List<double[]> byParameter;
        try (Pass pass = Pass.train(backend, OnReference.KEY)) {
            Variable input = pass.input(backend.tensor(shape, x));
            Variable loss = loss(pass, input);
            byInput = pass.gradients(loss, List.of(input), Order.FIRST)
                    .get(0)
                    .value()
                    .toDoubles();
            var gradients = pass.gradients(loss, parameters);
            byParameter =
                    parameters.stream().map(p -> gradients.of(p).toDoubles()).toList();
        }
        compare("x", x, byInput, () -> {});
        for (int i = 0; i < parameters.size(); i++) {
            Parameter p = parameters.get(i);
            double[] values = p.value().toDoubles();
            compare(p.name(), values, byParameter.get(i), () -> p.assign(values));
        }
    }

    /** @param assign puts the array {@code at}, which this method perturbs, into force */
    private void compare(String name, double[] at, double[] analytic, Runnable assign) {
        for (int i = 0; i < at.length; i++) {
            double kept = at[i];
            at[i] = kept + STEP;
            assign.run();
            double above = value();
            at[i] = kept - STEP;
            assign.run();
            double below = value();
            at[i] = kept;
            assign.run();
            double numeric = (above - below) / (2 * STEP);
            assertEquals(numeric, analytic[i], TOLERANCE * (1 + Math.abs(numeric)), "∂L/∂" + name + "[" + i + "]");
        }
    }

    private double value() {
        try (Pass pass = Pass.train(backend, OnReference.KEY)) {
            return loss(pass, pass.constant(backend.tensor(shape, x))).value().item();
        }
    }

    private Variable loss(Pass pass, Variable input) {
        Variable y = module.forward(pass, input);
        double[] weights = OnReference.drawn("cotangent", y.shape());
        return y.times(pass.constant(backend.tensor(y.shape(), weights))).sum();
    }
}
