package org.hashgrad.bench;

import static org.hashgrad.tensor.Activation.IDENTITY;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BatchNormalization;
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

/** Batch normalisation of x (batch, channels, side, side) and its gradient, in F32. Run: {@code ./hashgrad bench BatchNorm}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class BatchNormBenchmark {
    private static final double EPSILON = 1e-5;

    @Param({"cpu", "opencl"})
    public String implementation;

    @Param({"forward", "gradient"})
    public String pass;

    /** batch x channels x side: the first and the third of the demo network. */
    @Param({"64x32x28", "64x64x7"})
    public String size;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        int[] extents = Extents.parse(size);
        Shape shape = Shape.of(extents[0], extents[1], extents[2], extents[2]);
        float[] x = BackendTrial.draw("x", shape.size());
        float[] gy = BackendTrial.draw("gy", shape.size());
        Function<Backend, Supplier<List<Tensor>>> call = be -> {
            Tensor tx = be.tensor(shape, x);
            Tensor tgy = be.tensor(shape, gy);
            Tensor gamma = be.fill(Shape.of(extents[1]), 0.5);
            Tensor beta = be.fill(Shape.of(extents[1]), 0.1);
            return pass.equals("forward")
                    ? () -> be.fused(new BatchNormalization(EPSILON, IDENTITY), List.of(tx, gamma, beta))
                    : () -> be.fused(
                            new BatchNormalization.Gradient(EPSILON, IDENTITY), List.of(tx, gamma, beta, tx, tgy));
        };
        trial = new BackendTrial(implementation);
        work = trial.checked(call, Tolerances.sum(Precision.F32, shape.size() / extents[1]));
    }

    /** Bytes that one invocation has to read and write. */
    static double bytes(String pass, String size) {
        int[] extents = Extents.parse(size);
        double count = (double) extents[0] * extents[1] * extents[2] * extents[2];
        return 4 * count * (pass.equals("forward") ? 2 : 3);
    }

    @Benchmark
    public Object batchNorm() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
