package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.Precision;

/**
 * A way to launch {@code gemm.cl}: blocks of {@code depth} terms and {@code panels} panels of columns, for the product or, swapped, for its
 * transpose Cᵀ = op(B)ᵀ op(A)ᵀ. A swapped product of a tall B packs the few rows of A and streams B as it lies.
 */
enum GemmVariant {
    /** For devices with little local memory; legal everywhere. */
    SMALL(64, 1, false),
    WIDE(256, 4, false),
    MIDDLE(512, 2, false),
    DEEP(1024, 1, false),
    WIDE_SWAPPED(256, 4, true),
    DEEP_SWAPPED(1024, 1, true);

    /** Rows of a register tile, MR of {@code gemm.cl}. */
    static final int ROWS = 6;
    /** Vectors of columns of a register tile, NV of {@code gemm.cl}. */
    static final int VECTORS = 4;

    private final int depth;
    private final int panels;
    private final boolean swapped;

    GemmVariant(int depth, int panels, boolean swapped) {
        this.depth = depth;
        this.panels = panels;
        this.swapped = swapped;
    }

    /** Terms of a sum that are in local memory at once. */
    int depth() {
        return depth;
    }

    /** Most columns of a work-item, for vectors of {@code lanes} elements. */
    int columns(int lanes) {
        return panels * VECTORS * lanes;
    }

    /** Whether the transpose of the product is computed, and stored as the product. */
    boolean swapped() {
        return swapped;
    }

    boolean fits(OpenClDevice device, int lanes, Precision precision) {
        return this == SMALL || (long) depth * columns(lanes) * precision.bytes() <= device.localBytes();
    }
}
