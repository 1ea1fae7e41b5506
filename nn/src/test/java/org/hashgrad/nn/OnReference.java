package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Objects;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Stateful;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;

/** A reference backend for each test, which must have given all its memory back at the end. */
public abstract class OnReference {
    protected static final RandomKey KEY = RandomKey.of(7);

    protected final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(0, backend.liveBytes(), "live bytes after the test");
        backend.close();
    }

    /** A place at the root of a net. */
    protected Blueprint root() {
        return Blueprint.of(backend, KEY);
    }

    /** Gaussian values that depend on {@code purpose} only. */
    protected static double[] drawn(String purpose, Shape shape) {
        RandomKey key = KEY.split(purpose);
        double[] values = new double[shape.size()];
        Arrays.setAll(values, key::gaussian);
        return values;
    }

    /** The slot of that name. */
    protected static Slot slot(Stateful owner, String name) {
        return Objects.requireNonNull(owner.state().get(name), name);
    }

    /** The module's value at x in an evaluating pass. */
    protected double[] evaluated(Module module, Shape shape, double... x) {
        try (Pass pass = Pass.evaluate(backend)) {
            return module.forward(pass, pass.constant(backend.tensor(shape, x)))
                    .value()
                    .toDoubles();
        }
    }

    /** The module's value at x in a training pass. */
    protected double[] trained(Module module, Shape shape, double... x) {
        try (Pass pass = Pass.train(backend, KEY)) {
            return module.forward(pass, pass.constant(backend.tensor(shape, x)))
                    .value()
                    .toDoubles();
        }
    }
}
