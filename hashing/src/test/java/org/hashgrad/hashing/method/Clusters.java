package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Flatten;
import org.hashgrad.nn.Initializer;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Relu;
import org.hashgrad.nn.Sequential;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/** Four overlapping Gaussian clusters in eight dimensions, and a small network for them. */
final class Clusters {
    static final int DIMENSIONS = 8;
    static final int BITS = 8;
    private static final int CLASSES = 4;

    private Clusters() {}

    static Samples draw(int count, long seed) {
        RandomKey centres = RandomKey.of(99);
        RandomKey noise = RandomKey.of(seed);
        float[] values = new float[count * DIMENSIONS];
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            classes[i] = i % CLASSES;
            for (int d = 0; d < DIMENSIONS; d++) {
                int at = i * DIMENSIONS + d;
                values[at] = (float) (centres.gaussian(classes[i] * DIMENSIONS + d) + 0.7 * noise.gaussian(at));
            }
        }
        return new Samples(Shape.of(DIMENSIONS), values, ClassLabels.of(classes));
    }

    /** Without a hidden layer: its features are the samples. */
    static HashNetwork linearNetwork(Backend backend, long seed) {
        Blueprint at = Blueprint.of(backend, RandomKey.of(seed));
        return new HashNetwork(new Sequential(List.<Module>of(
                new Flatten(),
                new Linear(
                        at.at("hash"),
                        DIMENSIONS,
                        BITS,
                        Initializer.gaussian(0.1),
                        Initializer.constant(0),
                        Activation.IDENTITY))));
    }

    static HashNetwork network(Backend backend, long seed) {
        Blueprint at = Blueprint.of(backend, RandomKey.of(seed));
        return new HashNetwork(new Sequential(List.<Module>of(
                new Linear(at.at("hidden"), DIMENSIONS, 16, Initializer.kaimingNormal()),
                new Relu(),
                new Linear(
                        at.at("hash"),
                        16,
                        BITS,
                        Initializer.gaussian(0.1),
                        Initializer.constant(0),
                        Activation.TANH))));
    }
}
