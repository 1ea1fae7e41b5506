package org.hashgrad.nn.model;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Flatten;
import org.hashgrad.nn.Initializer;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.LocalResponseNorm;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.MultiScaleFusion;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Activation;

/**
 * The fully connected networks of SSAH (Li et al., CVPR 2018) up to their features: for labels (LabNet), for texts (TxtNet, behind a
 * {@link MultiScaleFusion}) and the discriminators on top of features. Slots: {@code fusion.scale<p>.weight}, {@code fc1…}, {@code embedding}.
 */
public final class SemanticNetwork {
    private SemanticNetwork() {}

    /**
     * x (N, inputs) → {@code hidden} ReLU units → [response normalisation] → features. Of labels it is LabNet, 4096 and 512 units in the paper;
     * of words a text network without fusion.
     */
    public static Sequential of(Blueprint at, int inputs, int hidden, boolean normalized, FeatureLayer features) {
        return new Sequential(layers(at, inputs, hidden, normalized, features));
    }

    /**
     * x (N, words) → fusion → {@code hidden} ReLU units → [response normalisation] → features: TxtNet, 4096 and 512 units in the paper. Each
     * scale starts with weight 1.
     */
    public static Sequential ofText(
            Blueprint at,
            int words,
            MultiScaleFusion.Form fusion,
            int hidden,
            boolean normalized,
            FeatureLayer features) {
        List<Module> modules = new ArrayList<>();
        modules.add(new MultiScaleFusion(at.at("fusion"), words, fusion, Initializer.constant(1)));
        modules.addAll(layers(at, fusion.outputs(words), hidden, normalized, features));
        return new Sequential(modules);
    }

    private static List<Module> layers(
            Blueprint at, int inputs, int hidden, boolean normalized, FeatureLayer features) {
        Start start = features.start();
        List<Module> modules = new ArrayList<>();
        modules.add(new Flatten());
        modules.add(new Linear(at.at("fc1"), inputs, hidden, start.weights(), start.biases(), Activation.RELU));
        if (normalized) {
            modules.add(responseNorm());
        }
        modules.add(features.on(at, hidden));
        return modules;
    }

    /** CNN-F's, across the units of a layer: window 5, κ 2, α 10⁻⁴ per element, β 0.75. */
    public static LocalResponseNorm responseNorm() {
        return CnnF.responseNorm();
    }

    /**
     * Features (N, inputs) → ReLU units → one logit (N, 1), large for features of the label network.
     *
     * @param units of the hidden layers: 4096, 4096 in the paper; 512, 256 in its published code
     */
    public static Sequential discriminator(Blueprint at, int inputs, Start start, int... units) {
        List<Module> modules = new ArrayList<>();
        int width = inputs;
        for (int i = 0; i <= units.length; i++) {
            int outputs = i < units.length ? units[i] : 1;
            Activation activation = i < units.length ? Activation.RELU : Activation.IDENTITY;
            modules.add(new Linear(at.at("fc" + (i + 1)), width, outputs, start.weights(), start.biases(), activation));
            width = outputs;
        }
        return new Sequential(modules);
    }
}
