package org.hashgrad.nn.io;

/** Element types of a safetensors file that can be read; F32, F64 and I64 can be written. Little-endian. */
public enum Dtype {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    I64(8);

    private final int bytes;

    Dtype(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }
}
