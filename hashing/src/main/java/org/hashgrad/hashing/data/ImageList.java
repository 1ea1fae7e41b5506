package org.hashgrad.hashing.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Pictures named in lists, as HashNet's and DCH's code has them: one a line, {@code path 0 1 0 …}, with a 0 or 1 for each label, or {@code path 7},
 * the number of a class. White space separates; a path has none. A row without any label is allowed: such a picture is relevant to nothing.
 */
public final class ImageList {
    /** The lists of a folder and the parts they are. */
    private static final Map<String, String> FILES = files();

    private final List<String> paths = new ArrayList<>();
    private final List<int[]> rows = new ArrayList<>();
    private int columns = -1;

    private ImageList() {}

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("test.txt", Dataset.QUERY);
        files.put("train.txt", Dataset.TRAINING);
        files.put("database.txt", Dataset.DATABASE);
        return files;
    }

    /**
     * The split of {@code train.txt}, {@code test.txt} (the queries) and {@code database.txt}; without the last, the training pictures are the
     * database. A picture in two lists is one item.
     *
     * @param folder has the lists; {@code classes.txt}, one name a line, may lie beside them
     * @param root what paths are relative to; none may lead out of it
     * @throws DataException when a list is missing or broken, lists differ in their number of labels, one picture has two rows of labels, or a
     *     picture is missing
     */
    public static Dataset read(Path folder, Path root, Framing framing) {
        ImageList all = new ImageList();
        Map<String, Integer> place = new LinkedHashMap<>();
        Map<String, int[]> parts = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : FILES.entrySet()) {
            Path file = folder.resolve(entry.getKey());
            if (!Files.exists(file) && entry.getValue().equals(Dataset.DATABASE)) {
                continue;
            }
            parts.put(entry.getValue(), all.add(file, root, place));
        }
        PictureFiles files = new PictureFiles(root, all.paths, ImageFile.MOST_PIXELS);
        files.requireFiles(
                "list: " + folder, "; paths of lists are below " + root + " unless ?root=FOLDER says otherwise");
        Labels labels = all.labels();
        PictureSet images = PictureSet.of(String.valueOf(folder.getFileName()), files, framing, labels);
        return new Dataset(
                images.name(),
                all.paths,
                names(folder.resolve("classes.txt"), labels.classes()),
                images,
                Optional.empty(),
                parts);
    }

    private int[] add(Path file, Path root, Map<String, Integer> place) {
        List<Integer> part = new ArrayList<>();
        int number = 0;
        for (String line : TextLines.of("list", file)) {
            number++;
            if (!line.isBlank()) {
                part.add(add(line.strip().split("\\s+", -1), "list: " + file + ": line " + number, root, place));
            }
        }
        if (part.isEmpty()) {
            throw new DataException("list: " + file + ": no pictures; need at least 1");
        }
        return part.stream().mapToInt(Integer::intValue).toArray();
    }

    private int add(String[] words, String where, Path root, Map<String, Integer> place) {
        if (words.length < 2) {
            throw new DataException(where + ": expected a path and its labels, found " + words.length + " word");
        }
        if (columns < 0) {
            columns = words.length - 1;
        }
        if (words.length - 1 != columns) {
            throw new DataException(
                    where + ": expected " + columns + " labels as in the first row, found " + (words.length - 1));
        }
        int[] row = new int[columns];
        for (int c = 0; c < columns; c++) {
            row[c] = label(words[c + 1], columns > 1, where);
        }
        String path = PictureFiles.inside(root, words[0], where);
        Integer known = place.putIfAbsent(path, paths.size());
        if (known == null) {
            paths.add(path);
            rows.add(row);
            return paths.size() - 1;
        }
        if (!Arrays.equals(rows.get(known), row)) {
            throw new DataException(where + ": " + path + " has other labels than where it was named before");
        }
        return known;
    }

    private static int label(String word, boolean binary, String where) {
        try {
            int value = Integer.parseInt(word);
            if (value >= 0 && (!binary || value <= 1) && value < Integer.MAX_VALUE) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, like any other word that is no label.
        }
        throw new DataException(where + ": expected " + (binary ? "0 or 1" : "the number of a class") + ", found '"
                + (word.length() > 40 ? word.substring(0, 40) + "..." : word) + "'");
    }

    private Labels labels() {
        int[] values = rows.stream().flatMapToInt(Arrays::stream).toArray();
        return columns == 1 ? ClassLabels.of(values) : MultiLabels.ofRows(values, columns);
    }

    /** One name a line, or numbers where there is no such file. */
    static List<String> names(Path file, int classes) {
        if (!Files.exists(file)) {
            return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
        }
        List<String> names = TextLines.of("classes", file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (names.size() != classes) {
            throw new DataException("classes: " + file + ": expected " + classes + " names, found " + names.size());
        }
        return names;
    }
}
