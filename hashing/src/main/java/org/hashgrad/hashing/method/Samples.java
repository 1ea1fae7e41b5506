package org.hashgrad.hashing.method;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.hashing.data.Framing;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.RgbImage;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/**
 * Labelled inputs of a network, normalised, on the host: all of them in memory, or read when a batch needs them. Batches are gathered and uploaded
 * one at a time.
 *
 * @param sample shape of one input, for example (channels, height, width)
 * @param rows where the n inputs come from
 * @param labels of the n inputs
 */
public record Samples(Shape sample, Rows rows, Labels labels) {
    /** Single inputs. Safe for several threads. */
    public interface Rows {
        /** Whether they lie in memory, so that reading ahead is of no use. */
        boolean inMemory();

        /** Puts input i where it is wanted. */
        void put(int i, float[] to, int at);

        /** Inputs that a code of one sample is taken of: the network's outputs for them are averaged. */
        default int views() {
            return 1;
        }

        /** Puts all {@link #views} of input i where they are wanted, one after the other. */
        default void putViews(int i, float[] to, int at) {
            put(i, to, at);
        }

        /** As {@link #put}, in the way that {@code key} draws for training where there are several. */
        default void draw(int i, RandomKey key, float[] to, int at) {
            put(i, to, at);
        }
    }

    /** Inputs that lie in memory. */
    private record Held(float[] values, int size) implements Rows {
        @Override
        public boolean inMemory() {
            return true;
        }

        @Override
        public void put(int i, float[] to, int at) {
            System.arraycopy(values, i * size, to, at, size);
        }
    }

    /** Pictures that are decoded for every batch; a training batch has another window of each every time, where it fits. */
    private record Decoded(PictureSet pictures, Function<RgbImage, byte[]> pixels, float[] levels) implements Rows {
        @Override
        public boolean inMemory() {
            return false;
        }

        @Override
        public void put(int i, float[] to, int at) {
            put(pictures.framing().middle(pictures.picture(i)), to, at);
        }

        @Override
        public int views() {
            return pictures.framing().crops();
        }

        @Override
        public void putViews(int i, float[] to, int at) {
            int next = at;
            for (RgbImage view : pictures.framing().views(pictures.picture(i))) {
                next += put(view, to, next);
            }
        }

        @Override
        public void draw(int i, RandomKey key, float[] to, int at) {
            Framing framing = pictures.framing();
            RgbImage picture = pictures.picture(i);
            put(framing.resize() > framing.side() ? framing.drawn(picture, key) : framing.middle(picture), to, at);
        }

        private int put(RgbImage image, float[] to, int at) {
            byte[] planes = pixels.apply(image);
            for (int p = 0; p < planes.length; p++) {
                to[at + p] = levels[planes[p] & 0xff];
            }
            return planes.length;
        }
    }

    /**
     * Inputs in memory; the values (n, sample) are handed over, not copied.
     *
     * @throws IllegalArgumentException when the number of values is not n times the size of a sample
     */
    public Samples(Shape sample, float[] values, Labels labels) {
        this(sample, new Held(values, sample.size()), labels);
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

    /** All pictures as (pixel / 255 − mean) / deviation, read when they are wanted. */
    public static Samples of(PictureSet pictures, double mean, double deviation) {
        return of(pictures, pictures.sample(), RgbImage::planes, mean, deviation);
    }

    /** As {@link #of(PictureSet, double, double)}, with brightness as the one channel. */
    public static Samples grey(PictureSet pictures, double mean, double deviation) {
        Shape colour = pictures.sample();
        return of(pictures, Shape.of(1, colour.dim(1), colour.dim(2)), RgbImage::grey, mean, deviation);
    }

    private static Samples of(
            PictureSet pictures, Shape sample, Function<RgbImage, byte[]> pixels, double mean, double deviation) {
        float[] levels = new float[256];
        for (int p = 0; p < levels.length; p++) {
            levels[p] = (float) ((p / 255.0 - mean) / deviation);
        }
        return new Samples(sample, new Decoded(pictures, pixels, levels), pictures.labels());
    }

    /**
     * All values (n, sample), row-major; do not change them.
     *
     * @throws IllegalStateException unless they lie in memory
     */
    public float[] values() {
        if (rows instanceof Held held) {
            return held.values();
        }
        throw new IllegalStateException(
                "samples: " + count() + " pictures are read when they are wanted; need samples in" + " memory");
    }

    /** n */
    public int count() {
        return labels.count();
    }

    /** The given samples in their order: (rows, sample), in the current scope of {@code backend}. */
    public Tensor batch(Backend backend, int... wanted) {
        if (rows instanceof Held held) {
            int size = held.size();
            return backend.tensor(batched(wanted.length), batch -> {
                for (int r = 0; r < wanted.length; r++) {
                    batch.set(r * size, held.values(), wanted[r] * size, size);
                }
            });
        }
        float[] values = new float[Math.multiplyExact(wanted.length, sample.size())];
        IntStream.range(0, wanted.length).parallel().forEach(r -> rows.put(wanted[r], values, r * sample.size()));
        return tensor(backend, values, wanted.length);
    }

    /** All {@link Rows#views} of the given samples, those of one sample together: (rows · views, sample), in the current scope of {@code backend}. */
    Tensor views(Backend backend, int... wanted) {
        int views = rows.views();
        if (views == 1) {
            return batch(backend, wanted);
        }
        float[] values = new float[Math.multiplyExact(Math.multiplyExact(wanted.length, views), sample.size())];
        IntStream.range(0, wanted.length)
                .parallel()
                .forEach(r -> rows.putViews(wanted[r], values, r * views * sample.size()));
        return tensor(backend, values, wanted.length * views);
    }

    /**
     * The given samples for training, (rows, sample) row-major, each as its row's split of {@code key} draws it.
     *
     * @param augmentation of images (channels, height, width) besides
     */
    float[] drawn(Optional<Augmentation> augmentation, RandomKey key, int... wanted) {
        int size = sample.size();
        float[] values = new float[Math.multiplyExact(wanted.length, size)];
        float[] plain = new float[augmentation.isPresent() ? size : 0];
        float[] changed = new float[plain.length];
        for (int r = 0; r < wanted.length; r++) {
            RandomKey own = key.split(wanted[r]);
            if (augmentation.isPresent()) {
                rows.draw(wanted[r], own.split("window"), plain, 0);
                augmentation.get().apply(plain, 0, sample, own, changed);
                System.arraycopy(changed, 0, values, r * size, size);
            } else {
                rows.draw(wanted[r], own.split("window"), values, r * size);
            }
        }
        return values;
    }

    /** Values (count, sample) as a tensor, in the current scope of {@code backend}. */
    Tensor tensor(Backend backend, float[] values, int count) {
        return backend.tensor(batched(count), batch -> batch.set(0, values, 0, values.length));
    }

    private Shape batched(int count) {
        int[] extents = new int[sample.rank() + 1];
        extents[0] = count;
        System.arraycopy(sample.toArray(), 0, extents, 1, sample.rank());
        return Shape.of(extents);
    }
}
