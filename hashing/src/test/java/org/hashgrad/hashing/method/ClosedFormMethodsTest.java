package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.step.CnnhFactorization;
import org.hashgrad.hashing.step.DdshSteps;
import org.hashgrad.hashing.step.EddhSteps;
import org.hashgrad.hashing.step.EddhWeights;
import org.hashgrad.hashing.step.LinearAlgebra;
import org.hashgrad.hashing.step.Signs;
import org.hashgrad.hashing.step.SimilaritySums;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.Sgd;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** EDDH, CNNH and DDSH on four overlapping clusters. */
class ClosedFormMethodsTest {
    private static final Samples TRAINING = Clusters.draw(120, 1);
    private static final Samples QUERY = Clusters.draw(40, 2);

    private final Backend backend = new ReferenceBackend();

    private record Outcome(double before, double after, Trained trained) {}

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private Outcome train(HashingMethod method, double rate, int epochs) {
        TrainingPlan plan = new TrainingPlan(3, epochs, 20, new Schedule.Constant(rate));
        try (HashNetwork network = Clusters.network(backend, 3);
                Optimizer optimizer = new Sgd(network.parameters(), rate, 0.9, 0, false)) {
            Trainer trainer = new Trainer(backend, network, method, optimizer, plan);
            double before = meanAveragePrecision(trainer);
            Trained trained = trainer.fit(TRAINING, TrainingListener.SILENT);
            return new Outcome(before, meanAveragePrecision(trainer), trained);
        }
    }

    private static double meanAveragePrecision(Trainer trainer) {
        Codes query = trainer.encode(QUERY);
        Codes database = trainer.encode(TRAINING);
        return RetrievalMetrics.standard(1)
                .evaluate(query, QUERY.labels(), database, TRAINING.labels())
                .meanAveragePrecision();
    }

    private static double figure(EpochReport report, String name) {
        return Objects.requireNonNull(report.figures().get(name), name);
    }

