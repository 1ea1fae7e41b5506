package org.hashgrad.nn.model;

import java.util.Locale;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Shape;

/** The networks that a configuration can name. */
public enum Architecture {
    /** {@link SmallCnn}. */
    SMALL_CNN(Input.IMAGES) {
        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return SmallCnn.of(at, sample.dim(0), sample.dim(1), sample.dim(2), last);
        }
    },
    /** {@link DenseNetwork} with two hidden layers. */
    DENSE(Input.ANY) {
        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return DenseNetwork.of(at, sample, last);
        }
    },
    /** {@link DenseNetwork} without a hidden layer. */
    LINEAR(Input.ANY) {
        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return DenseNetwork.linear(at, sample, last);
        }
    },
    /** {@link ResNet10#small} with 32 filters and 512 units. */
    SMALL_RESNET(Input.IMAGES) {
        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return ResNet10.small(at, sample.dim(0), sample.dim(1), sample.dim(2), 32, 512, last);
        }
    },
    /** {@link ResNet10#of}. */
    RESNET_10(Input.LARGE_IMAGES) {
        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return ResNet10.of(at, last);
        }
    },
    /** {@link CnnF} without dropout. */
    CNN_F(Input.LARGE_IMAGES) {
        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return CnnF.of(at, last, 0);
        }

        @Override
        public boolean takesLevels() {
            return true;
        }
    },
    /** {@link Vgg16} with dropout ½. */
    VGG_16(Input.LARGE_IMAGES) {
        @Override
        Sequential made(Blueprint at, Shape sample, LastLayer last) {
            return Vgg16.of(at, last, 0.5);
        }
    };

    /** What samples can be. */
    private enum Input {
        ANY("samples of any shape"),
        IMAGES("images (channels, height, width)"),
        LARGE_IMAGES("images (3, 224, 224)");

        private final String words;

        Input(String words) {
            this.words = words;
        }
    }

    private final Input input;

    Architecture(Input input) {
        this.input = input;
    }

    /** What it takes, as errors say it: for example {@code images (channels, height, width)}. */
    public String takes() {
        return input.words;
    }

    /** Whether samples of that shape can be its input. */
    public boolean takes(Shape sample) {
        return switch (input) {
            case ANY -> true;
            case IMAGES -> sample.rank() == 3;
            case LARGE_IMAGES -> sample.equals(Shape.of(3, 224, 224));
        };
    }

    /** Whether its inputs are pixels of 0 … 255 less their mean, as its weights are so small; the others' have deviation 1. */
    public boolean takesLevels() {
        return false;
    }

    abstract Sequential made(Blueprint at, Shape sample, LastLayer last);

    /**
     * The network: x (N, sample) → (N, bits).
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
            throw new IllegalArgumentException(word() + " takes " + takes() + "; got samples " + sample);
        }
        return made(at, sample, last);
    }

    /** As configurations write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
