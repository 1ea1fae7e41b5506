package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.loss.DpshLoss;
import org.hashgrad.hashing.loss.DsdhLoss;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.step.LfhSteps;
import org.hashgrad.hashing.step.LinearAlgebra;
import org.hashgrad.hashing.step.Similarity;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.Sgd;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What LFH, DSDH and ADSH do around their losses and steps, trained on four overlapping clusters. */
class DiscreteMethodsTest {
    private static final int COUNT = 80;
    private static final Samples TRAINING = Clusters.draw(COUNT, 1);
    private static final Samples QUERIES = Clusters.draw(40, 2);

    /** What rounding may change a sum of some ten thousand terms by, relatively. */
    private static final double ROUNDING = 1e-11;

    private final Backend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private record Outcome(Trained trained, Codes database, Codes query, double[] weights) {
        /** Mean over the queries of the share of relevant samples among the nearest, ties included. */
        double precision() {
            double sum = 0;
            for (int i = 0; i < query.count(); i++) {
                int nearest = Integer.MAX_VALUE;
                int hits = 0;
                int all = 0;
                for (int j = 0; j < database.count(); j++) {
                    int distance = query.hamming(i, database, j);
                    if (distance < nearest) {
                        nearest = distance;
                        hits = 0;
                        all = 0;
                    }
                    if (distance == nearest) {
                        all++;
                        hits += QUERIES.labels().similar(i, TRAINING.labels(), j) ? 1 : 0;
                    }
                }
                sum += (double) hits / all;
            }
            return sum / query.count();
        }

        double figure(int epoch, String name) {
            return Objects.requireNonNull(trained.epochs().get(epoch).figures().get(name), name);
        }
    }

    private Outcome train(HashingMethod method, int epochs, double rate, boolean linear) {
        TrainingPlan plan = new TrainingPlan(7, epochs, 10, new Schedule.Constant(rate));
        try (HashNetwork network = linear ? Clusters.linearNetwork(backend, 7) : Clusters.network(backend, 7);
                Optimizer optimizer = new Sgd(network.parameters(), rate, 0.9, 0, false)) {
            Trainer trainer = new Trainer(backend, network, method, optimizer, plan);
            Trained trained = trainer.fit(TRAINING, TrainingListener.SILENT);
            return new Outcome(
                    trained,
                    trained.trainingCodes().orElseGet(() -> trainer.encode(TRAINING)),
                    trainer.encode(QUERIES),
                    network.hash().parameters().get(0).value().toDoubles());
        }
    }

    private static void assertNeverRises(Outcome outcome, int from, String... steps) {
        int seen = 0;
        for (EpochReport epoch :
                outcome.trained.epochs().subList(from, outcome.trained.epochs().size())) {
            Map<String, Double> figures = epoch.figures();
            for (int s = 1; s < steps.length && figures.containsKey(steps[0]); s++) {
                double before = Objects.requireNonNull(figures.get(steps[s - 1]));
                double after = Objects.requireNonNull(figures.get(steps[s]));
                assertTrue(
                        after <= before + ROUNDING * Math.abs(before), () -> "epoch " + epoch.epoch() + ": " + figures);
                seen++;
            }
        }
        assertTrue(seen > 0, "no step was logged");
    }

    static List<HashingMethod> variants() {
        Adsh adsh = Adsh.mean();
        return List.of(
                Lfh.demo(),
                Lfh.undivided(),
                new Lfh(30, true, Lfh.Learning.FULL, 0, 1, true, true),
                new Lfh(30, true, Lfh.Learning.STOCHASTIC, 3, 1, false, false),
                Dsdh.mean(),
                Dsdh.matlab(),
                Dsdh.treezzz(),
                Dsdh.deepHashPytorch(),
                adsh,
                new Adsh(200, false, Reduction.MEAN, 20, 2, Adsh.Start.ZEROS, false),
                Adsh.treezzz());
    }

