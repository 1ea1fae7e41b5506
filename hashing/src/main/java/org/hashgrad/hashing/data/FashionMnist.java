package org.hashgrad.hashing.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fashion-MNIST (Xiao, Rasul, Vollgraf 2017; MIT, © 2017 Zalando SE): 60 000 training and 10 000 test images of clothes,
 * 1 × 28 × 28, ten balanced classes.
 *
 * <p>The split follows CIFAR-10's protocol I, deterministically: "first k per class" takes each class's first k images by
 * file index and keeps the file's order.
 *
 * <pre>
 *   query      first 100 per class of t10k            1 000
 *   training   first 500 per class of train           5 000
 *   databases  training   the training images         5 000   (the headline figure)
 *              held-out   next 200 per class of t10k  2 000   (neither trained on nor queried)
 *              full       everything but the queries 69 000   (only with the full files)
 *
 *   validation, of the 5 000 training images:  query 401st to 500th per class, training and database first 400 per class
 * </pre>
 */
public final class FashionMnist {
    /** Mean of pixel / 255 over the 60 000 training images; for {@link ImageSet#standardized}. */
    public static final double PIXEL_MEAN = 0.2860;

    /** Standard deviation of pixel / 255 over the 60 000 training images; for {@link ImageSet#standardized}. */
    public static final double PIXEL_STANDARD_DEVIATION = 0.3530;

    /** Where Debian's package dataset-fashion-mnist puts the four files. */
    public static final Path DEBIAN_FOLDER = Path.of("/usr/share/datasets/fashion-mnist");

    public static final List<String> CLASS_NAMES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    /** Names of the split's databases. */
    public static final String TRAINING = "training";

    public static final String HELD_OUT = "held-out";
    public static final String FULL = "full";

    private static final String IMAGES = "-images-idx3-ubyte.gz";
    private static final String LABELS = "-labels-idx1-ubyte.gz";

    private static final int MOST_IMAGES = 70_000;
    private static final int SIDE = 28;

    private FashionMnist() {}

    /** How many images per class the split takes. */
    record Sizes(int query, int training, int heldOut) {
        static final Sizes STANDARD = new Sizes(100, 500, 200);
    }

    /** The split that ships with this library; databases {@code training} and {@code held-out}. */
    public static Split embedded() {
        Map<String, SampleSet> databases = new LinkedHashMap<>();
        ImageSet training = embeddedPart(TRAINING);
        databases.put(TRAINING, training);
        databases.put(HELD_OUT, embeddedPart(HELD_OUT));
        return new Split(embeddedPart("query"), training, databases);
    }

    /**
     * The embedded split with the first {@code perClass} images of each class in every part, for trying things out.
     *
     * @throws DataException if a part has fewer; the smallest, the queries, has 100
     */
    public static Split embedded(int perClass) {
        if (perClass < 1) {
            throw new DataException("Fashion-MNIST: images per class is " + perClass + "; need 1 to 100");
        }
        ImageSet training = firstOf(embeddedPart(TRAINING), perClass);
        Map<String, SampleSet> databases = new LinkedHashMap<>();
        databases.put(TRAINING, training);
        databases.put(HELD_OUT, firstOf(embeddedPart(HELD_OUT), perClass));
        return new Split(firstOf(embeddedPart("query"), perClass), training, databases);
    }

    private static ImageSet firstOf(ImageSet set, int perClass) {
        return set.select(set.name(), perClass(set, 0, perClass));
    }

    /**
     * Hyper-parameters without the queries: the embedded training images apart. Queries are the last 100 of each class, training set and
     * only database the 400 before them.
     */
    public static Split validation() {
        return validation(400, 100);
    }

    /** As {@link #validation()}, with the first {@code perClass} of those 400 and of those 100, for trying things out. */
    public static Split validation(int perClass) {
        return validation(perClass, perClass);
    }

    private static Split validation(int perClass, int queriesPerClass) {
        if (queriesPerClass < 1 || queriesPerClass > 100) {
            throw new DataException("Fashion-MNIST: images per class is " + queriesPerClass + "; need 1 to 100");
        }
        ImageSet all = embeddedPart(TRAINING);
        ImageSet training = all.select(TRAINING, perClass(all, 0, perClass));
        return new Split(
                all.select("validation", perClass(all, 400, queriesPerClass)), training, Map.of(TRAINING, training));
    }

    /**
     * The same split from the four original files, with the database {@code full} besides.
     *
     * @param folder holds {@code train-} and {@code t10k-} {@code images-idx3-ubyte.gz} and {@code labels-idx1-ubyte.gz}
     * @throws DataException if a file is missing or broken, or a class has too few images
     */
    public static Split full(Path folder) {
        return split(readPart(folder, "train"), readPart(folder, "t10k"), Sizes.STANDARD);
    }

