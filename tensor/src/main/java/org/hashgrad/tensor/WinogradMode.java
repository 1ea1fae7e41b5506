package org.hashgrad.tensor;

/**
 * Which minimal filtering algorithms F(m × m, r × r) a backend may use for r × r convolutions at stride 1 (Winograd 1980; Lavin and Gray, Fast
 * Algorithms for Convolutional Neural Networks, CVPR 2016), by the extent of their tiles of inputs, m + r − 1. Fewer multiplications cost accuracy:
 * see {@link WinogradBound}.
 */
public enum WinogradMode {
    /** Sums of products as the definition has them. */
    OFF(0),
    /** F(2 × 2, 3 × 3): 2.25 times fewer multiplications, an error bound of up to 7 times that of the definition. Other kernels as by {@link #OFF}. */
    F2(4),
    /**
     * F(4 × 4, 3 × 3): 4 times fewer multiplications, an error bound of up to 53.8 times that of the definition; and F(2 × 2, 5 × 5) on tiles of the same
     * extent: 2.8 times fewer, up to 34.8 times.
     */
    F4(6);

    /** What a backend uses that is not told otherwise. */
    public static final WinogradMode DEFAULT = F4;

    private final int edge;

    WinogradMode(int edge) {
        this.edge = edge;
    }

    /** m + r − 1, the extent of a tile of inputs; 0 for {@link #OFF}. */
    public int edge() {
        return edge;
    }

    /** m, the extent of a tile of outputs for r × r kernels, r = {@code taps}; 0 where there is no such algorithm. */
    public int tile(int taps) {
        return taps == 3 || taps == 5 ? Math.max(0, edge - taps + 1) : 0;
    }
}
