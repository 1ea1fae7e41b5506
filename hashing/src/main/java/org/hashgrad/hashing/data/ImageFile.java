package org.hashgrad.hashing.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A PNG or JPEG file as a colour picture: grey, palettes, 16 bits and four inks (CMYK, YCCK) become RGB, what is transparent lies on white,
 * and a camera's note of how it was held is followed. The kind of file is told by its first bytes, whatever its name. The size in the header is
 * compared with a cap before anything is decoded.
 */
public final class ImageFile {
    /** The cap on width · height unless another is given; 192 MB as RGB. */
    public static final long MOST_PIXELS = 64_000_000;

    private static final long LARGEST_FILE = 1L << 29;
    private static final int LONGEST_REASON = 200;

    private ImageFile() {}

    /** As {@link #read(Path, long)} with the usual cap. */
    public static RgbImage read(Path file) {
        return read(file, MOST_PIXELS);
    }

    /**
     * The whole picture.
     *
     * @param mostPixels cap on width · height
     * @throws DataException when it can't be read, is neither PNG nor JPEG, is broken or is too large
     */
    public static RgbImage read(Path file, long mostPixels) {
        try {
            long length = Files.size(file);
            if (length > LARGEST_FILE) {
                throw new DataException(
                        "image: " + file + ": expected at most " + LARGEST_FILE + " bytes, found " + length);
            }
            return decode(file.toString(), Files.readAllBytes(file), mostPixels);
        } catch (NoSuchFileException e) {
            throw new DataException("image: " + file + ": no such file", e);
        } catch (IOException e) {
            throw new DataException("image: " + file + ": can not be read: " + e, e);
        }
    }

    /** As {@link #read(Path, long)}, from the file's bytes. */
    static RgbImage decode(String name, byte[] file, long mostPixels) {
        boolean jpeg = file.length > 2 && (file[0] & 0xff) == 0xff && (file[1] & 0xff) == 0xd8;
        boolean png = file.length > 8 && (file[0] & 0xff) == 0x89 && file[1] == 'P' && file[2] == 'N' && file[3] == 'G';
        if (!jpeg && !png) {
            throw new DataException("image: " + name + ": neither PNG nor JPEG: " + file.length + " bytes");
        }
        ImageReader reader =
                ImageIO.getImageReadersByFormatName(jpeg ? "jpeg" : "png").next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, true, true);
            long width = reader.getWidth(0);
            long height = reader.getHeight(0);
            if (width * height > mostPixels) {
                throw new DataException("image: " + name + ": header: expected at most " + mostPixels
                        + " pixels, found " + width + " x " + height);
            }
            List<String> cut = new ArrayList<>();
            reader.addIIOReadWarningListener((source, warning) -> {
                if (warning.contains("premature end")) {
                    cut.add(warning);
                }
            });
            RgbImage image = rgb(reader.read(0));
            if (!cut.isEmpty()) {
                throw new IOException("truncated: " + cut.get(0));
            }
            return jpeg ? image.turned(Exif.orientation(file)) : image;
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Java's readers throw what they like for broken files.
            throw new DataException("image: " + name + ": broken " + (jpeg ? "JPEG" : "PNG") + ": " + reason(e), e);
        } finally {
            reader.dispose();
        }
    }

    private static RgbImage rgb(BufferedImage image) {
        RowsOnWhite rows = new RowsOnWhite(image);
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(image.getWidth(), image.getHeight()))];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int value : rows.row(y)) {
                rgb[at++] = (byte) ((value + RowsOnWhite.WHITE / 2) / RowsOnWhite.WHITE);
            }
        }
        return new RgbImage(image.getWidth(), image.getHeight(), rgb);
    }

    private static String reason(Exception e) {
        String words = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        String line = words.replaceAll("\\s+", " ");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON - 3) + "...";
    }
}
