package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Launch;
import org.hashgrad.tensor.Peak;
import org.hashgrad.tensor.Profiler;

/**
 * Where the time of training goes: sums by kernel and by layer over all steps but the first {@value #WARM_UP}, and the course of the first
 * {@value #TRACED} steps. What runs outside of epochs (encoding, evaluation) does not count.
 */
final class TrainingProfile implements Profiler, TrainingListener, AutoCloseable {
    static final int WARM_UP = 3;
    static final int TRACED = 50;

    private final Backend backend;
    private final TrainingListener next;
    private final Optional<Peak> peak;
    private final ChromeTrace trace = new ChromeTrace();
    private final KernelSums kernels = new KernelSums();
    private final Map<String, Launches[]> layers = new LinkedHashMap<>();
    private List<Launch> pending = new ArrayList<>();
    private int steps;
    private long stepStart;
    private long countedFrom;
    private long countedTo;
    private int programs;
    private int latePrograms;

    /** Measures the peak of the device, then listens; {@code next} hears of training too. */
    TrainingProfile(Backend backend, TrainingListener next) {
        this.backend = backend;
        this.next = next;
        this.peak = backend.peak();
        this.stepStart = System.nanoTime();
        backend.profile(this);
    }

    @Override
    public void ran(Launch launch) {
        pending.add(launch);
    }

    @Override
    public void hostWasIn(String layer, boolean backward, long start, long nanos) {
        if (steps < TRACED) {
            trace.host(backward ? layer + " backward" : layer, start, nanos);
        }
    }

    @Override
    public void batchDone(int epoch, int batch, int batches, double loss) {
        if (steps < WARM_UP) {
            backend.synchronize();
        }
        long now = System.nanoTime();
        settle(now);
        countPrograms();
        if (steps < TRACED) {
            trace.host("step " + (steps + 1), stepStart, now - stepStart);
        }
        steps++;
        stepStart = now;
        if (steps == WARM_UP) {
            countedFrom = now;
            countedTo = now;
        }
        next.batchDone(epoch, batch, batches, loss);
    }

    @Override
    public void epochDone(EpochReport report) {
        backend.synchronize();
        long now = System.nanoTime();
        settle(now);
        stepStart = now;
        countedTo = now;
        countPrograms();
        next.epochDone(report);
        programs = backend.programBuilds();
    }

    private void countPrograms() {
        int built = backend.programBuilds();
        latePrograms += steps < WARM_UP ? 0 : built - programs;
        programs = built;
    }

    /** Counts what ran until now. */
    private void settle(long now) {
        List<Launch> later = new ArrayList<>();
        for (Launch launch : pending) {
            if (launch.start() > now) {
                later.add(launch);
                continue;
            }
            if (steps < TRACED) {
                trace.device(launch);
            }
            if (steps >= WARM_UP && launch.start() >= countedFrom) {
                kernels.add(launch);
                layers
                        .computeIfAbsent(launch.layer(), name -> new Launches[] {new Launches(), new Launches()})[
                        launch.backward() ? 1 : 0]
                        .add(launch);
            }
        }
        pending = later;
    }

    /** Sums by primitive and in it by kernel, the primitive's floating-point operations with the kernel that does its work. */
    Map<String, Map<String, Launches>> kernels() {
        return kernels.sums();
    }

    /** Sums by layer, forward and backward, in the order of the first launch. */
    Map<String, Launches[]> layers() {
        return layers;
    }

    Optional<Peak> peak() {
        return peak;
    }

    /** Steps that the sums are over. */
    int countedSteps() {
        return Math.max(0, steps - WARM_UP);
    }

    /** Programs of kernels that the backend built until now; 0 on one that builds none. */
    int programs() {
        return programs;
    }

    /** How many of them the counted steps and the ends of their epochs built: none in the steady state. */
    int latePrograms() {
        return latePrograms;
    }

    /** Wall time of those, with what is between epochs. */
    long countedNanos() {
        return countedTo - countedFrom;
    }

    /** Writes {@code trace.json} into the run folder. */
    Path writeTrace(Path run) {
        Path file = run.resolve("trace.json");
        trace.write(file);
        return file;
    }

    /** Ceases to listen. */
    @Override
    public void close() {
        backend.profile(null);
    }
}
