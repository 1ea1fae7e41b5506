package org.hashgrad.hashing.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The arrays of a MATLAB file by name, version 5 to 7 ({@code save}, also compressed) or 7.3 ({@code save -v7.3}, which is HDF5). Shapes are MATLAB's:
 * the first index runs fastest. An array is read by slices of its last index, so one that memory can't hold can be read from a 7.3 file; the older
 * versions are held as a whole.
 */
interface MatArrays extends AutoCloseable {
    /** The file, as errors call it. */
    String name();

    /** Whether there is an array of that name; {@code group/name} for one inside a struct. */
    boolean has(String array);

    /** Its sizes, at least two. @throws DataException when there is no numeric array of that name */
    int[] shape(String array);

    /** Values {@code from} … {@code from + count − 1} of the last index, all of the others, as they lie. */
    double[] slice(String array, int from, int count);

    /** As {@link #slice} of unsigned bytes. @throws DataException unless the array is uint8 */
    byte[] bytes(String array, int from, int count);

    @Override
    void close();

    /** @throws DataException when there is no such file or it is no MATLAB file of these versions */
    static MatArrays open(Path file) {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(520);
        } catch (NoSuchFileException e) {
            throw new DataException("mat: " + file + ": no such file", e);
        } catch (IOException e) {
            throw new DataException("mat: " + file + ": can not be read: " + e, e);
        }
        byte[] hdf = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
        for (int at : new int[] {0, 512}) {
            if (start.length >= at + 8 && Arrays.equals(start, at, at + 8, hdf, 0, 8)) {
                return Mat73Arrays.open(file);
            }
        }
        if (new String(start, StandardCharsets.ISO_8859_1).startsWith("MATLAB 5.0")) {
            return Mat5Arrays.open(file);
        }
        throw new DataException(
                "mat: " + file + ": offset 0: expected a MATLAB file of version 5 to 7.3, found something else");
    }

    /** The sizes, after comparing them with those expected, where −1 stands for any. */
    default int[] requireShape(String array, int... expected) {
        int[] found = shape(array);
        boolean fits = found.length == expected.length;
        for (int d = 0; fits && d < expected.length; d++) {
            fits = found[d] > 0 && (expected[d] < 0 || expected[d] == found[d]);
        }
        if (!fits) {
            throw new DataException("mat: " + name() + ": " + array + ": expected shape "
                    + Arrays.toString(expected).replace("-1", "n") + ", found " + Arrays.toString(found));
        }
        return found;
    }

    default DataException noArray(String array) {
        return new DataException("mat: " + name() + ": has no numeric array " + array);
    }

    /** Sizes of all but the last index multiplied. */
    default int sliceSize(String array) {
        int[] shape = shape(array);
        long size = 1;
        for (int d = 0; d < shape.length - 1; d++) {
            size *= shape[d];
        }
        if (size > Integer.MAX_VALUE / 8) {
            throw new DataException(
                    "mat: " + name() + ": " + array + ": slices of shape " + Arrays.toString(shape) + " are too large");
        }
        return (int) size;
    }
}
