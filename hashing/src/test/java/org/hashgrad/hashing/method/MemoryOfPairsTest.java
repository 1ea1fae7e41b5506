package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.hashgrad.hashing.loss.AdversaryLoss;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.CauchyLoss;
import org.hashgrad.hashing.loss.CmchLoss;
import org.hashgrad.hashing.loss.DcmhLoss;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.BoltzmannPretraining;
import org.hashgrad.nn.Interpolation;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.nn.model.SemanticNetwork.Hidden;
import org.hashgrad.tensor.Launch;
import org.hashgrad.tensor.Profiler;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The most that is on the backend at once while the methods of two media train, by the number of pairs. */
class MemoryOfPairsTest {
    private static final int BATCH = 8;
    private static final int CLASSES = 4;
    private static final int BYTES = 8;

    private final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    static List<CrossModalMethod> methods() {
        OptimizerSettings sgd = OptimizerSettings.sgd();
        ImageSettings image = new ImageSettings(Architecture.LINEAR, sgd);
        return List.of(
                new Dcmh(new DcmhLoss(1, 0.1, Balance.NONE, Reduction.MEAN), image, new Dcmh.Text(6, sgd)),
                new Cmch(
                        CmchLoss.paper(1, 3, CauchyLoss.Distance.COSINE),
                        Cmch.Likelihood.CAUCHY,
                        image,
                        new Cmch.Text(6, 5, new BoltzmannPretraining(0, 0.1, 0, 1), sgd)),
                new Ssah(
                        SsahObjective.paper(),
                        Ssah.Anchor.LABELS,
                        Ssah.Order.GENERATORS_FIRST,
                        SsahPasses.once(),
                        7,
                        Ssah.Beginning.KAIMING,
                        new Ssah.Label(Hidden.of(6), sgd),
                        new Ssah.Image(Architecture.LINEAR, 0, sgd),
                        new Ssah.Text("", 1, Interpolation.NEAREST, Hidden.of(6), false, 0, sgd),
                        new Ssah.Adversary(0.1, AdversaryLoss.Form.LEAST_SQUARES, true, 4, 3, sgd)));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void peakOfAnEpochGrowsWithPairsTimesBitsAndBatchAndNeverWithAllPairsOfPairs(CrossModalMethod method) {
        long small = peak(method, 256);
        long middle = peak(method, 384);
        long large = peak(method, 512);
        assertEquals(middle - small, large - middle, "a term in n² would show in the second difference");
        assertTrue(large < (long) BYTES * 512 * 512, large + " bytes, of all pairs of pairs one matrix");
        long perPair = (middle - small) / 128;
        assertTrue(perPair > 0 && perPair < BYTES * 16 * (Clusters.BITS + BATCH), perPair + " bytes for each pair");
    }

    /** Bytes beyond those of the networks, at the worst moment of an epoch. */
    private long peak(CrossModalMethod method, int count) {
        CrossModalMethod.Media media = new CrossModalMethod.Media(
                Clusters.draw(1, 1).sample(), Clusters.draw(1, 2).sample(), CLASSES, Clusters.BITS);
        try (CrossModalNetworks networks = method.networks(Blueprint.of(backend, RandomKey.of(1)), media);
                CrossModalTraining training = new CrossModalTraining(
                        backend,
                        Clusters.draw(count, 1),
                        Clusters.draw(count, 2),
                        Clusters.BITS,
                        RandomKey.of(4),
                        Optional.empty())) {
            long before = backend.liveBytes();
            CrossModalState state = networks.begin(training);
            TrainingPlan plan = new TrainingPlan(3, 1, BATCH, new Schedule.Constant(1e-3));
            Most most = new Most();
            backend.profile(most);
            state.epoch(new Alternation(training, plan, 0, TrainingListener.SILENT));
            backend.profile(null);
            assertTrue(most.looks > count / BATCH, "looked " + most.looks + " times");
            return most.bytes - before;
        }
    }

    /** Looks after every operation. */
    private final class Most implements Profiler {
        private long bytes;
        private int looks;

        @Override
        public void ran(Launch launch) {
            looks++;
            bytes = Math.max(bytes, backend.liveBytes());
        }

        @Override
        public void hostWasIn(String layer, boolean backward, long start, long nanos) {}
    }
}
