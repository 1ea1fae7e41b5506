package org.hashgrad.kernels.opencl;

import static org.hashgrad.kernels.opencl.GemmVariant.DEEP;
import static org.hashgrad.kernels.opencl.GemmVariant.DEEP_SWAPPED;
import static org.hashgrad.kernels.opencl.GemmVariant.MIDDLE;
import static org.hashgrad.kernels.opencl.GemmVariant.WIDE;

import java.util.List;

/**
 * Which variant of {@code gemm.cl} multiplies which shapes (M, N, K). Kinds: N = as stored, T = transposed, of A and of B. Printed by
 * {@code hashgrad bench tune} on 2 cores of AMD Zen 5 with PoCL 3.1.
 */
final class GemmTable {
    static final VariantTable<GemmVariant> ROWS = new VariantTable<>(List.of(
            row("NN", DEEP, 1024, 1024, 1024),
            row("NN", DEEP, 2048, 2048, 2048),
            row("NN", MIDDLE, 96, 3025, 363),
            row("NN", DEEP, 192, 2916, 1600),
            row("NN", WIDE, 384, 8450, 1728),
            row("NN", WIDE, 256, 8450, 2304),
            row("NN", WIDE, 128, 4096, 9216),
            row("NN", WIDE, 64, 32768, 800),
            row("NN", DEEP, 64, 9216, 4096),
            row("NN", DEEP, 64, 4096, 4096),
            row("NN", MIDDLE, 64, 4096, 48),
            row("NN", DEEP, 64, 1024, 256),
            row("TN", MIDDLE, 1024, 1024, 1024),
            row("TN", WIDE, 4096, 9216, 64),
            row("TN", WIDE, 4096, 4096, 64),
            row("TN", MIDDLE, 48, 4096, 64),
            row("TN", DEEP, 256, 1024, 64),
            row("NT", DEEP, 1024, 1024, 1024),
            row("NT", DEEP_SWAPPED, 64, 4096, 9216),
            row("NT", DEEP_SWAPPED, 64, 4096, 4096),
            row("NT", DEEP_SWAPPED, 64, 48, 4096),
            row("NT", DEEP_SWAPPED, 64, 256, 1024),
            row("TT", WIDE, 1024, 1024, 1024)));

    private GemmTable() {}

    /** The variant for op(A) (m, k) times op(B) (k, n). */
    static GemmVariant of(boolean transposeA, boolean transposeB, int m, int n, int k) {
        return ROWS.nearest(kind(transposeA, transposeB), m, n, k);
    }

    static String kind(boolean transposeA, boolean transposeB) {
        return (transposeA ? "T" : "N") + (transposeB ? "T" : "N");
    }

    private static VariantTable.Row<GemmVariant> row(String kind, GemmVariant variant, int m, int n, int k) {
        return new VariantTable.Row<>(kind, variant, m, n, k);
    }
}
