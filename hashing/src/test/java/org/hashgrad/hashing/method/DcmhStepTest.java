package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.loss.DcmhLoss;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One step of each network of DCMH at rate 1 on some of the pairs is its gradient, which plain loops give too. */
class DcmhStepTest {
    private static final RandomKey KEY = RandomKey.of(8);
    private static final int ITEMS = 7;
    private static final int BATCH = 4;
    private static final int BITS = 4;
    private static final int CLASSES = 3;
    private static final double GAMMA = 0.7;
    private static final double ETA = 0.3;
    /** So small that it moves nothing. */
    private static final double STILL = 1e-300;

    private static final int[][] LABELS = {{1, 0, 0}, {0, 1, 1}, {1, 1, 0}, {0, 0, 1}, {0, 1, 0}, {1, 0, 1}, {0, 0, 1}};

    private final ReferenceBackend backend = new ReferenceBackend();
    private final double[][] images = drawn("images", ITEMS, 5);
    private final double[][] texts = drawn("texts", ITEMS, 6);

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(0, backend.liveBytes());
        backend.close();
    }

    private static double[][] drawn(String purpose, int rows, int columns) {
        RandomKey key = KEY.split(purpose);
        double[][] values = new double[rows][columns];
        for (int at = 0; at < rows * columns; at++) {
            values[at / columns][at % columns] = (float) key.gaussian(at);
        }
        return values;
    }

    private static Samples samples(double[][] x) {
        int[] has = Arrays.stream(LABELS).flatMapToInt(Arrays::stream).toArray();
        return new Samples(Shape.of(x[0].length), Matrices.flatFloats(x), MultiLabels.ofRows(has, CLASSES));
    }

    private static OptimizerSettings sgd(double rate) {
        return new OptimizerSettings(
                OptimizerSettings.Update.SGD,
                rate,
                0,
                false,
                0,
                0.99,
                0.9,
                0.999,
                1e-8,
                OptimizerSettings.Decline.CONSTANT,
                10,
                0.1,
                0);
    }

    private SingleStep step(Reduction reduction, String moving) {
        Dcmh method = new Dcmh(
                new DcmhLoss(GAMMA, ETA, reduction),
                new ImageSettings(Architecture.LINEAR, sgd(moving.equals("image") ? 1 : STILL)),
                new Dcmh.Text(6, sgd(moving.equals("text") ? 1 : STILL)));
        CrossModalMethod.Media media =
                new CrossModalMethod.Media(Shape.of(images[0].length), Shape.of(texts[0].length), CLASSES, BITS);
        try (CrossModalNetworks networks = method.networks(Blueprint.of(backend, KEY), media)) {
            networks.all().forEach(network -> network.slots()
                    .forEach(slot ->
                            slot.assign(drawn(slot.name(), 1, slot.shape().size())[0])));
            return SingleStep.of(backend, networks, samples(images), samples(texts), BITS, BATCH);
        }
    }

    private static NaiveLayers network(Map<String, double[]> values, String medium) {
        return medium.equals("image")
                ? new NaiveLayers(values, false, "image.hash")
                : new NaiveLayers(values, false, "text.fc1", "text.hash");
    }

    /** As memories store them. */
    private static double[][] stored(double[][] x) {
        return Matrices.rows(Matrices.flatFloats(x), x.length);
    }

    private static boolean similar(int i, int j) {
        boolean common = false;
        for (int c = 0; c < CLASSES; c++) {
            common |= LABELS[i][c] * LABELS[j][c] > 0;
        }
        return common;
    }

    private Map<String, double[]> naive(
            Map<String, double[]> values, Reduction reduction, String moving, int... batch) {
        boolean image = moving.equals("image");
        double[][] inputs = image ? images : texts;
        double[][] own = stored(network(values, moving).forward(inputs));
        double[][] other = stored(network(values, image ? "text" : "image").forward(image ? texts : images));
        NaiveLayers layers = network(values, moving);
        double[][] u =
                layers.forward(Arrays.stream(batch).mapToObj(i -> inputs[i]).toArray(double[][]::new));
        double unit = reduction == Reduction.SUM ? 1 : 1.0 / (BATCH * ITEMS);
        double[][] slope = new double[BATCH][BITS];
        for (int l = 0; l < BITS; l++) {
            double column = 0;
            for (int i = 0; i < ITEMS; i++) {
                int at = Arrays.stream(batch).boxed().toList().indexOf(i);
                column += at < 0 ? own[i][l] : u[at][l];
            }
            for (int i = 0; i < BATCH; i++) {
                double code = own[batch[i]][l] + other[batch[i]][l] < 0 ? -1 : 1;
                slope[i][l] = 2 * unit * (GAMMA * (u[i][l] - code) + ETA * column);
                for (int j = 0; j < ITEMS; j++) {
                    double theta = 0;
                    for (int b = 0; b < BITS; b++) {
                        theta += u[i][b] * other[j][b] / 2;
                    }
                    double s = similar(batch[i], j) ? 1 : 0;
                    slope[i][l] += unit * (1 / (1 + Math.exp(-theta)) - s) * other[j][l] / 2;
                }
            }
        }
        Map<String, double[]> gradients = new LinkedHashMap<>();
        layers.backward(slope, gradients);
        return gradients;
    }

    @ParameterizedTest
    @CsvSource({"image, SUM", "image, MEAN", "text, SUM", "text, MEAN"})
    void aStepOfEachNetworkIsTheGradientOfEveryTermAtTheBatchsRows(String moving, Reduction reduction) {
        SingleStep step = step(reduction, moving);
        assertEquals(List.of(moving), step.moved());
        step.assertGradientOfABatch(ITEMS, BATCH, batch -> naive(step.before(), reduction, moving, batch));
    }
}
