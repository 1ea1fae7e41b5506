package org.hashgrad.hashing.data;

import java.util.stream.IntStream;
import org.hashgrad.tensor.Shape;

/**
 * n labelled inputs of a network, all of one shape: pictures in memory ({@link ImageSet}) or read when they are wanted ({@link PictureSet}), texts
 * ({@link TextSet}) or feature vectors ({@link VectorSet}).
 */
public sealed interface SampleSet permits ImageSet, PictureSet, TextSet, VectorSet {
    /** What errors and reports call the set. */
    String name();

    Labels labels();

    /** Shape of one sample, for example (channels, height, width) or (d). */
    Shape sample();

    /** The given samples in their order as they were read, pixels 0 … 255 or features, (rows, sample), row-major. */
    float[] raw(int[] rows);

    /** The given samples in their order, as a set of another name. */
    SampleSet select(String newName, int[] rows);

    /** All samples as {@link #raw(int[])} has them, (n, sample). */
    default float[] raw() {
        return raw(IntStream.range(0, count()).toArray());
    }

    /** n */
    default int count() {
        return labels().count();
    }
}
