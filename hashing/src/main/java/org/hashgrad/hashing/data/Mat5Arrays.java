package org.hashgrad.hashing.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import us.hebi.matlab.mat.format.BufferAllocator;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;
import us.hebi.matlab.mat.types.Sparse;
import us.hebi.matlab.mat.types.Struct;

/**
 * The numeric arrays of a MATLAB 5 to 7 file, full or sparse. Before one is read, what it claims to hold is compared with what the file can hold, and
 * before memory is taken for it, with what all arrays may have together.
 */
final class Mat5Arrays implements MatArrays {
    private final Path file;
    private final Map<String, Matrix> arrays = new HashMap<>();

    private Mat5Arrays(Path file) {
        this.file = file;
    }

    /** Memory that the reader asks for, as long as there may be more. */
    private static final class Budget implements BufferAllocator {
        private final Path file;
        private final long most;
        private long taken;
        private String array = "";

        Budget(Path file, long most) {
            this.file = file;
            this.most = most;
        }

        @Override
        public ByteBuffer allocate(int bytes) {
            if (bytes < 0 || bytes > most - taken) {
                throw new DataException("mat: " + file + ": " + array + ": expected at most " + most
                        + " bytes in all arrays together, found more, " + bytes
                        + " of them here; a file saved with -v7.3 is read by slices");
            }
            taken += bytes;
            return ByteBuffer.allocate(bytes);
        }

        @Override
        public void release(ByteBuffer buffer) {
            taken -= buffer.capacity();
        }
    }

    static Mat5Arrays open(Path file, long mostBytes) {
        Mat5Arrays arrays = new Mat5Arrays(file);
        try (Source source = Sources.openFile(file.toFile())) {
            long length = Files.size(file);
            Budget budget = new Budget(file, Math.min(mostBytes, length * PACKED));
            Mat5File mat = Mat5.newReader(source)
                    .setBufferAllocator(budget)
                    .setEntryFilter(header -> {
                        budget.array = header.getName();
                        if (header.getType() != MatlabType.Sparse) {
                            MatArrays.requirePossible(file, header.getName(), header.getDimensions(), length);
                        }
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
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof DataException refusal) {
                    throw refusal;
                }
            }
            throw new DataException(
                    "mat: " + file + ": broken: "
                            + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
                    e);
        }
        return arrays;
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
        double[] values = new double[values(array, count)];
        if (matrix instanceof Sparse sparse) {
            int rows = sparse.getNumRows();
            ofSparse(array, sparse, (row, column, value) -> {
                if (column >= from && column < from + count) {
                    values[(column - from) * rows + row] = value;
                }
            });
            return values;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = matrix.getDouble(at + i);
        }
        return values;
    }

    /** What is not zero, by row and column. */
    private interface Nonzero {
        void found(int row, int column, double value);
    }

    private void ofSparse(String array, Sparse sparse, Nonzero consumer) {
        try {
            sparse.forEach((row, column, real, imaginary) -> consumer.found(row, column, real));
        } catch (RuntimeException e) {
            throw new DataException(
                    "mat: " + file + ": " + array + ": broken: indices of a sparse array lead outside of it", e);
        }
    }

    @Override
    public byte[] bytes(String array, int from, int count) {
        Matrix matrix = array(array);
        if (matrix.getType() != MatlabType.UInt8) {
            throw new DataException("mat: " + file + ": " + array + ": expected uint8, found " + matrix.getType());
        }
        int at = start(array, from, count);
        byte[] values = new byte[values(array, count)];
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
