package org.hashgrad.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.autograd.Gradients;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.Sgd;
import org.hashgrad.nn.io.Safetensors;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.nn.model.SmallCnn;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/** The files of {@code torch-trace} and the same training in hashgrad. */
final class TorchTrace {
    static final Path FOLDER = Path.of("resources/org/hashgrad/conformance/torch-trace");

    private static final int BITS = 48;
    private static final DhnLoss LOSS = DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR);

    private final Samples training = samples();
    private final int[][] batches = batches("batches.npy");

    /**
     * What a run leaves.
     *
     * @param losses before each step
     * @param firstOutputs z of the first batch, (64, 48)
     * @param firstGradients of the first batch, by parameter
     * @param state every slot after the last step
     */
    record Run(
            double[] losses,
            double[] firstOutputs,
            Map<String, double[]> firstGradients,
            Map<String, double[]> state) {}

    private static Samples samples() {
        ImageSet images = (ImageSet) FashionMnist.embedded().training();
        byte[] pixels = images.pixels();
        float[] values = new float[pixels.length];
        for (int i = 0; i < values.length; i++) {
            // three float roundings, as NumPy and PyTorch make them
            values[i] = ((pixels[i] & 0xff) / 255f - 0.2860f) / 0.3530f;
        }
        return new Samples(Shape.of(1, 28, 28), values, images.labels());
    }

    private static int[][] batches(String name) {
        NpyFile file = NpyFile.read(FOLDER.resolve(name));
        int[] all = file.toInts();
        int size = file.shape()[1];
        int[][] rows = new int[file.shape()[0]][];
        for (int t = 0; t < rows.length; t++) {
            rows[t] = java.util.Arrays.copyOfRange(all, t * size, (t + 1) * size);
        }
        return rows;
    }

    int steps() {
        return batches.length;
    }

    Samples training() {
        return training;
    }

    int[] batch(int step) {
        return batches[step];
    }

    /** Classes of the images of each batch, as PyTorch saw them. */
    static int[][] labels() {
        return batches("batch-labels.npy");
    }

    static double[] losses(String name) {
        return NpyFile.read(FOLDER.resolve(name)).toDoubles();
    }

    static Map<String, double[]> tensors(String name) throws IOException {
        try (Safetensors file = Safetensors.open(FOLDER.resolve(name))) {
            Map<String, double[]> tensors = new LinkedHashMap<>();
            for (String tensor : file.names()) {
                tensors.put(tensor, file.doubles(tensor));
            }
            return tensors;
        }
    }

    /** The first {@code steps} steps from the given weights. */
    Run train(Backend backend, double rate, int steps) throws IOException {
        try (Module network = SmallCnn.of(Blueprint.blank(backend), 1, 28, 28, HashLayer.tanh(BITS));
                Optimizer optimizer = new Sgd(network.parameters(), rate, 0.9, 5e-4, false)) {
            try (Safetensors initial = Safetensors.open(FOLDER.resolve("initial.safetensors"))) {
                initial.loadInto(network);
            }
            double[] losses = new double[steps];
            double[] outputs = {};
            Map<String, double[]> gradients = new LinkedHashMap<>();
            for (int t = 0; t < steps; t++) {
                try (Pass pass = Pass.train(backend, RandomKey.of(t))) {
                    Variable z = network.forward(pass, pass.constant(training.batch(backend, batches[t])));
                    Variable loss = LOSS.of(z, z, Pairs.within(training.labels(), batches[t]));
                    Gradients all = pass.gradients(loss, network.parameters());
                    losses[t] = loss.value().item();
                    if (t == 0) {
                        outputs = z.value().toDoubles();
                        for (Parameter parameter : network.parameters()) {
                            gradients.put(parameter.name(), all.of(parameter).toDoubles());
                        }
                    }
                    optimizer.step(all);
                }
            }
            Map<String, double[]> state = new LinkedHashMap<>();
            for (Slot slot : network.slots()) {
                state.put(slot.name(), slot.value().toDoubles());
            }
            return new Run(losses, outputs, gradients, state);
        }
    }

    /** Largest |a − b| / |b|. */
    static double worstRelative(double[] actual, double[] expected) {
        double worst = 0;
        for (int i = 0; i < actual.length; i++) {
            worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / Math.abs(expected[i]));
        }
        return worst;
    }

    /** ‖a − b‖ / ‖b‖. */
    static double relativeNorm(double[] actual, double[] expected) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return Math.sqrt(difference / norm);
    }

    /** Lines {@code name error} of all tensors that differ by more than {@code bound} in norm. */
    static List<String> apart(Map<String, double[]> actual, Map<String, double[]> expected, double bound) {
        List<String> apart = new ArrayList<>();
        expected.forEach((name, values) -> {
            double[] found = actual.get(name);
            double error = found == null ? Double.POSITIVE_INFINITY : relativeNorm(found, values);
            if (!(error <= bound)) {
                apart.add(name + " " + error);
            }
        });
        return apart;
    }
}
