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
 * Any fused primitive with one output. A first-order gradient uses the primitive's own fused gradient where it has one; a gradient that
 * is to be differentiated again, or a primitive without one, goes through the composite definition.
 */
public record Fused(FusedPrimitive primitive) implements Op {
    @Override
    public Tensor forward(Backend backend, List<Tensor> x) {
        return backend.fused(primitive, x).get(0);
    }

    @Override
    public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
        Pass pass = gy.pass();
        FusedPrimitive gradient = pass.recording() ? null : primitive.gradient().orElse(null);
        if (gradient == null) {
            return pass.vjpOf(inputs -> primitive.composite(pass, inputs).get(0), x, gy);
        }
        List<Variable> arguments = new ArrayList<>(x.all());
        arguments.add(y);
        arguments.add(gy);
        Variable[] gradients = new Variable[x.size()];
        List<Variable> computed = pass.fused(gradient, arguments);
        for (int i = 0; i < computed.size(); i++) {
            gradients[i] = computed.get(i);
        }
        return Arrays.asList(gradients);
    }
}
