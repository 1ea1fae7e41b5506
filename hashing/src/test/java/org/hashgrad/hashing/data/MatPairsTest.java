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
 * The two files among the resources were written by other programs: {@code v73.mat} by h5py with MATLAB's user block, chunks and gzip, {@code v7.mat}
 * by SciPy, compressed. Pixel (x, y) of colour c of picture i is 60 i + 20 c + 4 x + y.
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
        for (String name : new String[] {"v73.mat", "v7.mat"}) {
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
}
