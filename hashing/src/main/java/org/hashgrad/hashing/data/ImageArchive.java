package org.hashgrad.hashing.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Square colour images of one size in a zip archive, each a PNG of its own name, stored, with one time stamp for all: the same images
 * give the same file. Pixels are (3, side, side) as unsigned bytes.
 */
public final class ImageArchive {
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final int LARGEST_PNG = 1 << 24;

    private ImageArchive() {}

    /** One image. */
    public record Entry(String name, byte[] pixels) {}

    /** Writes the archive as images come. */
    public static final class Writer implements AutoCloseable {
        private final ZipOutputStream zip;
        private final int side;

        /** Images side × side to {@code out}, which is closed with the writer. */
        public Writer(OutputStream out, int side) {
            this.zip = new ZipOutputStream(out);
            this.side = side;
            zip.setMethod(ZipOutputStream.STORED);
        }

        public void add(Entry image) throws IOException {
            byte[] png = png(image.pixels());
            CRC32 crc = new CRC32();
            crc.update(png);
            ZipEntry entry = new ZipEntry(image.name());
            entry.setTimeLocal(NO_TIME);
            entry.setSize(png.length);
            entry.setCompressedSize(png.length);
            entry.setCrc(crc.getValue());
            zip.putNextEntry(entry);
            zip.write(png);
            zip.closeEntry();
        }

        private byte[] png(byte[] pixels) throws IOException {
            BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
            int plane = side * side;
            for (int p = 0; p < plane; p++) {
                int rgb = (pixels[p] & 0xff) << 16 | (pixels[plane + p] & 0xff) << 8 | (pixels[2 * plane + p] & 0xff);
                image.setRGB(p % side, p / side, rgb);
            }
            ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
                ImageWriteParam param = writer.getDefaultWriteParam();
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                param.setCompressionQuality(0);
                writer.setOutput(out);
                writer.write(null, new IIOImage(image, null, null), param);
            } finally {
                writer.dispose();
            }
            return bytes.toByteArray();
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }

    /**
     * All images in the archive's order.
     *
     * @param name what errors call the archive
     * @throws DataException when it is broken or an image has another size; names the image
     */
    public static List<Entry> read(String name, InputStream in, int side) {
        List<Entry> images = new ArrayList<>();
        try {
            ZipInputStream zip = new ZipInputStream(in);
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] png = zip.readNBytes(LARGEST_PNG);
                images.add(new Entry(entry.getName(), pixels(name + ": " + entry.getName(), png, side)));
            }
        } catch (IOException e) {
            throw new DataException(
                    "images: " + name + ": can not be read after " + images.size() + " images: " + e.getMessage(), e);
        }
        return images;
    }

    private static byte[] pixels(String name, byte[] png, int side) {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(png))) {
            reader.setInput(in, true, true);
            if (reader.getWidth(0) != side || reader.getHeight(0) != side) {
                throw new DataException("images: " + name + ": expected " + side + " x " + side + " pixels, found "
                        + reader.getWidth(0) + " x " + reader.getHeight(0));
            }
            BufferedImage image = reader.read(0);
            if (image.getRaster().getNumBands() != 3) {
                throw new DataException("images: " + name + ": expected 3 channels, found "
                        + image.getRaster().getNumBands());
            }
            int[] samples = image.getRaster().getPixels(0, 0, side, side, (int[]) null);
            byte[] pixels = new byte[samples.length];
            int plane = side * side;
            for (int at = 0; at < samples.length; at++) {
                pixels[at % 3 * plane + at / 3] = (byte) samples[at];
            }
            return pixels;
        } catch (IOException e) {
            throw new DataException("images: " + name + ": broken PNG: " + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
    }
}
