package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.protocol.Environment;
import org.hashgrad.hashing.protocol.Experiment;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.kernels.opencl.OpenClBackend;
import org.hashgrad.tensor.Backends;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What one training step of the demo asks of an OpenCL device: on a GPU every command and every wait has its price. */
class StepCommandsTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    private static final int MOST_COMMANDS = 90;
    private static final int MOST_WAITS = 1;

    /** The counters at the end of each batch, and the waits of each but the first of a turn. */
    private static final class Counts implements TrainingListener {
        private final OpenClBackend backend;
        private final List<SortedMap<String, Long>> launches = new ArrayList<>();
        private final List<Long> waits = new ArrayList<>();
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
        assertEquals(6, counts.launches.size(), "batches of 64 in 400 images");
        SortedMap<String, Long> step = difference(counts.launches.get(5), counts.launches.get(4));
        long commands = step.values().stream().mapToLong(Long::longValue).sum();
        long waits = counts.waits.get(5) - counts.waits.get(4);
        assertEquals(step, difference(counts.launches.get(4), counts.launches.get(3)), "commands of the step before");
        assertTrue(commands <= MOST_COMMANDS, () -> commands + " commands per step on " + which + ": " + step);
        assertTrue(waits <= MOST_WAITS, () -> waits + " waits per step on " + which);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"dpsh, embedded:4, 4, 9", "ssah, openclipart:64, 16, 15"})
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
