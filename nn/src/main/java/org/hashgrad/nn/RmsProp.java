package org.hashgrad.nn;

import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.tensor.OptimizerUpdate;

/** RMSProp (Tieleman, Hinton 2012), see {@link OptimizerUpdate.RmsProp}. */
public final class RmsProp extends Optimizer {
    private final double decay;
    private final double epsilon;
    private final double weightDecay;

    /** PyTorch's defaults: decay 0.99, ε 10⁻⁸, no weight decay. */
    public RmsProp(List<Parameter> parameters, double rate) {
        this(parameters, rate, 0.99, 1e-8, 0);
    }

    public RmsProp(List<Parameter> parameters, double rate, double decay, double epsilon, double weightDecay) {
        super(parameters, rate, "square_avg");
        this.decay = decay;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
    }

    @Override
    protected OptimizerUpdate update(double effectiveRate, Parameter parameter, int t) {
        return new OptimizerUpdate.RmsProp(effectiveRate, decay, epsilon, weightDecay * parameter.decayMultiplier());
    }
}
