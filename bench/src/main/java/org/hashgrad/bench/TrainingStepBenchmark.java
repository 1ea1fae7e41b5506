package org.hashgrad.bench;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A step of training with DHN's loss as {@code Trainer} makes it: the batch's upload, forward, backward, SGD with momentum and weight decay.
 * Training itself fails when a loss is not finite. Run: {@code ./hashgrad bench TrainingStep}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@NullUnmarked
public class TrainingStepBenchmark {
    @Param({"cpu", "opencl"})
    public String implementation;

    /** A name that {@link StepNetwork} knows. */
    @Param({"demo", "alexnet"})
    public String network;

    @Param("64")
    public int batch;

    /** Pixels of a square image; 0: the network's own. */
    @Param("0")
    public int side;

    private Supplier<Object> work;
    private TrainingRun run;

    @Setup(Level.Trial)
    public void prepare() {
        StepNetwork chosen = new StepNetwork(network, side);
        if (Peers.knows(implementation)) {
            work = Peers.named(implementation).trainingStep(network, batch, chosen.side())::run;
        } else {
            run = new TrainingRun(implementation, chosen, batch);
            work = run::step;
        }
        Objects.requireNonNull(work.get(), "loss of the first step");
    }

    @Benchmark
    public Object trainingStep() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (run != null) {
            run.close();
        }
    }
}
