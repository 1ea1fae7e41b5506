package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.Sgd;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Launch;
import org.hashgrad.tensor.Profiler;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the one training loop promises to every method. */
class MachineryTest {
    private static final Samples TRAINING = Clusters.draw(40, 1);

    private final Backend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private record Scripted(MethodState state) implements HashingMethod {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public HashLayer head(int bits) {
            return HashLayer.tanh(bits);
        }

        @Override
        public MethodState begin(Training training) {
            return state;
        }
    }

    private Trained train(MethodState state, int epochs, double tolerance) {
        return train(backend, state, epochs, tolerance);
    }

    private static Trained train(Backend backend, MethodState state, int epochs, double tolerance) {
        return train(backend, TRAINING, state, epochs, tolerance);
    }

    private static Trained train(Backend backend, Samples samples, MethodState state, int epochs, double tolerance) {
        TrainingPlan plan = new TrainingPlan(7, epochs, 8, new Schedule.Constant(0.01), tolerance);
        try (HashNetwork network = Clusters.network(backend, 7);
                Optimizer optimizer = new Sgd(network.parameters(), 0.01, 0.9, 0, false)) {
            return new Trainer(backend, network, new Scripted(state), optimizer, plan)
                    .fit(samples, TrainingListener.SILENT);
        }
    }

