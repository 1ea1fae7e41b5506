package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.protocol.Environment;
import org.hashgrad.hashing.protocol.Experiment;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.kernels.opencl.OpenClBackend;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a training step of the demo allocates once its buffers are pooled: nothing of size, on the device, on the heap or beside it. */
class StepMemoryTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    /** Epochs whose steps are counted, after those of the warm-up. */
    private static final int COUNTED = 4;

    private static final int STEPS = 5 * COUNTED;
    private static final int TRIALS = 3;
    private static final long MOST_HEAP_BYTES = 1_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What has been allocated at the end of each batch but an epoch's first, whose step follows the epoch's own work. */
    private static final class Counts implements TrainingListener {
        private final Backend backend;
        private final int warmUp;
        private final List<Long> heap = new ArrayList<>();
        private final List<Long> buffers = new ArrayList<>();
        private long heapBefore;
        private long buffersBefore;

        Counts(Backend backend, int warmUp) {
            this.backend = backend;
            this.warmUp = warmUp;
        }

        @Override
        public void batchDone(int epoch, int batch, int batches, double loss) {
            long heapNow = Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
                    .filter(bytes -> bytes > 0)
                    .sum();
            long buffersNow = backend instanceof OpenClBackend opencl ? opencl.allocations() : 0;
            if (epoch > warmUp && batch > 1) {
                heap.add(heapNow - heapBefore);
                buffers.add(buffersNow - buffersBefore);
            }
            heapBefore = heapNow;
            buffersBefore = buffersNow;
        }
    }

    @ParameterizedTest(name = "on {0}")
    @EnumSource(names = {"OPENCL_F32", "OPENCL_GPU_KERNELS_F32"})
    void stepsOnPooledBuffersAllocateNothingOfSize(BackendUnderTest which, @TempDir Path temporary) {
        Counts counts = train(which, 2, temporary);
        assertEquals(0, counts.buffers.stream().mapToLong(Long::longValue).sum(), () -> "buffers " + counts.buffers);
        long most = counts.heap.stream().mapToLong(Long::longValue).max().orElseThrow();
        assertTrue(most < MOST_HEAP_BYTES, () -> "bytes on the heap by step: " + counts.heap);
    }

    /**
     * Vectors are objects until C2 has compiled the loops around them, so the warm-up is long, and the least step counts; where the machine is busy with
     * other work, C2 may be late, and the training is made again.
     */
    @Test
    void stepsInJavaLeaveNoVectorsBehindOnceTheirLoopsAreCompiled(@TempDir Path temporary) {
        List<List<Long>> heap = new ArrayList<>();
        long least = Long.MAX_VALUE;
        while (least >= MOST_HEAP_BYTES && heap.size() < TRIALS) {
            Counts counts = train(BackendUnderTest.CPU_TWO_THREADS, 30, temporary.resolve("trial" + heap.size()));
            heap.add(counts.heap);
            least = counts.heap.stream().mapToLong(Long::longValue).min().orElseThrow();
        }
        assertTrue(least < MOST_HEAP_BYTES, () -> "bytes on the heap by step: " + heap);
    }

    private static Counts train(BackendUnderTest which, int warmUp, Path temporary) {
        Backend backend = BACKENDS.get(which);
        Counts counts = new Counts(backend, warmUp);
        List<String> few = List.of("data=embedded:40", "train.epochs=" + (warmUp + COUNTED), "train.batch=64");
        Experiment.run(
                RunConfig.read(Path.of("../../configs/dhn.yaml"), few),
                backend,
                Environment.of(backend, which.choice(Backends.installed()).device(), 0),
                temporary.resolve("run"),
                counts);
        assertEquals(STEPS, counts.heap.size(), "5 of 6 batches in each of " + COUNTED + " epochs");
        return counts;
    }
}
