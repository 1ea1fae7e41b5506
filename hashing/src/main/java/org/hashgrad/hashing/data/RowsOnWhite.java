package org.hashgrad.hashing.data;

import java.awt.Point;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The rows of a decoded picture on white paper. Samples are taken as the file has them: Java's own conversion of grey would change them. All
 * arithmetic is on whole numbers.
 */
public final class RowsOnWhite {
    /** The largest sample; a row's values go to its square. */
    public static final int WHITE = 255;

    private final Raster raster;
    private final int[] palette;

    /** Keeps the picture's pixels, not a copy of them. */
    public RowsOnWhite(BufferedImage image) {
        this.raster = image.getRaster();
        if (image.getColorModel() instanceof IndexColorModel colours) {
            this.palette = new int[colours.getMapSize()];
            colours.getRGBs(palette);
        } else {
            this.palette = new int[0];
        }
    }

    /** Keeps the picture's bytes, not a copy of them. */
    public static RowsOnWhite of(RgbImage picture) {
        int width = picture.width();
        DataBufferByte bytes = new DataBufferByte(picture.rgb(), picture.rgb().length);
        return new RowsOnWhite(
                Raster.createInterleavedRaster(
                        bytes, width, picture.height(), 3 * width, 3, new int[] {0, 1, 2}, new Point()),
                new int[0]);
    }

    private RowsOnWhite(Raster raster, int[] palette) {
        this.raster = raster;
        this.palette = palette;
    }

    public int width() {
        return raster.getWidth();
    }

    public int height() {
        return raster.getHeight();
    }

    /** Row y as (width, RGB): a · colour + (255 − a) · white, 0 … 255². */
    public int[] row(int y) {
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        int[] samples = raster.getPixels(0, y, width, 1, (int[]) null);
        int[] row = new int[3 * width];
        boolean colour = bands >= 3;
        boolean transparent = bands == 2 || bands == 4;
        boolean wide = raster.getSampleModel().getSampleSize(0) == 16;
        for (int x = 0; x < width; x++) {
            for (int c = 0; c < 3; c++) {
                int value;
                int alpha;
                if (palette.length > 0) {
                    int argb = palette[samples[x]];
                    value = argb >> (16 - 8 * c) & 0xff;
                    alpha = argb >>> 24;
                } else {
                    value = to8(samples[x * bands + (colour ? c : 0)], wide);
                    alpha = transparent ? to8(samples[x * bands + bands - 1], wide) : WHITE;
                }
                row[3 * x + c] = alpha * value + (WHITE - alpha) * WHITE;
            }
        }
        return row;
    }

    private static int to8(int sample, boolean wide) {
        return wide ? (sample * 255 + 32767) / 65535 : sample;
    }
}
