package org.hashgrad.tensor.cpu;

import org.hashgrad.tensor.Peak;

/**
 * What all threads together reach at most with loops of this backend: multiply-adds in the product's tile on panels in the first cache, and a
 * copy of arrays far larger than the last. The best of some rounds; takes about half a second.
 */
final class CpuPeak {
    private static final int ROUNDS = 7;
    private static final int DEPTH = 128;
    private static final int TILES = 100_000;
    private static final int COPIED = 1 << 24;

    private CpuPeak() {}

    static Peak measure(Workers workers, Kernels kernels) {
        int rows = kernels.tileRows();
        int columns = kernels.tileColumns();
        long tiles = Math.max(1, TILES / (1L + rows * columns / 64));
        double flops = 0;
        double bytes = 0;
        float[] x = new float[COPIED];
        float[] y = new float[COPIED];
        for (int round = 0; round < ROUNDS; round++) {
            double seconds = seconds(() -> workers.run(workers.count(), 1, (from, to) -> {
                float[] a = new float[DEPTH * rows];
                float[] b = new float[DEPTH * columns];
                float[] c = new float[rows * columns];
                for (long tile = 0; tile < tiles * (to - from); tile++) {
                    kernels.multiply(DEPTH, a, 0, rows, b, 0, c, 0, columns);
                }
            }));
            flops = Math.max(flops, 2.0 * rows * columns * DEPTH * tiles * workers.count() / seconds);
            seconds = seconds(
                    () -> workers.run(COPIED, 1 << 16, (from, to) -> System.arraycopy(x, from, y, from, to - from)));
            bytes = Math.max(bytes, 2.0 * Float.BYTES * COPIED / seconds);
        }
        return new Peak(flops, bytes);
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) * 1e-9;
    }
}
