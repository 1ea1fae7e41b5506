package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.Sgd;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final Samples TRAINING = Clusters.draw(100, 1);
    private static final Samples QUERY = Clusters.draw(40, 2);
    private static final HashingMethod DHN = new Dhn(DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR));

    private final Backend backend = new ReferenceBackend();

    private record Outcome(double before, double after, List<EpochReport> epochs, byte[] codes, double[] weights) {}

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private Outcome train(long seed, double rate, TrainingListener listener) {
        TrainingPlan plan = new TrainingPlan(seed, 8, 16, new Schedule.Constant(rate));
        try (HashNetwork network = Clusters.network(backend, seed);
                Optimizer optimizer = new Sgd(network.parameters(), rate, 0.9, 5e-4, false)) {
            Trainer trainer = new Trainer(backend, network, DHN, optimizer, plan);
            double before = meanAveragePrecision(trainer);
            List<EpochReport> epochs = trainer.fit(TRAINING, listener).epochs();
            return new Outcome(
                    before,
                    meanAveragePrecision(trainer),
                    epochs,
                    trainer.encode(QUERY).toPackedBytes(),
                    network.parameters().get(0).value().toDoubles());
        }
    }

    private static double meanAveragePrecision(Trainer trainer) {
        Codes query = trainer.encode(QUERY);
        Codes database = trainer.encode(TRAINING);
        return RetrievalMetrics.standard(1)
                .evaluate(query, QUERY.labels(), database, TRAINING.labels())
                .meanAveragePrecision();
    }

    @Test
    void trainingLowersTheLossAndRaisesTheMeanAveragePrecision() {
        Outcome outcome = train(0, 0.05, TrainingListener.SILENT);
        assertTrue(outcome.after() > 0.8, "after: " + outcome.after());
        assertTrue(outcome.after() > outcome.before() + 0.2, outcome.before() + " to " + outcome.after());
        assertTrue(
                outcome.epochs().get(7).loss() < 0.7 * outcome.epochs().get(0).loss());
    }

    @Test
    void sameSeedGivesTheSameBitsTwice() {
        Outcome first = train(3, 0.05, TrainingListener.SILENT);
        Outcome second = train(3, 0.05, TrainingListener.SILENT);
        assertArrayEquals(first.codes(), second.codes());
        assertArrayEquals(first.weights(), second.weights());
        assertFalse(Arrays.equals(
                first.weights(), train(4, 0.05, TrainingListener.SILENT).weights()));
    }

    @Test
    void listenerHearsEveryFullBatchAndEveryEpoch() {
        List<String> heard = new ArrayList<>();
        train(0, 0.05, new TrainingListener() {
            @Override
            public void batchDone(int epoch, int batch, int batches, double loss) {
                heard.add(epoch + "." + batch + "/" + batches);
            }

            @Override
            public void epochDone(EpochReport report) {
                heard.add("epoch " + report.epoch() + "/" + report.epochs());
            }
        });
        assertEquals(8 * (6 + 1), heard.size(), "100 samples are 6 batches of 16");
        assertEquals("1.1/6", heard.get(0));
        assertEquals("epoch 1/8", heard.get(6));
    }

    @Test
    void hugeLearningRateStopsAndNamesEpochBatchAndTensor() {
        var thrown = assertThrows(NotFiniteException.class, () -> train(0, 1e200, TrainingListener.SILENT));
        assertTrue(
                String.valueOf(thrown.getMessage())
                        .matches("training: epoch 1 of 8, batch \\d of 6: parameter hidden\\.weight\\(16, 8\\) has "
                                + "(NaN|-?Infinity) at element \\d+; try a smaller optimizer\\.rate"),
                thrown.getMessage());
    }

    @Test
    void inputThatIsNotFiniteIsNamed() {
        float[] values = Clusters.draw(100, 1).values().clone();
        Arrays.fill(values, Float.NaN);
        Samples broken = new Samples(TRAINING.sample(), values, TRAINING.labels());
        TrainingPlan plan = new TrainingPlan(0, 1, 16, new Schedule.Constant(0.1));
        try (HashNetwork network = Clusters.network(backend, 0);
                Optimizer optimizer = new Sgd(network.parameters(), 0.1, 0.9, 0, false)) {
            Trainer trainer = new Trainer(backend, network, DHN, optimizer, plan);
            var thrown = assertThrows(NotFiniteException.class, () -> trainer.fit(broken, TrainingListener.SILENT));
            assertEquals(
                    "training: epoch 1 of 1, batch 1 of 6: input(16, 8) has NaN at element 0; "
                            + "try a smaller optimizer.rate",
                    thrown.getMessage());
        }
    }

    @Test
    void batchLargerThanTheSetIsRefused() {
        TrainingPlan plan = new TrainingPlan(0, 1, 101, new Schedule.Constant(0.1));
        try (HashNetwork network = Clusters.network(backend, 0);
                Optimizer optimizer = new Sgd(network.parameters(), 0.1, 0.9, 0, false)) {
            Trainer trainer = new Trainer(backend, network, DHN, optimizer, plan);
            var thrown =
                    assertThrows(IllegalArgumentException.class, () -> trainer.fit(TRAINING, TrainingListener.SILENT));
            assertEquals("training: 100 samples are fewer than a batch of 101", thrown.getMessage());
        }
    }

    @Test
    void bitBalanceSeesConstantAndCopiedBits() {
        BitBalance.Tally tally = new BitBalance.Tally(3);
        tally.add(new double[] {1, 1, 0, 1, -1, -1});
        BitBalance balance = tally.balance();
        assertEquals(1.0 / 3, balance.meanImbalance(), 1e-12);
        assertEquals(1, balance.worstImbalance(), 1e-12);
        assertEquals(1, balance.worstCorrelation(), 1e-12);
        BitBalance.Tally even = new BitBalance.Tally(2);
        even.add(new double[] {1, 1, 1, -1, -1, 1, -1, -1});
        assertEquals(new BitBalance(0, 0, 0, 0), even.balance());
    }
}
