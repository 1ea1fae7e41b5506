package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.method.Dhn;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.hashing.method.Trainer;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.method.TrainingPlan;
import org.hashgrad.hashing.protocol.Environment;
import org.hashgrad.hashing.protocol.Experiment;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.kernels.opencl.OpenClBackend;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.Sgd;
import org.hashgrad.nn.model.AlexNet;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What one training step asks of an OpenCL device: on a GPU every command and every wait has its price. */
class StepCommandsTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    private static final int MOST_COMMANDS = 90;
    private static final int MOST_COMMANDS_OF_ALEXNET = 98;
    private static final int MOST_WAITS = 1;

    /** The counters at the end of each batch, and the waits of each but the first of a turn. */
    private static final class Counts implements TrainingListener {
        private final OpenClBackend backend;
        private final List<SortedMap<String, Long>> launches = new ArrayList<>();
        private final List<Long> waits = new ArrayList<>();
        private final List<Long> allocations = new ArrayList<>();
        private final List<Long> within = new ArrayList<>();

        Counts(OpenClBackend backend) {
            this.backend = backend;
        }

        @Override
        public void batchDone(int epoch, int batch, int batches, double loss) {
            launches.add(backend.launches());
            if (batch > 1) {
                within.add(backend.waits() - waits.get(waits.size() - 1));
            }
            waits.add(backend.waits());
            allocations.add(backend.allocations());
        }

        @Override
        public void epochDone(EpochReport report) {}
    }

    @ParameterizedTest(name = "on {0}")
    @EnumSource(names = {"OPENCL_F32", "OPENCL_GPU_KERNELS_F32"})
    void aTrainingStepOfTheDemoEnqueuesFewCommandsAndWaitsOnce(BackendUnderTest which, @TempDir Path temporary) {
        OpenClBackend backend = (OpenClBackend) BACKENDS.get(which);
        Counts counts = new Counts(backend);
        List<String> few = List.of("data=embedded:40", "train.epochs=1", "train.batch=64");
        Experiment.run(
                RunConfig.read(Path.of("../../configs/dhn.yaml"), few),
                backend,
                Environment.of(backend, which.choice(Backends.installed()).device(), 0),
                temporary.resolve("run"),
                counts);
        assertSteps(which, counts, MOST_COMMANDS);
    }

    /** With 61 million weights, and a bias behind every layer; the batch is as large as the test is quick. */
    @ParameterizedTest(name = "on {0}")
    @EnumSource(names = {"OPENCL_F32", "OPENCL_GPU_KERNELS_F32"})
    void aTrainingStepOfAlexNetDoesSoTooAndAllocatesNothing(BackendUnderTest which) {
        OpenClBackend backend = (OpenClBackend) BACKENDS.get(which);
        Counts counts = new Counts(backend);
        Shape image = Shape.of(3, 224, 224);
        float[] pixels = new float[12 * image.size()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) RandomKey.of(5).uniform(i);
        }
        Samples samples = new Samples(image, pixels, ClassLabels.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1));
        try (HashNetwork net = new HashNetwork(
                        AlexNet.torchvision(Blueprint.of(backend, RandomKey.of(1)), HashLayer.tanh(48)));
                Sgd sgd = new Sgd(net.parameters(), 1e-3, 0.9, 5e-4, false)) {
            Dhn method = new Dhn(DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR));
            TrainingPlan plan = new TrainingPlan(0, 1, 2, new Schedule.Constant(1e-3));
            new Trainer(backend, net, method, sgd, plan).fit(samples, counts);
        }
        assertSteps(which, counts, MOST_COMMANDS_OF_ALEXNET);
        assertEquals(counts.allocations.get(3), counts.allocations.get(5), "buffers");
    }

    /** The last of six steps. */
    private static void assertSteps(BackendUnderTest which, Counts counts, int most) {
        assertEquals(6, counts.launches.size(), "batches");
        SortedMap<String, Long> step = difference(counts.launches.get(5), counts.launches.get(4));
        long commands = step.values().stream().mapToLong(Long::longValue).sum();
        long waits = counts.waits.get(5) - counts.waits.get(4);
        assertEquals(step, difference(counts.launches.get(4), counts.launches.get(3)), "commands of the step before");
        assertTrue(commands <= most, () -> commands + " commands per step on " + which + ": " + step);
        assertTrue(waits <= MOST_WAITS, () -> waits + " waits per step on " + which);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "dpsh, embedded:4, 4, 9",
        "dtsh, embedded:4, 4, 9",
        "dsdh, embedded:4, 4, 9",
        "ssah, openclipart:64, 16, 15"
    })
    void aStepThatStoresItsBatchAndPairsItWithWhatIsStoredWaitsOnce(
            String method, String data, int batch, int steps, @TempDir Path temporary) {
        OpenClBackend backend = (OpenClBackend) BACKENDS.get(BackendUnderTest.OPENCL_F32);
        Counts counts = new Counts(backend);
        Experiment.run(
                RunConfig.read(
                        Path.of("../../configs", method + ".yaml"),
                        List.of("data=" + data, "train.epochs=1", "train.batch=" + batch, "bits=8")),
                backend,
                Environment.of(
                        backend,
                        BackendUnderTest.OPENCL_F32.choice(Backends.installed()).device(),
                        0),
                temporary.resolve("run"),
                counts);
        List<Long> waits = counts.within.subList(0, steps); // of SSAH the label network's five passes
        assertEquals(List.of(1L), waits.stream().distinct().toList(), () -> "waits: " + counts.within);
    }

    private static SortedMap<String, Long> difference(SortedMap<String, Long> after, SortedMap<String, Long> before) {
        SortedMap<String, Long> difference = new TreeMap<>();
        after.forEach((name, count) -> difference.put(name, count - before.getOrDefault(name, 0L)));
        difference.values().removeIf(count -> count == 0);
        return difference;
    }
}
