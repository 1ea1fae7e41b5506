package org.hashgrad.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.TripletLogistic;
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
 * DTSH's triplet likelihood of a batch u (n, bits) with stored codes v (m, bits), and its gradient by u, in F32: 50 positives and 50
 * negatives of each of nine other classes per row, 1.44 million triplets for n = 64; κ = ½, margin half the bits. The composite, of
 * n·m·m numbers, only with a bank of the drawn columns. Run: {@code ./hashgrad bench Triplet}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class TripletLossBenchmark {
    /** A bank of which every column is drawn. */
    @State(Scope.Benchmark)
    public static class Drawn extends Trial {
        @Param({"java-loops", "cpu-composite", "cpu", "opencl-composite", "opencl"})
        public String implementation;

        /** n x m x bits. */
        @Param("64x500x48")
        public String size;

        @Setup(Level.Trial)
        public void prepare() {
            prepare(implementation, Extents.parse(size));
        }
    }

    /** A bank of which every row draws 500 columns. */
    @State(Scope.Benchmark)
    public static class Bank extends Trial {
        @Param({"java-loops", "cpu", "opencl"})
        public String implementation;

        /** n x m x bits. */
        @Param({"64x5000x48", "64x60000x48", "127x5003x24"})
        public String size;

        @Setup(Level.Trial)
        public void prepare() {
            prepare(implementation, Extents.parse(size));
        }
    }

    /** One implementation at one size, checked against plain Java. */
    public abstract static class Trial {
        private Supplier<Object> work;
        private BackendTrial trial;

        final void prepare(String implementation, int[] extents) {
            int n = extents[0];
            int m = extents[1];
            int bits = extents[2];
            float[] u = BackendTrial.draw("u", n * bits);
            float[] v = BackendTrial.draw("v", m * bits);
            float[] s = PlainJava.similarityOfTenClasses(n, m);
            float[] d = new float[n * m];
            int step = m / 500;
            for (int at = 0; at < d.length; at++) {
                int ofClass = at % m / 10;
                d[at] = ofClass % step == 0 && ofClass / step < 50 ? 1 : 0;
            }
            float margin = bits / 2f;
            float[] gu = new float[u.length];
            double loss = PlainJava.triplets(u, v, s, d, margin, gu, n, m, bits);
            if (implementation.equals("java-loops")) {
                work = () -> PlainJava.triplets(u, v, s, d, margin, gu, n, m, bits);
                return;
            }
            trial = BackendTrial.of(implementation);
            Backend be = trial.backend();
            Tensor ones = be.fill(Shape.of(n), 1);
            List<Tensor> inputs = List.of(
                    be.tensor(Shape.of(n, bits), u),
                    be.tensor(Shape.of(m, bits), v),
                    be.tensor(Shape.of(n, m), s),
                    be.tensor(Shape.of(n, m), d));
            FusedPrimitive triplets = new TripletLogistic(0.5, margin);
            LossAndGradient results =
                    new LossAndGradient(trial, () -> trial.lossAndGradient(triplets, inputs, ones, implementation));
            double bound = Tolerances.dot(Precision.F32, 500 + bits);
            results.requireClose(implementation, loss, bound, gu, bound);
            work = results::timed;
        }

        final Object work() {
            return work.get();
        }

        @TearDown(Level.Trial)
        public void close() {
            if (trial != null) {
                trial.close();
            }
        }
    }

    @Benchmark
    public Object tripletLoss(Drawn given) {
        return given.work();
    }

    @Benchmark
    public Object tripletBank(Bank given) {
        return given.work();
    }
}
