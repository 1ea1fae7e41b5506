package org.hashgrad.autograd.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Any fused primitive with one output. A first-order gradient uses the primitive's own fused gradient where it has one that serves all
 * inputs in need, or their sum where the first two are one variable; any other, and a gradient that is to be differentiated again, goes through the composite definition.
 */
public record Fused(FusedPrimitive primitive) implements Op {
    @Override
    public Tensor forward(Backend backend, List<Tensor> x) {
        return backend.fused(primitive, x).get(0);
    }

    @Override
    public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
        Pass pass = gy.pass();
        int needed = needed(x);
        FusedPrimitive ofTwice = needed == 2 && x.get(0) == x.get(1)
                ? primitive.gradientOfTwice().orElse(null)
                : null;
        FusedPrimitive gradient = ofTwice;
        if (ofTwice == null && needed <= primitive.differentiableInputs()) {
            gradient = primitive.gradient(needed).orElse(null);
        }
        if (gradient == null || pass.recording()) {
            return pass.vjpOf(inputs -> primitive.composite(pass, inputs).get(0), x, gy);
        }
        List<Variable> arguments = new ArrayList<>(x.all());
        if (ofTwice != null) {
            arguments.remove(1);
        }
        arguments.add(y);
        arguments.add(gy);
        Variable[] gradients = new Variable[x.size()];
        List<Variable> computed = pass.fused(gradient, arguments);
        for (int i = 0; i < computed.size(); i++) {
            gradients[i] = computed.get(i);
        }
        return Arrays.asList(gradients);
    }

    /** One more than the place of the last input in need. */
    private static int needed(Inputs x) {
        int needed = x.size();
        while (needed > 0 && !x.needs(needed - 1)) {
            needed--;
        }
        return needed;
    }
}
