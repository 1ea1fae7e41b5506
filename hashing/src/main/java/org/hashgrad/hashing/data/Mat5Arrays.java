package org.hashgrad.hashing.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;
import us.hebi.matlab.mat.types.Struct;

/** The numeric arrays of a MATLAB 5 to 7 file. Before one is read, what it claims to hold is compared with what the file can hold. */
final class Mat5Arrays implements MatArrays {
    /** The most that deflate can pack into one byte. */
    private static final long PACKED = 1032;

    private final Path file;
    private final Map<String, Matrix> arrays = new HashMap<>();

    private Mat5Arrays(Path file) {
        this.file = file;
    }

    static Mat5Arrays open(Path file) {
        Mat5Arrays arrays = new Mat5Arrays(file);
        try (Source source = Sources.openFile(file.toFile())) {
            long most = Files.size(file) * PACKED;
            Mat5File mat = Mat5.newReader(source)
                    .setEntryFilter(header -> {
                        requirePossible(file, header.getName(), header.getDimensions(), most);
                        return true;
                    })
                    .readMat();
            for (MatFile.Entry entry : mat.getEntries()) {
                if (entry.getValue() instanceof Matrix matrix) {
                    arrays.arrays.put(entry.getName(), matrix);
                } else if (entry.getValue() instanceof Struct struct && struct.getNumElements() == 1) {
                    for (String field : struct.getFieldNames()) {
                        if (struct.get(field) instanceof Matrix matrix) {
                            arrays.arrays.put(entry.getName() + "/" + field, matrix);
                        }
                    }
                }
            }
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The reader throws what it likes for broken files, and wraps what its filter throws.
            if (e.getCause() instanceof DataException refusal) {
                throw refusal;
            }
            throw new DataException(
                    "mat: " + file + ": broken: "
                            + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
                    e);
        }
        return arrays;
    }

    private static void requirePossible(Path file, String array, int[] shape, long most) {
        long values = 1;
        for (int size : shape) {
            if (size < 0 || (size > 0 && values > most / size)) {
                throw new DataException("mat: " + file + ": " + array + ": shape " + Arrays.toString(shape)
                        + " is more than the file can hold");
            }
            values *= size;
        }
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public boolean has(String array) {
        return arrays.containsKey(array);
    }

    private Matrix array(String array) {
        Matrix found = arrays.get(array);
        if (found == null) {
            throw noArray(array);
        }
        return found;
    }

    @Override
    public int[] shape(String array) {
        return array(array).getDimensions().clone();
    }

    private int start(String array, int from, int count) {
        int[] shape = shape(array);
        int last = shape[shape.length - 1];
        if (from < 0 || count < 1 || from > last - count) {
            throw new DataException("mat: " + file + ": " + array + ": slices " + from + " to " + (from + count - 1)
                    + " are not among its " + last);
        }
        return Math.multiplyExact(from, sliceSize(array));
    }

    @Override
    public double[] slice(String array, int from, int count) {
        Matrix matrix = array(array);
        int at = start(array, from, count);
        double[] values = new double[Math.multiplyExact(count, sliceSize(array))];
        for (int i = 0; i < values.length; i++) {
            values[i] = matrix.getDouble(at + i);
        }
        return values;
    }

    @Override
    public byte[] bytes(String array, int from, int count) {
        Matrix matrix = array(array);
        if (matrix.getType() != MatlabType.UInt8) {
            throw new DataException("mat: " + file + ": " + array + ": expected uint8, found " + matrix.getType());
        }
        int at = start(array, from, count);
        byte[] values = new byte[Math.multiplyExact(count, sliceSize(array))];
        for (int i = 0; i < values.length; i++) {
            values[i] = matrix.getByte(at + i);
        }
        return values;
    }

    @Override
    public void close() {
        arrays.clear();
    }
}
