package org.hashgrad.autograd;

import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;

/** A trained slot, with the factors an optimiser applies to its learning rate and weight decay. */
public final class Parameter extends Slot {
    private final double rateMultiplier;
    private final double decayMultiplier;

    /** Row-major initial values; factors 1. */
    public Parameter(Backend backend, String name, Shape shape, double... initial) {
        this(backend, name, shape, 1, 1, initial);
    }

    /** @param rateMultiplier multiplies the learning rate, for example 10 for a new hash layer on pretrained features */
    public Parameter(
            Backend backend,
            String name,
            Shape shape,
            double rateMultiplier,
            double decayMultiplier,
            double[] initial) {
        super(backend, name, shape, initial);
        this.rateMultiplier = rateMultiplier;
        this.decayMultiplier = decayMultiplier;
    }

    public double rateMultiplier() {
        return rateMultiplier;
    }

    public double decayMultiplier() {
        return decayMultiplier;
    }
}
