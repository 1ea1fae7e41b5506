package org.hashgrad.nn;

import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.tensor.OptimizerUpdate;

/** Adam (Kingma, Ba 2015), see {@link OptimizerUpdate.Adam}. */
public final class Adam extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;

    /** The paper's defaults: β₁ 0.9, β₂ 0.999, ε 10⁻⁸; no weight decay. */
    public Adam(List<Parameter> parameters, double rate) {
        this(parameters, rate, 0.9, 0.999, 1e-8, 0);
    }

    public Adam(
            List<Parameter> parameters, double rate, double beta1, double beta2, double epsilon, double weightDecay) {
        super(parameters, rate, "exp_avg", "exp_avg_sq");
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
    }

    @Override
    protected OptimizerUpdate update(double effectiveRate, Parameter parameter, int t) {
        double decay = weightDecay * parameter.decayMultiplier();
        return new OptimizerUpdate.Adam(effectiveRate, beta1, beta2, epsilon, decay, t);
    }
}
