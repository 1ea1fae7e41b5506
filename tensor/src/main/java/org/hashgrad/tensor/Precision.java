package org.hashgrad.tensor;

/** The one floating-point type of an opened backend. */
public enum Precision {
    F32(4, 0x1p-24),
    F64(8, 0x1p-53);

    private final int bytes;
    private final double unitRoundoff;

    Precision(int bytes, double unitRoundoff) {
        this.bytes = bytes;
        this.unitRoundoff = unitRoundoff;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }

    /** Largest relative error of one rounding: 2⁻²⁴ or 2⁻⁵³. */
    public double unitRoundoff() {
        return unitRoundoff;
    }
}
