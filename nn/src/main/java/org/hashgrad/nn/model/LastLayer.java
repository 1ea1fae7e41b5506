package org.hashgrad.nn.model;

import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Linear;

/** What a backbone ends in: relaxed codes ({@link HashLayer}) or features that several heads stand on ({@link FeatureLayer}). */
public interface LastLayer {
    /** Made below {@code root} at a place of its own: x (N, inputs) → (N, outputs). */
    Linear on(Blueprint root, int inputs);
}
