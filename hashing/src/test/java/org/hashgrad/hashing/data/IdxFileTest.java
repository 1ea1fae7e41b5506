package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdxFileTest {
    private static final int IMAGES_MAGIC = 0x803;
    private static final int LABELS_MAGIC = 0x801;

    private final Path folder;

    IdxFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void imagesAndLabelsAreReadPlain() throws IOException {
        IdxFile images = IdxFile.readImages(plain(bytes(new int[] {IMAGES_MAGIC, 2, 1, 3}, 1, 2, 3, 4, 5, 255)));
        assertArrayEquals(new int[] {2, 1, 3}, images.dims());
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5, (byte) 255}, images.data());
        IdxFile labels = IdxFile.readLabels(plain(bytes(new int[] {LABELS_MAGIC, 3}, 7, 0, 9)));
        assertEquals(3, labels.count());
        assertArrayEquals(new byte[] {7, 0, 9}, labels.data());
    }

    @Test
    void gzipIsReadBackAndIsTheSameBytesEachTime() throws IOException {
        IdxFile images = new IdxFile("x", new int[] {3, 50, 700}, new byte[105_000]);
        Arrays.setAll(new Byte[105_000], i -> images.data()[i] = (byte) (i * i));
        Path first = folder.resolve("first.gz");
        Path second = folder.resolve("second.gz");
        images.writeGzip(first);
        images.writeGzip(second);
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
        assertArrayEquals(new byte[4], Arrays.copyOfRange(Files.readAllBytes(first), 4, 8), "time stamp");
        assertArrayEquals(images.data(), IdxFile.readImages(first).data());
        assertArrayEquals(images.dims(), IdxFile.readImages(first).dims());
    }

    @Test
    void wrongMagicNamesFileOffsetExpectedAndFound() throws IOException {
        Path file = plain(bytes(new int[] {0x1234, 1}, 0));
        assertEquals(
                "IDX: " + file
                        + ": offset 0: wrong magic number: expected 0x00000801 (a labels file), found 0x00001234",
                failure(file, false));
    }

    @Test
    void filesOfTheOtherKindAreNamedAsSuch() throws IOException {
        Path images = plain(bytes(new int[] {IMAGES_MAGIC, 1, 1, 1}, 0));
        assertEquals(
                "IDX: " + images + ": offset 0: wrong magic number: expected 0x00000801 (a labels file), "
                        + "found 0x00000803 (an images file)",
                failure(images, false));
        Path labels = plain(bytes(new int[] {LABELS_MAGIC, 1}, 0));
        assertEquals(
                "IDX: " + labels + ": offset 0: wrong magic number: expected 0x00000803 (an images file), "
                        + "found 0x00000801 (a labels file)",
                failure(labels, true));
    }

    @Test
    void everyTruncationIsFound() throws IOException {
        byte[] whole = bytes(new int[] {IMAGES_MAGIC, 2, 1, 3}, 1, 2, 3, 4, 5, 6);
        for (int length = 0; length < whole.length; length++) {
            Path file = plain(Arrays.copyOf(whole, length));
            int expected = length < 4 ? 4 : length < 16 ? 16 : 22;
            String what = length < 4 ? "the magic number" : length < 16 ? "the header" : "shape (2, 1, 3)";
            assertEquals(
                    "IDX: " + file + ": offset " + length + ": truncated: expected " + expected + " bytes for " + what
                            + ", found " + length,
                    failure(file, true));
        }
    }

    @Test
    void everyTruncationOfGzipIsFound() throws IOException {
        Path file = folder.resolve("images.gz");
        new IdxFile("x", new int[] {2, 2, 2}, new byte[] {9, 1, 8, 2, 7, 3, 6, 4}).writeGzip(file);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            String message = failure(file, true);
            assertEquals(true, message.contains(": truncated"), length + " bytes: " + message);
        }
    }

    @Test
    void aWrongChecksumIsFound() throws IOException {
        Path file = folder.resolve("images.gz");
        new IdxFile("x", new int[] {1, 2, 2}, new byte[] {9, 1, 8, 2}).writeGzip(file);
        byte[] whole = Files.readAllBytes(file);
        whole[whole.length - 8] ^= 1;
        Files.write(file, whole);
        assertEquals("IDX: " + file + ": corrupt gzip: Corrupt GZIP trailer", failure(file, true));
    }

    @Test
    void trailingBytesAreFoundAtTheFirst() throws IOException {
        Path file = plain(bytes(new int[] {LABELS_MAGIC, 2}, 1, 2, 3, 4, 5));
        assertEquals(
                "IDX: " + file + ": offset 10: trailing bytes: expected the end after shape (2), found more",
                failure(file, false));
    }

    @Test
    void readingStopsAtTheFirstTrailingByte() {
        byte[] header = {0, 0, 8, 1, 0, 0, 0, 1};
        int[] unpacked = {0};
        InputStream endless = new InputStream() {
            private int at;

            @Override
            public int read() {
                unpacked[0]++;
                return at < header.length ? header[at++] : 0;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (unpacked[0] > 1 << 20) {
                    return -1;
                }
                for (int i = 0; i < length; i++) {
                    into[offset + i] = (byte) read();
                }
                return length;
            }
        };
        assertEquals(
                "IDX: endless: offset 9: trailing bytes: expected the end after shape (1), found more",
                Failure.of(() -> IdxFile.read("endless", endless, 1)));
        assertEquals(true, unpacked[0] < 1 << 18, "read " + unpacked[0]);
    }

    @Test
    void aHeaderThatPromisesTwoGigabytesReadsOnlyWhatIsThere() throws IOException {
        byte[] small = bytes(new int[] {LABELS_MAGIC, Integer.MAX_VALUE - 8}, 1, 2, 3);
        long before = allocated();
        DataException failure = assertThrows(
                DataException.class, () -> IdxFile.read("huge", new ByteArrayInputStream(small), Integer.MAX_VALUE));
        long spent = allocated() - before;
        assertEquals(
                "IDX: huge: offset 11: truncated: expected 2147483647 bytes for shape (2147483639), found 11",
                failure.getMessage());
        assertEquals(true, spent < 2_000_000, "allocated " + spent);
    }

    @Test
    void dimensionsBeyondAnArrayAndZeroAreErrors() throws IOException {
        Path file = plain(bytes(new int[] {IMAGES_MAGIC, 60000, 0xffffffff, 28}));
        assertEquals(
                "IDX: " + file + ": offset 8: dimension 1: expected 1 to 35791, found 4294967295", failure(file, true));
        Path product = plain(bytes(new int[] {IMAGES_MAGIC, 65536, 65536, 1}));
        assertEquals(
                "IDX: " + product + ": offset 8: dimension 1: expected 1 to 32767, found 65536",
                failure(product, true));
        Path empty = plain(bytes(new int[] {LABELS_MAGIC, 0}));
        assertEquals(
                "IDX: " + empty + ": offset 4: dimension 0: expected 1 to 2147483639, found 0", failure(empty, false));
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("absent");
        assertEquals("IDX: " + file + ": no such file", failure(file, true));
    }

    @Test
    void anUnreadableFileIsNamed() {
        assertEquals(
                "IDX: " + folder + ": can not be read: java.io.IOException: Is a directory", failure(folder, true));
    }

    @Test
    void anUnwritableFileIsNamed() {
        Path file = folder.resolve("absent").resolve("file");
        String message = Failure.of(() -> new IdxFile("x", new int[] {1}, new byte[1]).writeGzip(file));
        assertEquals("IDX: " + file + ": can not be written: java.nio.file.NoSuchFileException: " + file, message);
    }

    @Test
    void theStreamIsUnpackedByItsContentNotItsName() throws IOException {
        Path file = folder.resolve("labels.bin");
        new IdxFile("x", new int[] {2}, new byte[] {4, 5}).writeGzip(file);
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            assertArrayEquals(
                    IdxFile.readLabels(file).data(), IdxFile.read("y", in, 2).data());
        }
    }

    private static String failure(Path file, boolean images) {
        return Failure.of(() -> {
            IdxFile read = images ? IdxFile.readImages(file) : IdxFile.readLabels(file);
            throw new AssertionError("read " + Arrays.toString(read.dims()));
        });
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    private Path plain(byte[] content) throws IOException {
        return Files.write(Files.createTempFile(folder, "idx", ""), content);
    }

    private static byte[] bytes(int[] header, int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * header.length + values.length);
        for (int word : header) {
            buffer.putInt(word);
        }
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.array();
    }
}
