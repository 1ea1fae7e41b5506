package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodeFileTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private final Path folder;

    CodeFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 63, 64, 65, 200, 4096})
    void whatIsWrittenIsReadWhereverTheMappedRegionsEnd(int bits) {
        int n = 300;
        Codes codes = RandomCodes.uniform(n, bits, 1);
        int[] rows = new Random(2).ints(n * 70L, 0, 2).toArray();
        List<String> names =
                IntStream.range(0, n).mapToObj(i -> "bild-\u00e4-" + i + ".png").toList();
        CodeStore withIds = new WithIds(codes, i -> 7 + 3 * i);
        Path path = folder.resolve("a.codes");
        CodeFile.write(path, withIds, new CodeDetails(MultiLabels.ofRows(rows, 70), names, DIGEST, ""));
        requireAll(CodeFile.open(path), codes, rows, names);
        requireAll(CodeFile.open(path, 5), codes, rows, names);
        requireAll(CodeFile.open(path, 12), codes, rows, names);
    }

    private static void requireAll(CodeFile read, Codes codes, int[] rows, List<String> names) {
        int n = codes.count();
        read.verify();
        assertEquals(n, read.size());
        assertEquals(codes.bits(), read.bits());
        assertArrayEquals(codes.toPackedBytes(), Codes.copyOf(read, 0, n).toPackedBytes());
        assertEquals(7 + 3 * 299, read.id(299));
        assertEquals(100, read.rowOf(307));
        assertEquals(-1, read.rowOf(308));
        assertEquals("bild-\u00e4-299.png", read.name(299));
        assertEquals(DIGEST, read.model());
        assertEquals("", read.protocol());
        CodeDetails details = read.details();
        assertEquals(names, details.names());
        assertEquals("0/1 rows of 70 classes", read.describeLabels());
        Labels labels = Objects.requireNonNull(read.labels());
        assertTrue(IntStream.range(0, n * 70).allMatch(i -> labels.has(i / 70, i % 70) == (rows[i] == 1)));
    }

    @Test
    void aFileWithoutIdsLabelsAndNamesNumbersItsRows() {
        Path path = write(RandomCodes.uniform(5, 64, 3));
        CodeFile read = CodeFile.open(path);
        assertEquals(4, read.id(4));
        assertEquals("4", read.name(4));
        assertFalse(read.hasIds());
        assertNull(read.labels());
    }

    @Test
    void classesAreKept() {
        Path path = folder.resolve("c.codes");
        CodeFile.write(path, RandomCodes.uniform(4, 16, 3), CodeDetails.NONE.withLabels(ClassLabels.of(3, 0, 9, 3)));
        ClassLabels labels =
                (ClassLabels) Objects.requireNonNull(CodeFile.open(path).labels());
        assertArrayEquals(
                new int[] {3, 0, 9, 3},
                IntStream.range(0, 4).map(labels::classOf).toArray());
    }

    @Test
    void everyTruncationIsFound() throws IOException {
        Path path = write(RandomCodes.uniform(40, 64, 4));
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length += length < 300 ? 1 : 97) {
            Files.write(path, Arrays.copyOf(whole, length));
            String message = Failure.of(() -> CodeFile.open(path));
            assertTrue(
                    message.startsWith("codes: " + path + ": ")
                            && (length < 12
                                    || (message.contains("truncated: expected ")
                                            && message.endsWith("found " + length))),
                    message);
        }
        Files.write(path, Arrays.copyOf(whole, whole.length + 1));
        assertEquals(
                "codes: " + path + ": too long: expected " + whole.length + " bytes, found " + (whole.length + 1),
                Failure.of(() -> CodeFile.open(path)));
    }

    @Test
    void everyFlippedBitIsFoundAtOpeningOrAtVerifying() throws IOException {
        Path path = write(RandomCodes.uniform(40, 64, 5));
        byte[] whole = Files.readAllBytes(path);
        for (int at = 0; at < whole.length; at++) {
            if (at >= CodeFileHeader.BYTES && at < MappedFile.DATA) {
                continue;
            }
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            Files.write(path, damaged);
            String message = Failure.of(() -> CodeFile.open(path).verify());
            assertFalse(message.contains("\n"), message);
            assertTrue(at < 12 || message.contains("corrupted: "), message);
        }
    }

    @Test
    void aDamagedMegabyteStopsItsReadersAndNoOther() throws IOException {
        int n = 400_000;
        Path path = write(RandomCodes.uniform(n, 64, 6));
        byte[] whole = Files.readAllBytes(path);
        whole[MappedFile.DATA + MappedFile.CHUNK + 5] ^= 1;
        Files.write(path, whole);
        CodeFile file = CodeFile.open(path);
        file.copyWords(0, 1000, new long[1000]);
        file.copyWords(2 * MappedFile.CHUNK / 8, 1000, new long[1000]);
        String message = Failure.of(() -> file.copyWords(MappedFile.CHUNK / 8 - 1, 2, new long[2]));
        assertTrue(message.contains("corrupted: bytes 1052672 to 2101247 have CRC-32C "), message);
    }

    @Test
    void aFileOfAnotherKindOrVersionIsNamed() throws IOException {
        Path path = folder.resolve("x");
        NpyFile.write(path, new float[200], 200);
        assertEquals(
                "codes: " + path
                        + ": no code file: offset 0: expected 89 48 47 43 0d 0a 1a 0a, found 93 4e 55 4d 50 59 01 00",
                Failure.of(() -> CodeFile.open(path)));
        byte[] whole = Files.readAllBytes(write(RandomCodes.uniform(1, 8, 1)));
        whole[8] = 2;
        Files.write(path, whole);
        assertEquals(
                "codes: " + path + ": offset 8: expected version 1, found 2", Failure.of(() -> CodeFile.open(path)));
        assertEquals(
                "codes: " + folder.resolve("none") + ": no such file",
                Failure.of(() -> CodeFile.open(folder.resolve("none"))));
    }

    @Test
    void differingCountsAreRefusedAndLeaveTheOldFile() throws IOException {
        Codes codes = RandomCodes.uniform(3, 8, 1);
        Path path = write(codes);
        byte[] before = Files.readAllBytes(path);
        assertEquals(
                "codes: " + path + ": counts differ: 3 codes and 2 labels",
                Failure.of(() -> CodeFile.write(path, codes, CodeDetails.NONE.withLabels(ClassLabels.of(1, 2)))));
        assertEquals(
                "codes: " + path + ": counts differ: 3 codes and 1 names",
                Failure.of(() -> CodeFile.write(path, codes, CodeDetails.NONE.withNames(List.of("a")))));
        assertEquals(
                "codes: row 1 has id 0 after 0; need ascending ids",
                Failure.of(() -> CodeFile.write(path, new WithIds(codes, i -> i / 2), CodeDetails.NONE)));
        assertArrayEquals(before, Files.readAllBytes(path));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(path), files.toList());
        }
    }

    @Test
    void aReaderOfTheOldFileKeepsItWhileItIsReplaced() {
        Codes old = RandomCodes.uniform(1000, 64, 1);
        Path path = write(old);
        CodeFile reader = CodeFile.open(path);
        write(RandomCodes.uniform(10, 64, 2));
        assertArrayEquals(old.toPackedBytes(), Codes.copyOf(reader, 0, 1000).toPackedBytes());
        assertEquals(10, CodeFile.open(path).size());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 13, 64, 200})
    void everyArrayFormGivesTheCodesBack(int bits) {
        Codes codes = RandomCodes.uniform(9, bits, bits);
        Path path = folder.resolve("a.npy");
        for (CodeArray form : CodeArray.values()) {
            if (form == CodeArray.REAL) {
                continue;
            }
            form.write(path, codes);
            Codes read = form.read(NpyFile.read(path), OptionalInt.of(bits));
            assertArrayEquals(codes.toPackedBytes(), read.toPackedBytes(), form.word());
        }
        CodeArray.PACKED_LITTLE.write(path, codes);
        byte first = NpyFile.read(path).toBytes()[0];
        assertEquals(codes.bit(0, 3), (first >> 3 & 1) != 0);
    }

    @Test
    void arraysThatHoldSomethingElseAreRefused() {
        Path path = folder.resolve("a.npy");
        NpyFile.write(path, new float[] {1, -1, 0, 1}, 2, 2);
        assertEquals(
                "codes: " + path + ": value at row 1, bit 0 is 0.0; signs need -1 or 1",
                Failure.of(() -> CodeArray.SIGNS.read(NpyFile.read(path), OptionalInt.empty())));
        assertEquals(
                "codes: " + path + " is f4 (2, 2); need (n, 3) for 3 bits",
                Failure.of(() -> CodeArray.REAL.read(NpyFile.read(path), OptionalInt.of(3))));
        assertEquals(
                "codes: " + path + " is f4 (2, 2); need (n, 2) of u1 for 16 bits",
                Failure.of(() -> CodeArray.PACKED.read(NpyFile.read(path), OptionalInt.of(16))));
    }

    private Path write(Codes codes) {
        Path path = folder.resolve("a.codes");
        CodeFile.write(path, codes, CodeDetails.NONE);
        return path;
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
