package org.hashgrad.hashing.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A NumPy {@code .npz}: a zip of {@code .npy} arrays, stored or deflated, as {@code np.savez} and {@code np.savez_compressed} write it.
 *
 * <p>A small zip can claim to hold a lot. The sizes it states are added up before anything is unpacked, and no array is unpacked beyond its own.
 */
public final class NpzFile {
    /** What all arrays of a file may have together unless another limit is given. */
    public static final long MOST_BYTES = 1L << 31;

    private static final String SUFFIX = ".npy";
    private static final int MOST_ARRAYS = 4096;

    private NpzFile() {}

    /** As {@link #read(Path, long)} with the usual limit. */
    public static Map<String, NpyFile> read(Path file) {
        return read(file, MOST_BYTES);
    }

    /**
     * All arrays by name, without {@code .npy}, in the order of the zip's directory.
     *
     * @param mostBytes that they may have together, unpacked
     * @throws DataException when it can't be read, holds anything else, or would have more
     */
    public static Map<String, NpyFile> read(Path file, long mostBytes) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MOST_ARRAYS) {
                throw new DataException(
                        "npz: " + file + ": expected at most " + MOST_ARRAYS + " arrays, found " + zip.size());
            }
            requireModest(file, zip, mostBytes);
            Map<String, NpyFile> arrays = new LinkedHashMap<>();
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
                String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
                if (arrays.put(name, array(file, zip, entry)) != null) {
                    throw new DataException("npz: " + file + ": has two arrays named " + name);
                }
            }
            return arrays;
        } catch (NoSuchFileException e) {
            throw new DataException("npz: " + file + ": no such file", e);
        } catch (IOException e) {
            throw new DataException("npz: " + file + ": no zip or a broken one: " + e.getMessage(), e);
        }
    }

    private static void requireModest(Path file, ZipFile zip, long mostBytes) {
        long bytes = 0;
        for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
            if (!entry.getName().endsWith(SUFFIX) || entry.isDirectory()) {
                throw new DataException("npz: " + file + ": expected arrays NAME.npy only, found " + entry.getName());
            }
            if (entry.getSize() < 0 || entry.getSize() > mostBytes - bytes) {
                throw new DataException("npz: " + file + ": " + entry.getName() + ": expected at most " + mostBytes
                        + " bytes unpacked in all arrays together, found more: this one has " + entry.getSize()
                        + " packed into " + entry.getCompressedSize());
            }
            bytes += entry.getSize();
        }
    }

    private static NpyFile array(Path file, ZipFile zip, ZipEntry entry) throws IOException {
        String name = file + ": " + entry.getName();
        int size = (int) Math.min(entry.getSize(), NpyFile.LARGEST_ARRAY);
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(size);
            if (bytes.length != entry.getSize() || in.read() >= 0) {
                throw new DataException(
                        "npz: " + name + ": expected " + entry.getSize() + " bytes as its directory says, found "
                                + (bytes.length < entry.getSize() ? bytes.length : "more"));
            }
            return NpyFile.of(name, bytes);
        }
    }
}
