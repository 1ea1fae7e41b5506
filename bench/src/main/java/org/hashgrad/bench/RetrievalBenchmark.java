package org.hashgrad.bench;

import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.metric.DcmhEvaluation;
import org.hashgrad.hashing.metric.Retrieval;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.tensor.RandomKey;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * All metrics of a whole ranking: mAP (averaged, best, worst, and stable order where asked), the three curves, precision@N. Uniform codes of 64 bits; one of ten
 * classes, or any of 24 labels with chance 1/12. The same in NumPy: {@code python3 bench/peers/retrieval.py}. Run: {@code ./hashgrad bench Retrieval}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class RetrievalBenchmark {
    private static final int QUERIES = 1000;
    private static final int BITS = 64;
    private static final int LABELS = 24;

    @Param({"single", "multi"})
    public String labels;

    @Param({"averaged", "averaged+stable"})
    public String orders;

    @Param({"1000000"})
    public int items;

    private Retrieval retrieval;
    private RetrievalMetrics metrics;

    @Setup(Level.Trial)
    public void prepare() {
        RandomKey key = RandomKey.of(0);
        retrieval = new Retrieval(
                codes(key.split("query"), QUERIES),
                labels(key.split("query labels"), QUERIES),
                codes(key.split("database"), items),
                labels(key.split("database labels"), items));
        RetrievalMetrics all = RetrievalMetrics.standard(Runtime.getRuntime().availableProcessors());
        metrics = orders.equals("averaged") ? all.withoutStableOrder() : all;
        Retrieval first = new Retrieval(
                codes(key.split("query"), 2),
                labels(key.split("query labels"), 2),
                retrieval.database(),
                retrieval.databaseLabels());
        Object sorted = new DcmhEvaluation().measure(first, OptionalInt.empty()).get("mAP");
        double found = first.evaluate(all).meanAveragePrecisionStable();
        if (Math.abs((double) sorted - found) > 1e-12) {
            throw new IllegalStateException("retrieval: mAP is " + found + "; by sorting " + sorted);
        }
    }

    private static Codes codes(RandomKey key, int count) {
        byte[] packed = new byte[count * BITS / Byte.SIZE];
        for (int at = 0; at < packed.length; at++) {
            packed[at] = (byte) key.bits(at);
        }
        return Codes.fromPackedBytes(packed, count, BITS);
    }

    private Labels labels(RandomKey key, int count) {
        if (labels.equals("single")) {
            int[] classes = new int[count];
            for (int i = 0; i < count; i++) {
                classes[i] = key.below(10, i);
            }
            return ClassLabels.of(classes);
        }
        int[] rows = new int[count * LABELS];
        for (int at = 0; at < rows.length; at++) {
            rows[at] = key.below(12, at) == 0 ? 1 : 0;
        }
        return MultiLabels.ofRows(rows, LABELS);
    }

    @Benchmark
    public RetrievalReport metrics() {
        return retrieval.evaluate(metrics);
    }
}
