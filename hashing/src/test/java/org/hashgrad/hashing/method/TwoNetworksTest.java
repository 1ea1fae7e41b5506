package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.CauchyLoss;
import org.hashgrad.hashing.loss.CmchLoss;
import org.hashgrad.hashing.loss.DcmhLoss;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.BoltzmannPretraining;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the methods of two networks remember from turn to turn. */
class TwoNetworksTest {
    private static final TrainingPlan PLAN = new TrainingPlan(3, 2, 8, new Schedule.Constant(1));

    private final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    static List<CrossModalMethod> methods() {
        ImageSettings image = new ImageSettings(Architecture.LINEAR, OptimizerSettings.sgd());
        return List.of(
                new Dcmh(
                        new DcmhLoss(1, 0.1, Balance.NONE, Reduction.MEAN),
                        image,
                        new Dcmh.Text(6, OptimizerSettings.sgd())),
                new Cmch(
                        CmchLoss.paper(1, 3, CauchyLoss.Distance.COSINE),
                        Cmch.Likelihood.CAUCHY,
                        image,
                        new Cmch.Text(6, 5, new BoltzmannPretraining(0, 0.1, 0, 1), OptimizerSettings.sgd())));
    }

    private CrossModalNetworks networks(CrossModalMethod method) {
        CrossModalMethod.Media media = new CrossModalMethod.Media(
                Clusters.draw(1, 1).sample(), Clusters.draw(1, 2).sample(), 2, Clusters.BITS);
        return method.networks(Blueprint.of(backend, RandomKey.of(1)), media);
    }

    private CrossModalTraining training(int count) {
        return new CrossModalTraining(
                backend,
                Clusters.draw(count, 1),
                Clusters.draw(count, 2),
                Clusters.BITS,
                RandomKey.of(4),
                Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void commonCodesAreTheNearestToBothOutputsBeforeTrainingAndAfterAnEpoch(CrossModalMethod method) {
        int count = 24;
        try (CrossModalNetworks networks = networks(method);
                CrossModalTraining training = training(count)) {
            TwoNetworks.State state = (TwoNetworks.State) networks.begin(training);
            assertNearest(state, count);
            float[] before = state.x().values().clone();
            state.epoch(new Alternation(training, PLAN, 0, TrainingListener.SILENT));
            assertFalse(Arrays.equals(before, state.x().values()), "the images' outputs have moved");
            assertNearest(state, count);
        }
    }

    /** Against all codes there are; of two that are as near, the one with more bits set, as sgn(0) = +1. */
    private static void assertNearest(TwoNetworks.State state, int count) {
        for (int i = 0; i < count; i++) {
            double least = Double.POSITIVE_INFINITY;
            double[] nearest = {};
            for (int code = (1 << Clusters.BITS) - 1; code >= 0; code--) {
                double[] b = new double[Clusters.BITS];
                double sum = 0;
                for (int l = 0; l < b.length; l++) {
                    b[l] = (code >> l & 1) == 1 ? 1 : -1;
                    sum += Math.pow(b[l] - state.x().at(i, l), 2)
                            + Math.pow(b[l] - state.y().at(i, l), 2);
                }
                if (sum < least - 1e-12) {
                    least = sum;
                    nearest = b;
                }
            }
            double[] stored = new double[Clusters.BITS];
            for (int l = 0; l < stored.length; l++) {
                stored[l] = state.b().at(i, l);
            }
            assertArrayEquals(nearest, stored, "pair " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void twoOutputsAndTheirCodesAreStoredAndNothingOfTheSizeOfAllPairs(CrossModalMethod method) {
        assertEquals(8L * 200 * 3 * Clusters.BITS, stored(method, 400) - stored(method, 200));
    }

    /** Bytes of a training on the backend, after an epoch. */
    private long stored(CrossModalMethod method, int count) {
        try (CrossModalNetworks networks = networks(method)) {
            long before = backend.liveBytes();
            try (CrossModalTraining training = training(count)) {
                networks.begin(training).epoch(new Alternation(training, PLAN, 0, TrainingListener.SILENT));
                return backend.liveBytes() - before;
            }
        }
    }
}
