package org.hashgrad.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.autograd.Buffer;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Stateful;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;

/**
 * A differentiable function with slots. The pass says whether to train or to evaluate. A module owns its slots: closing it frees them, and
 * a composite closes its parts.
 */
public abstract class Module implements Stateful, AutoCloseable {
    /** The value at x, in {@code pass}. Shapes are the layer's. */
    public abstract Variable forward(Pass pass, Variable x);

    /** Every slot of this module and its parts, in a fixed order. */
    public abstract List<Slot> slots();

    /** The same module with the same values on another backend, copied through the host (rounded where that is narrower). */
    public abstract Module copyTo(Backend backend);

    /** The dotted path that all names of its slots begin with; empty without slots or with nothing in common. */
    public final String path() {
        List<Slot> all = slots();
        String path = all.isEmpty() ? "" : parent(all.get(0).name());
        for (Slot slot : all) {
            while (!path.isEmpty() && !slot.name().startsWith(path + ".")) {
                path = parent(path);
            }
        }
        return path;
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }

    /** The trained slots, in the order of {@link #slots()}. */
    public final List<Parameter> parameters() {
        return slots().stream()
                .filter(Parameter.class::isInstance)
                .map(Parameter.class::cast)
                .toList();
    }

    /** Number of trained scalars. */
    public final long parameterCount() {
        return parameters().stream().mapToLong(p -> p.shape().size()).sum();
    }

    /** Slots by full name. @throws IllegalStateException when two slots have one name */
    @Override
    public final Map<String, Slot> state() {
        Map<String, Slot> byName = new LinkedHashMap<>();
        for (Slot slot : slots()) {
            if (byName.put(slot.name(), slot) != null) {
                throw new IllegalStateException("state: two slots are named " + slot.name()
                        + "; build each part at its own place, blueprint.at(name)");
            }
        }
        return Collections.unmodifiableMap(byName);
    }

    @Override
    public final void close() {
        slots().forEach(Slot::close);
    }

    /** A parameter's twin on another backend. */
    protected static Parameter copy(Parameter of, Backend backend) {
        double[] values = of.value().toDoubles();
        return new Parameter(backend, of.name(), of.shape(), of.rateMultiplier(), of.decayMultiplier(), values);
    }

    /** A buffer's twin on another backend. */
    protected static Buffer copy(Buffer of, Backend backend) {
        return new Buffer(backend, of.name(), of.shape(), of.value().toDoubles());
    }
}
