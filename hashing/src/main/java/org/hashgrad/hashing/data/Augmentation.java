package org.hashgrad.hashing.data;

import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/**
 * A random change of an image that does not change what it shows: shifted by up to {@code shift} pixels each way, where the border goes on
 * outwards, and mirrored left to right half of the time.
 *
 * @param shift in pixels, at least 0
 */
public record Augmentation(int shift, boolean mirror) {
    /** @throws DataException for a negative shift */
    public Augmentation {
        if (shift < 0) {
            throw new DataException("augmentation: shift is " + shift + "; need >= 0");
        }
    }

    /** The change that {@code key} draws, of the image (channels, height, width) that begins at {@code from}, into {@code changed}. */
    public void apply(float[] values, int from, Shape image, RandomKey key, float[] changed) {
        int height = image.dim(1);
        int width = image.dim(2);
        int down = key.below(2 * shift + 1, 0) - shift;
        int right = key.below(2 * shift + 1, 1) - shift;
        boolean mirrored = mirror && key.below(2, 2) == 1;
        for (int c = 0; c < image.dim(0); c++) {
            for (int y = 0; y < height; y++) {
                int line = (c * height + y) * width;
                int source = from + (c * height + inside(y - down, height)) * width;
                for (int x = 0; x < width; x++) {
                    int column = inside(x - right, width);
                    changed[line + x] = values[source + (mirrored ? width - 1 - column : column)];
                }
            }
        }
    }

    private static int inside(int at, int extent) {
        return Math.max(0, Math.min(extent - 1, at));
    }
}
