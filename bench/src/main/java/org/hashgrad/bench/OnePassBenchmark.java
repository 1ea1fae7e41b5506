package org.hashgrad.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.ReduceOp;
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
 * What goes over an image x (batch, channels, side, side), or over it as a matrix (batch · channels, side · side), once, in F32. Run:
 * {@code ./hashgrad bench OnePass}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class OnePassBenchmark {
    /** The window of AlexNet's normalisation. */
    private static final LocalResponseNormalization RESPONSE = new LocalResponseNormalization(2, 2e-5, 0.75, 1);

    private static final BiasActivation BIAS = new BiasActivation(Activation.RELU);

    @Param({"cpu", "opencl"})
    public String implementation;

    @Param({"bias-relu", "response", "log-softmax", "sum-rows", "sum-columns", "transpose", "gather-rows"})
    public String op;

    /** batch x channels x side, behind AlexNet's first convolution. */
    @Param("32x64x55")
    public String size;

    private Supplier<Object> work;
    private BackendTrial trial;

    @Setup(Level.Trial)
    public void prepare() {
        Shape image = image(size);
        Shape matrix = Shape.of(image.dim(0) * image.dim(1), image.dim(2) * image.dim(3));
        float[] values = BackendTrial.draw("x", image.size());
        float[] biases = BackendTrial.draw("b", image.dim(1));
        int rows = matrix.dim(0);
        int[] reversed = IntStream.range(0, rows).map(i -> rows - 1 - i).toArray();
        Function<Backend, Supplier<List<Tensor>>> call = be -> {
            Tensor x = be.tensor(image, values);
            Tensor m = be.tensor(matrix, values);
            Tensor b = be.tensor(Shape.of(image.dim(1)), biases);
            return switch (op) {
                case "bias-relu" -> () -> be.fused(BIAS, List.of(x, b));
                case "response" -> () -> be.fused(RESPONSE, List.of(x));
                case "log-softmax" -> () -> be.fused(new LogSoftmax(), List.of(m));
                case "sum-rows" -> () -> List.of(be.reduce(ReduceOp.SUM, m, 1));
                case "sum-columns" -> () -> List.of(be.reduce(ReduceOp.SUM, m, 0));
                case "transpose" -> () -> List.of(be.permute(m, 1, 0));
                default -> () -> List.of(be.gatherRows(m, IndexTensor.of(reversed)));
            };
        };
        trial = new BackendTrial(implementation);
        int terms = op.equals("sum-columns") ? matrix.dim(0) : matrix.dim(1);
        work = trial.checked(call, Tolerances.sum(Precision.F32, 4 * terms));
    }

    private static Shape image(String size) {
        int[] extents = Extents.parse(size);
        return Shape.of(extents[0], extents[1], extents[2], extents[2]);
    }

    /** Bytes that one invocation has to read and write. */
    static double bytes(String op, String size) {
        Shape image = image(size);
        double x = image.size();
        return 4
                * switch (op) {
                    case "sum-rows" -> x + image.dim(0) * image.dim(1);
                    case "sum-columns" -> x + image.dim(2) * image.dim(3);
                    default -> 2 * x;
                };
    }

    @Benchmark
    public Object onePass() {
        return work.get();
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
