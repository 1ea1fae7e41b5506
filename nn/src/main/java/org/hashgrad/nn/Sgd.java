package org.hashgrad.nn;

import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.tensor.OptimizerUpdate;

/** Stochastic gradient descent with momentum and weight decay, see {@link OptimizerUpdate.Sgd}. */
public final class Sgd extends Optimizer {
    private final double momentum;
    private final double weightDecay;
    private final boolean nesterov;

    public Sgd(List<Parameter> parameters, double rate, double momentum, double weightDecay, boolean nesterov) {
        super(parameters, rate, "momentum");
        this.momentum = momentum;
        this.weightDecay = weightDecay;
        this.nesterov = nesterov;
    }

    @Override
    protected OptimizerUpdate update(double effectiveRate, Parameter parameter, int t) {
        return new OptimizerUpdate.Sgd(effectiveRate, momentum, weightDecay * parameter.decayMultiplier(), nesterov);
    }
}
