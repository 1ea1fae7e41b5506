package org.hashgrad.nn;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Buffer;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;

/**
 * Batch normalisation per channel (Ioffe, Szegedy 2015): x (N, C) or (N, C, …) → the same shape, ε = 10⁻⁵. Training normalises with the
 * batch's mean and biased variance and moves the running statistics by a tenth towards its mean and <em>unbiased</em> variance, as PyTorch
 * does; evaluation normalises with the running statistics. An activation may follow in the same primitive. Slots: {@code weight} γ, {@code bias} β, {@code running_mean},
 * {@code running_var}, each (C).
 */
public final class BatchNorm extends Module {
    private static final double EPSILON = 1e-5;
    private static final double MOMENTUM = 0.1;

    private final Parameter weight;
    private final Parameter bias;
    private final Buffer runningMean;
    private final Buffer runningVariance;
    private final Activation activation;

    /** Without an activation; γ = 1, β = 0, running mean 0 and variance 1. */
    public BatchNorm(Blueprint at, int channels) {
        this(at, channels, Activation.IDENTITY);
    }

    /** As above, with the activation behind it. */
    public BatchNorm(Blueprint at, int channels, Activation activation) {
        this(
                at.parameter("weight", Shape.of(channels), Initializer.constant(1)),
                at.parameter("bias", Shape.of(channels), Initializer.constant(0)),
                at.buffer("running_mean", Shape.of(channels), Initializer.constant(0)),
                at.buffer("running_var", Shape.of(channels), Initializer.constant(1)),
                activation);
    }

    private BatchNorm(
            Parameter weight, Parameter bias, Buffer runningMean, Buffer runningVariance, Activation activation) {
        this.weight = weight;
        this.bias = bias;
        this.runningMean = runningMean;
        this.runningVariance = runningVariance;
        this.activation = activation;
    }

    /** @throws ShapeException in training when a channel has a single value, whose variance is unknown */
    @Override
    public Variable forward(Pass pass, Variable x) {
        if (!pass.training()) {
            return evaluate(pass, x);
        }
        Variable y = x.apply(new Fused(new BatchNormalization(EPSILON, activation)), pass.of(weight), pass.of(bias));
        track(pass.backend(), x.value());
        return y;
    }

    private void track(Backend backend, Tensor x) {
        double count = (double) x.shape().size() / x.shape().dim(1);
        if (count < 2) {
            throw new ShapeException(
                    "batchNorm " + weight.name() + ": training needs at least 2 values per channel, x is " + x.shape());
        }
        Scope scope = backend.openScope();
        try {
            List<Tensor> moved = backend.fused(
                    new MovingMoments(MOMENTUM), List.of(x, runningMean.value(), runningVariance.value()));
            runningMean.assign(moved.get(0));
            runningVariance.assign(moved.get(1));
        } finally {
            scope.close();
        }
    }

    /** f(x γ/√(σ²+ε) + (β − μ γ/√(σ²+ε))). */
    private Variable evaluate(Pass pass, Variable x) {
        Variable deviation = pass.unary(UnaryOp.SQRT, pass.of(runningVariance).plus(EPSILON));
        Variable scale = pass.of(weight).dividedBy(deviation);
        Variable shift = pass.of(bias).minus(pass.of(runningMean).times(scale));
        Variable scaled = x.times(scale.reshape(perChannel(x.shape())));
        return scaled.apply(new Fused(new BiasActivation(activation)), shift);
    }

    private Shape perChannel(Shape x) {
        if (x.rank() < 2 || x.dim(1) != weight.shape().size()) {
            throw new ShapeException("batchNorm " + weight.name() + ": x is " + x + ", need (N, "
                    + weight.shape().size() + ", ...)");
        }
        int[] extents = new int[x.rank()];
        Arrays.fill(extents, 1);
        extents[1] = x.dim(1);
        return Shape.of(extents);
    }

    @Override
    public List<Slot> slots() {
        return List.of(weight, bias, runningMean, runningVariance);
    }

    @Override
    public BatchNorm copyTo(Backend backend) {
        return new BatchNorm(
                copy(weight, backend),
                copy(bias, backend),
                copy(runningMean, backend),
                copy(runningVariance, backend),
                activation);
    }
}
