package org.hashgrad.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.PoolGeometry;
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

/** 3/2 pooling and its gradient, x (batch, channels, side, side), in F32. Run: {@code ./hashgrad bench Pooling}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class PoolingBenchmark {
    private static final PoolGeometry GEOMETRY = PoolGeometry.of(3, 2, true);

    @Param({"cpu", "opencl"})
    public String implementation;

    @Param({"max", "average"})
    public String kind;

    @Param({"forward", "gradient"})
    public String pass;

    /** batch x channels x side: the first pooling of the demo network, and AlexNet's second. */
    @Param({"64x32x28", "64x192x27"})
    public String size;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        Shape input = input(size);
        float[] x = BackendTrial.draw("x", input.size());
        float[] gy = BackendTrial.draw("gy", GEOMETRY.output(input).size());
        Function<Backend, Supplier<List<Tensor>>> call = be -> {
            Tensor tx = be.tensor(input, x);
            Tensor tgy = be.tensor(GEOMETRY.output(input), gy);
            return switch (kind + " " + pass) {
                case "max forward" -> () -> List.of(be.maxPool(tx, GEOMETRY));
                case "max gradient" -> () -> List.of(be.maxPoolGradient(tx, tgy, GEOMETRY));
                case "average forward" -> () -> List.of(be.averagePool(tx, GEOMETRY));
                default -> () -> List.of(be.averagePoolGradient(tgy, input, GEOMETRY));
            };
        };
        trial = new BackendTrial(implementation);
        work = trial.checked(call, Tolerances.sum(Precision.F32, 4 * 9));
    }

    private static Shape input(String size) {
        int[] extents = Extents.parse(size);
        return Shape.of(extents[0], extents[1], extents[2], extents[2]);
    }

    /** Bytes that one invocation has to read and write. */
    static double bytes(String kind, String pass, String size) {
        double x = input(size).size();
        double y = GEOMETRY.output(input(size)).size();
        return 4 * (kind.equals("max") && pass.equals("gradient") ? 2 * x + y : x + y);
    }

    @Benchmark
    public Object pooling() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
