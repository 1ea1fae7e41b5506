package org.hashgrad.hashing.method;

import java.util.Arrays;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/** Seven pairs with their labels, on which one step of a batch of four is compared with plain loops. */
final class StepPairs {
    static final int ITEMS = 7;
    static final int BATCH = 4;
    static final int BITS = 4;
    static final int CLASSES = 3;
    static final double[][] LABELS = {{1, 0, 0}, {0, 1, 1}, {1, 1, 0}, {0, 0, 1}, {0, 1, 0}, {1, 0, 1}, {0, 0, 1}};
    static final double[][] IMAGES = drawn("images", ITEMS, 5);
    static final double[][] TEXTS = drawn("texts", ITEMS, 6);

    /** So small that it moves nothing. */
    private static final double STILL = 1e-300;

    private StepPairs() {}

    /** Normal numbers that a float holds. */
    static double[][] drawn(String purpose, int rows, int columns) {
        RandomKey key = RandomKey.of(5).split(purpose);
        double[][] values = new double[rows][columns];
        for (int at = 0; at < rows * columns; at++) {
            values[at / columns][at % columns] = (float) key.gaussian(at);
        }
        return values;
    }

    private static Samples samples(double[][] x) {
        int[] has = Arrays.stream(LABELS)
                .flatMapToDouble(Arrays::stream)
                .mapToInt(label -> (int) label)
                .toArray();
        return new Samples(Shape.of(x[0].length), Matrices.flatFloats(x), MultiLabels.ofRows(has, CLASSES));
    }

    /** 1 for items with a label in common, else 0. */
    static double similar(int i, int j) {
        double common = 0;
        for (int c = 0; c < CLASSES; c++) {
            common += LABELS[i][c] * LABELS[j][c];
        }
        return common > 0 ? 1 : 0;
    }

    /** As memories store them, in floats. */
    static double[][] stored(double[][] x) {
        return Matrices.rows(Matrices.flatFloats(x), x.length);
    }

    static double[][] rows(double[][] x, int... rows) {
        return Arrays.stream(rows).mapToObj(i -> x[i]).toArray(double[][]::new);
    }

    /** Steps along the gradient itself, for the player that is to move; of nothing for the others. */
    static OptimizerSettings moving(boolean moves) {
        return moving(moves, 1);
    }

    /** Steps of {@code rate} times the gradient. */
    static OptimizerSettings moving(boolean moves, double rate) {
        return OptimizerSettings.plainSgd(moves ? rate : STILL);
    }

    /** One step of the method's networks, whose slots are drawn and multiplied by {@code scale}. */
    static SingleStep step(Backend backend, CrossModalMethod method, double scale) {
        return epoch(backend, method, scale, BATCH);
    }

    /** The steps of an epoch in batches of that many. */
    static SingleStep epoch(Backend backend, CrossModalMethod method, double scale, int batch) {
        CrossModalMethod.Media media =
                new CrossModalMethod.Media(Shape.of(IMAGES[0].length), Shape.of(TEXTS[0].length), CLASSES, BITS);
        try (CrossModalNetworks networks = method.networks(Blueprint.of(backend, RandomKey.of(5)), media)) {
            networks.all().forEach(network -> network.slots().forEach(slot -> {
                double[] values = drawn(slot.name(), 1, slot.shape().size())[0];
                slot.assign(Arrays.stream(values).map(v -> (float) (scale * v)).toArray());
            }));
            return SingleStep.of(backend, networks, samples(IMAGES), samples(TEXTS), BITS, batch);
        }
    }
}
