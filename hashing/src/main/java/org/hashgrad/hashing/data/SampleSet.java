package org.hashgrad.hashing.data;

import org.hashgrad.tensor.Shape;

/** n labelled inputs of a network, all of one shape: pictures ({@link ImageSet}), texts ({@link TextSet}) or feature vectors ({@link VectorSet}). */
public sealed interface SampleSet permits ImageSet, TextSet, VectorSet {
    /** What errors and reports call the set. */
    String name();

    Labels labels();

    /** Shape of one sample, for example (channels, height, width) or (d). */
    Shape sample();

    /** The samples as they were read, pixels 0 … 255 or features, (n, sample), row-major. */
    float[] raw();

    /** n */
    default int count() {
        return labels().count();
    }
}
