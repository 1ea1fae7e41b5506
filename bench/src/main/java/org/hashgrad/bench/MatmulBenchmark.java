package org.hashgrad.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

/** Matrix product (m, k) · (k, n) in F32. Run: {@code ./hashgrad bench Matmul}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class MatmulBenchmark {
    private static final int CHECKED = 64;

    @Param({"java-loops", "cpu", "opencl"})
    public String implementation;

    /** m x k x n; the second is no multiple of any tile, the third a dense layer of the demo network. */
    @Param({"1024x1024x1024", "127x513x255", "64x576x256"})
    public String size;

    /** What is transposed in memory: {@code nn} neither, {@code nt} b as in a forward pass, {@code tn} a as in a gradient by weights. */
    @Param({"nn", "nt", "tn"})
    public String form;

    /** Products per invocation on a backend, with one wait for all: on a GPU the wait alone costs as much as a small product. */
    @Param("1")
    public int calls;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        int[] extents = Extents.parse(size);
        int m = extents[0];
        int k = extents[1];
        int n = extents[2];
        boolean ta = form.charAt(0) == 't';
        boolean tb = form.charAt(1) == 't';
        float[] a = BackendTrial.draw("a", m * k);
        float[] b = BackendTrial.draw("b", k * n);
        float[] givenA = ta ? PlainJava.transpose(a, m, k) : a;
        float[] givenB = tb ? PlainJava.transpose(b, k, n) : b;
        float[] c = new float[m * n];
        if (implementation.equals("java-loops")) {
            work = () -> BackendTrial.repeated(
                    calls,
                    () -> PlainJava.matmul(
                            ta ? PlainJava.transpose(givenA, k, m) : a,
                            tb ? PlainJava.transpose(givenB, n, k) : b,
                            c,
                            m,
                            k,
                            n));
        } else if (Peers.knows(implementation)) {
            Peer.Call call = Peers.named(implementation).matmul(givenA, givenB, m, k, n, ta, tb);
            requireProduct(implementation, a, b, call.results().get(0), m, k, n);
            work = () -> BackendTrial.repeated(calls, call::run);
        } else {
            trial = new BackendTrial(implementation);
            Tensor left = trial.backend().tensor(ta ? Shape.of(k, m) : Shape.of(m, k), givenA);
            Tensor right = trial.backend().tensor(tb ? Shape.of(n, k) : Shape.of(k, n), givenB);
            Supplier<Tensor> product = () -> trial.backend().matmul(left, right, ta, tb);
            requireProduct(implementation, a, b, trial.once(product), m, k, n);
            work = () -> trial.timed(calls, product);
        }
    }

    /** Compares up to {@link #CHECKED} rows, spread over the product, with plain Java. */
    private static void requireProduct(String what, float[] a, float[] b, float[] actual, int m, int k, int n) {
        int rows = Math.min(m, CHECKED);
        float[] some = new float[rows * k];
        float[] result = new float[rows * n];
        for (int r = 0; r < rows; r++) {
            int row = (int) ((long) r * (m - 1) / Math.max(1, rows - 1));
            System.arraycopy(a, row * k, some, r * k, k);
            System.arraycopy(actual, row * n, result, r * n, n);
        }
        float[] expected = PlainJava.matmul(some, b, new float[rows * n], rows, k, n);
        BackendTrial.requireClose(what, expected, result, Tolerances.dot(Precision.F32, 4 * k));
    }

    /** Work of one invocation in floating-point operations. */
    static double flops(String size, String calls) {
        int[] extents = Extents.parse(size);
        return 2.0 * extents[0] * extents[1] * extents[2] * Integer.parseInt(calls);
    }

    @Benchmark
    public Object matmul() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
