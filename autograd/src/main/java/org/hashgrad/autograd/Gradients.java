package org.hashgrad.autograd;

import java.util.Map;
import java.util.Set;
import org.hashgrad.tensor.Tensor;

/** Gradients of one scalar by parameter; each has its parameter's shape and lives as long as the pass. */
public final class Gradients {
    private final Map<Parameter, Tensor> byParameter;

    Gradients(Map<Parameter, Tensor> byParameter) {
        this.byParameter = byParameter;
    }

    /** @throws IllegalArgumentException for a parameter that was not asked for */
    public Tensor of(Parameter parameter) {
        Tensor gradient = byParameter.get(parameter);
        if (gradient == null) {
            throw new IllegalArgumentException("gradients: none was computed for parameter " + parameter);
        }
        return gradient;
    }

    /** The parameters, in the order asked for. */
    public Set<Parameter> parameters() {
        return byParameter.keySet();
    }
}
