package org.hashgrad.hashing.method;

import static org.hashgrad.hashing.method.StepPairs.BATCH;
import static org.hashgrad.hashing.method.StepPairs.BITS;
import static org.hashgrad.hashing.method.StepPairs.IMAGES;
import static org.hashgrad.hashing.method.StepPairs.ITEMS;
import static org.hashgrad.hashing.method.StepPairs.TEXTS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DcmhLoss;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One step of each network of DCMH at rate 1 on some of the pairs is its gradient, which plain loops give too. */
class DcmhStepTest {
    private static final double GAMMA = 0.7;
    private static final double ETA = 0.3;
    private static final int[] ALL = IntStream.range(0, ITEMS).toArray();

    private final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(0, backend.liveBytes());
        backend.close();
    }

    private static Dcmh method(Reduction reduction, Balance balance, String moving, double rate) {
        return new Dcmh(
                new DcmhLoss(GAMMA, ETA, balance, reduction),
                new ImageSettings(Architecture.LINEAR, StepPairs.moving(moving.equals("image"), rate)),
                new Dcmh.Text(6, StepPairs.moving(moving.equals("text"), rate)));
    }

    private static NaiveLayers network(Map<String, double[]> values, String medium) {
        return medium.equals("image")
                ? new NaiveLayers(values, false, "image.hash")
                : new NaiveLayers(values, false, "text.fc1", "text.hash");
    }

    private static double[][] outputs(Map<String, double[]> values, String medium, int... rows) {
        double[][] inputs = StepPairs.rows(medium.equals("image") ? IMAGES : TEXTS, rows);
        return StepPairs.stored(network(values, medium).forward(inputs));
    }

    /** Where everything stored is as the networks give it. */
    private Map<String, double[]> naive(
            Map<String, double[]> values, Reduction reduction, Balance balance, String moving, int... batch) {
        return naive(values, outputs(values, moving, ALL), values, reduction, balance, moving, batch);
    }

    /**
     * @param own stored outputs of the moving network
     * @param first slots that B and the other network's outputs are of
     */
    private Map<String, double[]> naive(
            Map<String, double[]> values,
            double[][] own,
            Map<String, double[]> first,
            Reduction reduction,
            Balance balance,
            String moving,
            int... batch) {
        double[][] inputs = moving.equals("image") ? IMAGES : TEXTS;
        double[][] other = outputs(first, moving.equals("image") ? "text" : "image", ALL);
        double[][] begun = outputs(first, moving, ALL);
        int size = batch.length;
        NaiveLayers layers = network(values, moving);
        double[][] u = layers.forward(StepPairs.rows(inputs, batch));
        double unit = reduction == Reduction.SUM ? 1 : 1.0 / (size * ITEMS);
        double ofSimilar = balance == Balance.NONE ? 1 : dissimilarPerSimilar(batch);
        double[][] slope = new double[size][BITS];
        for (int l = 0; l < BITS; l++) {
            double column = 0;
            for (int i = 0; i < ITEMS; i++) {
                int at = Arrays.stream(batch).boxed().toList().indexOf(i);
                column += at < 0 ? own[i][l] : u[at][l];
            }
            for (int i = 0; i < size; i++) {
                double code = begun[batch[i]][l] + other[batch[i]][l] < 0 ? -1 : 1;
                slope[i][l] = 2 * unit * (GAMMA * (u[i][l] - code) + ETA * column);
                for (int j = 0; j < ITEMS; j++) {
                    double theta = 0;
                    for (int b = 0; b < BITS; b++) {
                        theta += u[i][b] * other[j][b] / 2;
                    }
                    double s = StepPairs.similar(batch[i], j);
                    slope[i][l] += unit * (s == 1 ? ofSimilar : 1) * (1 / (1 + Math.exp(-theta)) - s) * other[j][l] / 2;
                }
            }
        }
        Map<String, double[]> gradients = new LinkedHashMap<>();
        layers.backward(slope, gradients);
        return gradients;
    }

    /** Of the pairs of the batch with all. */
    private static double dissimilarPerSimilar(int... batch) {
        double similar = 0;
        for (int i : batch) {
            for (int j = 0; j < ITEMS; j++) {
                similar += StepPairs.similar(i, j);
            }
        }
        return (batch.length * ITEMS - similar) / similar;
    }

    @ParameterizedTest
    @CsvSource({
        "image, SUM, NONE",
        "image, MEAN, DISSIMILAR_PER_SIMILAR",
        "text, SUM, DISSIMILAR_PER_SIMILAR",
        "text, MEAN, NONE"
    })
    void aStepOfEachNetworkIsTheGradientOfEveryTermAtTheBatchsRows(
            String moving, Reduction reduction, Balance balance) {
        SingleStep step = StepPairs.step(backend, method(reduction, balance, moving, 1), 1);
        assertEquals(List.of(moving), step.moved());
        step.assertGradientOfABatch(ITEMS, BATCH, batch -> naive(step.before(), reduction, balance, moving, batch));
    }

    /** Three batches of two: the balance counts those before with what the network gave before their steps, those after with what it gave at first. */
    @ParameterizedTest
    @ValueSource(strings = {"image", "text"})
    void bitsAreBalancedOverOutputsAsLastStored(String moving) {
        double rate = 0.2;
        Reduction mean = Reduction.MEAN;
        SingleStep steps = StepPairs.epoch(backend, method(mean, Balance.NONE, moving, rate), 1, 2);
        Map<String, double[]> first = steps.before();
        steps.assertSlotsAfter(ITEMS, 2, batches -> {
            Map<String, double[]> values = first;
            double[][] own = outputs(values, moving, ALL);
            for (int[] batch : batches) {
                double[][] given = outputs(values, moving, batch);
                values = SingleStep.moved(values, rate, naive(values, own, first, mean, Balance.NONE, moving, batch));
                for (int i = 0; i < batch.length; i++) {
                    own[batch[i]] = given[i];
                }
            }
            return values;
        });
    }
}
