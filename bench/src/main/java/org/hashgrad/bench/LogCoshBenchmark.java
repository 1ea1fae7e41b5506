package org.hashgrad.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
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

/** DHN's quantization Σ log cosh(|z| − 1) and its gradient, z (n, 64), in F32. Run: {@code ./hashgrad bench LogCosh}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class LogCoshBenchmark {
    @Param({"java-loops", "cpu", "opencl"})
    public String implementation;

    @Param({"16384"})
    public int n;

    static final int BITS = 64;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        float[] z = BackendTrial.draw("z", n * BITS);
        float[] gz = new float[z.length];
        double loss = PlainJava.logCoshToSign(z, gz);
        if (implementation.equals("java-loops")) {
            work = () -> PlainJava.logCoshToSign(z, gz);
            return;
        }
        double lossBound = Tolerances.sum(Precision.F32, 64);
        double bound = Tolerances.elementwise(Precision.F32, 8);
        if (Peers.knows(implementation)) {
            Peer.Call call = Peers.named(implementation).logCosh(z, n, BITS);
            LossAndGradient.requireClose(implementation, call.results(), loss, lossBound, gz, bound);
            work = call::run;
            return;
        }
        trial = new BackendTrial(implementation);
        Tensor tz = trial.backend().tensor(Shape.of(n, BITS), z);
        Tensor ones = trial.backend().fill(Shape.of(n), 1);
        LossAndGradient results = new LossAndGradient(trial, () -> lossAndGradient(trial.backend(), tz, ones));
        results.requireClose(implementation, loss, lossBound, gz, bound);
        work = results::timed;
    }

    private static List<Tensor> lossAndGradient(Backend be, Tensor z, Tensor ones) {
        Tensor rows = be.fused(new LogCoshToSign(), List.of(z)).get(0);
        return List.of(
                be.sum(rows, 0),
                be.fused(new LogCoshToSign.Gradient(), List.of(z, rows, ones)).get(0));
    }

    @Benchmark
    public Object logCosh() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
