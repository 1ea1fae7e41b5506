package org.hashgrad.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.PairwiseLogistic;
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

/**
 * DPSH's pairwise likelihood of a batch u (n, bits) with the stored codes v (m, bits) of the training set, and its gradient by u, in F32:
 * one weight of all pairs, κ = ½. Run: {@code ./hashgrad bench PairwiseBank}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class PairwiseBankBenchmark {
    @Param({"java-loops", "cpu-composite", "cpu", "opencl-composite", "opencl"})
    public String implementation;

    /** n x m x bits. */
    @Param({"64x5000x48", "64x60000x48", "127x5003x24"})
    public String size;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        int[] extents = Extents.parse(size);
        int n = extents[0];
        int m = extents[1];
        int bits = extents[2];
        float[] u = BackendTrial.draw("u", n * bits);
        float[] v = BackendTrial.draw("v", m * bits);
        float[] s = PlainJava.similarityOfTenClasses(n, m);
        float w = 1f / (n * m);
        float[] gu = new float[u.length];
        double loss = PlainJava.pairwiseBank(u, v, s, w, gu, n, m, bits);
        if (implementation.equals("java-loops")) {
            work = () -> PlainJava.pairwiseBank(u, v, s, w, gu, n, m, bits);
            return;
        }
        trial = BackendTrial.of(implementation);
        Backend be = trial.backend();
        Tensor ones = be.fill(Shape.of(n), 1);
        List<Tensor> inputs = List.of(
                be.tensor(Shape.of(n, bits), u),
                be.tensor(Shape.of(m, bits), v),
                be.tensor(Shape.of(n, m), s),
                be.tensor(Shape.of(1, 1), w));
        FusedPrimitive pairs = new PairwiseLogistic(0.5);
        LossAndGradient results =
                new LossAndGradient(trial, () -> trial.lossAndGradient(pairs, inputs, ones, implementation));
        double bound = Tolerances.dot(Precision.F32, m + bits);
        results.requireClose(implementation, loss, bound, gu, bound);
        work = results::timed;
    }

    /** Floating-point operations of one invocation's products, θ and the gradient by the batch; the terms of the pairs are not counted. */
    static double flops(String size) {
        int[] extents = Extents.parse(size);
        return 4.0 * extents[0] * extents[1] * extents[2];
    }

    @Benchmark
    public Object pairwiseBank() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
