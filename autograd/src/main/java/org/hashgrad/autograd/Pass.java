package org.hashgrad.autograd;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.autograd.op.Op;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One step of computation: a tape, the scope of everything made in it, a random key, and the mode (train or evaluate). Closing it gives
 * all its memory back. Passes of one backend nest like scopes.
 */
public final class Pass extends RecordedPrimitives implements AutoCloseable {
    private final Backend backend;
    private final RandomKey key;
    private final boolean training;
    private final Scope scope;
    private final List<Variable> tape = new ArrayList<>();
    private final Map<Slot, Leaf> leaves = new LinkedHashMap<>();
    private UnaryOperator<Tensor> held = value -> value;
    private boolean recording;
    private long keysDrawn;

    private record Leaf(Variable variable, long version) {}

    private Pass(Backend backend, RandomKey key, boolean training) {
        this.backend = backend;
        this.key = key;
        this.training = training;
        this.recording = training;
        this.scope = backend.openScope();
    }

    /** A recording pass; {@code key} feeds whatever is random in it, such as dropout. */
    public static Pass train(Backend backend, RandomKey key) {
        return new Pass(backend, key, true);
    }

    /** A pass that records nothing; layers use their inference form. */
    public static Pass evaluate(Backend backend) {
        return new Pass(backend, RandomKey.of(0), false);
    }

    public Backend backend() {
        return backend;
    }

    /** Train or evaluate: what batch normalisation and dropout go by. */
    public boolean training() {
        return training;
    }

    /** Whether ops applied now go on the tape; false in evaluation and inside a first-order backward. */
    public boolean recording() {
        return recording;
    }

    /** A fresh key for {@code purpose}; the n-th call of a pass always gets the same one for the same pass key. */
    public RandomKey nextKey(String purpose) {
        return key.split(purpose).split(keysDrawn++);
    }

    /** A leaf without gradient. */
    public Variable constant(Tensor value) {
        return new Variable(this, value, null, List.of(), false);
    }

    /** A constant scalar. */
    public Variable constant(double value) {
        return constant(backend.tensor(Shape.scalar(), value));
    }

    /**
     * Decides what {@link Variable#detached} holds constant; the value itself unless set. A gradient check sets it, so that its differences
     * see the function whose gradient the tape has.
     */
    public void holding(UnaryOperator<Tensor> constants) {
        held = constants;
    }

    Variable detached(Variable variable) {
        return constant(held.apply(variable.value()));
    }

    /** A leaf to differentiate by, for gradients of inputs. */
    public Variable input(Tensor value) {
        return recorded(new Variable(this, value, null, List.of(), true));
    }

    /** The slot's present value: a parameter is differentiated, a buffer is constant. The same slot gives the same variable. */
    public Variable of(Slot slot) {
        Leaf leaf = leaves.get(slot);
        if (leaf == null) {
            Tensor value = scope.share(slot.value());
            leaf = new Leaf(slot instanceof Parameter && training ? input(value) : constant(value), slot.version());
            leaves.put(slot, leaf);
        }
        return leaf.variable;
    }

    /**
     * Parameters that this pass does not differentiate by, so that nothing is computed for them: those of a network that is only looked through.
     *
     * @throws IllegalStateException for one that this pass has read before
     */
    public void freeze(Collection<Parameter> parameters) {
        for (Parameter parameter : parameters) {
            Leaf leaf = new Leaf(constant(scope.share(parameter.value())), parameter.version());
            if (leaves.put(parameter, leaf) != null) {
                throw new IllegalStateException("freeze: this pass has read " + parameter + " before");
            }
        }
    }

    /** Runs an op forward and records it if any input needs a gradient. */
    @Override
    public Variable apply(Op op, List<Variable> inputs) {
        List<Tensor> values = new ArrayList<>(inputs.size());
        boolean needed = false;
        for (Variable input : inputs) {
            if (input.pass() != this) {
                throw new IllegalArgumentException(
                        op.getClass().getSimpleName() + ": input " + input + " belongs to another pass");
            }
            values.add(input.value());
            needed |= input.needsGradient();
        }
        boolean record = recording && needed;
        Variable y = new Variable(
                this, op.forward(backend, values), record ? op : null, record ? inputs : List.of(), record);
        return record ? recorded(y) : y;
    }

