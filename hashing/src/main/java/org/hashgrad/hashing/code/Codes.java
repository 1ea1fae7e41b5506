package org.hashgrad.hashing.code;

import java.util.function.IntToDoubleFunction;
import org.hashgrad.hashing.data.DataException;

/**
 * n binary codes of k bits, packed into longs: bit b of code i is bit {@code b % 64} of word {@code b / 64} of its row. A set
 * bit is +1, a clear bit −1; the unused bits of a row's last word are clear.
 */
public final class Codes implements CodeStore {
    /** The largest k. */
    public static final int MAX_BITS = 4096;

    private final int count;
    private final int bits;
    private final int wordsPerCode;
    private final long[] words;

    private Codes(int count, int bits) {
        if (bits < 1 || bits > MAX_BITS) {
            throw new DataException("codes: bits is " + bits + "; need 1 to " + MAX_BITS);
        }
        this.wordsPerCode = (bits + 63) >>> 6;
        if (count < 0 || count > (Integer.MAX_VALUE - 8) / wordsPerCode) {
            throw new DataException("codes: count is " + count + "; need 0 to " + (Integer.MAX_VALUE - 8) / wordsPerCode
                    + " codes of " + bits + " bits");
        }
        this.count = count;
        this.bits = bits;
        this.words = new long[count * wordsPerCode];
    }

    /**
     * Codes b = sgn(u) with sgn(0) = +1 from values (count, bits), row-major.
     *
     * @throws DataException if the length is not count · bits, or a value is NaN
     */
    public static Codes fromReal(double[] values, int count, int bits) {
        requireLength(values.length, count, bits);
        return fromReal(index -> values[index], count, bits);
    }

    /** As {@link #fromReal(double[], int, int)}. */
    public static Codes fromReal(float[] values, int count, int bits) {
        requireLength(values.length, count, bits);
        return fromReal(index -> values[index], count, bits);
    }

