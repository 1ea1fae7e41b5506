package org.hashgrad.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Precision;
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

/** A {@link ConvChain} forward, or forward and back, in F32, packing and conversions included. Run: {@code ./hashgrad bench ConvChain}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class ConvChainBenchmark {
    private static final String ALL = "all";

    @Param({"cpu", "opencl"})
    public String implementation;

    /** A name that {@link ConvChain} knows. */
    @Param({"alexnet", "3x3x64@32", "5x5x32@16"})
    public String chain;

    /** Forward, or forward and both gradients. */
    @Param({"forward", ALL})
    public String pass;

    @Param("32")
    public int batch;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        ConvChain c = ConvChain.named(chain, batch);
        float[] x = BackendTrial.draw("x", c.input().size());
        float[] gy = BackendTrial.draw("gy", c.output().size());
        List<float[]> w = weights(c);
        boolean gradients = pass.equals(ALL);
        if (Peers.knows(implementation)) {
            Peer.Call call = Peers.named(implementation).chain(c.layers(), c.inputGradient(), x, w, gy, gradients);
            requireClose(c, x, w, gy, call.results());
            work = call::run;
            return;
        }
        trial = new BackendTrial(implementation);
        Supplier<List<Tensor>> call = on(trial.backend(), c, x, w, gy);
        requireClose(c, x, w, gy, trial.allOnce(call));
        work = () -> trial.timed(call);
    }

    /** Normal, of the variance that keeps an activation's. */
    private static List<float[]> weights(ConvChain c) {
        List<float[]> weights = new ArrayList<>();
        for (ConvLayer l : c.layers()) {
            float[] w = BackendTrial.draw("w" + weights.size(), l.weights().size());
            float scale = (float) Math.sqrt(1.0 / (l.channels() * l.kernel() * l.kernel()));
            for (int i = 0; i < w.length; i++) {
                w[i] *= scale;
            }
            weights.add(w);
        }
        return weights;
    }

    private Supplier<List<Tensor>> on(Backend be, ConvChain c, float[] x, List<float[]> w, float[] gy) {
        Tensor tx = be.tensor(c.input(), x);
        Tensor tgy = be.tensor(c.output(), gy);
        List<Tensor> tw = new ArrayList<>();
        for (int i = 0; i < w.size(); i++) {
            tw.add(be.tensor(c.layers().get(i).weights(), w.get(i)));
        }
        return () -> c.run(be, tx, tw, tgy, pass.equals(ALL));
    }

    /** In the norm, against the cpu backend: a rounding that changes which element a window selects moves single gradients by any amount. */
    private void requireClose(ConvChain c, float[] x, List<float[]> w, float[] gy, List<float[]> actual) {
        int terms = 0;
        for (ConvLayer l : c.layers()) {
            terms += l.channels() * l.kernel() * l.kernel();
        }
        double bound = Tolerances.dot(Precision.F32, 4 * terms);
        try (BackendTrial cpu = new BackendTrial("cpu")) {
            List<float[]> expected = cpu.allOnce(on(cpu.backend(), c, x, w, gy));
            for (int i = 0; i < expected.size(); i++) {
                BackendTrial.requireCloseInNorm(implementation + " result " + i, expected.get(i), actual.get(i), bound);
            }
        }
    }

    @Benchmark
    public Object convChain() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
