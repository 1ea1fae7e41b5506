package org.hashgrad.nn.model;

import java.util.List;
import java.util.stream.Stream;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;

/**
 * A backbone with two heads, for codes and for labels, as each of SSAH's three networks is (Li et al., CVPR 2018): x (N, …) → features
 * (N, d) → relaxed codes (N, bits) in (−1, 1) and label logits (N, classes). {@link #forward} is the codes alone, as of a
 * {@link HashNetwork}. Slots: the backbone's, {@code hash.*} and {@code labels.*}.
 */
public final class LabeledHashNetwork extends Module {
    /** Features (N, d), relaxed codes (N, bits), and logits of each label (N, classes), whose sigmoid is its probability. */
    public record Outputs(Variable features, Variable relaxedCodes, Variable labelLogits) {}

    private final Sequential backbone;
    private final Sequential neck;
    private final Linear hash;
    private final Linear labels;

    private LabeledHashNetwork(Sequential backbone, Sequential neck, Linear hash, Linear labels) {
        this.backbone = backbone;
        this.neck = neck;
        this.hash = hash;
        this.labels = labels;
    }

    /**
     * Heads right on the features.
     *
     * @param backbone x (N, …) → (N, layer.units()), that ends in the layer
     */
    public static LabeledHashNetwork of(Blueprint at, FeatureLayer layer, Sequential backbone, int bits, int classes) {
        return of(at, layer, backbone, new Sequential(), bits, classes);
    }

    /**
     * Heads on the features as {@code neck} leaves them; losses still see the features before it.
     *
     * @param backbone x (N, …) → (N, layer.units()), that ends in the layer
     * @param neck (N, layer.units()) → the same shape
     * @throws IllegalArgumentException unless there are a bit and a class at least
     */
    public static LabeledHashNetwork of(
            Blueprint at, FeatureLayer layer, Sequential backbone, Sequential neck, int bits, int classes) {
        if (bits < 1 || classes < 1) {
            throw new IllegalArgumentException(
                    "labeled hash network: need bits and classes >= 1, got bits " + bits + " and classes " + classes);
        }
        return new LabeledHashNetwork(
                backbone,
                neck,
                head(at.at("hash"), layer, bits, Activation.TANH),
                head(at.at("labels"), layer, classes, Activation.IDENTITY));
    }

    /** Gaussian weights with deviation 0.01, as of a {@link HashLayer}; biases as the features' start. */
    private static Linear head(Blueprint at, FeatureLayer layer, int outputs, Activation activation) {
        Start start = Start.gaussian();
        return new Linear(
                at, layer.units(), outputs, start.weights(), layer.start().biases(), activation);
    }

    /** x (N, …) → features (N, d). Shares its slots with this network. */
    public Sequential backbone() {
        return backbone;
    }

    /** Everything the losses of a step read. In evaluation the features and codes of one call live until the pass ends. */
    public Outputs outputs(Pass pass, Variable x) {
        Variable features = pass.contained(() -> backbone.forward(pass, x));
        Variable shown = pass.contained(() -> neck.forward(pass, features));
        return new Outputs(features, head(pass, "hash", hash, shown), head(pass, "labels", labels, shown));
    }

    private static Variable head(Pass pass, String name, Linear head, Variable features) {
        return pass.inLayer(name, () -> pass.contained(() -> head.forward(pass, features)));
    }

    /** The relaxed codes. */
    @Override
    public Variable forward(Pass pass, Variable x) {
        return pass.contained(() -> head(pass, "hash", hash, neck.forward(pass, backbone.forward(pass, x))));
    }

    /** x (N, …) → the probability of each label (N, classes), each for itself. */
    public Variable labelProbabilities(Pass pass, Variable x) {
        return pass.contained(() -> head(pass, "labels", labels, neck.forward(pass, backbone.forward(pass, x)))
                .sigmoid());
    }

    @Override
    public List<Slot> slots() {
        return Stream.of(backbone, neck, hash, labels)
                .flatMap(module -> module.slots().stream())
                .toList();
    }

    @Override
    public LabeledHashNetwork copyTo(Backend other) {
        return new LabeledHashNetwork(
                backbone.copyTo(other), neck.copyTo(other), hash.copyTo(other), labels.copyTo(other));
    }
}
