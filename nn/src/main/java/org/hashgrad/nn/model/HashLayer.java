package org.hashgrad.nn.model;

import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Initializer;
import org.hashgrad.nn.Linear;
import org.hashgrad.tensor.Activation;

/**
 * The last layer of a hashing network: {@code bits} outputs, Gaussian weights with deviation 0.01, zero bias. Made at {@code hash}.
 *
 * @param output IDENTITY (DPSH, DTSH, DSDH) or TANH (DHN, ADSH, DDSH)
 * @param weightRate multiplies the learning rate of the weights, usually 10 on pretrained features
 * @param biasRate multiplies the learning rate of the bias, usually 10 or 20 on pretrained features
 */
public record HashLayer(int bits, Activation output, double weightRate, double biasRate) implements LastLayer {
    public HashLayer {
        if (bits < 1) {
            throw new IllegalArgumentException("hash layer: bits must be >= 1, got " + bits);
        }
    }

    /** Linear outputs, rate factors 1. */
    public static HashLayer linear(int bits) {
        return new HashLayer(bits, Activation.IDENTITY, 1, 1);
    }

    /** Outputs in (−1, 1), rate factors 1. */
    public static HashLayer tanh(int bits) {
        return new HashLayer(bits, Activation.TANH, 1, 1);
    }

    /** The same layer with these factors on its learning rate. */
    public HashLayer withRates(double weights, double bias) {
        return new HashLayer(bits, output, weights, bias);
    }

    @Override
    public Linear on(Blueprint root, int inputs) {
        Blueprint at = root.at("hash");
        return new Linear(
                at.withMultipliers(weightRate, 1),
                at.withMultipliers(biasRate, 1),
                inputs,
                bits,
                Initializer.gaussian(0.01),
                Initializer.constant(0),
                output);
    }
}
