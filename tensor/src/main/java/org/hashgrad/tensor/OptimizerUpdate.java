package org.hashgrad.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One step of an optimiser on one parameter: inputs (w, g, state…), outputs (w′, state′…), all of one shape. With {@code d = g +
 * weightDecay · w} in each:
 *
 * <ul>
 *   <li>{@link Sgd}: {@code m′ = momentum · m + d}; {@code w′ = w − rate · m′}, or with Nesterov {@code w − rate · (d + momentum · m′)}
 *   <li>{@link RmsProp}: {@code v′ = decay · v + (1 − decay) d²}; {@code w′ = w − rate · d / (√v′ + ε)}
 *   <li>{@link Adam}: {@code m′ = β₁ m + (1 − β₁) d}; {@code v′ = β₂ v + (1 − β₂) d²};
 *       {@code w′ = w − rate · (m′/(1 − β₁ᵗ)) / (√(v′/(1 − β₂ᵗ)) + ε)}, t counted from 1
 * </ul>
 *
 * These are PyTorch's conventions; in particular the momentum buffer holds gradients, not steps.
 */
public sealed interface OptimizerUpdate extends FusedPrimitive {
    /** Number of state tensors. */
    int states();

    @Override
    default List<Shape> outputShapes(List<Shape> inputs) {
        if (inputs.size() != states() + 2 || Collections.frequency(inputs, inputs.get(0)) != inputs.size()) {
            throw new ShapeException("optimizerUpdate: need parameter, gradient and " + states()
                    + " state tensors of one shape, got " + inputs);
        }
        List<Shape> outputs = new ArrayList<>(inputs);
        outputs.remove(1);
        return outputs;
    }

    private static <T> T decayed(Primitives<T> on, List<T> inputs, double weightDecay) {
        return on.add(inputs.get(1), on.scale(inputs.get(0), weightDecay));
    }

    private static <T> T blend(Primitives<T> on, T old, T fresh, double keep) {
        return on.add(on.scale(old, keep), on.scale(fresh, 1 - keep));
    }

    /** Stochastic gradient descent with momentum. */
    record Sgd(double rate, double momentum, double weightDecay, boolean nesterov) implements OptimizerUpdate {
        @Override
        public int states() {
            return 1;
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
            T d = decayed(on, inputs, weightDecay);
            T m = on.add(on.scale(inputs.get(2), momentum), d);
            T step = nesterov ? on.add(d, on.scale(m, momentum)) : m;
            return List.of(on.subtract(inputs.get(0), on.scale(step, rate)), m);
        }
    }

    /** Root-mean-square propagation (Tieleman, Hinton 2012), without centring or momentum. */
    record RmsProp(double rate, double decay, double epsilon, double weightDecay) implements OptimizerUpdate {
        @Override
        public int states() {
            return 1;
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
            T d = decayed(on, inputs, weightDecay);
            T v = blend(on, inputs.get(2), on.unary(UnaryOp.SQUARE, d), decay);
            T step = on.divide(d, on.affine(on.unary(UnaryOp.SQRT, v), 1, epsilon));
            return List.of(on.subtract(inputs.get(0), on.scale(step, rate)), v);
        }
    }

    /** Adam (Kingma, Ba 2015) at step {@code t ≥ 1}. */
    record Adam(double rate, double beta1, double beta2, double epsilon, double weightDecay, int t)
            implements OptimizerUpdate {
        public Adam {
            if (t < 1) {
                throw new IllegalArgumentException("adam: need step t >= 1, got " + t);
            }
        }

        @Override
        public int states() {
            return 2;
        }

        @Override
        public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
            T d = decayed(on, inputs, weightDecay);
            T m = blend(on, inputs.get(2), d, beta1);
            T v = blend(on, inputs.get(3), on.unary(UnaryOp.SQUARE, d), beta2);
            T mean = on.scale(m, 1 / (1 - Math.pow(beta1, t)));
            T deviation = on.unary(UnaryOp.SQRT, on.scale(v, 1 / (1 - Math.pow(beta2, t))));
            T step = on.divide(mean, on.affine(deviation, 1, epsilon));
            return List.of(on.subtract(inputs.get(0), on.scale(step, rate)), m, v);
        }
    }
}
