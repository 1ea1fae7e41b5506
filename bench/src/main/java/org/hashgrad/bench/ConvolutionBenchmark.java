package org.hashgrad.bench;

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

/** 2-D convolution and its two gradients in F32, row-major in and out. Run: {@code ./hashgrad bench Convolution}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class ConvolutionBenchmark {
    private static final double LARGE = 5e9;

    @Param({"java-loops", "cpu", "opencl"})
    public String implementation;

    /** batch x channels x outputs x kernel x side, and stride x padding where the extent is not kept: the three layers of the demo network, and a 3x3 layer. */
    @Param({"64x1x32x5x28", "64x32x32x5x14", "64x32x64x5x7", "16x64x64x3x32"})
    public String layer;

    @Param({"forward", "input-gradient", "weight-gradient"})
    public String pass;

    /** Passes per invocation, with one wait for all. */
    @Param("1")
    public int calls;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        ConvLayer l = ConvLayer.parse(layer);
        float[] x = BackendTrial.draw("x", l.input().size());
        float[] w = BackendTrial.draw("w", l.weights().size());
        float[] gy = BackendTrial.draw("gy", l.output().size());
        float[] result = new float
                [switch (pass) {
                    case "forward" -> gy.length;
                    case "input-gradient" -> x.length;
                    default -> w.length;
                }];
        Supplier<float[]> loops =
                switch (pass) {
                    case "forward" -> () -> PlainJava.convolve(l, x, w, result);
                    case "input-gradient" -> () -> PlainJava.inputGradient(l, gy, w, result);
                    default -> () -> PlainJava.weightGradient(l, x, gy, result);
                };
        if (implementation.equals("java-loops")) {
            work = () -> BackendTrial.repeated(calls, loops);
            return;
        }
        if (Peers.knows(implementation)) {
            Peer.Call call = Peers.named(implementation).convolution(l, pass, x, w, gy);
            requireClose(l, expected(l, x, w, gy, loops), call.results().get(0));
            work = () -> BackendTrial.repeated(calls, call::run);
            return;
        }
        trial = new BackendTrial(implementation);
        Supplier<Tensor> call = on(trial, l, x, w, gy);
        requireClose(l, expected(l, x, w, gy, loops), trial.once(call));
        work = () -> trial.timed(calls, call);
    }

    private void requireClose(ConvLayer l, float[] expected, float[] actual) {
        int inner = pass.equals("weight-gradient")
                ? l.output().size() / l.outputs()
                : Math.max(l.channels(), l.outputs()) * l.kernel() * l.kernel();
        BackendTrial.requireClose(implementation, expected, actual, Tolerances.dot(Precision.F32, 4 * inner));
    }

    private Supplier<Tensor> on(BackendTrial trial, ConvLayer l, float[] x, float[] w, float[] gy) {
        Backend be = trial.backend();
        Tensor tx = be.tensor(l.input(), x);
        Tensor tw = be.tensor(l.weights(), w);
        Tensor tgy = be.tensor(l.output(), gy);
        return switch (pass) {
            case "forward" -> () -> be.conv2d(tx, tw, l.geometry());
            case "input-gradient" -> () -> be.conv2dInputGradient(tgy, tw, l.input(), l.geometry());
            default -> () -> be.conv2dWeightGradient(tx, tgy, l.weights(), l.geometry());
        };
    }

    /** From plain Java; large layers, which would take it minutes, from the cpu backend. */
    private float[] expected(ConvLayer l, float[] x, float[] w, float[] gy, Supplier<float[]> loops) {
        if (l.flops() <= LARGE) {
            return loops.get();
        }
        try (BackendTrial cpu = new BackendTrial("cpu")) {
            return cpu.once(on(cpu, l, x, w, gy));
        }
    }

    @Benchmark
    public Object convolution() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
