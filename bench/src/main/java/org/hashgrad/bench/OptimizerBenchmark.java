package org.hashgrad.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.OptimizerUpdate;
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

/** One update of n parameters by SGD with momentum and weight decay, or by Adam, in F32. Run: {@code ./hashgrad bench Optimizer}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class OptimizerBenchmark {
    @Param({"cpu", "opencl"})
    public String implementation;

    @Param({"sgd", "adam"})
    public String rule;

    @Param({"4194307"})
    public int n;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        float[] w = BackendTrial.draw("w", n);
        float[] g = BackendTrial.draw("g", n);
        Function<Backend, Supplier<List<Tensor>>> call = be -> {
            Tensor tw = be.tensor(Shape.of(n), w);
            Tensor tg = be.tensor(Shape.of(n), g);
            Tensor state = be.fill(Shape.of(n), 0.1);
            return rule.equals("sgd")
                    ? () -> be.fused(new OptimizerUpdate.Sgd(0.01, 0.9, 5e-4, false), List.of(tw, tg, state))
                    : () -> be.fused(
                            new OptimizerUpdate.Adam(0.001, 0.9, 0.999, 1e-8, 0, 10), List.of(tw, tg, state, state));
        };
        trial = new BackendTrial(implementation);
        work = trial.checked(call, Tolerances.elementwise(Precision.F32, 8));
    }

    /** Bytes that one invocation has to read and write. */
    static double bytes(String rule, String n) {
        return 4.0 * Integer.parseInt(n) * (rule.equals("sgd") ? 5 : 7);
    }

    @Benchmark
    public Object update() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
