package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.HammingScan;
import org.jocl.Pointer;

/** Codes on the device; launches {@code hamming.cl}. */
final class Hamming implements HammingScan.Block {
    private static final String FILE = "hamming.cl";
    /** A stride is a multiple of the widest vectors. */
    private static final int MULTIPLE = 16;
    /** Vectors of an item: on a CPU so many half-words that they stay in the first cache. */
    private static final int CPU_HALF_WORDS = 4096;

    private static final int GPU_RUN = 4;

    private final Engine engine;
    private final int n;
    private final int planes;
    private final int stride;
    private final DeviceBuffer codes;
    private boolean closed;

    Hamming(Engine engine, int[] planes, int n) {
        this.engine = engine;
        this.n = n;
        this.planes = planes.length / n;
        this.stride = Math.multiplyExact(Tile.ceil(n, MULTIPLE), MULTIPLE);
        int[] padded = new int[Math.multiplyExact(this.planes, stride)];
        for (int p = 0; p < this.planes; p++) {
            System.arraycopy(planes, p * n, padded, p * stride, n);
        }
        codes = engine.integers(padded);
    }

    @Override
    public int[] counts(int[] queries, int[] limits) {
        int bins = 32 * planes + 1;
        int[] counts = new int[Math.multiplyExact(limits.length, bins)];
        try (Engine.Scratch asked = engine.scratch(queries);
                Engine.Scratch upTo = engine.scratch(limits);
                Engine.Scratch out = engine.scratch(counts)) {
            Grid grid = grid();
            engine.kernel(FILE, "hamming_counts")
                    .run(
                            grid.global(limits.length),
                            grid.local(),
                            codes,
                            asked.buffer(),
                            upTo.buffer(),
                            out.buffer(),
                            n,
                            stride,
                            planes,
                            bins,
                            grid.run,
                            grid.start,
                            grid.step);
            engine.transfers().read(out.buffer(), Pointer.to(counts), (long) Integer.BYTES * counts.length);
        }
        return counts;
    }

    @Override
    public long[] within(int[] queries, int[] limits, int[] firsts) {
        long[] found = new long[firsts[limits.length]];
        if (found.length == 0) {
            return found;
        }
        try (Engine.Scratch asked = engine.scratch(queries);
                Engine.Scratch upTo = engine.scratch(limits);
                Engine.Scratch from = engine.scratch(firsts);
                Engine.Scratch next = engine.scratch(new int[limits.length]);
                Engine.Scratch out = engine.scratch(2L * found.length)) {
            Grid grid = grid();
            engine.kernel(FILE, "hamming_within")
                    .run(
                            grid.global(limits.length),
                            grid.local(),
                            codes,
                            asked.buffer(),
                            upTo.buffer(),
                            from.buffer(),
                            next.buffer(),
                            out.buffer(),
                            n,
                            stride,
                            planes,
                            grid.run,
                            grid.start,
                            grid.step);
            engine.transfers().read(out.buffer(), Pointer.to(found), (long) Long.BYTES * found.length);
        }
        return found;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            engine.give(codes);
        }
    }

    /** How the vectors of codes are shared out among items. */
    private record Grid(int items, int group, int run, int start, int step) {
        long[] global(int queries) {
            return new long[] {queries, items};
        }

        long[] local() {
            return new long[] {1, group};
        }
    }

    private Grid grid() {
        boolean apart = engine.family() == Family.GPU;
        int vectors = Tile.ceil(n, engine.lanes());
        int run = apart ? GPU_RUN : Math.max(1, CPU_HALF_WORDS / engine.lanes() / planes);
        int group = apart
                ? (int) Math.min(engine.family().wideGroup(), engine.device().largestGroup())
                : 1;
        int items = Tile.ceil(Tile.ceil(vectors, run), group) * group;
        return new Grid(items, group, run, apart ? 1 : run, apart ? items : 1);
    }
}
