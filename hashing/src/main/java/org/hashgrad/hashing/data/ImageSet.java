package org.hashgrad.hashing.data;

import java.util.List;
import java.util.stream.IntStream;
import org.hashgrad.tensor.Shape;

/**
 * n labelled images of one size, pixels as unsigned bytes in NCHW order: sample, channel, row, column.
 *
 * <p>The pixel array is handed over and out, not copied: a set can be large. Nobody changes it.
 *
 * @param name what errors and reports call the set
 * @param pixels (n, channels, height, width), 0 … 255 as unsigned bytes
 * @param labels of the n images
 * @param ids what the n images are called, or none
 */
public record ImageSet(String name, int channels, int height, int width, byte[] pixels, Labels labels, List<String> ids)
        implements SampleSet {

    /**
     * A set of {@code labels.count()} images.
     *
     * @throws DataException if the number of pixels is not n · channels · height · width, or that of names neither n nor 0
     */
    public ImageSet {
        ids = List.copyOf(ids);
        if (!ids.isEmpty() && ids.size() != labels.count()) {
            throw new DataException("image set " + name + ": " + ids.size() + " names; need " + labels.count()
                    + ", one for each label row, or none");
        }
        if (channels < 1 || height < 1 || width < 1) {
            throw new DataException("image set " + name + ": image shape is (" + channels + ", " + height + ", " + width
                    + "); need sizes >= 1");
        }
        long expected = (long) labels.count() * channels * height * width;
        if (pixels.length != expected) {
            throw new DataException("image set " + name + ": pixels has length " + pixels.length + "; need " + expected
                    + " for shape (" + labels.count() + ", " + channels + ", " + height + ", " + width + ")");
        }
    }

    /** Images without names. */
    public ImageSet(String name, int channels, int height, int width, byte[] pixels, Labels labels) {
        this(name, channels, height, width, pixels, labels, List.of());
    }

    /** What image i is called: its name, or the set's with the number. */
    public String id(int i) {
        return ids.isEmpty() ? name + ":" + i : ids.get(i);
    }

    /** (channels, height, width) */
    @Override
    public Shape sample() {
        return Shape.of(channels, height, width);
    }

    @Override
    public float[] raw(int[] rows) {
        int size = imageSize();
        float[] values = new float[Math.multiplyExact(rows.length, size)];
        for (int r = 0; r < rows.length; r++) {
            for (int p = 0; p < size; p++) {
                values[r * size + p] = pixels[rows[r] * size + p] & 0xff;
            }
        }
        return values;
    }

    /** Values per image: channels · height · width. */
    public int imageSize() {
        return channels * height * width;
    }

    /**
     * The given images as (pixel / 255 − mean) / standardDeviation, shape (rows.length, channels, height, width); one mean
     * and deviation for all channels, computed in double and rounded to float once.
     */
    public float[] standardized(int[] rows, double mean, double standardDeviation) {
        float[] table = new float[256];
        for (int p = 0; p < table.length; p++) {
            table[p] = (float) ((p / 255.0 - mean) / standardDeviation);
        }
        int size = imageSize();
        float[] values = new float[Math.multiplyExact(rows.length, size)];
        for (int r = 0; r < rows.length; r++) {
            int from = rows[r] * size;
            for (int p = 0; p < size; p++) {
                values[r * size + p] = table[pixels[from + p] & 0xff];
            }
        }
        return values;
    }

    /** The same images, held as they are, as pictures that are framed when they are wanted; a picture from elsewhere is squeezed to their size before. */
    public PictureSet pictures(Framing framing) {
        return PictureSet.of(name, new Held(this), framing, labels);
    }

    private record Held(ImageSet images) implements Pictures {
        @Override
        public int count() {
            return images.count();
        }

        @Override
        public String id(int i) {
            return images.id(i);
        }

        @Override
        public RgbImage picture(int i) {
            return RgbImage.ofPlanes(
                    images.channels(), images.height(), images.width(), images.pixels(), i * images.imageSize());
        }

        @Override
        public RgbImage admitted(RgbImage picture) {
            return picture.resized(images.width(), images.height());
        }
    }

    @Override
    public ImageSet select(String newName, int[] rows) {
        int size = imageSize();
        byte[] selected = new byte[Math.multiplyExact(rows.length, size)];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(pixels, rows[r] * size, selected, r * size, size);
        }
        List<String> names =
                ids.isEmpty() ? ids : IntStream.of(rows).mapToObj(ids::get).toList();
        return new ImageSet(newName, channels, height, width, selected, labels.select(rows), names);
    }
}
