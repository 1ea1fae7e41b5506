package org.hashgrad.nn.model;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.nn.BatchNorm;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Flatten;
import org.hashgrad.nn.Initializer;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Shape;

/**
 * Fully connected networks, for feature vectors and as the plainest case: x (N, …) is flattened to (N, d), then layers of ReLU units, each
 * batch normalised, then the last one. Slots: {@code fc1.weight}, {@code bn1.*}, …, {@code hash.*}.
 */
public final class DenseNetwork {
    private static final int UNITS = 256;

    private DenseNetwork() {}

    /** Two layers of 256 units, Kaiming-normal. */
    public static Sequential of(Blueprint at, Shape sample, LastLayer last) {
        return of(at, sample, last, UNITS, UNITS);
    }

    /** No hidden layer: the codes are the signs of linear functions of the input. */
    public static Sequential linear(Blueprint at, Shape sample, LastLayer last) {
        return of(at, sample, last, new int[0]);
    }

    /** @param units of the hidden layers, from the input on */
    public static Sequential of(Blueprint at, Shape sample, LastLayer last, int... units) {
        List<Module> modules = new ArrayList<>(List.of(new Flatten()));
        int inputs = sample.size();
        for (int i = 0; i < units.length; i++) {
            modules.add(new Linear(at.at("fc" + (i + 1)), inputs, units[i], Initializer.kaimingNormal()));
            modules.add(new BatchNorm(at.at("bn" + (i + 1)), units[i], Activation.RELU));
            inputs = units[i];
        }
        modules.add(last.on(at, inputs));
        return new Sequential(modules);
    }

    /**
     * Layers of ReLU units with biases and without batch normalisation, as papers use them on texts.
     *
     * @param units of the hidden layers, from the input on
     */
    public static Sequential plain(Blueprint at, Shape sample, LastLayer last, int... units) {
        List<Module> modules = new ArrayList<>(List.of(new Flatten()));
        int inputs = sample.size();
        for (int i = 0; i < units.length; i++) {
            Blueprint layer = at.at("fc" + (i + 1));
            modules.add(new Linear(
                    layer, inputs, units[i], Initializer.kaimingNormal(), Initializer.constant(0), Activation.RELU));
            inputs = units[i];
        }
        modules.add(last.on(at, inputs));
        return new Sequential(modules);
    }
}