    @Override
    public List<Variable> fused(FusedPrimitive primitive, List<Variable> inputs) {
        if (primitive.differentiableInputs() > 0) {
            return List.of(apply(new Fused(primitive), inputs));
        }
        if (recording && inputs.stream().anyMatch(Variable::needsGradient)) {
            return primitive.composite(this, inputs);
        }
        return backend.fused(primitive, inputs.stream().map(Variable::value).toList()).stream()
                .map(this::constant)
                .toList();
    }

    @Override
    public Variable fill(Shape shape, double value) {
        return constant(backend.fill(shape, value));
    }

    private Variable recorded(Variable variable) {
        variable.recordAt(tape.size());
        tape.add(variable);
        return variable;
    }

    /** Frees what {@code work} makes except its result; does nothing special while recording. For layer-by-layer evaluation. */
    public Variable contained(Supplier<Variable> work) {
        if (recording) {
            return work.get();
        }
        try (Scope inner = backend.openScope()) {
            return constant(inner.keep(work.get().value()));
        }
    }

    /** Runs {@code work} as the layer {@code name}, which a profile reports; its gradients belong to it too. */
    public <T> T inLayer(String name, Supplier<T> work) {
        String outer = backend.layer();
        backend.enterLayer(name, false);
        try {
            return work.get();
        } finally {
            backend.enterLayer(outer, false);
        }
    }

    /** As {@link #inLayer(String, Supplier)}, for work without a result. */
    public void inLayer(String name, Runnable work) {
        inLayer(name, () -> {
            work.run();
            return backend;
        });
    }

    /** Frees a value that is not read again; does nothing while recording, when the backward may need it. */
    public void discard(Variable variable) {
        if (!recording) {
            variable.value().close();
        }
    }

    // ------------------------------------------------------------------ backward

