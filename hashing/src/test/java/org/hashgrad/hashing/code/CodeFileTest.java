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
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.MultiLabels;
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
                new CodeDetails(
                        LabelColumn.of(MultiLabels.ofRows(rows, 70)),
                        names,
                        DIGEST,
                        "",
                        SplitPart.QUERY,
                        Optional.of(Medium.TEXT)));
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
        assertEquals(Optional.of(Medium.TEXT), read.medium());
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

    @Test
    void codesOfTwoMediaInOneFileHaveNone() {
        CodeDetails images = CodeDetails.NONE.withMedium(Medium.IMAGE);
        Path path = folder.resolve("a.codes");
        CodeFile.write(path, RandomCodes.uniform(3, 8, 1), images);
        CodeFile more = CodeFile.open(path).append("more", RandomCodes.uniform(2, 8, 2), images);
        assertEquals(Optional.of(Medium.IMAGE), more.medium());
        CodeDetails texts = CodeDetails.NONE.withMedium(Medium.TEXT);
        assertEquals(
                Optional.empty(),
                more.append("texts", RandomCodes.uniform(2, 8, 3), texts).medium());
    }

    @Test
    void namesOfOneOfTwoFilesAreRefused() {
        Path path = folder.resolve("a.codes");
        CodeFile.write(path, RandomCodes.uniform(1, 8, 1), CodeDetails.NONE.withNames(List.of("a")));
        assertEquals(
                "index: more has no names, " + path + " has some; need names of both or of neither",
                Failure.of(() -> CodeFile.open(path).append("more", RandomCodes.uniform(1, 8, 2), CodeDetails.NONE)));
        CodeFile.write(path, RandomCodes.uniform(1, 8, 1), CodeDetails.NONE);
        CodeDetails labelled = CodeDetails.NONE.withLabels(ClassLabels.of(0));
        assertEquals(
                "index: " + path + " has no labels, more has some; need labels of both or of neither",
                Failure.of(() -> CodeFile.open(path).append("more", RandomCodes.uniform(1, 8, 2), labelled)));
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
        CodeDetails details = new CodeDetails(
                LabelColumn.of(ClassLabels.of(classes)),
                names,
                DIGEST,
                "",
                SplitPart.DATABASE,
                Optional.of(Medium.IMAGE));
        MultiIndex.write(path, new WithIds(codes, i -> 3 * i), details);
        long[] gone = IntStream.range(0, n)
                .filter(i -> i < 2 || i % 5 == 3 || (i > 200 && i < 250) || i == n - 1)
                .mapToLong(i -> 3L * i)
                .toArray();
        CodeFile left = CodeFile.open(path).remove(gone);
        assertEquals(n - gone.length, left.size());
        assertEquals(SplitPart.DATABASE, left.part());
        assertEquals(Optional.of(Medium.IMAGE), left.medium());
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

    private Path write(Codes codes) {
        Path path = folder.resolve("a.codes");
        CodeFile.write(path, codes, CodeDetails.NONE);
        return path;
    }
}
