package org.hashgrad.hashing.method;

import static org.hashgrad.hashing.method.StepPairs.BATCH;
import static org.hashgrad.hashing.method.StepPairs.BITS;
import static org.hashgrad.hashing.method.StepPairs.IMAGES;
import static org.hashgrad.hashing.method.StepPairs.ITEMS;
import static org.hashgrad.hashing.method.StepPairs.TEXTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.CauchyLoss;
import org.hashgrad.hashing.loss.CmchLoss;
import org.hashgrad.hashing.loss.DpshLoss;
import org.hashgrad.nn.BoltzmannPretraining;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One step of each network of Cauchy cross-media hashing at rate 1 on some of the pairs is its gradient, which plain loops give too. */
class CmchStepTest {
    private static final double ALPHA = 0.7;
    private static final double GAMMA = 3;
    private static final double FLOOR = 1e-6;

    private final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(0, backend.liveBytes());
        backend.close();
    }

    private SingleStep step(
            Cmch.Likelihood likelihood,
            CauchyLoss.Distance distance,
            DpshLoss.Normalization normalization,
            String moving) {
        return StepPairs.step(backend, method(likelihood, distance, normalization, moving, 1), 0.4);
    }

    private static Cmch method(
            Cmch.Likelihood likelihood,
            CauchyLoss.Distance distance,
            DpshLoss.Normalization normalization,
            String moving,
            double rate) {
        return new Cmch(
                new CmchLoss(ALPHA, GAMMA, distance, FLOOR, Balance.NONE, normalization),
                likelihood,
                new ImageSettings(Architecture.LINEAR, StepPairs.moving(moving.equals("image"), rate)),
                new Cmch.Text(
                        6, 5, new BoltzmannPretraining(0, 0.1, 0, 1), StepPairs.moving(moving.equals("text"), rate)));
    }

    private static NaiveLayers network(Map<String, double[]> values, String medium) {
        return medium.equals("image")
                ? new NaiveLayers(values, false, "image.hash")
                : new NaiveLayers(values, false, "text.fc1", "text.fc2", "text.hash");
    }

    private static double[][] tanh(double[][] x) {
        return Arrays.stream(x)
                .map(row -> Arrays.stream(row).map(Math::tanh).toArray())
                .toArray(double[][]::new);
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int b = 0; b < BITS; b++) {
            sum += x[b] * y[b];
        }
        return sum;
    }

    /** φ of two outputs. */
    private static double distance(CauchyLoss.Distance kind, double[] x, double[] y) {
        return switch (kind) {
            case INNER -> (BITS - dot(x, y)) / 2;
            case COSINE -> BITS / 2.0 * (1 - dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)));
            case EUCLIDEAN -> (dot(x, x) + dot(y, y) - 2 * dot(x, y) + FLOOR) / 4;
        };
    }

    /** ∂φ/∂x. */
    private static double[] slope(CauchyLoss.Distance kind, double[] x, double[] y) {
        double[] slope = new double[BITS];
        for (int b = 0; b < BITS; b++) {
            slope[b] = switch (kind) {
                case INNER -> -y[b] / 2;
                case EUCLIDEAN -> (x[b] - y[b]) / 2;
                case COSINE ->
                    -BITS
                            / 2.0
                            * (y[b] / Math.sqrt(dot(x, x) * dot(y, y))
                                    - dot(x, y) * x[b] / Math.sqrt(Math.pow(dot(x, x), 3) * dot(y, y)));
            };
        }
        return slope;
    }

    /** ∂/∂φ of −log P, or of −log (1 − P) for a dissimilar pair. */
    private static double slope(Cmch.Likelihood likelihood, double phi, double s) {
        if (likelihood == Cmch.Likelihood.SIGMOID) {
            return s - likelihood.ofSimilar(phi, GAMMA, BITS);
        }
        return s / (GAMMA + phi) - (1 - s) * GAMMA / (phi * (GAMMA + phi));
    }

    /** @param first slots that B and the other network's outputs are of */
    private static Map<String, double[]> naive(
            Map<String, double[]> values,
            Map<String, double[]> first,
            Cmch.Likelihood likelihood,
            CauchyLoss.Distance distance,
            DpshLoss.Normalization normalization,
            String moving,
            int... batch) {
        boolean image = moving.equals("image");
        double[][] inputs = image ? IMAGES : TEXTS;
        double[][] own = StepPairs.stored(tanh(network(first, moving).forward(inputs)));
        double[][] other =
                StepPairs.stored(tanh(network(first, image ? "text" : "image").forward(image ? TEXTS : IMAGES)));
        NaiveLayers layers = network(values, moving);
        double[][] u = tanh(layers.forward(StepPairs.rows(inputs, batch)));
        int size = batch.length;
        double pairs = normalization == DpshLoss.Normalization.SUM ? 1 : 1.0 / (size * ITEMS);
        double terms = normalization == DpshLoss.Normalization.PER_TERM ? 1.0 / (size * BITS) : pairs;
        double[][] slope = new double[size][BITS];
        for (int i = 0; i < size; i++) {
            for (int b = 0; b < BITS; b++) {
                double code = own[batch[i]][b] + other[batch[i]][b] < 0 ? -1 : 1;
                slope[i][b] = 2 * ALPHA * terms * (u[i][b] - code);
            }
            for (int j = 0; j < ITEMS; j++) {
                double phi = distance(distance, u[i], other[j]);
                assertTrue(phi > BITS * FLOOR, "no pair is at the floor");
                double byPhi = pairs * slope(likelihood, phi, StepPairs.similar(batch[i], j));
                double[] byU = slope(distance, u[i], other[j]);
                for (int b = 0; b < BITS; b++) {
                    slope[i][b] += byPhi * byU[b];
                }
            }
            for (int b = 0; b < BITS; b++) {
                slope[i][b] *= 1 - u[i][b] * u[i][b];
            }
        }
        Map<String, double[]> gradients = new LinkedHashMap<>();
        layers.backward(slope, gradients);
        return gradients;
    }

    @ParameterizedTest
    @CsvSource({
        "CAUCHY, INNER, SUM, image",
        "CAUCHY, INNER, PER_PAIR, text",
        "CAUCHY, COSINE, PER_TERM, image",
        "CAUCHY, COSINE, SUM, text",
        "CAUCHY, EUCLIDEAN, PER_PAIR, image",
        "CAUCHY, EUCLIDEAN, PER_TERM, text",
        "SIGMOID, INNER, SUM, image",
        "SIGMOID, INNER, PER_TERM, text",
        "SIGMOID, COSINE, PER_PAIR, image",
        "SIGMOID, COSINE, SUM, text"
    })
    void aStepOfEachNetworkIsTheGradientOfEveryTermAtTheBatchsRows(
            Cmch.Likelihood likelihood,
            CauchyLoss.Distance distance,
            DpshLoss.Normalization normalization,
            String moving) {
        SingleStep step = step(likelihood, distance, normalization, moving);
        assertEquals(List.of(moving), step.moved());
        step.assertGradientOfABatch(
                ITEMS,
                BATCH,
                batch -> naive(step.before(), step.before(), likelihood, distance, normalization, moving, batch));
    }

    /** Three batches of two: the other network's outputs and B stay what the networks gave at first, while the batch's own outputs are those of now. */
    @ParameterizedTest
    @CsvSource({"CAUCHY, INNER, image", "CAUCHY, COSINE, text", "CAUCHY, EUCLIDEAN, image", "SIGMOID, INNER, text"})
    void allStepsOfATurnSeeTheOtherNetworkAndTheCodesAsTheyWereBeforeIt(
            Cmch.Likelihood likelihood, CauchyLoss.Distance distance, String moving) {
        double rate = 0.2;
        DpshLoss.Normalization mean = DpshLoss.Normalization.PER_PAIR;
        SingleStep steps = StepPairs.epoch(backend, method(likelihood, distance, mean, moving, rate), 0.4, 2);
        assertEquals(List.of(moving), steps.moved());
        Map<String, double[]> first = steps.before();
        steps.assertSlotsAfter(ITEMS, 2, batches -> {
            Map<String, double[]> values = first;
            for (int[] batch : batches) {
                values =
                        SingleStep.moved(values, rate, naive(values, first, likelihood, distance, mean, moving, batch));
            }
            return values;
        });
    }
}
