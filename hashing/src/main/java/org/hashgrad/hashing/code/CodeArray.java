package org.hashgrad.hashing.code;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.NpyFile;

/** How an {@code .npy} array (n, …) holds n codes of k bits. */
public enum CodeArray {
    /** (n, k) of −1 and +1. Written as f4. */
    SIGNS,

    /** (n, k) of 0 and 1, 1 is +1. Written as u1. */
    ZERO_ONE,

    /** (n, k) of real numbers of any size, a network's outputs: ≥ 0 is +1. */
    REAL,

    /** (n, ⌈k / 8⌉) of u1 as NumPy's {@code packbits} packs them: bit b is bit 7 − b % 8 of byte b / 8. */
    PACKED,

    /**
     * (n, ⌈k / 8⌉) of u1 as FAISS packs them, {@code packbits(bitorder="little")}: bit b is bit b % 8 of byte b / 8. Distances are the same
     * as with {@link #PACKED}; the order matters where bits have a meaning.
     */
    PACKED_LITTLE;

    /** The name on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The form that a file's type suggests: packed for u1, 0/1 for bool, signs otherwise. */
    public static CodeArray of(NpyFile file) {
        return switch (file.type()) {
            case "u1" -> PACKED;
            case "b1" -> ZERO_ONE;
            default -> SIGNS;
        };
    }

    /**
     * Reads the codes.
     *
     * @param bits k, needed unless 8 divides it where the form is packed, else compared with the columns
     * @throws DataException if shape, type or a value does not fit; names file and place
     */
    public Codes read(NpyFile file, OptionalInt bits) {
        int[] shape = file.shape();
        if (shape.length != 2 || shape[1] < 1) {
            throw rejected(file, "need shape (n, k)");
        }
        boolean packed = this == PACKED || this == PACKED_LITTLE;
        int k = bits.orElse(packed ? 8 * shape[1] : shape[1]);
        int columns = packed ? Codes.bytesPerCode(k) : k;
        if (columns != shape[1] || (packed && !file.type().equals("u1"))) {
            throw rejected(file, "need (n, " + columns + ")" + (packed ? " of u1" : "") + " for " + k + " bits");
        }
        try {
            return switch (this) {
                case PACKED -> Codes.fromPackedBytes(file.toBytes(), shape[0], k);
                case PACKED_LITTLE -> Codes.fromPackedBytes(reversedBits(file.toBytes()), shape[0], k);
                case REAL -> Codes.fromReal(file::doubleAt, shape[0], k);
                case SIGNS -> Codes.fromReal(at -> oneOf(file, at, k, -1), shape[0], k);
                case ZERO_ONE -> Codes.fromReal(at -> 2 * oneOf(file, at, k, 0) - 1, shape[0], k);
            };
        } catch (DataException e) {
            throw new DataException("codes: " + file.name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes the codes.
     *
     * @throws DataException if the file can not be written, or the form is {@link #REAL}, which codes are not
     */
    public void write(Path file, Codes codes) {
        int n = codes.count();
        int k = codes.bits();
        switch (this) {
            case PACKED -> NpyFile.write(file, codes.toPackedBytes(), n, Codes.bytesPerCode(k));
            case PACKED_LITTLE -> NpyFile.write(file, reversedBits(codes.toPackedBytes()), n, Codes.bytesPerCode(k));
            case SIGNS -> NpyFile.write(file, RelaxedCodes.of(codes).values(), n, k);
            case ZERO_ONE -> {
                byte[] values = new byte[Math.multiplyExact(n, k)];
                for (int at = 0; at < values.length; at++) {
                    values[at] = (byte) (codes.bit(at / k, at % k) ? 1 : 0);
                }
                NpyFile.write(file, values, n, k);
            }
            case REAL ->
                throw new DataException("codes: " + file + ": codes are no real outputs; need signs, zero-one,"
                        + " packed or packed-little");
        }
    }

    private double oneOf(NpyFile file, int at, int k, int low) {
        double value = file.doubleAt(at);
        if (value != low && value != 1) {
            throw new DataException("value at row " + at / k + ", bit " + at % k + " is " + value + "; " + word()
                    + " need " + low + " or 1");
        }
        return value;
    }

    private static byte[] reversedBits(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = (byte) (Integer.reverse(bytes[i]) >>> 24);
        }
        return reversed;
    }

    private static DataException rejected(NpyFile file, String rule) {
        return new DataException("codes: " + file.name() + " is " + file.describe() + "; " + rule);
    }
}
