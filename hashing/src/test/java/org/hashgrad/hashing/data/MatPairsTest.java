package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sink;
import us.hebi.matlab.mat.types.Sinks;

/**
 * The three files among the resources were written by other programs: {@code v73.mat} by h5py with MATLAB's user block, chunks and gzip, {@code v7.mat}
 * and {@code v7-sparse.mat}, with the same texts and labels, by SciPy, compressed. Pixel (x, y) of colour c of picture i is 60 i + 20 c + 4 x + y.
 */
class MatPairsTest {
    private static final Framing FRAMING = Framing.squeezed(4);

    private final Path folder;

    MatPairsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path resource(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("mat/" + name))) {
            Files.copy(in, file);
        }
        return file;
    }

    private Path mat5(int height, int width, int colours, int n, int texts, int labels) throws IOException {
        Path file = folder.resolve("five.mat");
        Mat5File mat = Mat5.newMatFile();
        Matrix images = Mat5.newMatrix(new int[] {height, width, colours, n}, MatlabType.UInt8);
        for (int i = 0; i < images.getNumElements(); i++) {
            images.setByte(i, (byte) i);
        }
        Matrix y = Mat5.newMatrix(texts, 2);
        Matrix l = Mat5.newMatrix(labels, 2);
        for (int i = 0; i < labels; i++) {
            l.setDouble(i, i % 2, 1);
        }
        mat.addArray("images", images).addArray("YAll", y).addArray("LAll", l);
        try (Sink out = Sinks.newStreamingFile(file.toFile())) {
            Mat5.newWriter(out).setDeflateLevel(Deflater.NO_COMPRESSION).writeMat(mat);
        }
        return file;
    }

    @Test
    void filesOfBothKindsHaveTheSamePairs() throws IOException {
        for (String name : new String[] {"v73.mat", "v7.mat", "v7-sparse.mat"}) {
            Dataset set = MatPairs.read(resource(name), FRAMING);
            assertEquals(3, set.count(), name);
            PictureSet images = (PictureSet) set.images();
            for (int i = 0; i < 3; i++) {
                RgbImage picture = images.picture(i);
                assertEquals(5, picture.width());
                assertEquals(4, picture.height());
                for (int p = 0; p < 20; p++) {
                    for (int c = 0; c < 3; c++) {
                        assertEquals((byte) (60 * i + 20 * c + 4 * (p % 5) + p / 5), picture.rgb()[3 * p + c], name);
                    }
                }
            }
            assertArrayEquals(
                    new float[] {1, 0, 0, 0, 1, 1}, set.texts().orElseThrow().raw(), name);
            assertTrue(set.labels().has(0, 0)
                    && set.labels().has(1, 1)
                    && set.labels().has(2, 1));
            assertEquals(2, set.withTexts().count());
        }
    }

    @Test
    void rowNumbersInsideTheFileAreTheSplit() throws IOException {
        PairedSplit pairs = MatPairs.read(resource("v7.mat"), FRAMING).pairs(Optional.empty());
        assertEquals(1, pairs.images().query().count());
        assertTrue(pairs.images().query().labels().has(0, 1));
        assertArrayEquals(new float[] {1, 0, 1, 1}, pairs.texts().training().raw());
    }

    @Test
    void arraysOfTheWrongShapeOrMissingAreNamed() throws IOException {
        String name = "mat: " + folder.resolve("five.mat") + ": ";
        mat5(2, 2, 3, 4, 4, 4);
        assertEquals(4, MatPairs.read(folder.resolve("five.mat"), FRAMING).count());
        assertEquals(
                name + "images: expected shape [n, n, 3, n], found [2, 2, 4, 4]",
                Failure.of(() -> MatPairs.read(mat5(2, 2, 4, 4, 4, 4), FRAMING)));
        assertEquals(
                name + "YAll: expected shape [4, n], found [3, 2]",
                Failure.of(() -> MatPairs.read(mat5(2, 2, 3, 4, 3, 4), FRAMING)));
        assertEquals(
                name + "LAll: expected shape [4, n], found [5, 2]",
                Failure.of(() -> MatPairs.read(mat5(2, 2, 3, 4, 4, 5), FRAMING)));
        Mat5.writeToFile(
                Mat5.newMatFile().addArray("other", Mat5.newScalar(1)),
                folder.resolve("five.mat").toFile());
        assertEquals(
                name + "has no numeric array images",
                Failure.of(() -> MatPairs.read(folder.resolve("five.mat"), FRAMING)));
        Path hdf = folder.resolve("h.mat");
        try (WritableHdfFile out = HdfFile.write(hdf)) {
            out.putDataset("images", new byte[2][3][4][4]);
            out.putDataset("YAll", new double[5][3]);
            out.putDataset("LAll", new double[2][2]);
        }
        assertEquals(
                "mat: " + hdf + ": YAll: expected shape [2, n], found [3, 5]",
                Failure.of(() -> MatPairs.read(hdf, FRAMING)));
    }

    @Test
    void labelsAreZeroOrOneAndPicturesUnsignedBytes() throws IOException {
        Path hdf = folder.resolve("h.mat");
        try (WritableHdfFile out = HdfFile.write(hdf)) {
            out.putDataset("images", new byte[2][3][4][4]);
            out.putDataset("YAll", new double[5][2]);
            out.putDataset("LAll", new double[][] {{0, 1}, {0, 2}});
        }
        assertEquals(
                "mat: " + hdf + ": LAll: value at row 1, column 1 is 2.0; need 0 or 1",
                Failure.of(() -> MatPairs.read(hdf, FRAMING)));
        Files.delete(hdf);
        try (WritableHdfFile out = HdfFile.write(hdf)) {
            out.putDataset("images", new byte[2][3][4][4]);
            out.putDataset("YAll", new double[5][2]);
            out.putDataset("LAll", new double[][] {{0, 1}, {0, 1}});
        }
        Dataset set = MatPairs.read(hdf, FRAMING);
        assertTrue(Failure.of(() -> set.images().raw()).contains("images: expected uint8, found"));
    }

    @Test
    void brokenAndMaliciousFilesAreRefusedCheaply() throws IOException {
        Path none = folder.resolve("none.mat");
        assertEquals("mat: " + none + ": no such file", Failure.of(() -> MatPairs.read(none, FRAMING)));
        Path text = Files.writeString(folder.resolve("text.mat"), "hello");
        assertTrue(
                Failure.of(() -> MatPairs.read(text, FRAMING)).contains("expected a MATLAB file of version 5 to 7.3"));
        for (String name : new String[] {"v73.mat", "v7.mat"}) {
            Path file = resource(name);
            byte[] whole = Files.readAllBytes(file);
            for (double share : new double[] {0.1, 0.3, 0.6, 0.9}) {
                int length = Math.max(140, (int) (whole.length * share));
                Files.write(file, Arrays.copyOf(whole, length));
                String message =
                        Failure.of(() -> MatPairs.read(file, FRAMING).images().raw());
                assertTrue(message.startsWith("mat: " + file), message);
            }
        }
        byte[] huge = Files.readAllBytes(mat5(2, 2, 3, 4, 4, 4));
        ByteBuffer mat = ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN);
        int dimensions = 128 + 8 + 16 + 8; // header, matrix tag, flags, tag of the sizes
        assertEquals(2, mat.getInt(dimensions));
        mat.putInt(dimensions, 1 << 28);
        Files.write(folder.resolve("five.mat"), huge);
        assertEquals(
                "mat: " + folder.resolve("five.mat")
                        + ": images: shape [268435456, 2, 3, 4] is more than the file can hold",
                Failure.of(() -> MatPairs.read(folder.resolve("five.mat"), FRAMING)));
    }

    @Test
    void whatAllArraysOfAnOlderFileMayHaveTogetherIsCapped() throws IOException {
        Path file = mat5(20, 10, 3, 4, 4, 4);
        assertEquals(4, MatPairs.read(file, FRAMING).count());
        String message = Failure.of(() -> MatArrays.open(file, 2000));
        assertEquals(
                "mat: " + file
                        + ": images: expected at most 2000 bytes in all arrays together, found more, 2400 of them"
                        + " here; a file saved with -v7.3 is read by slices",
                message);
        // 2400 bytes of pictures and 64 each of texts and labels.
        try (MatArrays arrays = MatArrays.open(file, 2400 + 128)) {
            assertTrue(arrays.has("LAll"));
        }
    }

    @Test
    void indicesThatLeadOutOfASparseArrayAreSaid() throws IOException {
        byte[] bytes = Files.readAllBytes(uncompressedSparse());
        ByteBuffer mat = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (mat.getInt(at) != 0 || mat.getInt(at + 4) != 2 || mat.getInt(at + 8) != 2) {
            at += 4; // row indices 0, 2, 2 of the texts
        }
        mat.putInt(at, 77_777);
        Path file = Files.write(folder.resolve("sparse.mat"), bytes);
        assertEquals(
                "mat: " + file + ": YAll: broken: indices of a sparse array lead outside of it",
                Failure.of(() -> MatPairs.read(file, FRAMING)));
    }

    /** As SciPy lays out {@code v7-sparse.mat} without compression: arrays one after the other behind the header of 128 bytes. */
    private Path uncompressedSparse() throws IOException {
        byte[] packed = Files.readAllBytes(resource("v7-sparse.mat"));
        ByteBuffer from = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).position(128);
        java.io.ByteArrayOutputStream whole = new java.io.ByteArrayOutputStream();
        whole.write(packed, 0, 128);
        while (from.remaining() > 8) {
            int type = from.getInt();
            int size = from.getInt();
            assertEquals(15, type, "compressed");
            byte[] one = new byte[size];
            from.get(one);
            try (InputStream in = new java.util.zip.InflaterInputStream(new java.io.ByteArrayInputStream(one))) {
                whole.write(in.readAllBytes());
            }
        }
        return Files.write(folder.resolve("whole.mat"), whole.toByteArray());
    }

    @Test
    void sizesOfAnHdf5FileAreHeldAgainstItsLength() throws IOException {
        byte[] bytes = Files.readAllBytes(resource("v73.mat"));
        ByteBuffer hdf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int patched = 0;
        for (int at = 0; at + 32 <= bytes.length; at++) {
            if (hdf.getLong(at) == 3
                    && hdf.getLong(at + 8) == 3
                    && hdf.getLong(at + 16) == 5
                    && hdf.getLong(at + 24) == 4) {
                hdf.putLong(at + 16, 1 << 20);
                hdf.putLong(at + 24, 1 << 20);
                patched++;
            }
        }
        assertTrue(patched > 0);
        Path file = Files.write(folder.resolve("huge.mat"), bytes);
        assertEquals(
                "mat: " + file + ": images: shape [1048576, 1048576, 3, 3] is more than the file can hold",
                Failure.of(() -> MatPairs.read(file, FRAMING)));
    }

    @Test
    void aSparseArrayOfAnHdf5FileIsRefusedByName() {
        Path hdf = folder.resolve("h.mat");
        try (WritableHdfFile out = HdfFile.write(hdf)) {
            out.putDataset("images", new byte[2][3][4][4]);
            var sparse = out.putGroup("YAll");
            sparse.putDataset("jc", new long[] {0, 1, 1});
            sparse.putDataset("ir", new long[] {0});
            sparse.putDataset("data", new double[] {1});
        }
        assertEquals(
                "mat: " + hdf
                        + ": YAll: is sparse; need a full array in a 7.3 file: save full(YAll), or save as version 7",
                Failure.of(() -> MatPairs.read(hdf, FRAMING)));
    }
}
