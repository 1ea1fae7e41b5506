package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodesTest {
    @Test
    void zeroOfEitherSignIsPlusOne() {
        Codes codes =
                Codes.fromReal(new double[] {0.0, -0.0, -Double.MIN_VALUE, 1, -1, Double.NEGATIVE_INFINITY}, 2, 3);
        assertArrayEquals(new double[] {1, 1, -1, 1, -1, -1}, codes.toSigns());
        Codes same = Codes.fromReal(new float[] {0f, -0f, -Float.MIN_VALUE, 1, -1, Float.NEGATIVE_INFINITY}, 2, 3);
        assertArrayEquals(codes.toSigns(), same.toSigns());
        assertTrue(codes.bit(0, 1));
        assertFalse(codes.bit(1, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 48, 63, 64, 65, 127, 128, 129, 4096})
    void distanceIsHalfOfBitsMinusInnerProductAndPackingLosesNothing(int bits) {
        Random random = new Random(bits);
        double[] x = random.doubles(5L * bits, -1, 1).toArray();
        double[] y = random.doubles(4L * bits, -1, 1).toArray();
        Codes a = Codes.fromReal(x, 5, bits);
        Codes b = Codes.fromReal(y, 4, bits);
        double[] s = a.toSigns();
        double[] t = b.toSigns();
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 4; j++) {
                double inner = 0;
                for (int bit = 0; bit < bits; bit++) {
                    assertEquals(x[i * bits + bit] >= 0 ? 1 : -1, s[i * bits + bit]);
                    inner += s[i * bits + bit] * t[j * bits + bit];
                }
                assertEquals((bits - inner) / 2, a.hamming(i, b, j));
                assertEquals(a.hamming(i, b, j), b.hamming(j, a, i));
            }
        }
        byte[] packed = a.toPackedBytes();
        assertEquals(5 * Codes.bytesPerCode(bits), packed.length);
        assertArrayEquals(s, Codes.fromPackedBytes(packed, 5, bits).toSigns());
        assertArrayEquals(s, Codes.fromReal(s, 5, bits).toSigns());
    }

    /** {@code numpy.packbits([[1,0,0,0,0,0,0,0,1,1],[0,1,0,0,0,0,0,1,0,1]], axis=1)} is {@code [[128,192],[65,64]]}. */
    @Test
    void bytesAreInTheOrderOfNumpyPackbits() {
        byte[] packed = {(byte) 128, (byte) 192, 65, 64};
        Codes codes = Codes.fromPackedBytes(packed, 2, 10);
        double[] signs = {1, -1, -1, -1, -1, -1, -1, -1, 1, 1, -1, 1, -1, -1, -1, -1, -1, 1, -1, 1};
        assertArrayEquals(signs, codes.toSigns());
        assertArrayEquals(packed, codes.toPackedBytes());
        assertEquals(4, codes.hamming(0, codes, 1));
    }

    @Test
    void noCodesAreAllowed() {
        assertEquals(0, Codes.fromReal(new double[0], 0, 12).count());
        assertEquals(0, Codes.fromReal(new double[0], 0, 12).toSigns().length);
    }

    @Test
    void badSizesAndValuesAreNamed() {
        assertEquals("codes: bits is 0; need 1 to 4096", Failure.of(() -> Codes.fromReal(new double[0], 1, 0)));
        assertEquals(
                "codes: bits is 4097; need 1 to 4096", Failure.of(() -> Codes.fromReal(new double[4097], 1, 4097)));
        assertEquals(
                "codes: values has length 5; need 6 for shape (2, 3)",
                Failure.of(() -> Codes.fromReal(new double[5], 2, 3)));
        assertEquals(
                "codes: values has length 7; need 6 for shape (2, 3)",
                Failure.of(() -> Codes.fromReal(new float[7], 2, 3)));
        assertEquals(
                "codes: values has length 3; need 4 for shape (2, 2)",
                Failure.of(() -> Codes.fromPackedBytes(new byte[3], 2, 9)));
        assertEquals(
                "codes: count is -1; need 0 to 2147483639 codes of 3 bits",
                Failure.of(() -> Codes.fromReal(i -> 0, -1, 3)));
        assertEquals(
                "codes: value at row 1, bit 2 is NaN; need a real number",
                Failure.of(() -> Codes.fromReal(new double[] {1, 2, 3, 4, 5, Double.NaN}, 2, 3)));
        assertEquals(
                "codes: packed row 1 has bit 10 set; need 0 from bit 10 on",
                Failure.of(() -> Codes.fromPackedBytes(new byte[] {1, (byte) 192, 1, 32}, 2, 10)));
        Codes codes = Codes.fromReal(new double[3], 1, 3);
        assertEquals("codes: bit is 3; need 0 to 2", Failure.of(() -> codes.bit(0, 3)));
        assertEquals("codes: bit is -1; need 0 to 2", Failure.of(() -> codes.bit(0, -1)));
        assertEquals(
                "hamming: codes have 3 and 4 bits; need equally many",
                Failure.of(() -> codes.hamming(0, Codes.fromReal(new double[4], 1, 4), 0)));
    }

    @Test
    void wordsWithUnusedBitsAreRefused() {
        long word = RandomKey.of(1).bits(0) | 1L << 9;
        assertEquals(
                "codes: packed row 0 has a bit set from bit 9 on; need 0 there",
                Failure.of(() -> Codes.ofWords(new long[] {word}, 1, 9)));
        assertTrue(Failure.of(() -> Codes.ofWords(new long[1], 1, 65)).contains("length 1"));
    }
}
