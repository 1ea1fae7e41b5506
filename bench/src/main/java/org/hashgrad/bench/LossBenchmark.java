package org.hashgrad.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.PairLoss;
import org.hashgrad.hashing.loss.PairTargetLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.loss.PointLoss;
import org.hashgrad.hashing.loss.TargetLoss;
import org.hashgrad.hashing.loss.TripletLoss;
import org.hashgrad.hashing.loss.Triplets;
import org.hashgrad.hashing.loss.custom.LossSource;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
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
 * Any loss on one batch, through the tape: its value, and its value with the gradient by u (n, bits). v = u, ten classes. Whether it is
 * right is a question for {@code gradcheck}: how near two backends' sums must be depends on terms that only the loss knows. Run:
 * {@code ./hashgrad bench loss MyLoss.java}, which leaves out the larger batch for a loss of triplets, whose operations hold n³ numbers.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class LossBenchmark {
    private static final int CLASSES = 10;

    /** A name, class or source file that {@link LossSource} knows. */
    @Param("DhnLoss.mean")
    public String loss;

    @Param({"reference", "cpu", "opencl"})
    public String implementation;

    /** n x bits. */
    @Param({"64x48", "256x64"})
    public String size;

    private Loss objective;
    private BackendTrial trial;
    private float[] codes;
    private Shape shape;
    private Pairs pairs;

    @Setup(Level.Trial)
    public void prepare() {
        objective = LossSource.named(loss);
        trial = new BackendTrial(implementation);
        int n = Extents.parse(size)[0];
        shape = Shape.of(n, Extents.parse(size)[1]);
        codes = BackendTrial.draw("u", shape.size());
        int[] batch = new int[n];
        int[] classes = new int[n];
        for (int i = 0; i < n; i++) {
            batch[i] = i;
            classes[i] = i % CLASSES;
        }
        pairs = Pairs.within(ClassLabels.of(classes), batch);
        double value = valueOn(trial.backend());
        if (!Double.isFinite(value)) {
            throw new IllegalStateException(loss + " on " + implementation + " is " + value + "; need a finite value");
        }
    }

    @Benchmark
    public Object value() {
        return trial.timed(() -> valueOn(trial.backend()));
    }

    @Benchmark
    public Object valueAndGradient() {
        return trial.timed(() -> {
            try (Pass pass = Pass.train(trial.backend(), RandomKey.of(0))) {
                Variable u = pass.input(trial.backend().tensor(shape, codes));
                return pass.gradients(of(u), List.of(u), Order.FIRST).get(0).shape();
            }
        });
    }

    private double valueOn(Backend backend) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            return of(pass.constant(backend.tensor(shape, codes))).value().item();
        }
    }

    private Variable of(Variable u) {
        if (objective instanceof PointLoss ofPoints) {
            return ofPoints.of(u);
        }
        if (objective instanceof PairLoss ofPairs) {
            return ofPairs.of(u, u, pairs);
        }
        if (objective instanceof TripletLoss ofTriplets) {
            return ofTriplets.of(u, u, Triplets.within(pairs));
        }
        Variable signs = u.pass().constant(u.sgn().value());
        return objective instanceof TargetLoss ofTargets
                ? ofTargets.of(u, signs)
                : ((PairTargetLoss) objective).of(u, u, pairs, signs);
    }

    @TearDown(Level.Trial)
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
