package org.hashgrad.nn.model;

import org.hashgrad.nn.Initializer;

/** How layers that are not pretrained start. */
public record Start(Initializer weights, Initializer biases) {
    /** Kaiming-normal weights, zero biases. */
    public static Start kaiming() {
        return new Start(Initializer.kaimingNormal(), Initializer.constant(0));
    }

    /** Weights and biases Gaussian with deviation 0.01, as in the published code of DCMH and SSAH. */
    public static Start gaussian() {
        return new Start(Initializer.gaussian(0.01), Initializer.gaussian(0.01));
    }
}