    /** Random codes reach ¼. */
    @ParameterizedTest
    @MethodSource("variants")
    void everyFormLearns(HashingMethod method) {
        Outcome outcome = train(method, 12, method instanceof Adsh ? 1e-3 : 0.02, false);
        assertTrue(outcome.precision() > 0.5, () -> method + ": " + outcome.precision());
    }

    @ParameterizedTest
    @MethodSource("variants")
    void closedFormAndDiscreteStepsNeverRaiseTheObjective(HashingMethod method) {
        Outcome outcome = train(method, 6, 1e-3, false);
        if (method instanceof Lfh lfh) {
            assertNeverRises(outcome, 0, "objective_before", "objective_after");
            double reported = outcome.trained.epochs().get(5).loss();
            assertTrue(reported < outcome.trained.epochs().get(0).loss(), "of one fixed sample of columns");
            if (lfh.learning() == Lfh.Learning.FULL) {
                assertEquals(outcome.figure(5, "objective_after"), reported, 1e-12 * Math.abs(reported));
            }
        } else if (method instanceof Adsh adsh) {
            // a first V that is no code may have a lower objective than any code
            int from = adsh.start() == Adsh.Start.SIGNS ? 0 : adsh.inner();
            assertNeverRises(outcome, from, "objective_before_v", "objective_after_v");
        } else if (((Dsdh) method).solve() == Dsdh.Solve.PER_EPOCH) {
            assertNeverRises(outcome, 0, "objective_before_w", "objective_after_w", "objective_after_b");
        }
    }

    @Test
    void lfhWritesTheRidgeRegressionOfItsCodesIntoTheHashLayer() {
        Lfh full = new Lfh(30, true, Lfh.Learning.FULL, 0, 1, true, true);
        Outcome outcome = train(full, 3, 1, true);
        // The same by the definitions: three sweeps from the same start, then the normal equations of the centred
        // inputs.
        double[][] x = Matrices.rows(TRAINING.values(), COUNT);
        double[] mean = new double[Clusters.DIMENSIONS];
        for (double[] row : x) {
            for (int d = 0; d < mean.length; d++) {
                mean[d] += row[d] / COUNT;
            }
        }
        for (double[] row : x) {
            for (int d = 0; d < mean.length; d++) {
                row[d] -= mean[d];
            }
        }
        LinearAlgebra algebra = LinearAlgebra.host();
        double[][] u = LfhSteps.principalComponents(x, Clusters.BITS, true, algebra);
        LfhSteps steps = new LfhSteps(Similarity.of(TRAINING.labels()), 30.0 / Clusters.BITS, algebra);
        for (int t = 0; t < 3; t++) {
            u = steps.sweep(u);
        }
        double[][] w = algebra.ridge(x, u, 1);
        for (int b = 0; b < Clusters.BITS; b++) {
            for (int d = 0; d < Clusters.DIMENSIONS; d++) {
                assertEquals(w[d][b], outcome.weights[b * Clusters.DIMENSIONS + d], 1e-9);
            }
        }
        for (int i = 0; i < COUNT; i++) {
            for (int b = 0; b < Clusters.BITS; b++) {
                assertEquals(u[i][b] >= 0, outcome.database.bit(i, b), "learned codes at " + i + ", " + b);
            }
        }
        for (int q = 0; q < QUERIES.count(); q++) {
            for (int b = 0; b < Clusters.BITS; b++) {
                double projected = 0;
                for (int d = 0; d < Clusters.DIMENSIONS; d++) {
                    projected += (QUERIES.values()[q * Clusters.DIMENSIONS + d] - mean[d]) * w[d][b];
                }
                assertEquals(projected >= 0, outcome.query.bit(q, b), "query " + q + ", bit " + b);
            }
        }
    }

