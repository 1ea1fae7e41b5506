package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
    private final Path folder;

    CifarTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Records whose pixel i is (start + record + i) mod 256. */
    private static byte[] records(int head, int count, int start, int... classes) {
        byte[] file = new byte[count * (head + 3072)];
        for (int r = 0; r < count; r++) {
            for (int h = 0; h < head; h++) {
                file[r * (head + 3072) + h] = (byte) classes[(r * head + h) % classes.length];
            }
            for (int i = 0; i < 3072; i++) {
                file[r * (head + 3072) + head + i] = (byte) (start + r + i);
            }
        }
        return file;
    }

    private void writeTen(Path home) throws IOException {
        Files.createDirectories(home);
        for (int batch = 1; batch <= 5; batch++) {
            Files.write(home.resolve("data_batch_" + batch + ".bin"), records(1, 2, 10 * batch, batch, 9));
        }
        Files.write(home.resolve("test_batch.bin"), records(1, 3, 100, 0, 1, 2));
    }

    @Test
    void tenHasItsFilesOneAfterAnotherWithThePixelsAsTheyLie() throws IOException {
        writeTen(folder.resolve("cifar-10-batches-bin"));
        Files.writeString(folder.resolve("cifar-10-batches-bin/batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
        Dataset ten = Cifar.ten(folder);
        assertEquals(13, ten.count());
        assertEquals("data_batch_3.bin:1", ten.ids().get(5));
        assertEquals("j", ten.classes().get(9));
        int[] classes = {1, 9, 2, 9, 3, 9, 4, 9, 5, 9, 0, 1, 2};
        ImageSet images = (ImageSet) ten.images();
        for (int i = 0; i < 13; i++) {
            assertEquals(classes[i], ((ClassLabels) ten.labels()).classOf(i));
            int start = i < 10 ? 10 * (i / 2 + 1) + i % 2 : 100 + i - 10;
            assertEquals((byte) start, images.pixels()[i * 3072]);
            assertEquals((byte) (start + 3071), images.pixels()[i * 3072 + 3071]);
        }
        assertEquals(
                ten.count(), Cifar.ten(folder.resolve("cifar-10-batches-bin")).count());
    }

    @Test
    void hundredHasFineAndCoarseClasses() throws IOException {
        Files.write(folder.resolve("train.bin"), records(2, 2, 0, 19, 99, 3, 7));
        Files.write(folder.resolve("test.bin"), records(2, 1, 50, 4, 42));
        Dataset fine = Cifar.hundred(folder, Cifar.Level.FINE);
        Dataset coarse = Cifar.hundred(folder, Cifar.Level.COARSE);
        assertArrayEquals(new int[] {99, 7, 42}, classes(fine));
        assertArrayEquals(new int[] {19, 3, 4}, classes(coarse));
        assertEquals((byte) 50, ((ImageSet) fine.images()).pixels()[2 * 3072]);
        assertEquals(List.of("0", "1"), coarse.classes().subList(0, 2));
    }

    private static int[] classes(Dataset set) {
        int[] classes = new int[set.count()];
        Arrays.setAll(classes, i -> ((ClassLabels) set.labels()).classOf(i));
        return classes;
    }

    @Test
    void brokenFilesAreNamedWithPlaceExpectedAndFound() throws IOException {
        Path missing = folder.resolve("data_batch_1.bin");
        assertEquals(
                "CIFAR: " + missing + ": no such file; need the binary version of CIFAR-10",
                Failure.of(() -> Cifar.ten(folder)));
        writeTen(folder);
        Path file = folder.resolve("data_batch_2.bin");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, 5000));
        assertEquals(
                "CIFAR: " + file + ": expected records of 3073 bytes, at most 59998 of them, found 5000 bytes",
                Failure.of(() -> Cifar.ten(folder)));
        Files.write(file, new byte[0]);
        assertTrue(Failure.of(() -> Cifar.ten(folder)).endsWith("found 0 bytes"));
        whole[3073] = 10;
        Files.write(file, whole);
        assertEquals(
                "CIFAR: " + file + ": offset 3073: unknown class: expected 0 to 9, found 10",
                Failure.of(() -> Cifar.ten(folder)));
        writeTen(folder);
        Path names = Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\n");
        assertEquals("classes: " + names + ": expected 10 names, found 2", Failure.of(() -> Cifar.ten(folder)));
    }
}
