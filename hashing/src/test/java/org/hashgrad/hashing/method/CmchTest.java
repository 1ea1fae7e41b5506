package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.CauchyLoss;
import org.hashgrad.hashing.loss.CmchLoss;
import org.hashgrad.hashing.loss.DpshLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.step.Signs;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.BoltzmannPretraining;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cauchy cross-media hashing against its objective over all pairs, computed without its code. */
class CmchTest {
    private static final int N = 24;
    private static final int K = 6;
    private static final int CLASSES = 5;
    private static final double ALPHA = 0.7;
    private static final double GAMMA = 3;
    private static final Labels LABELS = labels();

    private final Backend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private static Labels labels() {
        int[] rows = new int[N * CLASSES];
        for (int i = 0; i < N; i++) {
            rows[i * CLASSES + i % CLASSES] = 1;
            rows[i * CLASSES + i / 7] = 1;
        }
        return MultiLabels.ofRows(rows, CLASSES);
    }

    /** Numbers in (−1, 1), as behind tanh. */
    private static double[][] draw(long seed, int rows, int columns) {
        RandomKey key = RandomKey.of(seed);
        double[][] drawn = new double[rows][columns];
        for (int at = 0; at < rows * columns; at++) {
            drawn[at / columns][at % columns] = (float) Math.tanh(key.gaussian(at));
        }
        return drawn;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int b = 0; b < x.length; b++) {
            sum += x[b] * y[b];
        }
        return sum;
    }

    private static double distance(CauchyLoss.Distance kind, double[] x, double[] y) {
        return switch (kind) {
            case INNER -> (K - dot(x, y)) / 2;
            case COSINE -> K / 2.0 * (1 - dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)));
            case EUCLIDEAN -> (dot(x, x) + dot(y, y) - 2 * dot(x, y)) / 4;
        };
    }

    /** L of the paper over all pairs, outputs x and y, codes b, term by term. */
    private static double objective(
            Cmch.Likelihood likelihood, CauchyLoss.Distance kind, double[][] x, double[][] y, double[][] b) {
        double sum = 0;
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                boolean similar = false;
                for (int c = 0; c < CLASSES; c++) {
                    similar |= LABELS.has(i, c) && LABELS.has(j, c);
                }
                double p = likelihood.ofSimilar(distance(kind, x[i], y[j]), GAMMA, K);
                sum -= Math.log(similar ? p : 1 - p);
            }
            for (int l = 0; l < K; l++) {
                sum += ALPHA * (Math.pow(b[i][l] - x[i][l], 2) + Math.pow(b[i][l] - y[i][l], 2));
            }
        }
        return sum;
    }

    private static OptimizerSettings sgd(double rate) {
        return OptimizerSettings.plainSgd(rate);
    }

    private static Cmch method(
            Cmch.Likelihood likelihood, CauchyLoss.Distance distance, double rate, int pretrainingEpochs) {
        return new Cmch(
                new CmchLoss(ALPHA, GAMMA, distance, 1e-9, Balance.NONE, DpshLoss.Normalization.SUM),
                likelihood,
                new ImageSettings(Architecture.LINEAR, sgd(rate)),
                new Cmch.Text(7, 5, new BoltzmannPretraining(pretrainingEpochs, 0.1, 0, 8), sgd(rate)));
    }

    @ParameterizedTest
    @CsvSource({"CAUCHY, INNER", "CAUCHY, COSINE", "CAUCHY, EUCLIDEAN", "SIGMOID, INNER", "SIGMOID, COSINE"})
    void gradientOfABatchIsThatOfTheWholeObjectiveAtItsRows(Cmch.Likelihood likelihood, CauchyLoss.Distance distance) {
        double[][] x = draw(1, N, K);
        double[][] y = draw(2, N, K);
        double[][] b = Signs.of(draw(3, N, K));
        int[] rows = {3, 17, 8, 0};
        double h = 1e-5;
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            double[][] batch = Arrays.stream(rows).mapToObj(i -> x[i]).toArray(double[][]::new);
            double[][] target = Arrays.stream(rows).mapToObj(i -> b[i]).toArray(double[][]::new);
            Variable u = pass.input(backend.tensor(Shape.of(rows.length, K), Matrices.flat(batch)));
            Variable loss = method(likelihood, distance, 1, 0)
                    .byLikelihood()
                    .of(
                            u,
                            pass.constant(backend.tensor(Shape.of(N, K), Matrices.flat(y))),
                            Pairs.withBank(LABELS, rows),
                            pass.constant(backend.tensor(Shape.of(rows.length, K), Matrices.flat(target))));
            double[] gradient =
                    pass.gradients(loss, List.of(u), Order.FIRST).get(0).value().toDoubles();
            for (int i = 0; i < rows.length; i++) {
                for (int l = 0; l < K; l++) {
                    double at = x[rows[i]][l];
                    x[rows[i]][l] = at + h;
                    double above = objective(likelihood, distance, x, y, b);
                    x[rows[i]][l] = at - h;
                    double below = objective(likelihood, distance, x, y, b);
                    x[rows[i]][l] = at;
                    assertEquals((above - below) / (2 * h), gradient[i * K + l], 1e-6, rows[i] + ", " + l);
                }
            }
        }
    }

    @Test
    void signsOfTheSumAreTheBestCodesOfAllThereAre() {
        double[][] x = draw(4, N, K);
        double[][] y = draw(5, N, K);
        double[][] sum = new double[N][K];
        for (int at = 0; at < N * K; at++) {
            sum[at / K][at % K] = x[at / K][at % K] + y[at / K][at % K];
        }
        double own = objective(Cmch.Likelihood.CAUCHY, CauchyLoss.Distance.INNER, x, y, Signs.of(sum));
        double[][] codes = Signs.of(sum);
        for (int code = 0; code < 1 << K; code++) {
            double[] kept = codes[0];
            codes[0] = new double[K];
            for (int l = 0; l < K; l++) {
                codes[0][l] = (code >> l & 1) == 0 ? -1 : 1;
            }
            double other = objective(Cmch.Likelihood.CAUCHY, CauchyLoss.Distance.INNER, x, y, codes);
            assertTrue(other >= own - 1e-12, () -> "another code of the first pair is better");
            codes[0] = kept;
        }
    }

    private static Samples samples(long seed, int dimensions) {
        return new Samples(Shape.of(dimensions), Matrices.flatFloats(draw(seed, N, dimensions)), LABELS);
    }

    /** 0 and 1, as bags of words are. */
    private static Samples words() {
        RandomKey key = RandomKey.of(7);
        float[] rows = new float[N * 5];
        for (int at = 0; at < rows.length; at++) {
            rows[at] = key.below(2, at);
        }
        return new Samples(Shape.of(5), rows, LABELS);
    }

    private static CrossModalMethod.Media media() {
        return new CrossModalMethod.Media(Shape.of(4), Shape.of(5), CLASSES, K);
    }

    @ParameterizedTest
    @CsvSource({"CAUCHY, COSINE", "CAUCHY, EUCLIDEAN", "CAUCHY, INNER", "SIGMOID, COSINE", "SIGMOID, INNER"})
    void alternationWithSmallStepsNeverRaisesTheObjective(Cmch.Likelihood likelihood, CauchyLoss.Distance distance) {
        Samples images = samples(6, 4);
        Samples texts = words();
        TrainingPlan plan = new TrainingPlan(0, 40, N, new Schedule.Constant(1));
        List<Double> course = new ArrayList<>();
        try (CrossModalNetworks networks =
                method(likelihood, distance, 1e-3, 0).networks(Blueprint.of(backend, RandomKey.of(1)), media())) {
            networks.all().forEach(network -> network.parameters().forEach(CmchTest::enlarged));
            TrainingListener watch = new TrainingListener() {
                @Override
                public void epochDone(EpochReport report) {
                    double[][] x = Matrices.rows(Training.outputs(backend, networks.image(), images), N);
                    double[][] y = Matrices.rows(Training.outputs(backend, networks.text(), texts), N);
                    double[][] sum = new double[N][K];
                    for (int at = 0; at < N * K; at++) {
                        sum[at / K][at % K] = x[at / K][at % K] + y[at / K][at % K];
                    }
                    course.add(objective(likelihood, distance, x, y, Signs.of(sum)));
                }
            };
            new CrossModalTrainer(backend, networks, plan, Optional.empty()).fit(images, texts, K, watch);
        }
        for (int epoch = 1; epoch < course.size(); epoch++) {
            assertTrue(course.get(epoch) <= course.get(epoch - 1) + 1e-9, course::toString);
        }
        assertTrue(course.get(39) < course.get(0) - 1, course::toString);
    }

    /** Hash layers begin so small that all outputs are near 0, where the cosine changes fast. */
    private static void enlarged(org.hashgrad.autograd.Parameter parameter) {
        if (parameter.name().endsWith("hash.weight")) {
            parameter.assign(Arrays.stream(parameter.value().toDoubles())
                    .map(w -> 50 * w)
                    .toArray());
        }
    }

    @Test
    void pretrainingGivesTheTextLayersOtherWeightsAndTellsItsErrors() {
        double[] without = firstLayer(0);
        assertNotEquals(without[0], firstLayer(3)[0]);
    }

    private double[] firstLayer(int epochs) {
        TrainingPlan plan = new TrainingPlan(3, 1, 8, new Schedule.Constant(1));
        try (CrossModalNetworks networks = method(Cmch.Likelihood.CAUCHY, CauchyLoss.Distance.COSINE, 1e-3, epochs)
                .networks(Blueprint.of(backend, RandomKey.of(1)), media())) {
            Trained trained = new CrossModalTrainer(backend, networks, plan, Optional.empty())
                    .fit(samples(6, 4), words(), K, TrainingListener.SILENT);
            Map<String, ?> found = trained.findings().getOrDefault("boltzmann.json", Map.of());
            assertEquals(epochs == 0, found.isEmpty());
            assertEquals(epochs > 0, trained.pretraining() > 0, "seconds before the first epoch");
            found.forEach((layer, errors) -> assertEquals(epochs, ((List<?>) errors).size(), layer));
            return networks.text().parameters().get(0).value().toDoubles();
        }
    }

    /** k = 64, γ = 10: the logistic is flat up to 16 and steep at k/2 alone, Cauchy's falls from the first bit. */
    @ParameterizedTest
    @CsvSource({
        "SIGMOID, 0, 1.000000",
        "SIGMOID, 16, 1.000000",
        "SIGMOID, 32, 0.500000",
        "SIGMOID, 48, 0.000000",
        "CAUCHY, 0, 1.000000",
        "CAUCHY, 2, 0.833333",
        "CAUCHY, 4, 0.714286",
        "CAUCHY, 10, 0.500000",
        "CAUCHY, 32, 0.238095"
    })
    void likelihoodsAreThoseOfThePapersComparison(Cmch.Likelihood likelihood, double distance, double probability) {
        assertEquals(probability, likelihood.ofSimilar(distance, 10, 64), 1e-6);
    }

    @Test
    void settingsThatMeanNothingAreRefused() {
        assertEquals(
                "likelihood: sigmoid needs loss.distance inner or cosine, found 'euclidean'",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> method(Cmch.Likelihood.SIGMOID, CauchyLoss.Distance.EUCLIDEAN, 1, 0))
                        .getMessage());
        OptimizerSettings any = sgd(1);
        BoltzmannPretraining none = new BoltzmannPretraining(0, 0.1, 0, 1);
        assertEquals(
                "text: units1 is 1, units2 is 0; need >= 1",
                assertThrows(IllegalArgumentException.class, () -> new Cmch.Text(1, 0, none, any))
                        .getMessage());
    }
}
