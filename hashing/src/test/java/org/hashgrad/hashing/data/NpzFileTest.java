package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {
    private static final int CENTRAL_ENTRY = 0x02014b50;

    private final Path folder;
    private final Path file;

    NpzFileTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("a.npz");
    }

    private byte[] npy(int... values) throws IOException {
        Path array = folder.resolve("one.npy");
        NpyFile.write(array, values, values.length);
        return Files.readAllBytes(array);
    }

    private static NpyFile array(Map<String, NpyFile> arrays, String name) {
        return java.util.Objects.requireNonNull(arrays.get(name));
    }

    private void zip(boolean stored, Object... namesAndBytes) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndBytes.length; i += 2) {
                byte[] bytes = (byte[]) namesAndBytes[i + 1];
                ZipEntry entry = new ZipEntry((String) namesAndBytes[i]);
                if (stored) {
                    CRC32 crc = new CRC32();
                    crc.update(bytes);
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(bytes.length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(bytes);
                zip.closeEntry();
            }
        }
    }

    @Test
    void storedAndDeflatedArraysAreReadByName() throws IOException {
        for (boolean stored : new boolean[] {true, false}) {
            zip(stored, "x.npy", npy(1, 2, 3), "deep/y.npy", npy(-7));
            Map<String, NpyFile> arrays = NpzFile.read(file);
            assertEquals(List.of("x", "deep/y"), List.copyOf(arrays.keySet()));
            assertArrayEquals(new int[] {1, 2, 3}, array(arrays, "x").toInts());
            assertArrayEquals(new int[] {-7}, array(arrays, "deep/y").toInts());
            assertEquals(file + ": x.npy", array(arrays, "x").name());
        }
    }

    @Test
    void aSmallZipOfALotIsRefusedBeforeAnythingIsUnpacked() throws IOException {
        zip(false, "x.npy", npy(1), "zeros.npy", new byte[20_000_000]);
        assertTrue(Files.size(file) < 50_000);
        String message = Failure.of(() -> NpzFile.read(file, 1_000_000));
        assertTrue(
                message.startsWith("npz: " + file
                        + ": zeros.npy: expected at most 1000000 bytes unpacked in all arrays together, found more: this one"
                        + " has 20000000 packed into "),
                message);
        zip(false, "a.npy", new byte[700_000], "b.npy", new byte[700_000]);
        assertTrue(Failure.of(() -> NpzFile.read(file, 1_000_000)).contains(": b.npy: expected"));
    }

    @Test
    void aZipThatLiesAboutASizeIsUnpackedNoFurther() throws IOException {
        zip(false, "zeros.npy", new byte[20_000_000]);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 28 < bytes.length; at++) {
            if (zip.getInt(at) == CENTRAL_ENTRY) {
                zip.putInt(at + 24, 100);
            }
        }
        Files.write(file, bytes);
        String message = Failure.of(() -> NpzFile.read(file, 1_000_000));
        assertTrue(
                message.endsWith("zeros.npy: expected 100 bytes as its directory says, found more")
                        || message.contains("no zip or a broken one"),
                message);
    }

    @Test
    void whatIsNoArrayOrBrokenIsNamed() throws IOException {
        zip(false, "x.npy", npy(1), "evil.txt", new byte[3]);
        assertEquals(
                "npz: " + file + ": expected arrays NAME.npy only, found evil.txt",
                Failure.of(() -> NpzFile.read(file)));
        zip(false, "x.npy", Arrays.copyOf(npy(1, 2), 70));
        assertTrue(Failure.of(() -> NpzFile.read(file)).startsWith("npy: " + file + ": x.npy: offset 70: truncated"));
        zip(false, "x.npy", npy(1, 2));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 30));
        assertTrue(Failure.of(() -> NpzFile.read(file)).startsWith("npz: " + file + ": no zip or a broken one: "));
        Path none = folder.resolve("none.npz");
        assertEquals("npz: " + none + ": no such file", Failure.of(() -> NpzFile.read(none)));
    }

    @Test
    void vectorsAndTheirLabelsComeFromOneFileToo() throws IOException {
        zip(
                true,
                "query.npy",
                matrix(1, 2, 3, 4),
                "query-labels.npy",
                npy(0),
                "training.npy",
                matrix(2, 2, 5, 6, 7, 8),
                "training-labels.npy",
                npy(0, 1));
        Split split = VectorSet.split(file);
        assertArrayEquals(new float[] {3, 4}, split.query().raw());
        assertArrayEquals(new float[] {7, 8}, split.database().raw(new int[] {1}));
        zip(true, "query.npy", matrix(1, 2, 3, 4), "query-labels.npy", npy(0));
        assertEquals("npz: " + file + ": has no array named training", Failure.of(() -> VectorSet.split(file)));
    }

    private byte[] matrix(int rows, int columns, int... values) throws IOException {
        Path array = folder.resolve("one.npy");
        NpyFile.write(array, values, rows, columns);
        return Files.readAllBytes(array);
    }
}
