package org.hashgrad.nn;

import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** y = x wᵀ, or f(x wᵀ + b): x (N, in), w (out, in), b (out) → (N, out). Slots: {@code weight}, {@code bias}. */
public final class Linear extends Module {
    private final Parameter weight;
    private final @Nullable Parameter bias;
    private final Activation activation;

    /** Without bias. */
    public Linear(Blueprint at, int inputs, int outputs, Initializer weights) {
        this(at.parameter("weight", Shape.of(outputs, inputs), weights), null, Activation.IDENTITY);
    }

    /** With a bias, added and activated in one primitive. */
    public Linear(
            Blueprint at, int inputs, int outputs, Initializer weights, Initializer biases, Activation activation) {
        this(at, at, inputs, outputs, weights, biases, activation);
    }

    /** With a bias made at a place of its own, which may have other multipliers. */
    public Linear(
            Blueprint at,
            Blueprint biasAt,
            int inputs,
            int outputs,
            Initializer weights,
            Initializer biases,
            Activation activation) {
        this(
                at.parameter("weight", Shape.of(outputs, inputs), weights),
                biasAt.parameter("bias", Shape.of(outputs), biases),
                activation);
    }

    private Linear(Parameter weight, @Nullable Parameter bias, Activation activation) {
        this.weight = weight;
        this.bias = bias;
        this.activation = activation;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        Variable y = x.matmulTransposed(pass.of(weight));
        return bias == null ? y : y.apply(new Fused(new BiasActivation(activation)), pass.of(bias));
    }

    @Override
    public List<Slot> slots() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public Linear copyTo(Backend backend) {
        return new Linear(copy(weight, backend), bias == null ? null : copy(bias, backend), activation);
    }
}
