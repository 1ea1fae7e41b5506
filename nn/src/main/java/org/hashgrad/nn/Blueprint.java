package org.hashgrad.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.hashgrad.autograd.Buffer;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Slot;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Where a layer's slots are made: a backend, a dotted path, and the factors for rate and decay. Initial values depend only on the key
 * and the full name, not on the order of construction nor on the backend.
 */
public final class Blueprint {
    private final Backend backend;
    private final @Nullable RandomKey key;
    private final String path;
    private final double rateMultiplier;
    private final double decayMultiplier;

    /** Where what is made here and below is written down. */
    private final List<List<Slot>> records;

    private Blueprint(
            Backend backend,
            @Nullable RandomKey key,
            String path,
            double rateMultiplier,
            double decayMultiplier,
            List<List<Slot>> records) {
        this.records = records;
        this.backend = backend;
        this.key = key;
        this.path = path;
        this.rateMultiplier = rateMultiplier;
        this.decayMultiplier = decayMultiplier;
    }

    /** A blueprint at the root, factors 1. */
    public static Blueprint of(Backend backend, RandomKey key) {
        return new Blueprint(backend, key, "", 1, 1, List.of());
    }

    /** Draws nothing: every slot is zero until it is loaded or assigned. */
    public static Blueprint blank(Backend backend) {
        return new Blueprint(backend, null, "", 1, 1, List.of());
    }

    /** The place {@code name} below this one; dots nest. */
    public Blueprint at(String name) {
        return new Blueprint(backend, key, full(name), rateMultiplier, decayMultiplier, records);
    }

    /** The same place with these factors on learning rate and weight decay for the parameters made there. */
    public Blueprint withMultipliers(double rate, double decay) {
        return new Blueprint(backend, key, path, rate, decay, records);
    }

    public Backend backend() {
        return backend;
    }

    /** The dotted path, empty at the root. */
    public String path() {
        return path;
    }

    /** A trained slot {@code path.name}. */
    public Parameter parameter(String name, Shape shape, Initializer initializer) {
        return recorded(new Parameter(
                backend, full(name), shape, rateMultiplier, decayMultiplier, draw(name, shape, initializer)));
    }

    /** A kept slot {@code path.name}. */
    public Buffer buffer(String name, Shape shape, Initializer initializer) {
        return recorded(new Buffer(backend, full(name), shape, draw(name, shape, initializer)));
    }

    /** All or nothing: when {@code build} fails, what it has made at the place that it is given, and below, is freed. */
    public <T> T build(Function<Blueprint, T> build) {
        List<Slot> made = new ArrayList<>();
        List<List<Slot>> all = new ArrayList<>(records);
        all.add(made);
        try {
            return build.apply(new Blueprint(backend, key, path, rateMultiplier, decayMultiplier, all));
        } catch (RuntimeException | Error e) {
            made.forEach(Slot::close);
            throw e;
        }
    }

    private <S extends Slot> S recorded(S slot) {
        records.forEach(record -> record.add(slot));
        return slot;
    }

    private double[] draw(String name, Shape shape, Initializer initializer) {
        return key == null
                ? new double[shape.size()]
                : Objects.requireNonNull(initializer.draw(key.split(full(name)), shape));
    }

    private String full(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
