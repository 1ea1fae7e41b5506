package org.hashgrad.tensor;

/**
 * Which minimal filtering algorithm F(m × m, 3 × 3) a backend may use for 3 × 3 convolutions at stride 1 (Winograd 1980; Lavin and Gray, Fast
 * Algorithms for Convolutional Neural Networks, CVPR 2016). Fewer multiplications cost accuracy: see {@link WinogradBound}.
 */
public enum WinogradMode {
    /** Sums of products as the definition has them. */
    OFF(0),
    /** Tiles of 2 × 2 outputs: 2.25 times fewer multiplications, an error bound of up to 7 times that of the definition. */
    F2(2),
    /** Tiles of 4 × 4 outputs: 4 times fewer multiplications, an error bound of up to 53 times that of the definition. */
    F4(4);

    /** What a backend uses that is not told otherwise. */
    public static final WinogradMode DEFAULT = F4;

    private final int tile;

    WinogradMode(int tile) {
        this.tile = tile;
    }

    /** m, the extent of a tile of outputs; 0 for {@link #OFF}. */
    public int tile() {
        return tile;
    }
}