    @Test
    void aMethodChoosesTheRowsOfAnEpochAndSeesEachOnce() {
        List<Integer> seen = new ArrayList<>();
        List<Long> steps = new ArrayList<>();
        train(
                new MethodState() {
                    @Override
                    public int[] beginEpoch(Epoch epoch) {
                        return epoch.number() == 0 ? new int[] {3, 5, 8, 13, 21, 34, 1, 2} : epoch.allRows();
                    }

                    @Override
                    public Variable loss(Batch batch) {
                        Arrays.stream(batch.rows()).forEach(seen::add);
                        steps.add(batch.step());
                        return batch.relaxedCodes().square().mean();
                    }
                },
                2,
                0);
        assertEquals(
                List.of(1, 2, 3, 5, 8, 13, 21, 34),
                seen.subList(0, 8).stream().sorted().toList());
        assertEquals(40, seen.subList(8, 48).stream().distinct().count());
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), steps);
    }

    @Test
    void aMethodWithoutGradientStepsReportsItsObjectiveAndStopsWhenItSettles() {
        double[] objective = {10, 5, 4.99, 4.98};
        int[] at = {0};
        Trained trained = train(
                new MethodState() {
                    @Override
                    public int[] beginEpoch(Epoch epoch) {
                        epoch.log("after P", -1);
                        return new int[0];
                    }

                    @Override
                    public Variable loss(Batch batch) {
                        throw new AssertionError("no batch was asked for");
                    }

                    @Override
                    public void endEpoch(Epoch epoch) {
                        at[0] = epoch.number();
                    }

                    @Override
                    public OptionalDouble objective() {
                        return OptionalDouble.of(objective[at[0]]);
                    }
                },
                4,
                0.01);
        assertEquals(
                List.of(10.0, 5.0, 4.99),
                trained.epochs().stream().map(EpochReport::loss).toList());
        assertEquals(-1, trained.epochs().get(0).figures().get("after P"));
    }

    @Test
    void theStoppingRuleWaitsForTheEndOfARound() {
        int[] at = {0};
        Trained trained = train(
                new MethodState() {
                    @Override
                    public int[] beginEpoch(Epoch epoch) {
                        at[0] = epoch.number();
                        return new int[0];
                    }

                    @Override
                    public Variable loss(Batch batch) {
                        throw new AssertionError("no batch was asked for");
                    }

                    @Override
                    public OptionalDouble objective() {
                        return OptionalDouble.of(1);
                    }

                    @Override
                    public boolean roundDone() {
                        return at[0] % 3 == 2;
                    }
                },
                9,
                0.01);
        assertEquals(3, trained.epochs().size(), "settled after two epochs, in the middle of the first round of three");
    }

    @Test
    void theMemoryHoldsTheCodesOfEveryRowThatWasSeenAtOnceOnTheBackendAndAfterTheStepOnTheHost() {
        CodeMemory memory = new CodeMemory(backend, TRAINING.count(), Clusters.BITS);
        double[] last = new double[TRAINING.count()];
        train(
                new MethodState() {
                    @Override
                    public Variable loss(Batch batch) {
                        memory.store(batch);
                        double[] codes = batch.relaxedCodes().value().toDoubles();
                        for (int i = 0; i < batch.rows().length; i++) {
                            last[batch.rows()[i]] = codes[i * Clusters.BITS];
                        }
                        double[] bank = memory.on(batch.pass()).value().toDoubles();
                        for (int row = 0; row < last.length; row++) {
                            assertEquals((float) last[row], (float) bank[row * Clusters.BITS], "row " + row);
                        }
                        return batch.relaxedCodes().square().mean();
                    }

                    @Override
                    public void close() {
                        memory.close();
                    }
                },
                1,
                0);
        for (int i = 0; i < TRAINING.count(); i++) {
            assertTrue(memory.at(i, 0) != 0, "row " + i);
            assertEquals((float) last[i], memory.at(i, 0), "row " + i);
        }
    }

    @Test
    void storedRowsAreNotSentAgain() {
        List<Launch> uploads = new ArrayList<>();
        try (CpuBackend floats = new CpuBackend(1)) {
            CodeMemory memory = new CodeMemory(floats, TRAINING.count(), Clusters.BITS);
            float[] begun = new float[TRAINING.count() * Clusters.BITS];
            Arrays.fill(begun, 3);
            memory.assign(begun);
            floats.profile(new Profiler() {
                @Override
                public void ran(Launch launch) {
                    if (launch.primitive().equals("upload") && launch.bytes() == 4L * begun.length) {
                        uploads.add(launch);
                    }
                }

                @Override
                public void hostWasIn(String layer, boolean backward, long start, long nanos) {}
            });
            train(
                    floats,
                    new MethodState() {
                        @Override
                        public Variable loss(Batch batch) {
                            memory.store(batch);
                            return batch.relaxedCodes()
                                    .minus(memory.on(batch.pass()).mean())
                                    .square()
                                    .mean();
                        }

                        @Override
                        public void close() {
                            memory.close();
                        }
                    },
                    2,
                    0);
            assertEquals(0, floats.liveBytes());
        }
        assertEquals(1, uploads.size(), "what the memory began with");
    }

    /** 27 samples: 3 batches of 8 and a rest, which is left out. */
    private static final Samples WITH_REST = Clusters.draw(27, 1);

    @Test
    void everyStepReadsTheSimilarityOfItsOwnBatchWhichAllButTheFirstOfAnEpochFindOnTheBackend() {
        List<Long> sent = new ArrayList<>();
        train(
                backend,
                WITH_REST,
                batch -> {
                    long before = backend.liveBytes();
                    Variable similarity = batch.pairsWithAll().similarity(batch.pass());
                    sent.add(backend.liveBytes() - before);
                    Pairs expected = Pairs.withBank(WITH_REST.labels(), batch.rows());
                    double[] values = similarity.value().toDoubles();
                    for (int i = 0; i < 8; i++) {
                        for (int j = 0; j < 27; j++) {
                            String where = "step " + batch.step() + ", row " + i + ", sample " + j;
                            assertEquals(expected.similar(i, j) ? 1 : 0, values[i * 27 + j], where);
                        }
                    }
                    return batch.relaxedCodes().square().mean();
                },
                2,
                0);
        assertEquals(List.of(8 * 8 * 27L, 0L, 0L, 8 * 8 * 27L, 0L, 0L), sent);
    }

    @Test
    void aStepThatThrowsLeavesNothingOfItsSimilarityNorOfTheNext() {
        List<Long> steps = new ArrayList<>();
        MethodState state = batch -> {
            batch.pairsWithAll().similarity(batch.pass());
            steps.add(batch.step());
            if (batch.step() == 1) {
                throw new IllegalStateException("in the second step");
            }
            return batch.relaxedCodes().square().mean();
        };
        var thrown = assertThrows(IllegalStateException.class, () -> train(backend, WITH_REST, state, 2, 0));
        assertEquals("in the second step", thrown.getMessage());
        assertEquals(List.of(0L, 1L), steps);
        assertEquals(0, backend.liveBytes());
    }

    @Test
    void signsOfMemoriesOfAnotherShapeAreRefused() {
        try (CodeMemory signs = new CodeMemory(backend, 4, 6);
                CodeMemory same = new CodeMemory(backend, 4, 6);
                CodeMemory turned = new CodeMemory(backend, 6, 4);
                CodeMemory more = new CodeMemory(backend, 5, 6)) {
            for (CodeMemory other : List.of(turned, more)) {
                var thrown = assertThrows(IllegalArgumentException.class, () -> signs.assignSigns(same, other));
                String found = other == turned ? "(6, 4)" : "(5, 6)";
                assertEquals("code memory: signs of " + found + "; need (4, 6), its own shape", thrown.getMessage());
            }
            assertEquals(0, signs.at(0, 0), "nothing has been assigned");
            signs.assignSigns(same, same);
            assertEquals(1, signs.at(3, 5));
        }
    }

    @Test
    void theClassifierSeparatesTheClassesInItsFeatures() {
        TrainingPlan plan = new TrainingPlan(7, 10, 8, new Schedule.Constant(0.05));
        try (HashNetwork network = Clusters.network(backend, 7)) {
            double[] hashBefore = network.hash().parameters().get(0).value().toDoubles();
            double[] before = network.backbone().parameters().get(0).value().toDoubles();
            double[] losses = new double[10];
            float[] features = Classifier.pretrain(
                    backend,
                    network,
                    TRAINING,
                    parameters -> new Sgd(parameters, 0.05, 0.9, 0, false),
                    plan,
                    new TrainingListener() {
                        @Override
                        public void epochDone(EpochReport report) {
                            losses[report.epoch() - 1] = report.loss();
                        }
                    });
            assertEquals(40 * 16, features.length);
            assertTrue(losses[9] < 0.5 * losses[0], Arrays.toString(losses));
            assertTrue(Arrays.equals(
                    hashBefore, network.hash().parameters().get(0).value().toDoubles()));
            assertFalse(Arrays.equals(
                    before, network.backbone().parameters().get(0).value().toDoubles()));
        }
    }
}
