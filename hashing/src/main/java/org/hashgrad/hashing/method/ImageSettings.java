package org.hashgrad.hashing.method;

import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Sequential;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.nn.model.LastLayer;
import org.hashgrad.tensor.Shape;

/**
 * The keys {@code image.*}.
 *
 * @param network of the first medium
 * @param optimizer that trains it
 */
public record ImageSettings(Architecture network, OptimizerSettings optimizer) {
    /**
     * The network at its place.
     *
     * @throws IllegalArgumentException unless it takes such samples
     */
    HashNetwork of(Blueprint at, Shape sample, HashLayer hash) {
        return new HashNetwork(ending(network, at, sample, hash));
    }

    /**
     * An image network with any last layer at its place.
     *
     * @throws IllegalArgumentException unless it takes such samples
     */
    static Sequential ending(Architecture network, Blueprint at, Shape sample, LastLayer last) {
        if (!network.takes(sample)) {
            throw new IllegalArgumentException("image.network is " + network.word() + ", which takes " + network.takes()
                    + "; expected dense or linear for samples " + sample);
        }
        return network.endingIn(at, sample, last);
    }
}
