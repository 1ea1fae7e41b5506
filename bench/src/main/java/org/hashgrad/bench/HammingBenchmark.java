package org.hashgrad.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.FlatIndex;
import org.hashgrad.hashing.code.HammingIndex;
import org.hashgrad.hashing.code.MultiIndex;
import org.hashgrad.hashing.code.Neighbours;
import org.hashgrad.hashing.code.ScanIndex;
import org.hashgrad.hashing.code.Ties;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Exact search by Hamming distance: queries against n codes, the k nearest or all within a radius, on all processors, or on the OpenCL device.
 * Codes are uniform; or clustered or near: 1000 uniform centres, each bit flipped with probability 1/8 or 1/32, queries likewise, so that two of a centre
 * are about 14 or 4 of 64 bits apart. After each row that compares all codes: words of 64 bits per second, and their share of the machine's
 * popcount peak, which {@code bench/peers/popcount.c} measures.
 * Run: {@code ./hashgrad bench Hamming -p implementation=flat -p codes=uniform -p search=nearest:100 -p size=1000x1000000x64}; the peer is
 * {@code bench/peers/hamming.py}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@NullUnmarked
public class HammingBenchmark {
    private static final int CENTRES = 1000;

    /** A bit is flipped with probability ½ to this power. */
    private static final int CLUSTERED = 3;

    private static final int NEAR = 5;

    @Param({"flat", "multi", "opencl"})
    public String implementation;

    @Param({"uniform", "clustered", "near"})
    public String codes;

    /** nearest:k or radius:r. */
    @Param({"nearest:100", "radius:2"})
    public String search;

    /** queries x n x bits. */
    @Param({"1000x1000000x64", "1000x1000000x128", "100x1000000x512"})
    public String size;

    private boolean nearest;
    private int limit;
    private Supplier<List<Neighbours>> work;
    private Backend backend;
    private HammingIndex searched;
    private double words;
    private double best;

    @Setup(Level.Trial)
    public void prepare() {
        int[] extents = Extents.parse(size);
        Codes database = draw("database", extents[1], extents[2]);
        Codes queries = draw("query", extents[0], extents[2]);
        int threads = Runtime.getRuntime().availableProcessors();
        searched = switch (implementation) {
            case "flat" -> new FlatIndex(database, threads);
            case "multi" -> MultiIndex.of(database, threads);
            default -> {
                backend = Backends.installed().open(implementation);
                yield new ScanIndex(database, backend.hammingScan().orElseThrow());
            }
        };
        words = (double) extents[0] * extents[1] * database.wordsPerCode();
        best = Double.POSITIVE_INFINITY;
        if (!search.matches("(nearest|radius):\\d{1,9}")) {
            throw new IllegalArgumentException("search: is " + search + "; need nearest:K or radius:R");
        }
        nearest = search.startsWith("nearest");
        limit = Integer.parseInt(search.substring(search.indexOf(':') + 1));
        work = () -> nearest ? searched.nearest(queries, limit, Ties.CUT_BY_ID) : searched.within(queries, limit);
        requireExact(database, queries, work.get());
    }

    @TearDown(Level.Trial)
    public void share() {
        if (backend != null) {
            ((ScanIndex) searched).close();
            backend.close();
        }
        if (implementation.equals("multi")) {
            return;
        }
        double perSecond = words / best;
        String row = String.join(" ", implementation, codes, search, size);
        try {
            double peak = PopcountPeak.wordsPerSecond();
            System.out.printf(
                    "%n%s: at best %.1f G words/s, %.0f %% of the machine's popcount peak of %.1f G words/s%n",
                    row, perSecond * 1e-9, 100 * perSecond / peak, peak * 1e-9);
        } catch (IOException e) {
            System.out.printf(
                    "%n%s: at best %.1f G words/s; popcount peak not measured: %s%n", row, perSecond * 1e-9, e);
        }
    }

    private Codes draw(String purpose, int n, int bits) {
        RandomKey key = RandomKey.of(1).split(purpose);
        RandomKey centre = RandomKey.of(1).split("centre");
        int words = (bits + 63) / 64;
        long[] drawn = new long[n * words];
        for (int i = 0; i < n; i++) {
            int of = key.split("cluster").below(CENTRES, i);
            for (int w = 0; w < words; w++) {
                long at = (long) i * words + w;
                if (codes.equals("uniform")) {
                    drawn[(int) at] = key.bits(at);
                    continue;
                }
                long flips = -1;
                for (int half = 0; half < (codes.equals("near") ? NEAR : CLUSTERED); half++) {
                    flips &= key.bits(NEAR * at + half);
                }
                drawn[(int) at] = centre.bits((long) of * words + w) ^ flips;
            }
        }
        return Codes.ofWords(drawn, n, bits);
    }

    /** The first query's distances against a count of all. */
    private void requireExact(Codes database, Codes queries, List<Neighbours> found) {
        int[] counts = new int[database.bits() + 1];
        for (int i = 0; i < database.count(); i++) {
            counts[queries.hamming(0, database, i)]++;
        }
        int[] distances = found.get(0).distances();
        long expected = nearest
                ? Math.min(limit, database.count())
                : Arrays.stream(counts).limit(limit + 1L).sum();
        boolean right = distances.length == expected;
        int at = 0;
        for (int d = 0; d < counts.length && at < distances.length; d++) {
            for (int c = 0; c < counts[d] && at < distances.length; c++) {
                right &= distances[at++] == d;
            }
        }
        if (!right) {
            throw new IllegalStateException("hamming: " + implementation + ": the first query's distances are wrong");
        }
    }

    @Benchmark
    public List<Neighbours> hamming() {
        long start = System.nanoTime();
        List<Neighbours> found = work.get();
        best = Math.min(best, (System.nanoTime() - start) * 1e-9);
        return found;
    }
}
