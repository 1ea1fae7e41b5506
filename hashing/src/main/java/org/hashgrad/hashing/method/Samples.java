package org.hashgrad.hashing.method;

import java.util.stream.IntStream;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/**
 * Labelled inputs of a network, normalised once and held on the host; batches are copied together and uploaded one at a time. The
 * values are handed over, not copied.
 *
 * @param sample shape of one input, for example (channels, height, width)
 * @param values row-major, (n, sample)
 * @param labels of the n inputs
 */
public record Samples(Shape sample, float[] values, Labels labels) {
    /** @throws IllegalArgumentException when the number of values is not n times the size of a sample */
    public Samples {
        long expected = (long) labels.count() * sample.size();
        if (values.length != expected) {
            throw new IllegalArgumentException("samples: values has length " + values.length + "; need " + expected
                    + " for " + labels.count() + " samples " + sample);
        }
    }

    /** All images as (pixel / 255 − mean) / deviation. */
    public static Samples of(ImageSet images, double mean, double deviation) {
        int[] all = IntStream.range(0, images.count()).toArray();
        return new Samples(
                Shape.of(images.channels(), images.height(), images.width()),
                images.standardized(all, mean, deviation),
                images.labels());
    }

    /** n */
    public int count() {
        return labels.count();
    }

    /** The given samples in their order: (rows, sample), in the current scope of {@code backend}. */
    public Tensor batch(Backend backend, int... rows) {
        int size = sample.size();
        return backend.tensor(batched(rows.length), batch -> {
            for (int r = 0; r < rows.length; r++) {
                batch.set(r * size, values, rows[r] * size, size);
            }
        });
    }

    /** As {@link #batch(Backend, int...)} of images (channels, height, width), each changed as its row's split of {@code key} says. */
    Tensor batch(Backend backend, Augmentation augmentation, RandomKey key, int... rows) {
        int size = sample.size();
        float[] changed = new float[size];
        return backend.tensor(batched(rows.length), batch -> {
            for (int r = 0; r < rows.length; r++) {
                augmentation.apply(values, rows[r] * size, sample, key.split(rows[r]), changed);
                batch.set(r * size, changed, 0, size);
            }
        });
    }

    private Shape batched(int rows) {
        int[] extents = new int[sample.rank() + 1];
        extents[0] = rows;
        System.arraycopy(sample.toArray(), 0, extents, 1, sample.rank());
        return Shape.of(extents);
    }
}
