package org.hashgrad.kernels.opencl;

/** Launches {@code gemm.cl}: block sizes by the device's local memory, work per item by shape and compute units. */
final class CpuGemm extends Gemm {
    private static final int ROWS = 6;
    private static final int LARGE = 256;
    private static final int SMALL_KC = 64;

    private final int panel;
    private final int mostColumns;
    private final String defines;

    CpuGemm(Engine engine) {
        super(engine);
        this.panel = 4 * engine.lanes();
        long large = (long) LARGE * 4 * panel * engine.precision().bytes();
        boolean roomy = engine.device().localBytes() >= large;
        this.mostColumns = roomy ? 4 * panel : panel;
        this.defines = "-D KC=" + (roomy ? LARGE : SMALL_KC) + " -D NC=" + mostColumns;
    }

    @Override
    void run(
            DeviceBuffer a,
            DeviceBuffer b,
            DeviceBuffer c,
            int m,
            int n,
            int k,
            boolean transposeA,
            boolean transposeB) {
        int wanted = 4 * engine().device().computeUnits();
        int columns = mostColumns;
        while (columns > panel && ceil(n, columns) < wanted) {
            columns /= 2;
        }
        int blocks = ceil(n, columns);
        int parts = Math.max(1, Math.min(ceil(m, 4 * ROWS), wanted / blocks));
        int rows = ceil(ceil(m, parts), ROWS) * ROWS;
        engine().kernel("gemm.cl", "gemm", defines)
                .run(
                        new long[] {blocks, ceil(m, rows)},
                        new long[] {1, 1},
                        a,
                        b,
                        c,
                        m,
                        n,
                        k,
                        transposeA ? 1 : 0,
                        transposeB ? 1 : 0,
                        rows,
                        columns);
    }

    private static int ceil(int count, int step) {
        return (count + step - 1) / step;
    }
}