    static ImageSet readPart(Path folder, String part) {
        return paired(
                part,
                IdxFile.read(folder.resolve(part + IMAGES), MOST_IMAGES, SIDE, SIDE),
                IdxFile.read(folder.resolve(part + LABELS), MOST_IMAGES));
    }

    static void writePart(SampleSet part, Path folder) {
        ImageSet set = (ImageSet) part;
        int[] dims = {set.count(), set.height(), set.width()};
        byte[] classes = new byte[set.count()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) ((ClassLabels) set.labels()).classOf(i);
        }
        new IdxFile(set.name(), dims, set.pixels()).writeGzip(folder.resolve(set.name() + IMAGES));
        new IdxFile(set.name(), new int[] {set.count()}, classes).writeGzip(folder.resolve(set.name() + LABELS));
    }

    static Split split(ImageSet train, ImageSet test, Sizes sizes) {
        Split.requireSameShape(train, test);
        int[] query = perClass(test, 0, sizes.query());
        ImageSet training = train.select(TRAINING, perClass(train, 0, sizes.training()));
        Map<String, SampleSet> databases = new LinkedHashMap<>();
        databases.put(TRAINING, training);
        databases.put(HELD_OUT, test.select(HELD_OUT, perClass(test, sizes.query(), sizes.heldOut())));
        databases.put(FULL, allBut(train, test, query));
        return new Split(test.select("query", query), training, databases);
    }

    /** Ascending rows of the images that are number {@code skip} to {@code skip + take − 1} of their class. */
    private static int[] perClass(ImageSet set, int skip, int take) {
        ClassLabels labels = (ClassLabels) set.labels();
        int[] seen = new int[CLASS_NAMES.size()];
        int[] rows = new int[take * seen.length];
        int found = 0;
        for (int i = 0; i < labels.count(); i++) {
            int order = seen[labels.classOf(i)]++;
            if (order >= skip && order < skip + take) {
                rows[found++] = i;
            }
        }
        for (int c = 0; c < seen.length; c++) {
            if (seen[c] < skip + take) {
                throw new DataException("Fashion-MNIST: " + set.name() + ": class " + c + " has " + seen[c]
                        + " images; need " + (skip + take));
            }
        }
        return rows;
    }

    private static ImageSet allBut(ImageSet train, ImageSet test, int[] queries) {
        boolean[] isQuery = new boolean[test.count()];
        for (int row : queries) {
            isQuery[row] = true;
        }
        int kept = test.count() - queries.length;
        int size = train.imageSize();
        byte[] pixels = Arrays.copyOf(train.pixels(), Math.multiplyExact(train.count() + kept, size));
        int[] classes = new int[train.count() + kept];
        for (int i = 0; i < train.count(); i++) {
            classes[i] = ((ClassLabels) train.labels()).classOf(i);
        }
        int next = train.count();
        for (int i = 0; i < test.count(); i++) {
            if (!isQuery[i]) {
                System.arraycopy(test.pixels(), i * size, pixels, next * size, size);
                classes[next++] = ((ClassLabels) test.labels()).classOf(i);
            }
        }
        return new ImageSet(FULL, train.channels(), train.height(), train.width(), pixels, ClassLabels.of(classes));
    }

    static ImageSet paired(String name, IdxFile images, IdxFile labels) {
        if (labels.count() != images.count()) {
            throw new DataException("IDX: " + labels.name() + ": offset 4: mismatched label count: expected "
                    + images.count() + " as in " + images.name() + ", found " + labels.count());
        }
        int[] classes = new int[labels.count()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = labels.data()[i] & 0xff;
            if (classes[i] >= CLASS_NAMES.size()) {
                throw new DataException("IDX: " + labels.name() + ": offset " + (8 + i)
                        + ": unknown class: expected 0 to " + (CLASS_NAMES.size() - 1) + ", found " + classes[i]);
            }
        }
        return new ImageSet(name, 1, images.dims()[1], images.dims()[2], images.data(), ClassLabels.of(classes));
    }

    private static ImageSet embeddedPart(String part) {
        return paired(
                part, embeddedFile(part + IMAGES, MOST_IMAGES, SIDE, SIDE), embeddedFile(part + LABELS, MOST_IMAGES));
    }

    private static IdxFile embeddedFile(String file, int... most) {
        String resource = "fashion-mnist/" + file;
        try (InputStream in = FashionMnist.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new DataException("IDX: " + resource + ": not among this library's resources");
            }
            return IdxFile.read(resource, in, most);
        } catch (IOException e) {
            throw new DataException("IDX: " + resource + ": can not be read: " + e, e);
        }
    }
}
