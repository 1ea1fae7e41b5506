package org.hashgrad.hashing.method;

import java.util.Arrays;
import java.util.function.BiFunction;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What a method may know of the training at hand: the samples, the network as it stands, and the features it was given. */
public final class Training {
    private static final int BATCH = 250;

    private final Backend backend;
    private final HashNetwork network;
    private final Samples samples;
    private final int bits;
    private final RandomKey key;
    private final float @Nullable [] features;

    /**
     * @param bits outputs of the network
     * @param key of everything random in this training
     * @param features (n, d) as a pretrained backbone gave them; null: the backbone's as it stands when they are asked for
     */
    Training(
            Backend backend,
            HashNetwork network,
            Samples samples,
            int bits,
            RandomKey key,
            float @Nullable [] features) {
        this.backend = backend;
        this.network = network;
        this.samples = samples;
        this.bits = bits;
        this.key = key;
        this.features = features;
    }

    public Backend backend() {
        return backend;
    }

    /** The network in training; a method without gradient steps assigns its hash layer. */
    public HashNetwork network() {
        return network;
    }

    /** n */
    public int count() {
        return samples.count();
    }

    public int bits() {
        return bits;
    }

    public Labels labels() {
        return samples.labels();
    }

    /** For whatever is random for {@code purpose}. */
    public RandomKey key(String purpose) {
        return key.split(purpose);
    }

    /** The network's outputs for all training samples, in evaluation mode: (n, bits), row-major. */
    public float[] relaxedCodes() {
        return outputs(backend, network, samples);
    }

    /** As {@link #relaxedCodes()} of the given training samples in their order: (rows, bits), row-major. */
    public float[] relaxedCodes(int... rows) {
        return outputs(backend, network::forward, samples, rows);
    }

    /** What the hash layer is given as the network stands, in evaluation mode: (n, d), row-major. */
    public float[] backboneFeatures() {
        return outputs(backend, network.backbone(), samples);
    }

    /** Whether the features are a classifier's that was trained before. */
    public boolean pretrained() {
        return features != null;
    }

    /** Visual features of all training samples, row-major (n, d): the pretrained backbone's, else the present one's; do not change them. */
    public float[] features() {
        return features != null ? features : backboneFeatures();
    }

    /** A module's outputs (n, d) for a set, in evaluation mode, row-major. */
    static float[] outputs(Backend backend, Module module, Samples set) {
        int[] all = new int[set.count()];
        Arrays.setAll(all, i -> i);
        return outputs(backend, module::forward, set, all);
    }

    /** As {@link #outputs(Backend, Module, Samples)}, of anything that makes (n, d) of a batch of the given samples. */
    static float[] outputs(Backend backend, BiFunction<Pass, Variable, Variable> forward, Samples set, int... rows) {
        return outputs(backend, forward, set::batch, 1, rows);
    }

    /** As {@link #outputs(Backend, Module, Samples)}, for each sample the mean over its views. */
    static float[] meanOutputs(Backend backend, BiFunction<Pass, Variable, Variable> forward, Samples set) {
        int[] all = new int[set.count()];
        Arrays.setAll(all, i -> i);
        return outputs(backend, forward, set::views, set.rows().views(), all);
    }

    private static float[] outputs(
            Backend backend,
            BiFunction<Pass, Variable, Variable> forward,
            BiFunction<Backend, int[], Tensor> inputs,
            int views,
            int... rows) {
        float[] all = new float[0];
        int width = 0;
        int most = Math.max(1, BATCH / views);
        for (int from = 0; from < rows.length; from += most) {
            int[] batch = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + most));
            try (Pass pass = Pass.evaluate(backend)) {
                Variable outputs = forward.apply(pass, pass.constant(inputs.apply(backend, batch)));
                if (width == 0) {
                    width = outputs.shape().dim(1);
                    all = new float[Math.multiplyExact(rows.length, width)];
                }
                float[] values = outputs.value().toFloats();
                for (int i = 0; i < batch.length * width; i++) {
                    all[from * width + i] = mean(values, i / width * views * width + i % width, width, views);
                }
            }
        }
        return all;
    }

    private static float mean(float[] values, int first, int step, int count) {
        double sum = values[first];
        for (int v = 1; v < count; v++) {
            sum += values[first + v * step];
        }
        return (float) (sum / count);
    }
}
