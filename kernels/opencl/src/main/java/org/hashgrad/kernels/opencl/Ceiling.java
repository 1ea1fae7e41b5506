package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.Peak;

/** What a device was seen to reach at most, multiply-adds in registers and a copy; launches {@code ceiling.cl}. */
final class Ceiling {
    private static final String FILE = "ceiling.cl";
    private static final int ROUNDS = 7;
    private static final int CHAINS = 12;
    private static final int RUN = 1024;
    private static final int COPIED_BYTES = 1 << 27;

    private Ceiling() {}

    /** The best of some rounds; takes about half a second on a CPU and a quarter of a gigabyte. */
    static Peak measure(Engine engine) {
        return measure(engine, ROUNDS);
    }

    static Peak measure(Engine engine, int rounds) {
        double perSecond = flops(engine, rounds, steps(engine.family()));
        int vectors = COPIED_BYTES / engine.precision().bytes() / engine.lanes();
        double bytes = 0;
        try (Engine.Scratch x = engine.scratch((long) vectors * engine.lanes());
                Engine.Scratch y = engine.scratch((long) vectors * engine.lanes())) {
            stream(engine, y.buffer(), x.buffer(), vectors / RUN);
            for (int round = 0; round < rounds; round++) {
                double seconds = seconds(engine, () -> stream(engine, x.buffer(), y.buffer(), vectors / RUN));
                bytes = Math.max(bytes, 2.0 * COPIED_BYTES / seconds);
            }
        }
        return new Peak(perSecond, bytes);
    }

    /** So many that a launch takes milliseconds, beside which its own cost, some hundredths of one, does not count. */
    static int steps(Family family) {
        return family == Family.GPU ? 20_000 : 1_000_000;
    }

    /** Operations per second in the best of some launches of {@code steps} steps. */
    static double flops(Engine engine, int rounds, int steps) {
        int wide = engine.family() == Family.GPU ? 4096 : 4;
        int items = engine.device().computeUnits() * wide;
        double perSecond = 0;
        try (Engine.Scratch y = engine.scratch((long) items * engine.lanes())) {
            for (int round = 0; round < rounds; round++) {
                double seconds = seconds(engine, () -> chains(engine, y.buffer(), items, steps));
                perSecond = Math.max(perSecond, 2.0 * CHAINS * engine.lanes() * items * steps / seconds);
            }
        }
        return perSecond;
    }

    private static double seconds(Engine engine, Runnable launch) {
        engine.transfers().finish();
        long start = System.nanoTime();
        launch.run();
        engine.transfers().finish();
        return (System.nanoTime() - start) * 1e-9;
    }

    /** y (items, lanes): the sum over c = 0 … 11 of c after {@code steps} times a ← ½ a + ½. */
    static void chains(Engine engine, DeviceBuffer y, int items, int steps) {
        engine.kernel(FILE, "chains").wide(items, 1, 1, y, items, steps, 0.5, 0.5);
    }

    /** Copies {@code items} times {@value #RUN} vectors from x to y. */
    static void stream(Engine engine, DeviceBuffer x, DeviceBuffer y, int items) {
        boolean apart = engine.family() == Family.GPU;
        engine.kernel(FILE, "stream").wide(items, 1, 1, x, y, items, RUN, apart ? 1 : RUN, apart ? items : 1);
    }
}
