package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are damaged, or hold what no writer makes. */
final class CodeFileDamageTest {
    private final Path folder;

    CodeFileDamageTest(@TempDir Path folder) {
        this.folder = folder;
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
        whole[8] = 3;
        Files.write(path, whole);
        assertEquals(
                "codes: " + path + ": offset 8: expected version 1 to 2, found 3",
                Failure.of(() -> CodeFile.open(path)));
        assertEquals(
                "codes: " + folder.resolve("none") + ": no such file",
                Failure.of(() -> CodeFile.open(folder.resolve("none"))));
    }

    @Test
    void headersThatAnybodyMayHaveWrittenAreRefusedBeforeAnythingIsMadeOfThem() throws IOException {
        Codes codes = RandomCodes.uniform(40, 64, 4);
        Path path = folder.resolve("a.codes");
        CodeFile.write(
                path,
                codes,
                CodeDetails.NONE.withNames(
                        IntStream.range(0, 40).mapToObj(Integer::toString).toList()));
        byte[] whole = Files.readAllBytes(path);
        long huge = Long.MAX_VALUE / 8 + 1;
        long end = whole.length;
        // Offsets: 16 codes, 24 kind of labels, 28 classes; 96 the sections codes, ids, labels, names, tables,
        // checksums, 16 bytes each.
        refused(path, whole, "counts differ: section CODES", 16, huge);
        refused(path, whole, "counts differ: section CODES", 16, 39);
        refused(path, whole, "counts differ: section LABELS", 24, 2 | (long) Integer.MAX_VALUE << 32);
        refused(path, whole, "section CODES is ", 96, 8);
        refused(path, whole, "section CODES is ", 96, end);
        refused(path, whole, "section CODES is ", 96, Long.MAX_VALUE - 7);
        refused(path, whole, "section CODES is ", 104, Long.MIN_VALUE);
        refused(path, whole, "section CODES is ", 104, Long.MAX_VALUE);
        refused(path, whole, "section NAMES is ", 120, 320);
        refused(path, whole, "counts differ: section NAMES", 152, 320);
        refused(path, whole, "section SUMS is ", 176, Long.MAX_VALUE);
        refused(path, whole, "truncated: expected 9223372036854775804 bytes, found ", 176, Long.MAX_VALUE - 7);
        refused(path, whole, "section SUMS is ", 176, 0);
        refused(path, whole, "section SUMS is ", 184, -8);
        refused(path, whole, "offset 196: expected part 0 to 3, found 4", 196, 4);
        refused(path, whole, "offset 198: expected medium 0 to 2, found 3", 196, 3 << 16);
    }

    @Test
    void aFileOfVersion1IsReadAndItsPartIsNotKnown() throws IOException {
        Codes codes = RandomCodes.uniform(40, 64, 4);
        Path path = write(codes);
        byte[] whole = Files.readAllBytes(path);
        whole[8] = 1;
        CRC32C header = new CRC32C();
        header.update(whole, 0, 196);
        ByteBuffer.wrap(whole)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(196, (int) header.getValue())
                .putInt(200, 0);
        Files.write(path, whole);
        CodeFile old = CodeFile.open(path);
        old.verify();
        assertEquals(SplitPart.UNKNOWN, old.part());
        assertEquals(Optional.empty(), old.medium());
        assertArrayEquals(codes.toPackedBytes(), Codes.copyOf(old, 0, 40).toPackedBytes());
        assertEquals(SplitPart.UNKNOWN, old.remove(3).part());
    }

    private static void refused(Path path, byte[] whole, String what, int at, long value) throws IOException {
        write(path, whole.clone(), at, value);
        String message = Failure.of(() -> CodeFile.open(path));
        assertTrue(message.startsWith("codes: " + path + ": " + what), message);
    }

    @Test
    void contentsThatNoWriterMakesAreRefusedWhereTheyAreUsed() throws IOException {
        Path path = folder.resolve("a.codes");
        CodeStore codes = new WithIds(RandomCodes.uniform(40, 60, 4), i -> 2 * i);
        CodeDetails labelled = new CodeDetails(
                LabelColumn.of(ClassLabels.of(new int[40])),
                IntStream.range(0, 40).mapToObj(Integer::toString).toList(),
                "",
                "",
                SplitPart.UNKNOWN,
                Optional.empty());
        MultiIndex.write(path, codes, labelled);
        byte[] whole = Files.readAllBytes(path);
        CodeFileHeader header = CodeFileHeader.read(path);
        int labels = (int) header.part(CodeFileHeader.Section.LABELS).offset();
        int names = (int) header.part(CodeFileHeader.Section.NAMES).offset();
        int ids = (int) header.part(CodeFileHeader.Section.IDS).offset();
        int tables = (int) header.part(CodeFileHeader.Section.TABLES).offset();
        unusable(
                path, whole, MappedFile.DATA, -1, CodeFile::verify, "row 0 has a bit set from bit 60 on; need 0 there");
        unusable(path, whole, ids, -5, CodeFile::verify, "row 0 has id -5; need ids >= 0");
        unusable(path, whole, labels, -5, CodeFile::labels, "class of sample 0 is -5");
        unusable(path, whole, names, Long.MAX_VALUE - 9, file -> file.name(0), "name of row 0 is bytes");
        unusable(path, whole, tables, 0, file -> MultiIndex.of(file, 1), "section TABLES has ");
        unusable(path, whole, tables, 61 | 40L << 32, file -> MultiIndex.of(file, 1), "section TABLES has ");
        unusable(path, whole, tables, 8 | 41L << 32, file -> MultiIndex.of(file, 1), "section TABLES has ");
        int length = Substrings.of(60, 40).length(0);
        int rows = tables + 8 + 4 * ((1 << length) + 1);
        Codes query = Codes.copyOf(codes, 0, 40);
        Consumer<CodeFile> search = file -> MultiIndex.of(file, 1, () -> 0).nearest(query, 40, Ties.ALL);
        unusable(path, whole, rows / 8 * 8, 1 << 30 | 1L << 62, search, "a table holds 1073741824; need 0 to ");
    }

    private static void unusable(Path path, byte[] whole, int at, long value, Consumer<CodeFile> use, String what)
            throws IOException {
        write(path, whole.clone(), at, value);
        String message = Failure.of(() -> use.accept(CodeFile.open(path)));
        assertTrue(message.contains(what), message);
    }

    /** With a long at an offset, and the checksums of what is then in it. */
    private static void write(Path path, byte[] all, int at, long value) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(at, value);
        int sums = all.length - Integer.BYTES;
        CRC32C data = new CRC32C();
        data.update(all, MappedFile.DATA, sums - MappedFile.DATA);
        bytes.putInt(sums, (int) data.getValue());
        CRC32C sumOfSums = new CRC32C();
        sumOfSums.update(all, sums, Integer.BYTES);
        bytes.putInt(192, (int) sumOfSums.getValue());
        CRC32C header = new CRC32C();
        header.update(all, 0, 200);
        bytes.putInt(200, (int) header.getValue());
        Files.write(path, all);
    }

    private Path write(Codes codes) {
        Path path = folder.resolve("a.codes");
        CodeFile.write(path, codes, CodeDetails.NONE);
        return path;
    }
}
