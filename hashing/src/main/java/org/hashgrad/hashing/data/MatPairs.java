package org.hashgrad.hashing.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Image-text pairs in one MATLAB file, as DCMH's and SSAH's code has MIRFlickr-25K, NUS-WIDE and IAPR TC-12 ({@code FLICKR-25K.mat}): {@code images}
 * uint8 (height, width, 3, n), {@code YAll} (n, d) bags of words and {@code LAll} (n, c) labels of 0 and 1; {@code param/indexTest},
 * {@code param/indexDatabase} and {@code param/indexTrain}, row numbers from 1, may say how they are split. Pictures are read slice by slice.
 */
public final class MatPairs {
    private static final String IMAGES = "images";
    private static final String TEXTS = "YAll";
    private static final String LABELS = "LAll";
    private static final Map<String, String> PARTS = Map.of(
            "param/indexTest", Dataset.QUERY,
            "param/indexTrain", Dataset.TRAINING,
            "param/indexDatabase", Dataset.DATABASE);

    private MatPairs() {}

    /**
     * The pairs of a file, which stays open for the pictures.
     *
     * @throws DataException when it is missing, broken, or its arrays are missing, of other shapes or differ in their number of items
     */
    public static Dataset read(Path file, Framing framing) {
        MatArrays mat = MatArrays.open(file);
        try {
            int[] shape = mat.requireShape(IMAGES, -1, -1, 3, -1);
            int n = shape[3];
            int d = mat.requireShape(TEXTS, n, -1)[1];
            int c = mat.requireShape(LABELS, n, -1)[1];
            Labels labels = labels(mat, n, c);
            String name = String.valueOf(file.getFileName()).replaceFirst("\\.mat$", "");
            return new Dataset(
                    name,
                    IntStream.range(0, n).mapToObj(i -> IMAGES + ":" + i).toList(),
                    IntStream.range(0, c).mapToObj(String::valueOf).toList(),
                    PictureSet.of(name, new Slices(mat, shape), framing, labels),
                    Optional.of(new VectorSet(name, d, texts(mat, n, d), labels)),
                    parts(mat, n));
        } catch (RuntimeException e) {
            mat.close();
            throw e;
        }
    }

    private static float[] texts(MatArrays mat, int n, int d) {
        if ((long) n * d > Integer.MAX_VALUE - 8) {
            throw new DataException("mat: " + mat.name() + ": " + TEXTS + ": shape [" + n + ", " + d
                    + "] is too large; need at most " + (Integer.MAX_VALUE - 8) + " values");
        }
        float[] rows = new float[n * d];
        for (int w = 0; w < d; w++) {
            double[] column = mat.slice(TEXTS, w, 1);
            for (int i = 0; i < n; i++) {
                rows[i * d + w] = (float) column[i];
            }
        }
        return rows;
    }

    private static Labels labels(MatArrays mat, int n, int classes) {
        List<int[]> rowsWith = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            double[] column = mat.slice(LABELS, c, 1);
            for (int i = 0; i < n; i++) {
                if (column[i] != 0 && column[i] != 1) {
                    throw new DataException("mat: " + mat.name() + ": " + LABELS + ": value at row " + i + ", column "
                            + c + " is " + column[i] + "; need 0 or 1");
                }
            }
            rowsWith.add(IntStream.range(0, n).filter(i -> column[i] == 1).toArray());
        }
        return MultiLabels.ofColumns(n, rowsWith);
    }

    private static Map<String, int[]> parts(MatArrays mat, int n) {
        Map<String, int[]> parts = new LinkedHashMap<>();
        PARTS.forEach((array, part) -> {
            if (mat.has(array)) {
                int[] shape = mat.shape(array);
                double[] numbers = mat.slice(array, 0, shape[shape.length - 1]);
                int[] rows = new int[numbers.length];
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = (int) numbers[i] - 1;
                    if (rows[i] < 0 || rows[i] >= n || rows[i] + 1 != numbers[i]) {
                        throw new DataException("mat: " + mat.name() + ": " + array + ": expected whole numbers 1 to "
                                + n + ", found " + numbers[i]);
                    }
                }
                parts.put(part, rows);
            }
        });
        return parts;
    }

    /** Pictures as MATLAB has them: row, column, colour, picture, the first running fastest. */
    private record Slices(MatArrays mat, int[] shape) implements Pictures {
        @Override
        public int count() {
            return shape[3];
        }

        @Override
        public String id(int i) {
            return mat.name() + ": " + IMAGES + ":" + i;
        }

        @Override
        public String key(int i) {
            return IMAGES + ":" + i;
        }

        @Override
        public RgbImage picture(int i) {
            byte[] stored = mat.bytes(IMAGES, i, 1);
            int height = shape[0];
            int width = shape[1];
            byte[] rgb = new byte[stored.length];
            for (int c = 0; c < 3; c++) {
                for (int x = 0; x < width; x++) {
                    for (int y = 0; y < height; y++) {
                        rgb[(y * width + x) * 3 + c] = stored[(c * width + x) * height + y];
                    }
                }
            }
            return new RgbImage(width, height, rgb);
        }
    }
}
