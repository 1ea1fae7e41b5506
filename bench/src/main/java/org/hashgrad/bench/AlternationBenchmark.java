package org.hashgrad.bench;

import java.util.concurrent.TimeUnit;
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
 * An epoch of a cross-modal method with its shipped configuration on the 3609 embedded drawings and texts, beside the steps that its networks make
 * in it alone: forward, backward and update on the same batches with the mean square of their outputs as loss. What the method adds is the
 * difference. Run: {@code ./hashgrad bench Alternation}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
@NullUnmarked
public class AlternationBenchmark {
    @Param({"cpu", "opencl"})
    public String implementation;

    @Param({"dcmh", "cmch", "ssah"})
    public String method;

    @Param({"networks", "epoch"})
    public String work;

    /** Value of the configuration's key of that name. */
    @Param("openclipart")
    public String data;

    private AlternationRun run;

    @Setup(Level.Trial)
    public void prepare() {
        run = new AlternationRun(implementation, method, data, work.equals("networks"));
    }

    @Benchmark
    public double epoch() {
        return run.epoch();
    }

    @TearDown(Level.Trial)
    public void close() {
        run.close();
    }
}
