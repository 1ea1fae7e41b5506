package org.hashgrad.hashing.data.openclipart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.data.ImageFile;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DrawingTest {
    private final Path file;

    DrawingTest(@TempDir Path folder) {
        this.file = folder.resolve("x.png");
    }

    private byte[] square(BufferedImage image, int side) throws IOException {
        ImageIO.write(image, "png", file.toFile());
        return Drawing.read(file).square(side);
    }

    @Test
    void anyOtherPictureIsFittedAsADrawingIs() throws IOException {
        for (int[] size : new int[][] {{40, 23}, {9, 12}, {2500, 30}, {31, 4100}}) {
            BufferedImage image = new BufferedImage(size[0], size[1], BufferedImage.TYPE_INT_RGB);
            RandomKey key = RandomKey.of(size[1]);
            for (int p = 0; p < size[0] * size[1]; p++) {
                image.setRGB(p % size[0], p / size[0], (int) key.bits(p) & 0xffffff);
            }
            byte[] drawn = square(image, 16);
            assertArrayEquals(drawn, Drawing.fitted(ImageFile.read(file), 16).planes(), () -> Arrays.toString(size));
        }
    }

    private static int[] at(byte[] square, int side, int x, int y) {
        int plane = side * side;
        return new int[] {
            square[y * side + x] & 0xff, square[plane + y * side + x] & 0xff, square[2 * plane + y * side + x] & 0xff
        };
    }

    @Test
    void aSmallPictureStandsUnscaledInTheMiddleOnWhite() throws IOException {
        byte[] square = square(ClipartTree.plain(5, 2, 0x102030), 16);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                boolean inside = x >= 5 && x < 10 && y >= 7 && y < 9;
                int[] expected = inside ? new int[] {0x10, 0x20, 0x30} : new int[] {255, 255, 255};
                assertArrayEquals(expected, at(square, 16, x, y), x + ", " + y);
            }
        }
    }

    @Test
    void aLargePictureIsTheMeanOfTheAreasItCovers() throws IOException {
        for (int[] size : new int[][] {{32, 32}, {33, 20}, {17, 50}, {100, 7}, {16, 16}, {300, 1}, {47, 31}}) {
            BufferedImage image = new BufferedImage(size[0], size[1], BufferedImage.TYPE_INT_ARGB);
            RandomKey key = RandomKey.of(size[0]);
            for (int y = 0; y < size[1]; y++) {
                for (int x = 0; x < size[0]; x++) {
                    image.setRGB(x, y, (int) key.bits((long) y * size[0] + x));
                }
            }
            assertArrayEquals(means(image, 16), square(image, 16), Arrays.toString(size));
        }
    }

    /** In double precision, by the definition: every source pixel against every target. */
    private static byte[] means(BufferedImage image, int side) {
        int w = image.getWidth();
        int h = image.getHeight();
        double scale = Math.min(1, (double) side / Math.max(w, h));
        int columns = (int) Math.max(1, Math.floor(w * scale + 0.5));
        int rows = (int) Math.max(1, Math.floor(h * scale + 0.5));
        byte[] square = new byte[3 * side * side];
        Arrays.fill(square, (byte) 255);
        for (int c = 0; c < 3; c++) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    double sum = 0;
                    double area = 0;
                    for (int y = 0; y < h; y++) {
                        double tall = covered(y, (double) row * h / rows, (double) (row + 1) * h / rows);
                        for (int x = 0; x < w; x++) {
                            double wide =
                                    covered(x, (double) column * w / columns, (double) (column + 1) * w / columns);
                            int argb = image.getRGB(x, y);
                            double alpha = (argb >>> 24) / 255.0;
                            double value = alpha * (argb >> (16 - 8 * c) & 0xff) + (1 - alpha) * 255;
                            sum += tall * wide * value;
                            area += tall * wide;
                        }
                    }
                    int at = (c * side + (side - rows) / 2 + row) * side + (side - columns) / 2 + column;
                    square[at] = (byte) Math.floor(sum / area + 0.5);
                }
            }
        }
        return square;
    }

    private static double covered(int pixel, double from, double to) {
        return Math.max(0, Math.min(pixel + 1, to) - Math.max(pixel, from));
    }

    @Test
    void greyKeepsItsLevels() throws IOException {
        BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(3, 4, 0, 100);
        assertArrayEquals(new int[] {100, 100, 100}, at(square(grey, 16), 16, 3, 4));
    }

    @Test
    void greyWithTransparencyLiesOnWhite() throws IOException {
        ColorModel model = new ComponentColorModel(
                java.awt.color.ColorSpace.getInstance(java.awt.color.ColorSpace.CS_GRAY),
                true,
                false,
                ColorModel.TRANSLUCENT,
                DataBuffer.TYPE_BYTE);
        WritableRaster raster = model.createCompatibleWritableRaster(16, 16);
        raster.setPixel(1, 2, new int[] {100, 51});
        byte[] square = square(new BufferedImage(model, raster, false, null), 16);
        int expected = 255 - (255 - 100) / 5;
        assertArrayEquals(new int[] {expected, expected, expected}, at(square, 16, 1, 2));
        assertArrayEquals(new int[] {255, 255, 255}, at(square, 16, 0, 0));
    }

    @Test
    void sixteenBitsAreRoundedToEight() throws IOException {
        BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_USHORT_GRAY);
        grey.getRaster().setSample(0, 0, 0, 257 * 77 + 120);
        grey.getRaster().setSample(1, 0, 0, 65535);
        byte[] square = square(grey, 16);
        assertEquals(77, at(square, 16, 0, 0)[1]);
        assertEquals(255, at(square, 16, 1, 0)[1]);
    }

    @Test
    void paletteColoursMayBeTransparent() throws IOException {
        byte[] red = {(byte) 200, 0};
        byte[] green = {10, 0};
        byte[] blue = {20, 0};
        IndexColorModel colours = new IndexColorModel(1, 2, red, green, blue, new byte[] {(byte) 255, 0});
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_BINARY, colours);
        image.getRaster().setSample(7, 7, 0, 1);
        byte[] square = square(image, 16);
        assertArrayEquals(new int[] {200, 10, 20}, at(square, 16, 0, 0));
        assertArrayEquals(new int[] {255, 255, 255}, at(square, 16, 7, 7));
    }

    @Test
    void aHugePictureIsReadAtEveryFewPixels() throws IOException {
        BufferedImage image = ClipartTree.plain(3 * Drawing.LONGEST, 96, 0x404040);
        byte[] square = square(image, 64);
        assertArrayEquals(new int[] {64, 64, 64}, at(square, 64, 0, 31));
        assertArrayEquals(new int[] {255, 255, 255}, at(square, 64, 0, 0));
    }

    @Test
    void brokenFilesAreErrorsOfTheFile() throws IOException {
        ImageIO.write(ClipartTree.plain(40, 40, 7), "png", file.toFile());
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length - 20; length += 7) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThrows(IOException.class, () -> Drawing.read(file), "cut at " + length);
        }
        Files.writeString(file, "no picture");
        assertThrows(IOException.class, () -> Drawing.read(file));
    }
}