    /** The loss of a batch whose relaxed codes are {@code u} (rows, bits). */
    private double loss(MethodState state, Training training, double[][] u, int... rows) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            Variable codes = pass.input(backend.tensor(Shape.of(rows.length, Clusters.BITS), Matrices.flat(u)));
            return state.loss(new Batch(training.labels(), rows, codes, () -> codes, 0, 0, RandomKey.of(0)))
                    .value()
                    .item();
        }
    }

    private static double[][] outputs(int rows) {
        double[][] u = new double[rows][Clusters.BITS];
        for (int i = 0; i < rows; i++) {
            Arrays.setAll(u[i], b -> Math.sin(1 + b));
            u[i][0] = 0.1 * i;
        }
        return u;
    }

    private static double squaredDistance(double[] x, double[] y) {
        double sum = 0;
        for (int b = 0; b < x.length; b++) {
            sum += (x[b] - y[b]) * (x[b] - y[b]);
        }
        return sum;
    }

    private static void negate(HashNetwork network) {
        for (Parameter parameter : network.hash().parameters()) {
            double[] values = parameter.value().toDoubles();
            Arrays.setAll(values, i -> -values[i]);
            parameter.assign(values);
        }
    }

    private static double[][] select(double[][] x, int[] rows) {
        return Arrays.stream(rows).mapToObj(i -> x[i]).toArray(double[][]::new);
    }

    private static double[][] soft(int[] samples, int[] drawn, double r) {
        double[][] s = new double[samples.length][drawn.length];
        for (int i = 0; i < samples.length; i++) {
            for (int j = 0; j < drawn.length; j++) {
                s[i][j] = samples[i] % 4 == drawn[j] % 4 ? 1 : -r;
            }
        }
        return s;
    }

    private static Object found(Map<?, ?> findings, String key) {
        return Objects.requireNonNull(findings.get(key), key);
    }

    private static Eddh eddh(EddhWeights.Regularizer regularizer, EddhSimilarity similarity, int inner) {
        return new Eddh(new EddhWeights(100, 100, 100, 1, regularizer), similarity, Reduction.MEAN, inner);
    }

    @ParameterizedTest
    @EnumSource(EddhWeights.Regularizer.class)
    void eddhLearnsCodesAndNoClosedFormStepRaisesItsObjective(EddhWeights.Regularizer regularizer) {
        Outcome outcome = train(eddh(regularizer, EddhSimilarity.visual(), 1), 0.2, 15);
        assertTrue(outcome.after() > 0.75, "after: " + outcome.after());
        assertTrue(outcome.after() > outcome.before() + 0.15, outcome.before() + " to " + outcome.after());
        double before = Double.POSITIVE_INFINITY;
        for (EpochReport report : outcome.trained().epochs()) {
            assertTrue(figure(report, "objective_p") <= before);
            assertTrue(figure(report, "objective_a") <= figure(report, "objective_network"));
            assertTrue(figure(report, "objective_b") <= figure(report, "objective_a"));
            assertEquals(figure(report, "objective_b"), report.loss());
            before = figure(report, "objective_b");
        }
        List<EpochReport> epochs = outcome.trained().epochs();
        assertTrue(epochs.get(14).loss() < 0.9 * epochs.get(0).loss());
    }

    @Test
    void eddhSaysHowItsSimilarityWasBuilt() {
        EddhSimilarity similarity =
                new EddhSimilarity(EddhSimilarity.Source.VISUAL, 1, EddhSimilarity.Fit.MAXIMUM_LIKELIHOOD, 400);
        Map<String, ?> found = Objects.requireNonNull(train(eddh(EddhWeights.Regularizer.CODES, similarity, 1), 0.2, 1)
                .trained()
                .findings()
                .get("eddh-similarity.json"));
        assertEquals(16, found.get("features"));
        List<?> fits = (List<?>) found(found, "likelihood_fits");
        assertEquals(
                List.of(1.0, 2.0, 16.0),
                fits.stream().map(fit -> ((Map<?, ?>) fit).get("zeta")).toList());
        Map<?, ?> fit = (Map<?, ?>) found(found, "fit");
        assertEquals(fits.get(0), fit);
        double iota = (double) found(fit, "iota");
        assertEquals(
                Math.max(1e-3, (iota - (double) found(fit, "sigma_left")) * Math.E),
                (double) found(found, "alpha"),
                1e-12);
        Map<?, ?> cases = (Map<?, ?>) found(found, "cases");
        assertEquals(
                120 * 119 / 2,
                cases.values().stream().mapToLong(count -> (long) count).sum());
        Map<?, ?> histogram = (Map<?, ?>) found(found, "histogram");
        for (String kind : List.of("similar", "dissimilar")) {
            List<?> counts = (List<?>) found(histogram, kind);
            assertEquals(200, counts.stream().mapToInt(count -> (int) count).sum());
        }
    }

    @Test
    void eddhOfLabelsAloneDrawsNoDistances() {
        EddhSimilarity labels =
                new EddhSimilarity(EddhSimilarity.Source.LABELS, 2, EddhSimilarity.Fit.MAXIMUM_LIKELIHOOD, 10);
        Outcome outcome = train(eddh(EddhWeights.Regularizer.CODES, labels, 1), 0.2, 15);
        assertTrue(outcome.after() > 0.75, "after: " + outcome.after());
        Map<?, ?> found = (Map<?, ?>) found(outcome.trained().findings(), "eddh-similarity.json");
        assertEquals("labels", found(found, "source"));
        assertFalse(found.containsKey("fit"));
    }

    @Test
    void eddhTakesItsClosedFormStepsOnceARound() {
        List<EpochReport> epochs = train(eddh(EddhWeights.Regularizer.CODES, EddhSimilarity.visual(), 3), 0.1, 5)
                .trained()
                .epochs();
        for (int e = 0; e < 5; e++) {
            assertEquals(e % 3 == 0, epochs.get(e).figures().containsKey("objective_p"), "epoch " + e);
            assertEquals(e == 2 || e == 4, epochs.get(e).figures().containsKey("objective_b"), "epoch " + e);
            assertTrue(epochs.get(e).figures().containsKey("objective_network"));
        }
    }

    @ParameterizedTest
    @EnumSource(Cnnh.Target.class)
    void cnnhRegressesTheCodesOfAFactorizationThatNeverRises(Cnnh.Target target) {
        Outcome outcome = train(new Cnnh(8, target, Reduction.MEAN), 0.2, 15);
        assertTrue(outcome.after() > 0.75, "after: " + outcome.after());
        assertTrue(outcome.after() > outcome.before() + 0.15, outcome.before() + " to " + outcome.after());
        Map<?, ?> found = (Map<?, ?>) found(outcome.trained().findings(), "cnnh-factorization.json");
        List<?> objectives = (List<?>) found(found, "objective_after_sweeps");
        assertEquals(9, objectives.size());
        for (int sweep = 1; sweep < 9; sweep++) {
            assertTrue((double) objectives.get(sweep) <= (double) objectives.get(sweep - 1) + 1e-6);
        }
        assertTrue((double) objectives.get(8) < 0.9 * (double) objectives.get(0));
    }

    @ParameterizedTest
    @EnumSource(DdshSteps.Residual.class)
    void ddshLearnsCodesFromDrawnSamples(DdshSteps.Residual residual) {
        Ddsh method = new Ddsh(30, 3, residual, Ddsh.Dissimilarity.SOFT, Reduction.MEAN);
        Outcome outcome = train(method, 0.01, 24);
        assertTrue(outcome.after() > 0.75, "after: " + outcome.after());
        assertTrue(outcome.after() > outcome.before() + 0.15, outcome.before() + " to " + outcome.after());
        for (EpochReport report : outcome.trained().epochs()) {
            assertTrue(residual == DdshSteps.Residual.EARLIER_BITS
                    || figure(report, "objective_after_codes") <= figure(report, "objective_before_codes") + 1e-6);
        }
    }

    /** With J changed by negating the hash layer, which turns F into −F. */
    @Test
    void eddhDrawsItsNetworkToPAndBAndThenSeesWhatItHasBecome() {
        EddhWeights weights = new EddhWeights(2, 3, 5, 0.1, EddhWeights.Regularizer.CODES);
        EddhSimilarity labels =
                new EddhSimilarity(EddhSimilarity.Source.LABELS, 2, EddhSimilarity.Fit.MAXIMUM_LIKELIHOOD, 10);
        try (HashNetwork network = Clusters.network(backend, 1)) {
            Training training = new Training(backend, network, TRAINING, Clusters.BITS, RandomKey.of(3), null);
            EddhSteps steps = new EddhSteps(
                    weights, TRAINING.labels(), SimilaritySums.ofLabels(TRAINING.labels()), LinearAlgebra.host());
            double[][] f = Matrices.rows(training.relaxedCodes(), 120);
            double[][] b = new double[120][Clusters.BITS];
            for (int i = 0; i < b.length; i++) {
                int row = i * Clusters.BITS;
                Arrays.setAll(b[i], bit -> training.key("codes").uniform(row + bit) < 0.5 ? -1 : 1);
            }
            double[][] a = steps.initialProjection(b);
            double[][] p = steps.auxiliary(f, a);
            try (MethodState state = new Eddh(weights, labels, Reduction.SUM, 1).begin(training)) {
                Epoch epoch = new Epoch(training, 0, 9);
                assertEquals(120, state.beginEpoch(epoch).length);
                double[][] u = outputs(3);
                int[] rows = {7, 2, 90};
                double expected = 0;
                for (int i = 0; i < 3; i++) {
                    expected += 3 * squaredDistance(u[i], p[rows[i]]) + 2 * squaredDistance(u[i], b[rows[i]]);
                }
                assertEquals(expected, loss(state, training, u, rows), 1e-12 * expected);
                negate(network);
                state.endEpoch(epoch);
                double[][] after = Matrices.rows(training.relaxedCodes(), 120);
                assertEquals(-f[5][1], after[5][1], 1e-12);
                double objective = steps.objective(after, p, a, b);
                assertEquals(
                        objective, Objects.requireNonNull(epoch.figures().get("objective_network")), 1e-12 * objective);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Cnnh.Target.class)
    void cnnhsTargetIsTheFactorOrItsSigns(Cnnh.Target target) {
        try (HashNetwork network = Clusters.network(backend, 1)) {
            Training training = new Training(backend, network, TRAINING, Clusters.BITS, RandomKey.of(3), null);
            RandomKey key = training.key("factorization");
            CnnhFactorization factorization = new CnnhFactorization(
                    TRAINING.labels(), CnnhFactorization.uniformStart(120, Clusters.BITS, key.split("start")));
            factorization.sweep(key.split("sweep").split(0));
            double[][] h = factorization.relaxed();
            assertTrue(Arrays.stream(h).flatMapToDouble(Arrays::stream).anyMatch(value -> Math.abs(value) < 0.9));
            double expected = 0;
            double[][] u = outputs(120);
            int[] rows = new int[120];
            Arrays.setAll(rows, i -> i);
            for (int i = 0; i < 120; i++) {
                expected += squaredDistance(u[i], target == Cnnh.Target.RELAXED ? h[i] : Signs.of(h)[i]);
            }
            try (MethodState state = new Cnnh(1, target, Reduction.SUM).begin(training)) {
                assertEquals(expected, loss(state, training, u, rows), 1e-12 * expected);
            }
        }
    }

    /** Two epochs with one draw, the hash layer negated between them, which turns the codes of the others around. */
    @Test
    void ddshTrainsTheOthersTowardsTheSolvedCodesOfTheDrawnAndTakesTheirSignsAfterwards() {
        Ddsh method = new Ddsh(20, 2, DdshSteps.Residual.OTHER_BITS, Ddsh.Dissimilarity.SOFT, Reduction.SUM);
        try (HashNetwork network = Clusters.network(backend, 1)) {
            Training training = new Training(backend, network, TRAINING, Clusters.BITS, RandomKey.of(3), null);
            double[][] codes = Signs.of(Matrices.rows(training.relaxedCodes(), 120));
            Epoch first = new Epoch(training, 0, 9);
            int[] order = first.key("drawn").permutation(120);
            int[] drawn = Arrays.copyOf(order, 20);
            int[] others = Arrays.copyOfRange(order, 20, 120);
            double r = 20 * 30 / (20.0 * 90);
            double[][] within = soft(drawn, drawn, r);
            double[][] across = soft(others, drawn, r);
            DdshSteps steps = new DdshSteps(DdshSteps.Residual.OTHER_BITS);
            double[][] solved = steps.codes(select(codes, drawn), select(codes, others), within, across);
            try (MethodState state = method.begin(training)) {
                assertArrayEquals(others, state.beginEpoch(first));
                double[][] u = outputs(2);
                int[] rows = {others[3], others[50]};
                double expected = 0;
                for (int i = 0; i < 2; i++) {
                    for (int j = 0; j < 20; j++) {
                        double error = -Clusters.BITS * soft(rows, drawn, r)[i][j];
                        for (int b = 0; b < Clusters.BITS; b++) {
                            error += u[i][b] * solved[j][b];
                        }
                        expected += error * error;
                    }
                }
                assertEquals(expected, loss(state, training, u, rows), 1e-12 * expected);
                negate(network);
                state.endEpoch(first);
                Epoch second = new Epoch(training, 1, 9);
                assertArrayEquals(others, state.beginEpoch(second));
                double[][] turned = Signs.of(select(Matrices.rows(training.relaxedCodes(), 120), others));
                assertEquals(
                        DdshSteps.objective(solved, turned, within, across),
                        Objects.requireNonNull(second.figures().get("objective_before_codes")),
                        1e-6);
            }
        }
    }

    @Test
    void settingsThatCanNotWorkAreRefused() {
        assertEquals(
                "ddsh: sampled is 120; need less than the 120 training samples",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> train(
                                        new Ddsh(
                                                120,
                                                3,
                                                DdshSteps.Residual.OTHER_BITS,
                                                Ddsh.Dissimilarity.ZERO,
                                                Reduction.SUM),
                                        0.1,
                                        1))
                        .getMessage());
        assertEquals(
                "eddh: zeta is 1.0; need a finite number >= 1, and 2 for the fit by moments",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new EddhSimilarity(
                                        EddhSimilarity.Source.VISUAL, 1, EddhSimilarity.Fit.MOMENTS, 100))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Cnnh(0, Cnnh.Target.SIGNS, Reduction.MEAN));
    }
}
