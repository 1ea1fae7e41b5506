package org.hashgrad.hashing.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.tensor.Shape;

/**
 * n labelled feature vectors (n, d), used as they are.
 *
 * @param vectors row-major (n, d), handed over, not copied
 */
public record VectorSet(String name, int dimensions, float[] vectors, Labels labels) implements SampleSet {
    private static final String LABELS = "-labels";

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
     * {@code SET-labels.npy} beside it, (n) classes or (n, c) of 0 and 1; or from one {@code .npz} file with arrays of these names. The training
     * set is the headline's database.
     *
     * @throws DataException when a file is missing or broken or the extents differ
     */
    public static Split split(Path place) {
        return split(arrays(place), "");
    }

    /**
     * Pairs from a folder, for any two media whose features are known: {@code SET-images.npy} and {@code SET-texts.npy}, (n, d) numbers each with
     * a d of its own, row i of both belonging to item i, and {@code SET-labels.npy}, for the sets {@code query}, {@code training} and, if there
     * is one, {@code held-out}; or from one {@code .npz} file. The training set is the headline's database.
     *
     * @throws DataException when a file is missing or broken, or images, texts and labels are not equally many
     */
    public static PairedSplit pairs(Path place) {
        Arrays arrays = arrays(place);
        return new PairedSplit(split(arrays, "-images"), split(arrays, "-texts"));
    }

    /**
     * One medium of the items of a split, for data whose other medium is known: {@code query.npy}, {@code training.npy} and, for each database that is
     * not the training set, an array of its name, (n, d) numbers, row i belonging to item i; from a folder or one {@code .npz} file.
     *
     * @throws DataException when a file is missing or broken, or has not as many vectors as the set has items
     */
    public static Split beside(Split other, Path place) {
        Arrays arrays = arrays(place);
        VectorSet training = read(arrays.get("training"), "training", other.training());
        Map<String, SampleSet> databases = new LinkedHashMap<>();
        other.databases()
                .forEach((name, set) ->
                        databases.put(name, set == other.training() ? training : read(arrays.get(name), name, set)));
        return new Split(read(arrays.get("query"), "query", other.query()), training, databases)
                .under(other.protocol());
    }

    private static VectorSet read(NpyFile file, String set, SampleSet items) {
        return read(file, set, items.labels(), set + " has items");
    }

    /** Vectors without labels. @throws DataException unless the file holds (n, d) finite numbers */
    public static VectorSet unlabelled(Path file) {
        NpyFile array = NpyFile.read(file);
        int count = array.shape().length == 0 ? 0 : array.shape()[0];
        return read(array, file.toString(), ClassLabels.of(new int[count]), "there are rows");
    }

    private static Arrays arrays(Path place) {
        return String.valueOf(place.getFileName()).endsWith(".npz") ? ofNpz(place) : ofFolder(place);
    }

    private static Split split(Arrays arrays, String medium) {
        VectorSet training = read(arrays, "training", medium);
        Map<String, SampleSet> databases = new LinkedHashMap<>();
        databases.put("training", training);
        if (arrays.find("held-out" + medium).isPresent()) {
            databases.put("held-out", read(arrays, "held-out", medium));
        }
        return new Split(read(arrays, "query", medium), training, databases);
    }

    /** Arrays by name. */
    private interface Arrays {
        Optional<NpyFile> find(String name);

        NpyFile get(String name);
    }

    private static Arrays ofFolder(Path folder) {
        return new Arrays() {
            @Override
            public Optional<NpyFile> find(String name) {
                return Files.exists(folder.resolve(name + ".npy")) ? Optional.of(get(name)) : Optional.empty();
            }

            @Override
            public NpyFile get(String name) {
                return NpyFile.read(folder.resolve(name + ".npy"));
            }
        };
    }

    private static Arrays ofNpz(Path file) {
        Map<String, NpyFile> all = NpzFile.read(file);
        return new Arrays() {
            @Override
            public Optional<NpyFile> find(String name) {
                return Optional.ofNullable(all.get(name));
            }

            @Override
            public NpyFile get(String name) {
                return find(name).orElseThrow(() -> new DataException("npz: " + file + ": has no array named " + name));
            }
        };
    }

    private static VectorSet read(Arrays arrays, String set, String medium) {
        return read(
                arrays.get(set + medium),
                set + medium,
                labels(arrays.get(set + LABELS)),
                "in " + set + LABELS + ".npy");
    }

    /** @param as where there are as many, for errors */
    private static VectorSet read(NpyFile file, String name, Labels labels, String as) {
        int[] shape = file.shape();
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw new DataException(file.name() + ": expected shape (n, d), found " + file.describe());
        }
        if (labels.count() != shape[0]) {
            throw new DataException(
                    file.name() + ": expected " + labels.count() + " vectors as " + as + ", found " + shape[0]);
        }
        float[] values = new float[file.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) file.doubleAt(i);
        }
        try {
            return new VectorSet(name, shape[1], values, labels);
        } catch (DataException e) {
            throw new DataException(file.name() + ": " + e.getMessage(), e);
        }
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
    public float[] raw(int[] rows) {
        float[] selected = new float[Math.multiplyExact(rows.length, dimensions)];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(vectors, rows[r] * dimensions, selected, r * dimensions, dimensions);
        }
        return selected;
    }

    /** The vectors themselves, not a copy. */
    @Override
    public float[] raw() {
        return vectors;
    }

    @Override
    public VectorSet select(String newName, int[] rows) {
        return new VectorSet(newName, dimensions, raw(rows), labels.select(rows));
    }
}
