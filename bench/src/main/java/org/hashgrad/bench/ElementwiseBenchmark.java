package org.hashgrad.bench;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BinaryOp;
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

/** A function of n numbers, or of two times n, in F32. Run: {@code ./hashgrad bench Elementwise}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class ElementwiseBenchmark {
    @Param({"cpu", "opencl"})
    public String implementation;

    /** A {@link UnaryOp} or a {@link BinaryOp}. */
    @Param({"EXP", "SOFTPLUS", "RELU", "ADD", "RELU_GRADIENT"})
    public String op;

    @Param({"4194307"})
    public int n;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        float[] a = BackendTrial.draw("a", n);
        float[] b = BackendTrial.draw("b", n);
        Function<Backend, Supplier<List<Tensor>>> call = be -> {
            Tensor ta = be.tensor(Shape.of(n), a);
            if (ofOne(op)) {
                return () -> List.of(be.unary(UnaryOp.valueOf(op), ta));
            }
            Tensor tb = be.tensor(Shape.of(n), b);
            return () -> List.of(be.binary(BinaryOp.valueOf(op), ta, tb));
        };
        trial = new BackendTrial(implementation);
        work = trial.checked(call, Tolerances.elementwise(Precision.F32, 5));
    }

    private static boolean ofOne(String op) {
        return Arrays.stream(UnaryOp.values()).anyMatch(unary -> unary.name().equals(op));
    }

    /** Bytes that one invocation has to read and write. */
    static double bytes(String op, String n) {
        return 4.0 * Integer.parseInt(n) * (ofOne(op) ? 2 : 3);
    }

    @Benchmark
    public Object elementwise() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