    /** As {@link #fromReal(double[], int, int)}, the value of row i, bit b being at index i · bits + b. */
    public static Codes fromReal(IntToDoubleFunction valueAt, int count, int bits) {
        Codes codes = new Codes(count, bits);
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < bits; b++) {
                double value = valueAt.applyAsDouble(Math.addExact(Math.multiplyExact(i, bits), b));
                if (Double.isNaN(value)) {
                    throw new DataException("codes: value at row " + i + ", bit " + b + " is NaN; need a real number");
                }
                if (value >= 0) {
                    codes.set(i, b);
                }
            }
        }
        return codes;
    }

    /**
     * Codes from bytes (count, ⌈bits / 8⌉), row-major, as NumPy's {@code packbits} orders them: bit b of a code is bit
     * {@code 7 − b % 8} of its byte {@code b / 8}, the most significant first.
     *
     * @throws DataException if the length does not fit, or a bit beyond {@code bits} is set
     */
    public static Codes fromPackedBytes(byte[] packed, int count, int bits) {
        Codes codes = new Codes(count, bits);
        int bytesPerCode = bytesPerCode(bits);
        requireLength(packed.length, count, bytesPerCode);
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < 8 * bytesPerCode; b++) {
                if ((packed[i * bytesPerCode + b / 8] >> (7 - b % 8) & 1) == 0) {
                    continue;
                }
                if (b >= bits) {
                    throw new DataException(
                            "codes: packed row " + i + " has bit " + b + " set; need 0 from bit " + bits + " on");
                }
                codes.set(i, b);
            }
        }
        return codes;
    }

    /**
     * Codes from packed words as this class holds them, row-major, copied.
     *
     * @throws DataException if the length is not count · ⌈bits / 64⌉, or a bit beyond {@code bits} is set
     */
    public static Codes ofWords(long[] words, int count, int bits) {
        Codes codes = new Codes(count, bits);
        requireLength(words.length, count, codes.wordsPerCode);
        long unused = bits % 64 == 0 ? 0 : -1L << bits;
        for (int i = 0; i < count; i++) {
            if ((words[(i + 1) * codes.wordsPerCode - 1] & unused) != 0) {
                throw new DataException(
                        "codes: packed row " + i + " has a bit set from bit " + bits + " on; need 0 there");
            }
        }
        System.arraycopy(words, 0, codes.words, 0, words.length);
        return codes;
    }

    /**
     * Rows {@code from} to {@code to}, exclusive, of a store.
     *
     * @throws DataException if they do not fit into memory, or the store is a file that is corrupted there
     */
    public static Codes copyOf(CodeStore store, long from, long to) {
        Codes codes = new Codes((int) Math.min(Integer.MAX_VALUE, to - from), store.bits());
        store.copyWords(from, codes.count, codes.words);
        return codes;
    }

    /** The codes of the given rows, in their order. */
    public Codes select(int... rows) {
        Codes selected = new Codes(rows.length, bits);
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(words, rows[i] * wordsPerCode, selected.words, i * wordsPerCode, wordsPerCode);
        }
        return selected;
    }

    /** ⌈bits / 8⌉, the length of a row of {@link #toPackedBytes}. */
    public static int bytesPerCode(int bits) {
        return (bits + 7) / 8;
    }

    /** n, the number of codes. */
    public int count() {
        return count;
    }

    /** As {@link #count}. */
    @Override
    public long size() {
        return count;
    }

    @Override
    public void copyWords(long from, int n, long[] into) {
        System.arraycopy(words, (int) from * wordsPerCode, into, 0, n * wordsPerCode);
    }

    @Override
    public void copyWords(int[] rows, int n, long[] into) {
        if (wordsPerCode == 1) {
            for (int i = 0; i < n; i++) {
                into[i] = words[rows[i]];
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            for (int w = 0; w < wordsPerCode; w++) {
                into[i * wordsPerCode + w] = words[rows[i] * wordsPerCode + w];
            }
        }
    }

    /** k, the length of a code. */
    @Override
    public int bits() {
        return bits;
    }

    /** Whether bit b of code i is +1. */
    public boolean bit(int i, int b) {
        if (b < 0 || b >= bits) {
            throw new DataException("codes: bit is " + b + "; need 0 to " + (bits - 1));
        }
        return (words[i * wordsPerCode + (b >>> 6)] >>> (b & 63) & 1) != 0;
    }

    /**
     * The number of bits in which code i and the other's code j differ, 0 … k.
     *
     * @throws DataException if the lengths of the codes differ
     */
    public int hamming(int i, Codes other, int j) {
        if (bits != other.bits) {
            throw new DataException("hamming: codes have " + bits + " and " + other.bits + " bits; need equally many");
        }
        int distance = 0;
        int a = i * wordsPerCode;
        int b = j * wordsPerCode;
        for (int w = 0; w < wordsPerCode; w++) {
            distance += Long.bitCount(words[a + w] ^ other.words[b + w]);
        }
        return distance;
    }

    /**
     * The Hamming distances of code i to the other's codes from … to − 1, into {@code distance[0 … to − from − 1]}.
     *
     * @throws DataException if the lengths of the codes differ
     */
    public void hamming(int i, Codes other, int from, int to, int[] distance) {
        if (bits != other.bits) {
            throw new DataException("hamming: codes have " + bits + " and " + other.bits + " bits; need equally many");
        }
        long[] row = other.words;
        if (wordsPerCode == 1) {
            long word = words[i];
            for (int j = from; j < to; j++) {
                distance[j - from] = Long.bitCount(word ^ row[j]);
            }
            return;
        }
        int a = i * wordsPerCode;
        for (int j = from; j < to; j++) {
            int b = j * wordsPerCode;
            int sum = 0;
            for (int w = 0; w < wordsPerCode; w++) {
                sum += Long.bitCount(words[a + w] ^ row[b + w]);
            }
            distance[j - from] = sum;
        }
    }

    /** The codes as +1 and −1, (n, k) row-major. */
    public double[] toSigns() {
        double[] signs = new double[Math.multiplyExact(count, bits)];
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < bits; b++) {
                signs[i * bits + b] = bit(i, b) ? 1 : -1;
            }
        }
        return signs;
    }

    /** The codes as bytes (n, ⌈k / 8⌉) in the order of {@link #fromPackedBytes}. */
    public byte[] toPackedBytes() {
        int bytesPerCode = bytesPerCode(bits);
        byte[] packed = new byte[Math.multiplyExact(count, bytesPerCode)];
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < bits; b++) {
                if (bit(i, b)) {
                    packed[i * bytesPerCode + b / 8] |= (byte) (0x80 >>> b % 8);
                }
            }
        }
        return packed;
    }

    private void set(int i, int b) {
        words[i * wordsPerCode + (b >>> 6)] |= 1L << (b & 63);
    }

    private static void requireLength(int length, int count, int perCode) {
        if (length != (long) count * perCode) {
            throw new DataException("codes: values has length " + length + "; need " + (long) count * perCode
                    + " for shape (" + count + ", " + perCode + ")");
        }
    }
}
