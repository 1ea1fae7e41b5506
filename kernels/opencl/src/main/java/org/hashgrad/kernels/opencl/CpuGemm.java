package org.hashgrad.kernels.opencl;

import org.jspecify.annotations.Nullable;

/** Launches {@code gemm.cl}: the variant by {@link GemmTable}, work per item by shape and compute units. */
final class CpuGemm extends Gemm {
    private final @Nullable GemmVariant fixed;

    CpuGemm(Engine engine) {
        this(engine, null);
    }

    /** @param fixed the variant for every shape, as far as the device has the local memory; null for the table's choice */
    CpuGemm(Engine engine, @Nullable GemmVariant fixed) {
        super(engine);
        this.fixed = fixed;
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
        GemmVariant chosen = fixed != null ? fixed : GemmTable.of(transposeA, transposeB, m, n, k);
        GemmVariant variant =
                chosen.fits(engine().device(), engine().lanes(), engine().precision()) ? chosen : GemmVariant.SMALL;
        if (variant.swapped()) {
            launch(variant, b, a, c, n, m, k, !transposeB, !transposeA);
        } else {
            launch(variant, a, b, c, m, n, k, transposeA, transposeB);
        }
    }

    private void launch(
            GemmVariant variant,
            DeviceBuffer a,
            DeviceBuffer b,
            DeviceBuffer c,
            int m,
            int n,
            int k,
            boolean transposeA,
            boolean transposeB) {
        int panel = GemmVariant.VECTORS * engine().lanes();
        int mostColumns = variant.columns(engine().lanes());
        int wanted = (variant.swapped() ? 2 : 4) * engine().device().computeUnits();
        int columns = mostColumns;
        while (columns > panel && Tile.ceil(n, columns) < wanted) {
            columns /= 2;
        }
        int blocks = Tile.ceil(n, columns);
        int parts = Math.max(1, Math.min(Tile.ceil(m, 4 * GemmVariant.ROWS), wanted / blocks));
        int rows = Tile.ceil(Tile.ceil(m, parts), GemmVariant.ROWS) * GemmVariant.ROWS;
        engine().kernel("gemm.cl", "gemm", "-D KC=" + variant.depth() + " -D NC=" + mostColumns)
                .run(
                        new long[] {blocks, Tile.ceil(m, rows)},
                        new long[] {1, 1},
                        a,
                        b,
                        c,
                        m,
                        n,
                        k,
                        transposeA ? 1 : 0,
                        transposeB ? 1 : 0,
                        variant.swapped() ? 1 : 0,
                        rows,
                        columns);
    }
}
