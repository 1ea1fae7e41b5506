package org.hashgrad.hashing.data;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A MATLAB 7.3 file: HDF5 behind 512 bytes of MATLAB's own, or without them. HDF5 has the sizes in the opposite order. */
final class Mat73Arrays implements MatArrays {
    private final Path file;
    private final long length;
    private final HdfFile hdf;

    private Mat73Arrays(Path file, long length, HdfFile hdf) {
        this.file = file;
        this.length = length;
        this.hdf = hdf;
    }

    static Mat73Arrays open(Path file) {
        try {
            return new Mat73Arrays(file, Files.size(file), new HdfFile(file));
        } catch (IOException e) {
            throw new DataException("mat: " + file + ": can not be read: " + e, e);
        } catch (RuntimeException e) {
            throw new DataException("mat: " + file + ": broken HDF5: " + reason(e), e);
        }
    }

    private static String reason(RuntimeException e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public synchronized boolean has(String array) {
        try {
            return hdf.getByPath(array) instanceof Dataset;
        } catch (RuntimeException e) {
            return false; // jHDF's way to say that a path leads nowhere
        }
    }

    private Dataset array(String array) {
        if (!has(array)) {
            if (has(array + "/jc") && has(array + "/ir")) {
                throw new DataException(
                        "mat: " + file + ": " + array + ": is sparse; need a full array in a 7.3 file: save full("
                                + array + "), or save as version 7");
            }
            throw noArray(array);
        }
        Dataset found = hdf.getDatasetByPath(array);
        MatArrays.requirePossible(file, array, reversed(found.getDimensions()), length);
        Class<?> type = found.getJavaType();
        if (!type.isPrimitive() || found.getDimensions().length < 2) {
            throw noArray(array);
        }
        return found;
    }

    @Override
    public synchronized int[] shape(String array) {
        return reversed(array(array).getDimensions());
    }

    private static int[] reversed(int[] stored) {
        int[] shape = new int[stored.length];
        for (int d = 0; d < shape.length; d++) {
            shape[d] = stored[shape.length - 1 - d];
        }
        return shape;
    }

    @Override
    public synchronized double[] slice(String array, int from, int count) {
        double[] values = new double[values(array, count)];
        flatten(array, read(array, from, count), values, 0);
        return values;
    }

    @Override
    public synchronized byte[] bytes(String array, int from, int count) {
        Dataset found = array(array);
        boolean unsignedByte = found.getDataType().getSize() == 1 && found.getJavaType() == int.class;
        if (!unsignedByte) {
            throw new DataException("mat: " + file + ": " + array + ": expected uint8, found values of "
                    + found.getDataType().getSize() + " bytes read as " + found.getJavaType());
        }
        double[] values = slice(array, from, count);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) values[i];
        }
        return bytes;
    }

    private Object read(String array, int from, int count) {
        Dataset found = array(array);
        int[] sizes = found.getDimensions();
        if (from < 0 || count < 1 || from > sizes[0] - count) {
            throw new DataException("mat: " + file + ": " + array + ": slices " + from + " to " + (from + count - 1)
                    + " are not among its " + sizes[0]);
        }
        long[] offset = new long[sizes.length];
        offset[0] = from;
        sizes[0] = count;
        try {
            return found.getData(offset, sizes);
        } catch (RuntimeException e) {
            throw new DataException("mat: " + file + ": " + array + ": broken: " + reason(e), e);
        }
    }

    private int flatten(String array, Object nested, double[] values, int at) {
        if (nested instanceof double[] doubles) {
            System.arraycopy(doubles, 0, values, at, doubles.length);
            return at + doubles.length;
        }
        int next = at;
        boolean leaf = nested.getClass().getComponentType().isPrimitive();
        for (int i = 0; i < Array.getLength(nested); i++) {
            if (leaf) {
                values[next++] = ((Number) number(Array.get(nested, i))).doubleValue();
            } else {
                next = flatten(array, Array.get(nested, i), values, next);
            }
        }
        return next;
    }

    private static Object number(Object value) {
        return value instanceof Boolean flag ? (flag ? 1 : 0) : value;
    }

    @Override
    public void close() {
        hdf.close();
    }

    @Override
    public String toString() {
        return name() + Arrays.toString(hdf.getChildren().keySet().toArray());
    }
}
