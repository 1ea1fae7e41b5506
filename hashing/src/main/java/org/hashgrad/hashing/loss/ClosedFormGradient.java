package org.hashgrad.hashing.loss;

/**
 * The gradient as a paper prints it, in plain loops that share nothing with the tape: what {@link LossCheck} holds the tape
 * against.
 */
public interface ClosedFormGradient {
    /** One gradient per trainable input, of its shape; the order of inputs is that of the loss's kind. */
    double[][][] gradient(double[][]... inputs);
}
