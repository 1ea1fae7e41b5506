package org.hashgrad.nn.model;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.nn.BatchNorm;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Dropout;
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
 * {@link MultiScaleFusion}) and the discriminators on top of features. Slots: {@code fusion.scale<p>.weight}, {@code fc1…}, {@code bn1…},
 * {@code embedding}.
 */
public final class SemanticNetwork {
    private SemanticNetwork() {}

    /** What normalises the hidden units. */
    public enum Norm {
        /** Nothing. */
        NONE,
        /** Response normalisation of the units, as in TxtNet. */
        RESPONSE,
        /** Batch normalisation before ReLU. */
        BATCH
    }

    /**
     * The hidden layer.
     *
     * @param units 4096 in the paper
     * @param dropout probability that a unit is dropped in training; 0 in the paper
     */
    public record Hidden(int units, Norm norm, double dropout) {
        /** @throws IllegalArgumentException without a unit, or for a dropout outside of [0, 1) */
        public Hidden {
            if (units < 1) {
                throw new IllegalArgumentException("hidden layer: units is " + units + "; need >= 1");
            }
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException("hidden layer: dropout is " + dropout + "; need >= 0 and < 1");
            }
        }

        /** Units of that number and nothing else. */
        public static Hidden of(int units) {
            return new Hidden(units, Norm.NONE, 0);
        }
    }

    /**
     * x (N, inputs) → hidden ReLU units → features. Of labels it is LabNet, 4096 and 512 units in the paper; of words a text network without
     * fusion.
     */
    public static Sequential of(Blueprint at, int inputs, Hidden hidden, FeatureLayer features) {
        return new Sequential(layers(at, inputs, hidden, features));
    }

    /** x (N, words) → fusion, each scale with weight 1 at first → hidden ReLU units → features: TxtNet, 4096 and 512 units in the paper. */
    public static Sequential ofText(
            Blueprint at, int words, MultiScaleFusion.Form fusion, Hidden hidden, FeatureLayer features) {
        List<Module> modules = new ArrayList<>();
        modules.add(new MultiScaleFusion(at.at("fusion"), words, fusion, Initializer.constant(1)));
        modules.addAll(layers(at, fusion.outputs(words), hidden, features));
        return new Sequential(modules);
    }

    private static List<Module> layers(Blueprint at, int inputs, Hidden hidden, FeatureLayer features) {
        Start start = features.start();
        Blueprint units = at.at("fc1");
        List<Module> modules = new ArrayList<>(List.of(new Flatten()));
        if (hidden.norm() == Norm.BATCH) {
            modules.add(new Linear(units, inputs, hidden.units(), start.weights()));
            modules.add(new BatchNorm(at.at("bn1"), hidden.units(), Activation.RELU));
        } else {
            modules.add(new Linear(units, inputs, hidden.units(), start.weights(), start.biases(), Activation.RELU));
        }
        if (hidden.norm() == Norm.RESPONSE) {
            modules.add(responseNorm());
        }
        if (hidden.dropout() > 0) {
            modules.add(new Dropout(hidden.dropout()));
        }
        modules.add(features.on(at, hidden.units()));
        return modules;
    }

    /** CNN-F's, across the units of a layer: window 5, κ 2, α 10⁻⁴ per element, β 0.75. */
    public static LocalResponseNorm responseNorm() {
        return CnnF.responseNorm();
    }

    /**
     * Features (N, inputs) → ReLU units → one score (N, 1), large for features of the label network.
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
