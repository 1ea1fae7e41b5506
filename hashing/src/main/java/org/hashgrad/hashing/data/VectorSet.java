package org.hashgrad.hashing.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hashgrad.tensor.Shape;

/**
 * n labelled feature vectors (n, d), used as they are.
 *
 * @param vectors row-major (n, d), handed over, not copied
 */
public record VectorSet(String name, int dimensions, float[] vectors, Labels labels) implements SampleSet {
    private static final String LABELS = "-labels.npy";

    /** @throws DataException unless there are n · d values, all finite */
    public VectorSet {
        if (dimensions < 1 || vectors.length != (long) labels.count() * dimensions) {
            throw new DataException("vector set " + name + ": " + vectors.length + " values; need "
                    + (long) labels.count() * dimensions + " for shape (" + labels.count() + ", " + dimensions + ")");
        }
        for (int i = 0; i < vectors.length; i++) {
            if (!Float.isFinite(vectors[i])) {
                throw new DataException("vector set " + name + ": vector " + i / dimensions + " has " + vectors[i]
                        + " at component " + i % dimensions + "; need finite numbers");
            }
        }
    }

    /**
     * A split from a folder: {@code query.npy}, {@code training.npy} and, if there is one, {@code held-out.npy}, each (n, d) numbers, with
     * {@code SET-labels.npy} beside it, (n) classes or (n, c) of 0 and 1. The training set is the headline's database.
     *
     * @throws DataException when a file is missing or broken or the extents differ
     */
    public static Split split(Path folder) {
        VectorSet training = read(folder, "training");
        Map<String, SampleSet> databases = new LinkedHashMap<>();
        databases.put("training", training);
        if (Files.exists(folder.resolve("held-out.npy"))) {
            databases.put("held-out", read(folder, "held-out"));
        }
        return new Split(read(folder, "query"), training, databases);
    }

    private static VectorSet read(Path folder, String set) {
        NpyFile file = NpyFile.read(folder.resolve(set + ".npy"));
        int[] shape = file.shape();
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw new DataException(file.name() + ": expected shape (n, d), found " + file.describe());
        }
        Labels labels = labels(NpyFile.read(folder.resolve(set + LABELS)));
        if (labels.count() != shape[0]) {
            throw new DataException(file.name() + ": expected " + labels.count() + " vectors as in " + set + LABELS
                    + ", found " + shape[0]);
        }
        float[] values = new float[file.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) file.doubleAt(i);
        }
        return new VectorSet(set, shape[1], values, labels);
    }

    private static Labels labels(NpyFile file) {
        int[] shape = file.shape();
        if (shape.length < 1 || shape.length > 2 || file.count() == 0) {
            throw new DataException(file.name() + ": expected labels (n) or (n, c), found " + file.describe());
        }
        try {
            return shape.length == 1 ? ClassLabels.of(file.toInts()) : MultiLabels.ofRows(file.toInts(), shape[1]);
        } catch (DataException e) {
            throw new DataException(file.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Shape sample() {
        return Shape.of(dimensions);
    }

    @Override
    public float[] raw() {
        return vectors;
    }
}