    /**
     * Gradients of a scalar; a parameter without part in it gets zeros.
     *
     * @throws ShapeException unless {@code loss} has one element
     * @throws IllegalStateException when a slot was assigned after this pass read it, or the pass records nothing
     */
    public Gradients gradients(Variable loss, Collection<Parameter> parameters) {
        List<Parameter> asked = List.copyOf(parameters);
        List<Variable> by = gradients(loss, asked.stream().map(this::of).toList(), Order.FIRST);
        Map<Parameter, Tensor> result = new LinkedHashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            result.put(asked.get(i), by.get(i).value());
        }
        return new Gradients(result);
    }

    /**
     * Gradients of a scalar by any variables of this pass, in their order; zeros for one without part in it.
     *
     * @throws ShapeException unless {@code loss} has one element
     * @throws IllegalStateException when a slot was assigned after this pass read it, or the pass records nothing
     */
    public List<Variable> gradients(Variable loss, List<Variable> by, Order order) {
        if (loss.shape().size() != 1) {
            throw new ShapeException("gradients: need a loss with one element, got " + loss.shape());
        }
        if (!recording) {
            throw new IllegalStateException("gradients: this pass records nothing; open it with Pass.train");
        }
        requireMine("loss ", loss);
        by.forEach(variable -> requireMine("", variable));
        requireUnchanged();
        boolean before = recording;
        String outer = backend.layer();
        recording = order == Order.DIFFERENTIABLE;
        try {
            Map<Variable, Variable> cotangents = Map.of();
            if (loss.needsGradient()) {
                Variable one = fill(loss.shape(), 1);
                cotangents = backward(loss, one, -1, by, order, scope);
                discard(one);
            }
            List<Variable> result = new ArrayList<>(by.size());
            for (Variable variable : by) {
                Variable cotangent = cotangents.get(variable);
                result.add(cotangent == null ? fill(variable.shape(), 0) : cotangent);
            }
            return result;
        } finally {
            recording = before;
            backend.enterLayer(outer, false);
        }
    }

    private void requireMine(String role, Variable variable) {
        if (variable.pass() != this) {
            throw new IllegalArgumentException("gradients: " + role + variable + " belongs to another pass");
        }
    }

    private void requireUnchanged() {
        leaves.forEach((slot, leaf) -> {
            if (slot.version() != leaf.version) {
                throw new IllegalStateException("gradients: " + slot + " was assigned after this pass read it");
            }
        });
    }

    /**
     * The vector-Jacobian product of {@code formula} at {@code inputs}, by recording it here and going back through it; null for an
     * input that needs none. What {@link Fused} uses to differentiate a composite. While recording, the product is differentiable;
     * otherwise what it takes is freed.
     */
    public List<@Nullable Variable> vjpOf(Function<List<Variable>, Variable> formula, Inputs inputs, Variable gy) {
        int start = tape.size();
        if (recording) {
            return byInput(
                    inputs,
                    backward(formula.apply(inputs.all()), gy, start, inputs.all(), Order.DIFFERENTIABLE, scope));
        }
        Scope inner = backend.openScope();
        recording = true;
        try {
            Variable y = formula.apply(inputs.all());
            recording = false;
            List<@Nullable Variable> result = byInput(inputs, backward(y, gy, start, inputs.all(), Order.FIRST, inner));
            result.replaceAll(gradient -> gradient == null ? null : constant(inner.keep(gradient.value())));
            return result;
        } finally {
            recording = false;
            tape.subList(start, tape.size()).clear();
            inner.close();
        }
    }

    /** One cotangent per input; an input that is repeated has the whole at its first place. */
    private static List<@Nullable Variable> byInput(Inputs inputs, Map<Variable, Variable> cotangents) {
        List<@Nullable Variable> result = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            boolean repeated = inputs.all().indexOf(inputs.get(i)) < i;
            result.add(repeated ? null : cotangents.get(inputs.get(i)));
        }
        return result;
    }

    /**
     * Cotangents of {@code wanted}, by walking the tape from y down to {@code floor}. In first order they are handed to {@code home},
     * and all others are freed as soon as they are consumed.
     */
    private Map<Variable, Variable> backward(
            Variable y, Variable seed, int floor, List<Variable> wanted, Order order, Scope home) {
        Map<Variable, Variable> cotangents = new HashMap<>();
        if (!y.needsGradient()) {
            return cotangents;
        }
        boolean consume = order == Order.FIRST;
        Set<Variable> kept = new HashSet<>(wanted);
        cotangents.put(y, consume ? constant(home.share(seed.value())) : seed);
        for (int i = y.position(); i >= Math.max(floor, 0); i--) {
            Variable node = tape.get(i);
            Variable gy = cotangents.get(node);
            if (gy == null) {
                continue;
            }
            Op op = node.op();
            backend.enterLayer(node.layer(), true);
            if (op != null && consume) {
                Scope inner = backend.openScope();
                try {
                    spread(op, gy, node, cotangents, home);
                } finally {
                    inner.close();
                }
            } else if (op != null) {
                spread(op, gy, node, cotangents, null);
            }
            if (consume && !kept.contains(node)) {
                gy.value().close();
                cotangents.remove(node);
            }
        }
        return cotangents;
    }

    /** Adds what {@code node} passes on to its inputs; with a home, sums live there and replaced ones are freed. */
    private void spread(Op op, Variable gy, Variable node, Map<Variable, Variable> cotangents, @Nullable Scope home) {
        List<Variable> inputs = node.inputs();
        List<@Nullable Variable> contributions = op.vjp(gy, node, new Inputs(inputs));
        if (contributions.size() != inputs.size()) {
            throw new IllegalArgumentException(op.getClass().getSimpleName() + ".vjp: " + contributions.size()
                    + " gradients for " + inputs.size() + " inputs");
        }
        for (int j = 0; j < inputs.size(); j++) {
            Variable contribution = contributions.get(j);
            Variable input = inputs.get(j);
            if (contribution == null || !input.needsGradient()) {
                continue;
            }
            if (!contribution.shape().equals(input.shape())) {
                throw new ShapeException(op.getClass().getSimpleName() + ".vjp: gradient of input " + j + " is "
                        + contribution.shape() + ", the input is " + input.shape());
            }
            Variable before = cotangents.get(input);
            Variable sum = before == null ? contribution : before.plus(contribution);
            cotangents.put(input, home == null ? sum : constant(home.share(sum.value())));
            if (home != null && before != null) {
                before.value().close();
            }
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
