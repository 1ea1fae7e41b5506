package org.hashgrad.nn;

import java.util.Arrays;
import java.util.List;
import java.util.function.ObjDoubleConsumer;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/**
 * Gives layers that follow one another their initial weights, one {@link BoltzmannMachine} after the other (Hinton, Salakhutdinov, Science 313, 2006): the first
 * learns the samples, each further one the probabilities of the hidden units before it. Momentum is 0.5 in the first half of the epochs and 0.9
 * in the second.
 *
 * @param epochs for each layer; 0: the layers stay as they are
 * @param rate of the steps; 0.05 to 0.1 is usual
 * @param weightDecay of the weights; 0.0002 is usual
 * @param batch of one step, or all samples where there are fewer; what is left of an epoch's order is left out
 */
public record BoltzmannPretraining(int epochs, double rate, double weightDecay, int batch) {
    /** @throws IllegalArgumentException unless rate and batch are positive, epochs and decay at least 0 */
    public BoltzmannPretraining {
        if (epochs < 0 || !(rate > 0) || !(weightDecay >= 0) || batch < 1) {
            throw new IllegalArgumentException("boltzmann pretraining: epochs is " + epochs + ", rate is " + rate
                    + ", weightDecay is " + weightDecay + ", batch is " + batch
                    + "; need epochs >= 0, rate > 0, weightDecay >= 0, batch >= 1");
        }
    }

    /**
     * Trains every layer on {@code rows}, row-major, values in [0, 1].
     *
     * @param layers from the input on, all with biases
     * @param key of the initial weights, the orders and the hidden units drawn
     * @param listener after each epoch: the layer, and the mean squared error of what one step of sampling gives back
     * @throws IllegalArgumentException for values outside of [0, 1], or a number of values that fills no whole rows of a layer
     */
    public void run(List<Linear> layers, float[] rows, RandomKey key, ObjDoubleConsumer<Linear> listener) {
        if (epochs == 0) {
            return;
        }
        for (int i = 0; i < rows.length; i++) {
            if (!(rows[i] >= 0 && rows[i] <= 1)) {
                throw new IllegalArgumentException("boltzmann pretraining: value " + i + " is " + rows[i]
                        + "; need probabilities in [0, 1], such as a bag of words of 0 and 1");
            }
        }
        float[] visible = rows;
        for (int i = 0; i < layers.size(); i++) {
            boolean last = i + 1 == layers.size();
            visible = run(layers.get(i), visible, last, key.split(i), listener);
        }
    }

    /** The hidden probabilities of all rows; none after the last layer. */
    private float[] run(Linear layer, float[] rows, boolean last, RandomKey key, ObjDoubleConsumer<Linear> listener) {
        Backend backend = layer.slots().get(0).backend();
        int width = layer.slots().get(0).shape().dim(1);
        int count = rows.length / width;
        if (count * width != rows.length) {
            throw new IllegalArgumentException("boltzmann pretraining: layer " + layer.path() + ": got " + rows.length
                    + " values; need rows of " + width + ", as wide as its input");
        }
        int size = Math.max(1, Math.min(batch, count));
        try (BoltzmannMachine machine = new BoltzmannMachine(layer)) {
            machine.initialise(rows, key.split("weights"));
            for (int epoch = 0; epoch < epochs; epoch++) {
                int[] order = key.split("order").split(epoch).permutation(count);
                double error = 0;
                int batches = count / size;
                for (int b = 0; b < batches; b++) {
                    RandomKey drawn = key.split("units").split((long) epoch * batches + b);
                    double momentum = 2 * epoch < epochs ? 0.5 : 0.9;
                    try (Tensor v = tensor(backend, rows, width, Arrays.copyOfRange(order, b * size, (b + 1) * size))) {
                        error += machine.step(v, rate, momentum, weightDecay, drawn) / batches;
                    }
                }
                listener.accept(layer, error);
            }
            return last ? new float[0] : hidden(machine, backend, rows, width);
        }
    }

    private float[] hidden(BoltzmannMachine machine, Backend backend, float[] rows, int width) {
        int count = rows.length / width;
        float[] all = new float[0];
        for (int from = 0; from < count; from += batch) {
            int[] some = new int[Math.min(batch, count - from)];
            int first = from;
            Arrays.setAll(some, i -> first + i);
            Scope scope = backend.openScope();
            try {
                float[] hidden =
                        machine.hidden(tensor(backend, rows, width, some)).toFloats();
                if (all.length == 0) {
                    all = new float[Math.multiplyExact(count, hidden.length / some.length)];
                }
                System.arraycopy(hidden, 0, all, from * (hidden.length / some.length), hidden.length);
            } finally {
                scope.close();
            }
        }
        return all;
    }

    private static Tensor tensor(Backend backend, float[] rows, int width, int[] of) {
        float[] some = new float[of.length * width];
        for (int i = 0; i < of.length; i++) {
            System.arraycopy(rows, of[i] * width, some, i * width, width);
        }
        return backend.tensor(Shape.of(of.length, width), some);
    }
}
