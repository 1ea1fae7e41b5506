package org.hashgrad.bench;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
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

/** DHN's pairwise cross-entropy of one batch and its gradient, u (n, bits), in F32. Run: {@code ./hashgrad bench Pairwise}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class PairwiseLossBenchmark {
    @Param({"java-loops", "cpu", "opencl"})
    public String implementation;

    /** n x bits. */
    @Param({"64x48", "256x64", "1000x63"})
    public String size;

    /** Calls per invocation, with one wait for all: a training step too waits once for all that it computes. */
    @Param("1")
    public int calls;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        int n = Extents.parse(size)[0];
        int bits = Extents.parse(size)[1];
        float[] u = BackendTrial.draw("u", n * bits);
        float[] s = new float[n * n];
        for (int at = 0; at < s.length; at++) {
            s[at] = at / n % 10 == at % n % 10 ? 1 : 0;
        }
        float[] w = new float[n * n];
        Arrays.fill(w, 1f / (n * n));
        float[] gu = new float[u.length];
        double loss = PlainJava.pairwise(u, s, w, gu, n, bits);
        if (implementation.equals("java-loops")) {
            work = () -> BackendTrial.repeated(calls, () -> PlainJava.pairwise(u, s, w, gu, n, bits));
            return;
        }
        double bound = Tolerances.dot(Precision.F32, 4 * (n + bits));
        if (Peers.knows(implementation)) {
            Peer.Call call = Peers.named(implementation).pairwise(u, s, w, n, bits);
            LossAndGradient.requireClose(implementation, call.results(), loss, bound, gu, bound);
            work = () -> BackendTrial.repeated(calls, call::run);
            return;
        }
        trial = new BackendTrial(implementation);
        Backend be = trial.backend();
        Tensor tu = be.tensor(Shape.of(n, bits), u);
        Tensor ts = be.tensor(Shape.of(n, n), s);
        Tensor tw = be.tensor(Shape.of(n, n), w);
        Tensor ones = be.fill(Shape.of(n), 1);
        LossAndGradient results = new LossAndGradient(trial, () -> lossAndGradient(be, tu, ts, tw, ones));
        results.requireClose(implementation, loss, bound, gu, bound);
        work = () -> trial.timed(calls, results.call());
    }

    private static List<Tensor> lossAndGradient(Backend be, Tensor u, Tensor s, Tensor w, Tensor ones) {
        Tensor rows = be.fused(new PairwiseLogistic(1), List.of(u, u, s, w)).get(0);
        Tensor gradient = be.fused(new PairwiseLogistic.Within(1), List.of(u, s, w, rows, ones))
                .get(0);
        return List.of(be.sum(rows, 0), gradient);
    }

    /** Floating-point operations of one invocation's products, θ = u uᵀ by half and (C + Cᵀ) u; the terms of the pairs are not counted. */
    static double flops(String size, int calls) {
        double n = Extents.parse(size)[0];
        return 3 * n * n * Extents.parse(size)[1] * calls;
    }

    @Benchmark
    public Object pairwiseLoss() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
