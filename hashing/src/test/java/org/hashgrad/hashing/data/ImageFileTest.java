package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {
    private static RgbImage decoded(BufferedImage image) {
        return ImageFile.decode("picture", TestPictures.encoded(image, "png"), 100);
    }

    @Test
    void fourInksAreReadAsTheirColours() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("jpeg/cmyk.jpg")) {
            assertNotNull(in);
            RgbImage image = ImageFile.decode("cmyk.jpg", in.readAllBytes(), ImageFile.MOST_PIXELS);
            assertEquals(48, image.width());
            int[] found = {8, 24, 40};
            int[] expected = {0x00ffff, 0xff0000, 0x000000};
            for (int i = 0; i < 3; i++) {
                assertNear(expected[i], TestPictures.colour(image, 8 * 48 + found[i]), 2);
            }
        }
    }

    private static void assertNear(int expected, int found, int levels) {
        for (int shift = 0; shift <= 16; shift += 8) {
            int difference = Math.abs((expected >> shift & 0xff) - (found >> shift & 0xff));
            assertTrue(difference <= levels, String.format("expected %06x, found %06x", expected, found));
        }
    }

    @Test
    void greyPalettesTransparencyAndSixteenBitsBecomeColourOnWhite() {
        BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(0, 0, 0, 77);
        assertEquals(0x4d4d4d, TestPictures.colour(decoded(grey), 0));

        BufferedImage wide = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        wide.getRaster().setSample(0, 0, 0, 0x8080);
        assertEquals(0x808080, TestPictures.colour(decoded(wide), 0));

        BufferedImage glass = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        glass.setRGB(0, 0, 0x80ff0000);
        glass.setRGB(1, 0, 0x00123456);
        assertEquals(0xff7f7f, TestPictures.colour(decoded(glass), 0));
        assertEquals(0xffffff, TestPictures.colour(decoded(glass), 1));

        byte[] reds = {0, 10};
        byte[] greens = {0, 20};
        byte[] blues = {0, 30};
        WritableRaster indices = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY).getRaster();
        indices.setSample(1, 0, 0, 1);
        BufferedImage palette = new BufferedImage(new IndexColorModel(1, 2, reds, greens, blues), indices, false, null);
        assertEquals(0x0a141e, TestPictures.colour(decoded(palette), 1));
    }

    @Test
    void aCamerasNoteTurnsThePictureInBothByteOrders() {
        BufferedImage image = TestPictures.plain(32, 16, 0xff0000);
        for (int p = 0; p < 256; p++) {
            image.setRGB(16 + p % 16, p / 16, 0x0000ff); // red left, blue right
        }
        byte[] plain = TestPictures.encoded(image, "jpg");
        assertEquals(32, ImageFile.decode("plain", plain, 1000).width());
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            RgbImage turned = ImageFile.decode("turned", withOrientation(plain, 6, order), 1000);
            assertEquals(16, turned.width());
            assertEquals(32, turned.height());
            assertNear(0xff0000, TestPictures.colour(turned, 16 * 4 + 8), 3);
            assertNear(0x0000ff, TestPictures.colour(turned, 16 * 28 + 8), 3);
        }
        assertEquals(
                32,
                ImageFile.decode("odd", withOrientation(plain, 9, ByteOrder.BIG_ENDIAN), 1000)
                        .width());
    }

    /** The APP1 segment of Exif with one entry. */
    private static byte[] withOrientation(byte[] jpeg, int orientation, ByteOrder order) {
        ByteBuffer tiff = ByteBuffer.allocate(26).order(order);
        tiff.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(tiff.get(0));
        tiff.putShort((short) 42).putInt(8).putShort((short) 1);
        tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
        ByteBuffer all = ByteBuffer.allocate(jpeg.length + 10 + tiff.capacity());
        all.put(jpeg, 0, 2).putShort((short) 0xffe1).putShort((short) (8 + tiff.capacity()));
        all.put(new byte[] {'E', 'x', 'i', 'f', 0, 0}).put(tiff.array()).put(jpeg, 2, jpeg.length - 2);
        return all.array();
    }

    @Test
    void everyCutOfANoteIsHarmless() {
        byte[] jpeg =
                withOrientation(TestPictures.encoded(TestPictures.plain(4, 4, 0), "jpg"), 6, ByteOrder.BIG_ENDIAN);
        for (int length = 0; length < 60; length++) {
            int orientation = Exif.orientation(Arrays.copyOf(jpeg, length));
            assertTrue(orientation == 1 || length >= 38, "length " + length);
        }
        byte[] far = jpeg.clone();
        Arrays.fill(far, 16, 20, (byte) 0xff); // the directory lies beyond
        assertEquals(1, Exif.orientation(far));
    }

    @Test
    void aHeaderThatClaimsTooMuchIsRefusedBeforeDecoding() {
        byte[] png = TestPictures.encoded(TestPictures.plain(3, 3, 0), "png");
        ByteBuffer header = ByteBuffer.wrap(png);
        header.putInt(16, 60_000).putInt(20, 50_000);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        header.putInt(29, (int) crc.getValue());
        assertEquals(
                "image: bomb.png: header: expected at most 64000000 pixels, found 60000 x 50000",
                Failure.of(() -> ImageFile.decode("bomb.png", png, ImageFile.MOST_PIXELS)));
        byte[] jpeg = TestPictures.encoded(TestPictures.plain(16, 16, 0), "jpg");
        assertEquals(
                "image: a.jpg: header: expected at most 255 pixels, found 16 x 16",
                Failure.of(() -> ImageFile.decode("a.jpg", jpeg, 255)));
        assertEquals(16, ImageFile.decode("a.jpg", jpeg, 256).width());
    }

    @Test
    void whatIsBrokenTruncatedOrNoPictureIsNamed(@TempDir Path folder) throws IOException {
        BufferedImage noise = TestPictures.plain(60, 60, 0);
        for (int p = 0; p < 3600; p++) {
            noise.setRGB(p % 60, p / 60, p * 7919);
        }
        for (String format : new String[] {"png", "jpg"}) {
            byte[] whole = TestPictures.encoded(noise, format);
            Path file = folder.resolve("a." + format);
            for (double share : new double[] {0.1, 0.5, 0.9}) {
                Files.write(file, Arrays.copyOf(whole, (int) (whole.length * share)));
                String message = Failure.of(() -> ImageFile.read(file));
                assertTrue(message.startsWith("image: " + file + ": broken "), message);
            }
            Files.write(file, whole);
            assertArrayEquals(
                    ImageFile.decode("x", whole, 3600).rgb(),
                    ImageFile.read(file).rgb());
        }
        Path text = Files.writeString(folder.resolve("page.jpg"), "<html>not found</html>");
        assertEquals("image: " + text + ": neither PNG nor JPEG: 22 bytes", Failure.of(() -> ImageFile.read(text)));
        Path none = folder.resolve("none.png");
        assertEquals("image: " + none + ": no such file", Failure.of(() -> ImageFile.read(none)));
        assertTrue(Failure.of(() -> ImageFile.read(folder)).startsWith("image: " + folder + ": can not be read: "));
    }

    @Test
    void theKindIsToldByTheContentNotByTheName(@TempDir Path folder) throws IOException {
        Path file =
                Files.write(folder.resolve("a.jpg"), TestPictures.encoded(TestPictures.plain(2, 2, 0x0a0b0c), "png"));
        assertEquals(0x0a0b0c, TestPictures.colour(ImageFile.read(file), 3));
    }
}
