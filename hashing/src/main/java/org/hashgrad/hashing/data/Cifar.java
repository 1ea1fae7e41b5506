package org.hashgrad.hashing.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CIFAR-10 and CIFAR-100 (Krizhevsky 2009) in their binary version: 60 000 colour images, 3 × 32 × 32, one class each. A record is the class, one
 * byte (CIFAR-100: coarse class, fine class), then 1024 bytes each of red, green and blue, rows from the top.
 *
 * <pre>  CIFAR-10   data_batch_1.bin … data_batch_5.bin, test_batch.bin   10 000 records of 3073 bytes each;  batches.meta.txt
 *   CIFAR-100  train.bin, test.bin                                   50 000 and 10 000 records of 3074;   fine_label_names.txt, coarse_… </pre>
 *
 * Items are in the files' order, those of the test file last.
 */
public final class Cifar {
    private static final int SIDE = 32;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final int MOST_IMAGES = 60_000;

    private Cifar() {}

    /** Which of CIFAR-100's two classes of an image counts. */
    public enum Level {
        /** One of 100. */
        FINE,
        /** One of 20, five fine ones in each. */
        COARSE
    }

    /**
     * CIFAR-10.
     *
     * @param folder has the files, or a folder {@code cifar-10-batches-bin} with them
     * @throws DataException when a file is missing or is none of this format
     */
    public static Dataset ten(Path folder) {
        Path home = home(folder, "cifar-10-batches-bin");
        Reader reader = new Reader("CIFAR-10", 1, 0, 10);
        for (int batch = 1; batch <= 5; batch++) {
            reader.add(home.resolve("data_batch_" + batch + ".bin"));
        }
        reader.add(home.resolve("test_batch.bin"));
        return reader.dataset(ImageList.names(home.resolve("batches.meta.txt"), 10));
    }

    /**
     * CIFAR-100.
     *
     * @param folder has the files, or a folder {@code cifar-100-binary} with them
     * @throws DataException when a file is missing or is none of this format
     */
    public static Dataset hundred(Path folder, Level level) {
        Path home = home(folder, "cifar-100-binary");
        boolean fine = level == Level.FINE;
        int classes = fine ? 100 : 20;
        Reader reader = new Reader("CIFAR-100", 2, fine ? 1 : 0, classes);
        reader.add(home.resolve("train.bin"));
        reader.add(home.resolve("test.bin"));
        return reader.dataset(ImageList.names(home.resolve((fine ? "fine" : "coarse") + "_label_names.txt"), classes));
    }

    private static Path home(Path folder, String inner) {
        return Files.isDirectory(folder.resolve(inner)) ? folder.resolve(inner) : folder;
    }

    private static final class Reader {
        private final String set;
        private final int head;
        private final int column;
        private final int classes;
        private final List<String> ids = new ArrayList<>();
        private final List<byte[]> files = new ArrayList<>();

        Reader(String set, int head, int column, int classes) {
            this.set = set;
            this.head = head;
            this.column = column;
            this.classes = classes;
        }

        void add(Path file) {
            int record = head + PIXELS;
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(record * MOST_IMAGES + 1);
            } catch (NoSuchFileException e) {
                throw new DataException("CIFAR: " + file + ": no such file; need the binary version of " + set, e);
            } catch (IOException e) {
                throw new DataException("CIFAR: " + file + ": can not be read: " + e, e);
            }
            if (bytes.length == 0 || bytes.length % record != 0 || ids.size() + bytes.length / record > MOST_IMAGES) {
                throw new DataException("CIFAR: " + file + ": expected records of " + record + " bytes, at most "
                        + (MOST_IMAGES - ids.size()) + " of them, found " + bytes.length
                        + (bytes.length > record * MOST_IMAGES ? " bytes or more" : " bytes"));
            }
            for (int i = 0; i < bytes.length / record; i++) {
                int found = bytes[i * record + column] & 0xff;
                if (found >= classes) {
                    throw new DataException("CIFAR: " + file + ": offset " + (i * record + column)
                            + ": unknown class: expected 0 to " + (classes - 1) + ", found " + found);
                }
                ids.add(file.getFileName() + ":" + i);
            }
            files.add(bytes);
        }

        Dataset dataset(List<String> names) {
            int record = head + PIXELS;
            byte[] pixels = new byte[ids.size() * PIXELS];
            int[] classOf = new int[ids.size()];
            int at = 0;
            for (byte[] file : files) {
                for (int from = 0; from < file.length; from += record) {
                    classOf[at] = file[from + column] & 0xff;
                    System.arraycopy(file, from + head, pixels, at * PIXELS, PIXELS);
                    at++;
                }
            }
            return Dataset.of(set, ids, names, new ImageSet(set, 3, SIDE, SIDE, pixels, ClassLabels.of(classOf)));
        }
    }
}
