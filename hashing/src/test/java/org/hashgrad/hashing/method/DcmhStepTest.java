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
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DcmhLoss;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One step of each network of DCMH at rate 1 on some of the pairs is its gradient, which plain loops give too. */
class DcmhStepTest {
    private static final double GAMMA = 0.7;
    private static final double ETA = 0.3;

    private final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(0, backend.liveBytes());
        backend.close();
    }

    private SingleStep step(Reduction reduction, Balance balance, String moving) {
        Dcmh method = new Dcmh(
                new DcmhLoss(GAMMA, ETA, balance, reduction),
                new ImageSettings(Architecture.LINEAR, StepPairs.moving(moving.equals("image"))),
                new Dcmh.Text(6, StepPairs.moving(moving.equals("text"))));
        return StepPairs.step(backend, method, 1);
    }

    private static NaiveLayers network(Map<String, double[]> values, String medium) {
        return medium.equals("image")
                ? new NaiveLayers(values, false, "image.hash")
                : new NaiveLayers(values, false, "text.fc1", "text.hash");
    }

    private Map<String, double[]> naive(
            Map<String, double[]> values, Reduction reduction, Balance balance, String moving, int... batch) {
        boolean image = moving.equals("image");
        double[][] inputs = image ? IMAGES : TEXTS;
        double[][] own = StepPairs.stored(network(values, moving).forward(inputs));
        double[][] other =
                StepPairs.stored(network(values, image ? "text" : "image").forward(image ? TEXTS : IMAGES));
        NaiveLayers layers = network(values, moving);
        double[][] u = layers.forward(StepPairs.rows(inputs, batch));
        double unit = reduction == Reduction.SUM ? 1 : 1.0 / (BATCH * ITEMS);
        double ofSimilar = balance == Balance.NONE ? 1 : dissimilarPerSimilar(batch);
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
        return (BATCH * ITEMS - similar) / similar;
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
        SingleStep step = step(reduction, balance, moving);
        assertEquals(List.of(moving), step.moved());
        step.assertGradientOfABatch(ITEMS, BATCH, batch -> naive(step.before(), reduction, balance, moving, batch));
    }
}
