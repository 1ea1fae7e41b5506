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
    /** What the arrays of an older file may have together: they are held as a whole. */
    long MOST_BYTES = 1L << 31;

    /** Values of one slice or of several that are asked for at once. */
    int MOST_VALUES = 1 << 28;

    /** The most that deflate can pack into one byte. */
    long PACKED = 1032;

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
        return open(file, MOST_BYTES);
    }

    /**
     * As {@link #open(Path)}.
     *
     * @param mostBytes that the arrays of an older file may have together
     */
    static MatArrays open(Path file, long mostBytes) {
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
            return Mat5Arrays.open(file, mostBytes);
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

    /** Sizes of all but the last index multiplied. @throws DataException when a slice is too large */
    default int sliceSize(String array) {
        return values(array, 1);
    }

    /** How many values so many slices have. @throws DataException when they are too many at once */
    default int values(String array, int slices) {
        int[] shape = shape(array);
        long size = slices;
        for (int d = 0; d < shape.length - 1; d++) {
            size *= shape[d];
            if (size > MOST_VALUES) {
                throw new DataException("mat: " + name() + ": " + array + ": " + slices + " slices of shape "
                        + Arrays.toString(shape) + " are too large: need at most " + MOST_VALUES + " values at once");
            }
        }
        return (int) size;
    }

    /**
     * Compares what an array claims to hold with what a file of that length can.
     *
     * @throws DataException when it claims more than deflate could have packed
     */
    static void requirePossible(Path file, String array, int[] shape, long fileBytes) {
        long most = fileBytes * PACKED;
        long values = 1;
        for (int size : shape) {
            if (size < 0 || (size > 0 && values > most / size)) {
                throw new DataException("mat: " + file + ": " + array + ": shape " + Arrays.toString(shape)
                        + " is more than the file can hold");
            }
            values *= size;
        }
    }
}
