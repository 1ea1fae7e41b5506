package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
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
        CodeFile.write(
                path,
                withIds,
                new CodeDetails(LabelColumn.of(MultiLabels.ofRows(rows, 70)), names, DIGEST, "", SplitPart.QUERY));
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
        assertEquals(SplitPart.QUERY, read.part());
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
            assertEquals(
                    List.of(folder.resolve(".a.codes.lock"), path),
                    files.sorted().toList());
        }
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
        assertArrayEquals(codes.toPackedBytes(), Codes.copyOf(old, 0, 40).toPackedBytes());
        assertEquals(SplitPart.UNKNOWN, old.remove(3).part());
    }

    @Test
    void codesOfOnePartStayOfItWhenMoreOfItAreAdded() {
        Path path = folder.resolve("a.codes");
        CodeFile.write(path, RandomCodes.uniform(3, 8, 1), CodeDetails.NONE.withPart(SplitPart.QUERY));
        CodeDetails same = CodeDetails.NONE.withPart(SplitPart.QUERY);
        assertEquals(
                SplitPart.QUERY,
                CodeFile.open(path)
                        .append("more", RandomCodes.uniform(2, 8, 2), same)
                        .part());
        assertEquals(
                SplitPart.UNKNOWN,
                CodeFile.open(path)
                        .append("others", RandomCodes.uniform(2, 8, 2), CodeDetails.NONE)
                        .part());
    }

    private static void refused(Path path, byte[] whole, String what, int at, long value) throws IOException {
        write(path, whole.clone(), at, value);
        String message = Failure.of(() -> CodeFile.open(path));
        assertTrue(message.startsWith("codes: " + path + ": " + what), message);
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

    @Test
    void contentsThatNoWriterMakesAreRefusedWhereTheyAreUsed() throws IOException {
        Path path = folder.resolve("a.codes");
        CodeStore codes = new WithIds(RandomCodes.uniform(40, 60, 4), i -> 2 * i);
        CodeDetails labelled = new CodeDetails(
                LabelColumn.of(ClassLabels.of(new int[40])),
                IntStream.range(0, 40).mapToObj(Integer::toString).toList(),
                "",
                "",
                SplitPart.UNKNOWN);
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

    @Test
    void negativeIdsAreRefused() {
        Codes two = RandomCodes.uniform(2, 8, 1);
        String refused = "codes: row 0 has id -1; need ids >= 0";
        assertEquals(refused, Failure.of(() -> new CodesWithIds(two, new long[] {-1, 5})));
        CodeStore withIds = new WithIds(two, i -> i - 1);
        assertEquals(refused, Failure.of(() -> CodeFile.write(folder.resolve("n.codes"), withIds, CodeDetails.NONE)));
        MultiIndex index = MultiIndex.of(two, 1, () -> 0);
        assertEquals(refused, Failure.of(() -> index.add(two, -1, 5)));
    }

    @Test
    void onlyOneWriterAtATimeReplacesAFileAndNoneReplacesWhatItHasNotRead() throws IOException {
        Path path = write(RandomCodes.uniform(5, 64, 1));
        CodeFile opened = CodeFile.open(path);
        Codes more = RandomCodes.uniform(2, 64, 2);
        try (WriteLock lock = WriteLock.of(path)) {
            assertEquals(path.toRealPath(), lock.target());
            String taken = "codes: " + path + ": is being written by another; need one writer at a time";
            assertEquals(taken, Failure.of(() -> write(more)));
            assertEquals(taken, Failure.of(() -> opened.append("more", more, CodeDetails.NONE)));
        }
        assertEquals(7, opened.append("more", more, CodeDetails.NONE).size());
        assertEquals(
                "codes: " + path + ": was replaced by another writer since it was opened; need to open it again",
                Failure.of(() -> opened.append("more", more, CodeDetails.NONE)));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(folder.resolve(".a.codes.lock"), path),
                    files.sorted().toList());
        }
    }

    @Test
    void whatIsRemovedIsGoneAndTheOthersKeepIdLabelAndName() {
        int n = 500;
        Codes codes = RandomCodes.uniform(n, 100, 8);
        int[] classes = IntStream.range(0, n).map(i -> i % 7).toArray();
        List<String> names = IntStream.range(0, n).mapToObj(i -> "n" + i).toList();
        Path path = folder.resolve("a.codes");
        CodeDetails details =
                new CodeDetails(LabelColumn.of(ClassLabels.of(classes)), names, DIGEST, "", SplitPart.DATABASE);
        MultiIndex.write(path, new WithIds(codes, i -> 3 * i), details);
        long[] gone = IntStream.range(0, n)
                .filter(i -> i < 2 || i % 5 == 3 || (i > 200 && i < 250) || i == n - 1)
                .mapToLong(i -> 3L * i)
                .toArray();
        CodeFile left = CodeFile.open(path).remove(gone);
        assertEquals(n - gone.length, left.size());
        assertEquals(SplitPart.DATABASE, left.part());
        ClassLabels labels = (ClassLabels) Objects.requireNonNull(left.labels());
        long[] word = new long[2];
        long[] expected = new long[2];
        for (int row = 0; row < left.size(); row++) {
            int old = (int) left.id(row) / 3;
            assertTrue(Arrays.binarySearch(gone, left.id(row)) < 0);
            assertEquals(classes[old], labels.classOf(row));
            assertEquals("n" + old, left.name(row));
            left.copyWords(row, 1, word);
            codes.copyWords(old, 1, expected);
            assertArrayEquals(expected, word);
        }
        assertEquals(DIGEST, left.model());
        assertTrue(left.hasTables());
        assertEquals(
                "index: id 6 is given twice; need ids of " + left.size() + " codes, each once",
                Failure.of(() -> left.remove(6, 12, 6)));
        assertEquals(
                "index: id 3 is not there; need ids of " + left.size() + " codes, each once",
                Failure.of(() -> left.remove(3)));
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
