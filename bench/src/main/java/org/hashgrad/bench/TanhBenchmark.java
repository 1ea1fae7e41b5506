package org.hashgrad.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.UnaryOp;
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

/** tanh of n numbers in F32. Run: {@code ./hashgrad bench Tanh}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class TanhBenchmark {
    @Param({"java-loops", "cpu", "opencl"})
    public String implementation;

    @Param({"4194307"})
    public int n;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        float[] x = BackendTrial.draw("x", n);
        float[] y = new float[n];
        PlainJava.tanh(x, y);
        if (implementation.equals("java-loops")) {
            work = () -> PlainJava.tanh(x, y);
            return;
        }
        if (Peers.knows(implementation)) {
            Peer.Call call = Peers.named(implementation).tanh(x);
            BackendTrial.requireClose(
                    implementation, y, call.results().get(0), Tolerances.elementwise(Precision.F32, 5));
            work = call::run;
            return;
        }
        trial = new BackendTrial(implementation);
        Tensor tx = trial.backend().tensor(Shape.of(n), x);
        float[] actual = trial.once(() -> trial.backend().unary(UnaryOp.TANH, tx));
        BackendTrial.requireClose(implementation, y, actual, Tolerances.elementwise(Precision.F32, 5));
        work = () -> trial.timed(() -> trial.backend().unary(UnaryOp.TANH, tx));
    }

    @Benchmark
    public Object tanh() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
