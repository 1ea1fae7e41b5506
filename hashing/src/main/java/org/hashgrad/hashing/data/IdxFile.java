package org.hashgrad.hashing.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * An IDX file of unsigned bytes, plain or gzip: two zero bytes, the type (0x08), the number of dimensions, one big-endian
 * u32 per dimension, then the values row-major. Images have the magic number 0x00000803 (n, rows, columns), labels
 * 0x00000801 (n).
 *
 * <p>Reading checks the header first and grows its buffer with the bytes that are really there, so a header that promises
 * more than the file holds costs nothing. Offsets in errors count uncompressed bytes.
 *
 * @param name the file, as errors call it
 * @param dims the dimensions
 * @param data the values, row-major, handed over and out without a copy
 */
public record IdxFile(String name, int[] dims, byte[] data) {
    private static final int TYPE_U8 = 0x08;
    private static final int IMAGES = 3;
    private static final int LABELS = 1;
    private static final int CHUNK = 1 << 16;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;
    private static final int[] UNBOUNDED_IMAGES = {LARGEST_ARRAY, LARGEST_ARRAY, LARGEST_ARRAY};
    private static final int[] UNBOUNDED_LABELS = {LARGEST_ARRAY};

    /**
     * Reads an images file (n, rows, columns).
     *
     * @throws DataException if it can not be read, is no such file, is truncated or has trailing bytes
     */
    public static IdxFile readImages(Path file) {
        return read(file, UNBOUNDED_IMAGES);
    }

    /**
     * Reads a labels file (n).
     *
     * @throws DataException as {@link #readImages(Path)}
     */
    public static IdxFile readLabels(Path file) {
        return read(file, UNBOUNDED_LABELS);
    }

    /**
     * Reads a file whose rank and largest extents are known, so that a small gzip of a large content costs nothing.
     *
     * @param most of each dimension
     */
    static IdxFile read(Path file, int... most) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, most);
        } catch (NoSuchFileException e) {
            throw new DataException("IDX: " + file + ": no such file", e);
        } catch (IOException e) {
            throw new DataException("IDX: " + file + ": can not be read: " + e, e);
        }
    }

    /** n, the first dimension. */
    public int count() {
        return dims[0];
    }

    /**
     * Writes the file with gzip level 9 and no time stamp, so that the same values give the same bytes.
     *
     * @throws DataException if the file can not be written
     */
    public void writeGzip(Path file) {
        try (OutputStream out = new BestGzip(Files.newOutputStream(file))) {
            ByteBuffer header = ByteBuffer.allocate(4 + 4 * dims.length).putInt(TYPE_U8 << 8 | dims.length);
            for (int dim : dims) {
                header.putInt(dim);
            }
            out.write(header.array());
            out.write(data);
        } catch (IOException e) {
            throw new DataException("IDX: " + file + ": can not be written: " + e, e);
        }
    }

    /** As {@link #read(Path, int...)}, from a stream, which stays open. */
    static IdxFile read(String name, InputStream raw, int... most) {
        int rank = most.length;
        try {
            InputStream in = unpacked(raw);
            checkMagic(name, take(in, 4), rank);
            byte[] sizes = take(in, 4 * rank);
            int headerLength = 4 + 4 * rank;
            if (sizes.length < 4 * rank) {
                throw truncated(name, headerLength, "the header", 4 + sizes.length);
            }
            int[] dims = new int[rank];
            int expected = payload(name, ByteBuffer.wrap(sizes), dims, most);
            byte[] data = take(in, expected);
            if (data.length < expected) {
                throw truncated(name, (long) headerLength + expected, shape(dims), (long) headerLength + data.length);
            }
            if (in.read() >= 0) {
                throw new DataException("IDX: " + name + ": offset " + (headerLength + (long) expected)
                        + ": trailing bytes: expected the end after " + shape(dims) + ", found more");
            }
            return new IdxFile(name, dims, data);
        } catch (ZipException e) {
            throw new DataException("IDX: " + name + ": corrupt gzip: " + e.getMessage(), e);
        } catch (EOFException e) {
            throw new DataException("IDX: " + name + ": truncated gzip: the stream ends before its checksum", e);
        } catch (IOException e) {
            throw new DataException("IDX: " + name + ": can not be read: " + e, e);
        }
    }

    private static InputStream unpacked(InputStream raw) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw, CHUNK);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, CHUNK) : in;
    }

    private static void checkMagic(String name, byte[] magic, int rank) {
        if (magic.length < 4) {
            throw truncated(name, 4, "the magic number", magic.length);
        }
        int expected = TYPE_U8 << 8 | rank;
        int found = ByteBuffer.wrap(magic).getInt();
        if (found == expected) {
            return;
        }
        String meaning =
                switch (found) {
                    case TYPE_U8 << 8 | IMAGES -> " (an images file)";
                    case TYPE_U8 << 8 | LABELS -> " (a labels file)";
                    default -> "";
                };
        throw new DataException("IDX: %s: offset 0: wrong magic number: expected 0x%08x (%s file), found 0x%08x%s"
                .formatted(name, expected, rank == IMAGES ? "an images" : "a labels", found, meaning));
    }

    private static int payload(String name, ByteBuffer sizes, int[] dims, int[] most) {
        long product = 1;
        for (int d = 0; d < dims.length; d++) {
            long dim = sizes.getInt() & 0xffff_ffffL;
            long largest = Math.min(most[d], LARGEST_ARRAY / product);
            if (dim < 1 || dim > largest) {
                throw new DataException("IDX: " + name + ": offset " + (4 + 4 * d) + ": dimension " + d
                        + ": expected 1 to " + largest + ", found " + dim);
            }
            dims[d] = (int) dim;
            product *= dim;
        }
        return (int) product;
    }

    /** At most {@code length} bytes: fewer where the content ends, even in the middle of a gzip stream. */
    private static byte[] take(InputStream in, int length) throws IOException {
        byte[] chunk = new byte[Math.min(CHUNK, length)];
        ByteArrayOutputStream taken = new ByteArrayOutputStream(chunk.length);
        try {
            while (taken.size() < length) {
                int read = in.read(chunk, 0, Math.min(chunk.length, length - taken.size()));
                if (read < 0) {
                    break;
                }
                taken.write(chunk, 0, read);
            }
        } catch (EOFException endInsideGzip) {
            return taken.toByteArray();
        }
        return taken.toByteArray();
    }

    private static DataException truncated(String name, long expected, String what, long found) {
        return new DataException("IDX: " + name + ": offset " + found + ": truncated: expected " + expected
                + " bytes for " + what + ", found " + found);
    }

    private static String shape(int[] dims) {
        StringBuilder text = new StringBuilder("shape (").append(dims[0]);
        for (int d = 1; d < dims.length; d++) {
            text.append(", ").append(dims[d]);
        }
        return text.append(')').toString();
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
