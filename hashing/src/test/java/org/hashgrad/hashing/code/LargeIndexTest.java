package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codes, tables, labels and names larger than the heap, in a Java of its own. */
final class LargeIndexTest {
    private static final int MEGABYTES = 40;
    private static final int CODES = 1 << 21;
    private static final int BITS = 64;
    private static final int CLASSES = 80;

    @Test
    void anIndexOfManyTimesTheHeapIsBuiltOpenedSearchedAndChanged(@TempDir Path folder) throws Exception {
        long bytes = MultiIndex.tableBytes(BITS, CODES) + (long) CODES * (BITS + 2 * Long.SIZE) / 8;
        assertTrue(bytes > (2L * MEGABYTES) << 20, "the index has " + bytes + " bytes");
        inASmallHeap(LargeIndexTest.class, folder);
    }

    private static void inASmallHeap(Class<?> main, Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + MEGABYTES + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=4",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(java.waitFor(5, TimeUnit.MINUTES), "still running");
        } finally {
            java.destroyForcibly();
        }
        String said = Files.readString(log);
        assertEquals(0, java.exitValue(), said);
        assertTrue(said.contains("all right"), said);
    }

    @Test
    void aFileOf20GigabytesIsOpenedOnTheHeapOfASmallOne(@TempDir Path folder) throws Exception {
        inASmallHeap(Growing.class, folder);
    }

    /**
     * Files of 0.02 to 20 GB, of 128-bit codes that are all zero but the last, so that they take no room on disk: opens each, reads first and last
     * code, and prints how long opening took.
     */
    static final class Growing {
        private static final int ROW = 16;
        private static final long LAST = 0x123456789abcdefL;

        /** Bytes of heap for 20 GB: 5 for each megabyte, and the checksums once more while they are compared with theirs. */
        private static final long MOST = 1 << 20;

        public static void main(String... arguments) throws IOException {
            for (long n : new long[] {1_250_000, 12_500_000, 100_000_000, 1_250_000_000}) {
                Path path = write(Path.of(arguments[0]).resolve("grown.codes"), n);
                long before = used();
                long start = System.nanoTime();
                CodeFile file = CodeFile.open(path);
                long taken = System.nanoTime() - start;
                long heap = used() - before;
                System.out.printf("%.2f GB: opened in %.1f ms, %d bytes of heap%n", n * 16e-9, taken * 1e-6, heap);
                require(file.bytes() > n * ROW && file.size() == n, "the file has " + file.size() + " codes");
                require(heap < MOST, "opening took " + heap + " bytes of heap");
                Codes ends = Codes.copyOf(file, n - 2, n);
                require(ends.hamming(0, Codes.copyOf(file, 0, 1), 0) == 0, "the first codes differ");
                require(ends.hamming(0, ends, 1) == Long.bitCount(LAST), "the last code is another");
            }
            System.out.println("all right");
        }

        private static long used() {
            System.gc();
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }

        private static Path write(Path path, long n) throws IOException {
            long end = MappedFile.DATA + n * ROW;
            int chunks = (int) ((n * ROW + MappedFile.CHUNK - 1) / MappedFile.CHUNK);
            ByteBuffer last = ByteBuffer.allocate((int) (n * ROW - (chunks - 1L) * MappedFile.CHUNK))
                    .order(ByteOrder.LITTLE_ENDIAN);
            last.putLong(last.capacity() - ROW, LAST);
            ByteBuffer sums = ByteBuffer.allocate(chunks * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            int zeros = sum(new byte[MappedFile.CHUNK]);
            for (int chunk = 0; chunk < chunks - 1; chunk++) {
                sums.putInt(zeros);
            }
            sums.putInt(sum(last.array())).flip();
            CodeFileHeader header = new CodeFileHeader(
                    8 * ROW,
                    n,
                    CodeFileHeader.LabelKind.NONE,
                    0,
                    "",
                    "",
                    SplitPart.UNKNOWN,
                    Optional.empty(),
                    Map.of(
                            CodeFileHeader.Section.CODES,
                            new CodeFileHeader.Part(MappedFile.DATA, n * ROW),
                            CodeFileHeader.Section.SUMS,
                            new CodeFileHeader.Part(end, sums.remaining())),
                    sum(sums.array()));
            Files.deleteIfExists(path);
            try (FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
                channel.write(ByteBuffer.wrap(header.toBytes()), 0);
                channel.write(last, end - last.capacity());
                channel.write(sums, end);
            }
            return path;
        }

        private static int sum(byte[] bytes) {
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            return (int) crc.getValue();
        }
    }

    /** Codes that are computed when they are asked for. */
    private record Drawn(long size) implements CodeStore {
        private static final RandomKey KEY = RandomKey.of(3);

        @Override
        public int bits() {
            return BITS;
        }

        @Override
        public void copyWords(long from, int n, long[] into) {
            for (int i = 0; i < n; i++) {
                into[i] = KEY.bits(from + i);
            }
        }
    }

    /** Class c of row r where r % (c + 2) = 0. */
    private record DrawnLabels(long count) implements LabelColumn {
        @Override
        public int classes() {
            return CLASSES;
        }

        @Override
        public boolean isSingle() {
            return false;
        }

        @Override
        public long word(long row, int w) {
            long word = 0;
            for (int c = 64 * w; c < Math.min(64 * w + 64, CLASSES); c++) {
                word |= row % (c + 2) == 0 ? 1L << c : 0;
            }
            return word;
        }
    }

    public static void main(String... arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Path path = folder.resolve("large.codes");
        CodeDetails details =
                new CodeDetails(new DrawnLabels(CODES), List.of(), "", "", SplitPart.UNKNOWN, Optional.empty());
        MultiIndex.write(path, new Drawn(CODES), details);
        CodeFile file = CodeFile.open(path);
        require(file.bytes() > Runtime.getRuntime().maxMemory(), "the file is small");
        requireFound(file, MultiIndex.of(file, 2, () -> 0));
        requireFound(file, MultiIndex.of(new Drawn(CODES), 2, () -> 0));
        MultiIndex.of(file, 2);
        Codes one = Codes.copyOf(new Drawn(CODES + 1L), CODES, CODES + 1L);
        CodeDetails more = new CodeDetails(new DrawnLabels(1), List.of(), "", "", SplitPart.UNKNOWN, Optional.empty());
        CodeFile grown = file.append("one more", one, more).remove(0, CODES / 2);
        require(grown.size() == CODES - 1 && grown.id(0) == 1 && grown.hasTables(), "wrong rows remain");
        LabelColumn labels = Objects.requireNonNull(grown.details().labels());
        require(labels.word(5, 0) == new DrawnLabels(CODES).word(6, 0), "labels moved");
        require(labels.word(CODES - 2, 1) == new DrawnLabels(1).word(0, 1), "the last label is another");
        System.out.println("all right");
        File[] left = Objects.requireNonNull(
                folder.toFile().listFiles((in, name) -> name.startsWith(".") && !name.endsWith(".lock")));
        require(left.length == 0, left.length + " scratch files are left");
    }

    private static void requireFound(CodeStore codes, HammingIndex index) {
        Codes queries = Codes.copyOf(codes, CODES - 3, CODES);
        List<Neighbours> expected = new FlatIndex(codes, 2).nearest(queries, 3, Ties.ALL);
        IndexAssertions.same(expected, index.nearest(queries, 3, Ties.ALL), index.getClass() + "");
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new AssertionError(otherwise);
        }
    }
}
