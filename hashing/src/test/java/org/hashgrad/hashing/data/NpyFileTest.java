package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files under {@code npy/} were written by NumPy. */
final class NpyFileTest {
    private static final String F4 = "{'descr': '<f4', 'fortran_order': False, 'shape': ";

    private final Path folder;

    NpyFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @CsvSource({
        "f2, 1.5 -2.0 0.25 -0.0 3.0 100.0",
        "f4, 1.5 -2.0 0.25 -0.0 3.0 100.0",
        "f8, 1.5 -2.0 0.25 -0.0 3.0 100.0",
        "i1, 1 -2 100 -128 0 127",
        "i2, 1 -2 100 -128 0 127",
        "i4, 1 -2 100 -128 0 127",
        "i8, 1 -2 100 -128 0 127",
        "u1, 0 1 2 3 200 255",
        "u2, 0 1 2 3 200 65535",
        "u4, 0 1 2 3 200 4294967295",
        "u8, 0 1 2 3 200 18446744073709551615"
    })
    void everyTypeIsReadInBothByteOrders(String type, String values) throws IOException {
        double[] expected = Arrays.stream(values.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
        for (String order : new String[] {"little", "big"}) {
            NpyFile file = fromNumpy(type + "_" + order);
            assertArrayEquals(expected, file.toDoubles(), type + " " + order);
            assertArrayEquals(new int[] {2, 3}, file.shape());
            assertEquals(type + " (2, 3)", file.describe());
        }
    }

    @Test
    void boolsAreZeroAndOne() throws IOException {
        NpyFile file = fromNumpy("b1_little");
        assertArrayEquals(new int[] {1, 0, 1, 0, 0, 1}, file.toInts());
        assertEquals("b1", file.type());
    }

    @Test
    void halfPrecisionKeepsItsSubnormalsAndSpecialValues() throws IOException {
        assertArrayEquals(
                new double[] {Math.pow(2, -24), 65504, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN},
                fromNumpy("f2_special").toDoubles());
    }

    @Test
    void fortranOrderComesOutRowMajor() throws IOException {
        NpyFile file = fromNumpy("f4_fortran");
        double[] expected = new double[24];
        Arrays.setAll(expected, i -> i);
        assertArrayEquals(expected, file.toDoubles());
        assertArrayEquals(new int[] {2, 3, 4}, file.shape());
    }

    @Test
    void versionsTwoAndThreeAreRead() throws IOException {
        for (int version : new int[] {2, 3}) {
            assertArrayEquals(
                    new int[] {1, 2, 3, 4, 5, 6},
                    fromNumpy("f4_version" + version).toInts());
        }
    }

    @Test
    void vectorsScalarsAndEmptyArraysAreRead() throws IOException {
        assertEquals("i8 (4,)", fromNumpy("i8_vector").describe());
        NpyFile scalar = fromNumpy("f8_scalar");
        assertEquals("f8 ()", scalar.describe());
        assertEquals(2.5, scalar.doubleAt(0));
        NpyFile empty = fromNumpy("f4_empty");
        assertEquals("f4 (0, 5)", empty.describe());
        assertEquals(0, empty.count());
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Path file = folder.resolve("x.npy");
        float[] floats = {1.5f, -0.0f, Float.MIN_VALUE, 3, Float.NaN, Float.MAX_VALUE};
        NpyFile.write(file, floats, 2, 3);
        for (int i = 0; i < floats.length; i++) {
            assertEquals(floats[i], NpyFile.read(file).doubleAt(i));
        }
        assertEquals("f4 (2, 3)", NpyFile.read(file).describe());
        double[] doubles = {Math.PI, -1e300};
        NpyFile.write(file, doubles, 2);
        assertArrayEquals(doubles, NpyFile.read(file).toDoubles());
        assertEquals("f8 (2,)", NpyFile.read(file).describe());
        int[] ints = {Integer.MIN_VALUE, 5, Integer.MAX_VALUE};
        NpyFile.write(file, ints, 1, 3, 1);
        assertArrayEquals(ints, NpyFile.read(file).toInts());
        assertEquals("i4 (1, 3, 1)", NpyFile.read(file).describe());
        NpyFile.write(file, new long[] {-7, 1L << 40}, 2, 1);
        assertArrayEquals(new double[] {-7, 1L << 40}, NpyFile.read(file).toDoubles());
        assertEquals("i8 (2, 1)", NpyFile.read(file).describe());
        byte[] bytes = {0, 127, -1};
        NpyFile.write(file, bytes, 3);
        assertArrayEquals(bytes, NpyFile.read(file).toBytes());
        assertEquals("u1 (3,)", NpyFile.read(file).describe());
    }

    @Test
    void whatIsWrittenIsByteForByteWhatNumpyWrites() throws IOException {
        Path file = folder.resolve("x.npy");
        NpyFile.write(file, new float[] {1.5f, -2.0f, 0.25f, -0.0f, 3.0f, 100.0f}, 2, 3);
        assertArrayEquals(numpyBytes("f4_little"), Files.readAllBytes(file));
        NpyFile.write(file, new long[] {0, 1, 2, 3}, 4);
        assertArrayEquals(numpyBytes("i8_vector"), Files.readAllBytes(file));
    }

    @Test
    void anAbsurdHeaderAllocatesNothing() throws IOException {
        Path file = npy(F4 + "(400000000, 1), }", new byte[12]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Failure.of(() -> NpyFile.read(file));
        long before = threads.getCurrentThreadAllocatedBytes();
        String message = Failure.of(() -> NpyFile.read(file));
        long spent = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(
                "npy: " + file + ": offset 128: truncated: shape (400000000, 1) of 4-byte values: "
                        + "expected 1600000000 bytes, found 12",
                message);
        assertTrue(spent < 1_000_000, "allocated " + spent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(999999999999999999, 999999999999999999)", "(536870910,)", "(65536, 65536)"})
    void shapesBeyondAnArrayAreErrors(String shape) throws IOException {
        Path file = npy(F4 + shape + ", }", new byte[12]);
        assertEquals(
                "npy: " + file + ": offset 128: shape " + shape
                        + " of 4-byte values: expected at most 536870909 values; the file holds 12 bytes",
                Failure.of(() -> NpyFile.read(file)));
    }

    @Test
    void aSizeOfManyDigitsIsAnError() throws IOException {
        Path file = npy(F4 + "(" + "9".repeat(30) + ",), }", new byte[0]);
        assertEquals(
                "npy: " + file + ": offset 10: size 999999999999999999999999999999 in the shape is beyond any file",
                Failure.of(() -> NpyFile.read(file)));
    }

    @Test
    void aShapeOfThousandsOfSizesIsRead() throws IOException {
        String literal = F4 + "(" + "1,".repeat(30_000) + "), }";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        out.write(new byte[] {(byte) literal.length(), (byte) (literal.length() >>> 8)});
        out.write(literal.getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[4]);
        NpyFile file = NpyFile.read(Files.write(folder.resolve("x.npy"), out.toByteArray()));
        assertEquals("f4 (1, 1, 1, 1, 1, 1, 1, 1, ...)", file.describe());
    }

    @Test
    void aHeaderLengthBeyondTheLimitIsAnError() throws IOException {
        byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1};
        Path file = Files.write(folder.resolve("x.npy"), start);
        assertEquals(
                "npy: " + file + ": offset 8: header length: expected at most 65536, found 4294967295",
                Failure.of(() -> NpyFile.read(file)));
    }

    @Test
    void everyTruncationIsFound() throws IOException {
        byte[] whole = numpyBytes("f4_little");
        for (int length = 0; length < whole.length; length++) {
            Path file = Files.write(folder.resolve("x.npy"), Arrays.copyOf(whole, length));
            String message = Failure.of(() -> NpyFile.read(file));
            int header = length < 8 ? 8 : length < 10 ? 10 : 128;
            assertEquals(
                    length < 128
                            ? "npy: " + file + ": offset " + length + ": truncated: expected " + header
                                    + " bytes to the end of the header, found " + length
                            : "npy: " + file + ": offset 128: truncated: shape (2, 3) of 4-byte values: "
                                    + "expected 24 bytes, found " + (length - 128),
                    message);
        }
    }

    @Test
    void trailingBytesAreAnError() throws IOException {
        Path file = npy(F4 + "(2,), }", new byte[9]);
        assertEquals(
                "npy: " + file + ": offset 128: trailing bytes: shape (2,) of 4-byte values: expected 8 bytes, found 9",
                Failure.of(() -> NpyFile.read(file)));
    }

    @Test
    void wrongMagicAndUnknownVersionsAreErrors() throws IOException {
        Path text = Files.writeString(folder.resolve("a.npy"), "not an array");
        assertEquals(
                "npy: " + text + ": offset 0: wrong magic: expected 93 4e 55 4d 50 59, found 6e 6f 74 20 61 6e",
                Failure.of(() -> NpyFile.read(text)));
        byte[] whole = numpyBytes("f4_little");
        whole[6] = 4;
        Path file = Files.write(folder.resolve("b.npy"), whole);
        assertEquals(
                "npy: " + file + ": offset 6: unsupported version: expected 1.0, 2.0 or 3.0, found 4.0",
                Failure.of(() -> NpyFile.read(file)));
        whole[6] = 1;
        whole[7] = (byte) 200;
        Files.write(file, whole);
        assertEquals(
                "npy: " + file + ": offset 6: unsupported version: expected 1.0, 2.0 or 3.0, found 1.200",
                Failure.of(() -> NpyFile.read(file)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<c8", "|S5", "<f16", "|O", "f4", "<i3", "<U3", "", "<M8[s]"})
    void otherTypesAreErrors(String descr) throws IOException {
        Path file = npy("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (1,), }", new byte[4]);
        assertEquals(
                "npy: " + file + ": offset 10: unsupported type: expected one of "
                        + "[b1, f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8] after <, >, | or =, found '" + descr + "'",
                Failure.of(() -> NpyFile.read(file)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "hello",
                "{}",
                "{'descr': '<f4', 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1, }",
                "{'descr': '<f4' 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f4', x 'fortran_order': False, 'shape': (1,), }",
                "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }",
                "{'descr': (1,), 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': '1', }"
            })
    void malformedHeadersAreErrors(String literal) throws IOException {
        Path file = npy(literal, new byte[4]);
        String found = literal.length() <= 80 ? literal : literal.substring(0, 77) + "...";
        String message = Failure.of(() -> NpyFile.read(file));
        assertEquals(
                "npy: " + file + ": offset 10: malformed header: expected "
                        + "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }, found " + found,
                message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(-1,)", "(1, x)", "(1 2)", "(,)", "(1.0,)", "(1,,)"})
    void malformedShapesAreErrors(String shape) throws IOException {
        Path file = npy(F4 + shape + ", }", new byte[4]);
        assertEquals(
                "npy: " + file + ": offset 10: malformed header: expected "
                        + "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }, found " + shape,
                Failure.of(() -> NpyFile.read(file)));
    }

    @Test
    void keysMayComeInAnyOrderAndInDoubleQuotes() throws IOException {
        Path file = npy("{\"shape\":(2L,),\"fortran_order\":True,\"descr\":\"|u1\"}", new byte[] {3, 4});
        assertArrayEquals(new int[] {3, 4}, NpyFile.read(file).toInts());
    }

    @Test
    void controlCharactersDoNotBreakTheLine() throws IOException {
        Path file = npy("{'a\nb': 1}", new byte[0]);
        assertTrue(Failure.of(() -> NpyFile.read(file)).endsWith("found {'a?b': 1}"));
    }

    @Test
    void valuesThatAreNoIntegersAreNamed() {
        Path file = folder.resolve("x.npy");
        NpyFile.write(file, new double[] {1, 2, 3, 4, 5, 6.5}, 2, 3);
        assertEquals(
                "npy: " + file + ": value at index [1, 2] is 6.5; need a whole number within 32 bits",
                Failure.of(() -> NpyFile.read(file).toInts()));
        NpyFile.write(file, new long[] {1L << 31}, 1);
        assertEquals(
                "npy: " + file + ": value at index [0] is 2.147483648E9; need a whole number within 32 bits",
                Failure.of(() -> NpyFile.read(file).toInts()));
        NpyFile.write(file, new double[] {Double.NaN}, 1);
        assertEquals(
                "npy: " + file + ": value at index [0] is NaN; need a whole number within 32 bits",
                Failure.of(() -> NpyFile.read(file).toInts()));
    }

    @Test
    void bytesOfAnotherTypeAreAnError() {
        Path file = folder.resolve("x.npy");
        NpyFile.write(file, new int[] {1}, 1);
        assertEquals("npy: " + file + ": expected type u1, found i4 (1,)", Failure.of(() -> NpyFile.read(file)
                .toBytes()));
    }

    @Test
    void missingAndUnreadableFilesAreNamed() {
        Path file = folder.resolve("absent.npy");
        assertEquals("npy: " + file + ": no such file", Failure.of(() -> NpyFile.read(file)));
        assertTrue(Failure.of(() -> NpyFile.read(folder)).startsWith("npy: " + folder + ": can not be read: "));
        Path inside = file.resolve("x.npy");
        assertEquals(
                "npy: " + inside + ": can not be written: java.nio.file.NoSuchFileException: " + inside,
                Failure.of(() -> NpyFile.write(inside, new int[1], 1)));
    }

    @Test
    void aShapeThatDoesNotFitTheValuesIsNotWritten() {
        Path file = folder.resolve("x.npy");
        assertEquals(
                "npy: " + file + ": values has length 3; need a shape of that size, got (2, 2)",
                Failure.of(() -> NpyFile.write(file, new float[3], 2, 2)));
        assertEquals(
                "npy: " + file + ": values has length 6; need a shape of that size, got (-2, -3)",
                Failure.of(() -> NpyFile.write(file, new float[6], -2, -3)));
        assertTrue(Files.notExists(file));
    }

    private NpyFile fromNumpy(String name) throws IOException {
        return NpyFile.read(Files.write(folder.resolve(name + ".npy"), numpyBytes(name)));
    }

    private static byte[] numpyBytes(String name) throws IOException {
        try (InputStream in = NpyFileTest.class.getResourceAsStream("npy/" + name + ".npy")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    /** Version 1 with the literal padded so that the values begin at offset 128. */
    private Path npy(String literal, byte[] values) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
        out.write((literal + " ".repeat(117 - literal.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
        out.write(values);
        return Files.write(Files.createTempFile(folder, "x", ".npy"), out.toByteArray());
    }
}
