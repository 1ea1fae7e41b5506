package org.hashgrad.nn.model;

import java.util.Locale;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Shape;

/** The networks that a configuration can name, for samples of any size. */
public enum Architecture {
    /** {@link SmallCnn}. */
    SMALL_CNN {
        @Override
        public boolean takes(Shape sample) {
            return sample.rank() == 3;
        }

        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return SmallCnn.of(at, sample.dim(0), sample.dim(1), sample.dim(2), last);
        }
    },
    /** {@link DenseNetwork} with two hidden layers. */
    DENSE {
        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return DenseNetwork.of(at, sample, last);
        }
    },
    /** {@link DenseNetwork} without a hidden layer. */
    LINEAR {
        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return DenseNetwork.linear(at, sample, last);
        }
    };

    /** Whether samples of that shape can be its input: an image network needs (channels, height, width). */
    public boolean takes(Shape sample) {
        return true;
    }

    abstract Sequential made(Blueprint at, Shape sample, LastLayer last);

    /**
     * The network with the hash layer: x (N, sample) → (N, bits).
     *
     * @throws IllegalArgumentException unless it takes such samples
     */
    public HashNetwork of(Blueprint at, Shape sample, HashLayer hash) {
        return new HashNetwork(endingIn(at, sample, hash));
    }

    /**
     * The network with any last layer: x (N, sample) → (N, outputs).
     *
     * @throws IllegalArgumentException unless it takes such samples
     */
    public Sequential endingIn(Blueprint at, Shape sample, LastLayer last) {
        if (!takes(sample)) {
            throw new IllegalArgumentException(
                    word() + " takes images (channels, height, width); got samples " + sample);
        }
        return made(at, sample, last);
    }

    /** As configurations write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
