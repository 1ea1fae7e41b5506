package org.hashgrad.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.autograd.Buffer;
import org.hashgrad.autograd.Gradients;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Stateful;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/**
 * Moves a fixed set of parameters against their gradients. Rate and weight decay are multiplied by each parameter's own factors. State
 * slots are {@code optimizer.step}, which is counted on the host and written when the state is asked for, and {@code optimizer.<buffer>.<parameter>}; the optimiser owns them and not the parameters.
 */
public abstract class Optimizer implements Stateful, AutoCloseable {
    private final Map<Parameter, List<Buffer>> buffers = new LinkedHashMap<>();
    private final Buffer counter;
    private double rate;
    private int steps;
    private long counterVersion;
    private boolean counted = true;

    /**
     * @param parameters at least one, all of one backend
     * @param bufferNames one state buffer of each name for each parameter, zero at first
     */
    protected Optimizer(List<Parameter> parameters, double rate, String... bufferNames) {
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException("optimizer: no parameters");
        }
        for (Parameter p : parameters) {
            if (buffers.put(p, new ArrayList<>()) != null) {
                throw new IllegalArgumentException("optimizer: parameter " + p + " is given twice");
            }
        }
        this.rate = requireRate(rate);
        buffers.forEach((p, own) -> {
            for (String name : bufferNames) {
                own.add(Buffer.zeros(p.backend(), "optimizer." + name + "." + p.name(), p.shape()));
            }
        });
        counter = new Buffer(parameters.get(0).backend(), "optimizer.step", Shape.scalar(), 0);
    }

    /** The update of one parameter with its effective rate and weight decay at step t, counted from 1. */
    protected abstract OptimizerUpdate update(double effectiveRate, Parameter parameter, int t);

    /** The learning rate of the next step, before the parameters' factors. */
    public final double rate() {
        return rate;
    }

    /** Sets the learning rate, usually once an epoch from a {@link Schedule}. */
    public final void setRate(double next) {
        rate = requireRate(next);
    }

    private static double requireRate(double rate) {
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("optimizer: the learning rate must be finite and >= 0, got " + rate);
        }
        return rate;
    }

    /** Number of steps taken, those before a restored checkpoint included. */
    public final int steps() {
        if (counter.version() != counterVersion) {
            steps = (int) counter.value().item();
            counterVersion = counter.version();
            counted = true;
        }
        return steps;
    }

    /**
     * One step on every parameter.
     *
     * @throws IllegalArgumentException for a parameter whose gradient was not asked for; then nothing has changed
     */
    public final void step(Gradients gradients) {
        buffers.keySet().forEach(gradients::of);
        int t = steps() + 1;
        buffers.forEach((parameter, own) -> step(parameter, gradients.of(parameter), own, t));
        steps = t;
        counted = false;
    }

    private void step(Parameter parameter, Tensor gradient, List<Buffer> own, int t) {
        OptimizerUpdate update = update(rate * parameter.rateMultiplier(), parameter, t);
        List<Tensor> inputs = new ArrayList<>(List.of(parameter.value(), gradient));
        own.forEach(buffer -> inputs.add(buffer.value()));
        List<Tensor> outputs = parameter.backend().fused(update, inputs);
        parameter.assign(outputs.get(0));
        for (int i = 0; i < own.size(); i++) {
            own.get(i).assign(outputs.get(i + 1));
        }
        outputs.forEach(Tensor::close);
    }

    /** The slots; {@code optimizer.step} holds the number of steps at this call, not of those taken afterwards. */
    @Override
    public final Map<String, Slot> state() {
        int t = steps();
        if (!counted) {
            counter.assign(t);
            counterVersion = counter.version();
            counted = true;
        }
        Map<String, Slot> byName = new LinkedHashMap<>();
        byName.put(counter.name(), counter);
        buffers.values().forEach(own -> own.forEach(buffer -> byName.put(buffer.name(), buffer)));
        return Collections.unmodifiableMap(byName);
    }

    @Override
    public final void close() {
        counter.close();
        buffers.values().forEach(own -> own.forEach(Buffer::close));
    }
}
