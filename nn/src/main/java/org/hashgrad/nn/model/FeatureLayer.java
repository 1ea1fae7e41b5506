package org.hashgrad.nn.model;

import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Linear;
import org.hashgrad.tensor.Activation;

/** Features for the heads on top: {@code units} ReLU units. Made at {@code embedding}. */
public record FeatureLayer(int units, Start start) implements LastLayer {
    public FeatureLayer {
        if (units < 1) {
            throw new IllegalArgumentException("feature layer: units must be >= 1, got " + units);
        }
    }

    @Override
    public Linear on(Blueprint root, int inputs) {
        return new Linear(root.at("embedding"), inputs, units, start.weights(), start.biases(), Activation.RELU);
    }
}
