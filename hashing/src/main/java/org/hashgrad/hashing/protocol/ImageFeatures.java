package org.hashgrad.hashing.protocol;

import java.util.stream.IntStream;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.tensor.Shape;

/**
 * Features of a colour picture (3, h, w) without learning, (768):
 *
 * <pre>
 *   192  mean colour of each of 8 × 8 cells, 0 … 1
 *   512  in each cell, by direction in eight sectors, the sum of the lengths of the gradient of the mean of the channels
 *    64  share of pixels by colour, in 4 × 4 × 4 bins
 * </pre>
 *
 * The gradient is half the difference of the neighbours; at the edge the pixel stands for the one that is missing.
 */
final class ImageFeatures {
    private static final int CELLS = 8;
    private static final int SECTORS = 8;
    private static final int LEVELS = 4;
    private static final int GRADIENTS_FROM = 3 * CELLS * CELLS;
    private static final int COLOURS_FROM = GRADIENTS_FROM + SECTORS * CELLS * CELLS;
    static final int SIZE = COLOURS_FROM + LEVELS * LEVELS * LEVELS;

    private final byte[] pixels;
    private final int height;
    private final int width;
    private final int from;

    private ImageFeatures(byte[] pixels, int from, Shape sample) {
        this.pixels = pixels;
        this.height = sample.dim(1);
        this.width = sample.dim(2);
        this.from = from;
    }

    /** Whether the samples are pictures, in memory or in files. */
    static boolean has(SampleSet set) {
        return set instanceof ImageSet || set instanceof PictureSet;
    }

    /**
     * Of every picture, (n, 768); those in files are read one by one.
     *
     * @throws DataException for samples that are no pictures, have no colour or are smaller than 8 × 8
     */
    static double[][] of(SampleSet set) {
        Shape sample = set.sample();
        if (!has(set) || sample.dim(0) != 3 || sample.dim(1) < CELLS || sample.dim(2) < CELLS) {
            throw new DataException(
                    "image features: " + set.name() + " has samples " + sample + "; need (3, h, w), h and w >= 8");
        }
        return IntStream.range(0, set.count())
                .parallel()
                .mapToObj(i -> set instanceof PictureSet files
                        ? new ImageFeatures(
                                files.framing().middle(files.picture(i)).planes(), 0, sample)
                        : new ImageFeatures(((ImageSet) set).pixels(), i * sample.size(), sample))
                .map(ImageFeatures::features)
                .toArray(double[][]::new);
    }

    private double[] features() {
        double[] features = new double[SIZE];
        int[] pixelsOf = new int[CELLS * CELLS];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int cell = y * CELLS / height * CELLS + x * CELLS / width;
                pixelsOf[cell]++;
                int bin = 0;
                for (int c = 0; c < 3; c++) {
                    features[3 * cell + c] += at(c, y, x) / 255.0;
                    bin = bin * LEVELS + at(c, y, x) * LEVELS / 256;
                }
                features[COLOURS_FROM + bin] += 1.0 / (height * width);
                double across = (grey(y, Math.min(x + 1, width - 1)) - grey(y, Math.max(x - 1, 0))) / 2;
                double down = (grey(Math.min(y + 1, height - 1), x) - grey(Math.max(y - 1, 0), x)) / 2;
                double turn = StrictMath.atan2(down, across) / (2 * Math.PI) + 1;
                int sector = (int) (turn * SECTORS) % SECTORS;
                features[GRADIENTS_FROM + SECTORS * cell + sector] += Math.sqrt(across * across + down * down);
            }
        }
        for (int i = 0; i < GRADIENTS_FROM; i++) {
            features[i] /= pixelsOf[i / 3];
        }
        return features;
    }

    private int at(int c, int y, int x) {
        return pixels[from + (c * height + y) * width + x] & 0xff;
    }

    private double grey(int y, int x) {
        return (at(0, y, x) + at(1, y, x) + at(2, y, x)) / (3 * 255.0);
    }
}
