package org.hashgrad.kernels.opencl;

import java.util.List;

/** Launches {@code gpu_gemm.cl}; a cut sum goes through scratch and {@link Reduction}. */
final class GpuGemm extends Gemm {
    static final List<Tile> TILES =
            List.of(new Tile(128, 128, 8, 8, 8), new Tile(64, 64, 4, 8, 16), new Tile(32, 32, 4, 4, 16));

    private final List<Tile> tiles;
    private final Reduction reduction;

    GpuGemm(Engine engine, Reduction reduction) {
        this(engine, reduction, engine.fitting(TILES));
    }

    /** @param tiles to choose from, the largest first */
    GpuGemm(Engine engine, Reduction reduction, List<Tile> tiles) {
        super(engine);
        this.tiles = tiles;
        this.reduction = reduction;
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
        Tile.Plan plan = Tile.plan(tiles, 1, m, n, k, true);
        if (plan.splits() == 1) {
            launch(plan, a, b, c, m, n, k, transposeA, transposeB);
            return;
        }
        try (Engine.Scratch parts = engine().scratch((long) plan.splits() * m * n)) {
            launch(plan, a, b, parts.buffer(), m, n, k, transposeA, transposeB);
            reduction.addParts(parts.buffer(), plan.splits(), m * n, c);
        }
    }

    private void launch(
            Tile.Plan plan,
            DeviceBuffer a,
            DeviceBuffer b,
            DeviceBuffer c,
            int m,
            int n,
            int k,
            boolean transposeA,
            boolean transposeB) {
        Tile tile = plan.tile();
        engine().kernel("gpu_gemm.cl", "gemm", tile.defines(engine().precision()))
                .groups(
                        Tile.ceil(n, tile.columns()),
                        Tile.ceil(m, tile.rows()),
                        plan.splits(),
                        tile.items(),
                        a,
                        b,
                        c,
                        m,
                        n,
                        k,
                        transposeA ? 1 : 0,
                        transposeB ? 1 : 0,
                        plan.length());
    }
}