    @Test
    void lfhRefusesFeaturesOfAnotherNetwork() {
        TrainingPlan plan = new TrainingPlan(7, 1, 10, new Schedule.Constant(1));
        try (HashNetwork network = Clusters.network(backend, 7);
                Optimizer optimizer = new Sgd(network.parameters(), 1, 0.9, 0, false)) {
            Trainer trainer = new Trainer(backend, network, Lfh.demo(), optimizer, plan);
            assertEquals(
                    "lfh: the features are another network's; need train.warmStart = true, or no train.pretrain",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> trainer.fit(TRAINING, new float[COUNT * 16], TrainingListener.SILENT))
                            .getMessage());
        }
    }

    @Test
    void adshRetrievesTheTrainingSetByItsStoredCodesAndStepsAfterEachOuterIteration() {
        Outcome outcome = train(new Adsh(200, true, Reduction.MEAN, 30, 2, Adsh.Start.SIGNS, false), 5, 1e-3, false);
        assertTrue(outcome.trained.trainingCodes().isPresent());
        assertEquals(
                List.of(false, true, false, true, true),
                outcome.trained.epochs().stream()
                        .map(epoch -> epoch.figures().containsKey("objective_after_v"))
                        .toList());
    }

    /** The codes of a batch are then its signs, which is DPSH. */
    @Test
    void dsdhWithoutClassificationSolvedInEachBatchIsDpsh() {
        Dsdh without = new Dsdh(DsdhLoss.matlab(5), Dsdh.Classification.NONE, 1, 0.1, Dsdh.Solve.PER_BATCH, 10, false);
        Dsdh with = new Dsdh(DsdhLoss.matlab(5), Dsdh.Classification.LINEAR, 1, 0.1, Dsdh.Solve.PER_BATCH, 10, false);
        double[] dpsh = train(new Dpsh(DpshLoss.matlab(5)), 4, 0.01, false).weights;
        assertArrayEquals(dpsh, train(without, 4, 0.01, false).weights, 1e-12);
        assertNotEquals(dpsh[0], train(with, 4, 0.01, false).weights[0], 1e-6);
    }

    @Test
    void dsdhFindsItsCodesInTheLabelsAsWell() {
        Dsdh without = new Dsdh(DsdhLoss.matlab(5), Dsdh.Classification.NONE, 1, 0.1, Dsdh.Solve.PER_EPOCH, 10, false);
        double[] ablated = train(without, 4, 0.01, false).weights;
        double[] whole = train(Dsdh.mean(), 4, 0.01, false).weights;
        assertNotEquals(ablated[0], whole[0], 1e-6);
    }

    @Test
    void settingsOutOfRangeAreRefusedByName() {
        assertRefused(
                "lfh: beta is 0.0, lambda is 1.0, columns is 0; need beta > 0, lambda > 0, columns >= 0",
                () -> new Lfh(0, true, Lfh.Learning.FULL, 0, 1, true, true));
        assertRefused(
                "dsdh: sweeps is 0; need >= 1",
                () -> new Dsdh(DsdhLoss.paper(1), Dsdh.Classification.LINEAR, 1, 1, Dsdh.Solve.PER_EPOCH, 0, false));
        assertRefused(
                "dsdh: mu is 0.0, nu is 1.0, eta is 1.0; need mu > 0, nu >= 0, eta >= 0",
                () -> new Dsdh(DsdhLoss.paper(1), Dsdh.Classification.LINEAR, 0, 1, Dsdh.Solve.PER_EPOCH, 1, false));
        assertRefused(
                "adsh: queries is 1, inner is 1; need queries >= 2, inner >= 1",
                () -> new Adsh(1, true, Reduction.SUM, 1, 1, Adsh.Start.SIGNS, false));
        assertRefused(
                "adsh: gamma is -1.0; need >= 0",
                () -> new Adsh(-1, true, Reduction.SUM, 2, 1, Adsh.Start.SIGNS, false));
    }

    private static void assertRefused(String message, Executable settings) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, settings).getMessage());
    }
}
