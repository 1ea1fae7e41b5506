package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RgbImageTest {
    private static RgbImage numbered(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int p = 0; p < width * height; p++) {
            rgb[3 * p] = (byte) p;
            rgb[3 * p + 1] = (byte) (p + 1);
            rgb[3 * p + 2] = (byte) (p + 2);
        }
        return new RgbImage(width, height, rgb);
    }

    private static int[] reds(RgbImage image) {
        int[] reds = new int[image.width() * image.height()];
        for (int p = 0; p < reds.length; p++) {
            reds[p] = image.rgb()[3 * p] & 0xff;
            assertEquals((byte) (reds[p] + 2), image.rgb()[3 * p + 2], "blue goes with red");
        }
        return reds;
    }

    /** Digests of what Pillow 12.3.0 makes of the same pixels with {@code resize((W, H), BILINEAR)}. */
    @ParameterizedTest
    @CsvSource({
        "7, 5, 3, 2, f0e94f67aa68928a",
        "7, 5, 11, 9, 45da7d214076c5bb",
        "100, 67, 32, 32, bda188404af9d261",
        "64, 48, 300, 200, 154acc2290c90c57",
        "33, 20, 33, 7, 6c16da01cdc0cfea",
        "640, 480, 341, 256, 67132c8b6a61aa31"
    })
    void scalingIsThatOfPillowBitForBit(int width, int height, int columns, int rows, String digest) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ((31L * i * i + 17L * i) % 251);
        }
        RgbImage scaled = new RgbImage(width, height, rgb).resized(columns, rows);
        assertEquals(columns, scaled.width());
        assertEquals(rows, scaled.height());
        assertEquals(digest, OpenClipart.sha256(scaled.rgb()).substring(0, 16));
    }

    @Test
    void scalingToTheSameSizeChangesNothingAndOneColourStays() {
        RgbImage image = numbered(5, 4);
        assertArrayEquals(image.rgb(), image.resized(5, 4).rgb());
        byte[] white = new byte[3 * 17 * 9];
        java.util.Arrays.fill(white, (byte) 255);
        byte[] expected = new byte[3 * 40 * 3];
        java.util.Arrays.fill(expected, (byte) 255);
        assertArrayEquals(expected, new RgbImage(17, 9, white).resized(40, 3).rgb());
    }

    @Test
    void planesAndPixelsAreTheSamePicture() {
        RgbImage image = numbered(2, 2);
        assertArrayEquals(new byte[] {0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5}, image.planes());
        assertArrayEquals(
                image.rgb(), RgbImage.ofPlanes(3, 2, 2, image.planes(), 0).rgb());
        assertArrayEquals(
                new byte[] {7, 7, 7, 9, 9, 9},
                RgbImage.ofPlanes(1, 1, 2, new byte[] {0, 7, 9}, 1).rgb());
    }

    @Test
    void theEightOrientationsAreUndone() {
        RgbImage image = numbered(3, 2); // 0 1 2 / 3 4 5
        int[][] expected = {
            {0, 1, 2, 3, 4, 5},
            {2, 1, 0, 5, 4, 3},
            {5, 4, 3, 2, 1, 0},
            {3, 4, 5, 0, 1, 2},
            {0, 3, 1, 4, 2, 5},
            {3, 0, 4, 1, 5, 2},
            {5, 2, 4, 1, 3, 0},
            {2, 5, 1, 4, 0, 3}
        };
        for (int o = 1; o <= 8; o++) {
            assertArrayEquals(expected[o - 1], reds(image.turned(o)), "orientation " + o);
            assertEquals(o < 5 ? 3 : 2, image.turned(o).width());
        }
        assertEquals("picture: orientation is 9; need 1 to 8", Failure.of(() -> image.turned(9)));
    }

    @Test
    void windowsAreCutOutAndOnesOutsideRefused() {
        RgbImage image = numbered(4, 3);
        assertArrayEquals(new int[] {5, 6, 9, 10}, reds(image.window(1, 1, 2, 2)));
        for (int[] w : new int[][] {{-1, 0, 2, 2}, {3, 0, 2, 2}, {0, 2, 2, 2}, {0, 0, 0, 1}, {0, 0, 5, 1}}) {
            String message = Failure.of(() -> image.window(w[0], w[1], w[2], w[3]));
            assertEquals(true, message.contains("is not inside 4 x 3"), message);
        }
        assertEquals(
                "picture: 5 bytes; need 6 for 2 x 1 pixels of 3 bytes",
                Failure.of(() -> new RgbImage(2, 1, new byte[5])));
        assertEquals("picture: new size is 0 x 3; need at least 1 x 1", Failure.of(() -> image.resized(0, 3)));
    }

    @Test
    void aPictureTooTallToBeScaledIsAnErrorOfOneLine() {
        RgbImage tall = new RgbImage(1, 30_000_000, new byte[90_000_000]);
        assertEquals(
                "picture: 1 x 30000000 pixels are too many to be scaled to 32 x 32",
                Failure.of(() -> tall.resized(32, 32)));
    }
}
