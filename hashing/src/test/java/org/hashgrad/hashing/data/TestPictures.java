package org.hashgrad.hashing.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures that tests write. */
public final class TestPictures {
    private TestPictures() {}

    /** One colour, 0xRRGGBB. */
    public static BufferedImage plain(int width, int height, int colour) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < width * height; p++) {
            image.setRGB(p % width, p / width, colour);
        }
        return image;
    }

    public static byte[] encoded(BufferedImage image, String format) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalStateException("no writer for " + format);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a picture of one colour, of the format its name ends with, and the folders around it. */
    public static Path write(Path file, int width, int height, int colour) {
        try {
            Files.createDirectories(file.getParent());
            String name = file.getFileName().toString();
            return Files.write(file, encoded(plain(width, height, colour), name.substring(name.lastIndexOf('.') + 1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The colour of pixel p as 0xRRGGBB. */
    public static int colour(RgbImage image, int p) {
        byte[] rgb = image.rgb();
        return (rgb[3 * p] & 0xff) << 16 | (rgb[3 * p + 1] & 0xff) << 8 | (rgb[3 * p + 2] & 0xff);
    }
}
