package org.hashgrad.hashing.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Pictures named in a CSV file (RFC 4180, UTF-8) with a row of heads: {@code path}, relative to the file's folder; {@code labels}, the names of the
 * picture's labels with semicolons between them, or none; if wanted, {@code text}, words that belong to the picture, and {@code split}, which is
 * {@code query}, {@code training}, {@code database} or nothing. Labels are in alphabetical order.
 */
public final class ImageCsv {
    private static final String PATH = "path";
    private static final String LABELS = "labels";
    private static final String TEXT = "text";
    private static final String SPLIT = "split";
    private static final List<String> HEADS = List.of(PATH, LABELS, TEXT, SPLIT);
    private static final List<String> PARTS = List.of(Dataset.QUERY, Dataset.TRAINING, Dataset.DATABASE);

    private final List<String> paths = new ArrayList<>();
    private final List<List<String>> labels = new ArrayList<>();
    private final List<List<String>> words = new ArrayList<>();
    private final Map<String, List<Integer>> parts = new LinkedHashMap<>();
    private boolean hasText;

    private ImageCsv() {}

    /**
     * The pictures of a file.
     *
     * @param minDocuments texts that must have a word for it to count, see {@link BagOfWords}
     * @throws DataException when it is missing, no such CSV, names a picture twice, or a picture is missing
     */
    public static Dataset read(Path file, Framing framing, int minDocuments) {
        ImageCsv rows = new ImageCsv();
        Path root = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        try (CsvReader<NamedCsvRecord> csv =
                CsvReader.builder().detectBomHeader(true).ofNamedCsvRecord(file)) {
            Set<String> paths = new HashSet<>();
            for (NamedCsvRecord row : csv) {
                String where = "csv: " + file + ": line " + row.getStartingLineNumber();
                if (!paths.add(rows.add(row, root, where))) {
                    throw new DataException(where + ": " + row.getField(PATH) + " is named a second time");
                }
            }
        } catch (NoSuchFileException e) {
            throw new DataException("csv: " + file + ": no such file", e);
        } catch (CsvParseException | UncheckedIOException e) {
            throw new DataException("csv: " + file + ": broken: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new DataException("csv: " + file + ": can not be read: " + e, e);
        }
        return rows.dataset(file, root, framing, minDocuments);
    }

    private String add(NamedCsvRecord row, Path root, String where) {
        if (paths.isEmpty()) {
            Set<String> heads = new TreeSet<>(row.getHeader());
            if (heads.size() != row.getHeader().size()
                    || !heads.contains(PATH)
                    || !heads.contains(LABELS)
                    || !HEADS.containsAll(heads)) {
                throw new DataException(where + ": expected the heads " + PATH + ", " + LABELS + " and, if wanted, "
                        + TEXT + " and " + SPLIT + ", found " + row.getHeader());
            }
            hasText = heads.contains(TEXT);
        }
        if (row.getFieldCount() != row.getHeader().size()) {
            throw new DataException(
                    where + ": expected " + row.getHeader().size() + " fields, found " + row.getFieldCount());
        }
        String path = PictureFiles.inside(root, row.getField(PATH), where);
        labels.add(Arrays.stream(row.getField(LABELS).split(";", -1))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .toList());
        words.add(new Tokenizer(Set.of()).words(row.findField(TEXT).orElse("")));
        String part = row.findField(SPLIT).map(String::strip).orElse("");
        if (!part.isEmpty()) {
            if (!PARTS.contains(part)) {
                throw new DataException(
                        where + ": split: expected one of " + PARTS + " or nothing, found '" + part + "'");
            }
            parts.computeIfAbsent(part, p -> new ArrayList<>()).add(paths.size());
        }
        paths.add(path);
        return path;
    }

    private Dataset dataset(Path file, Path root, Framing framing, int minDocuments) {
        if (paths.isEmpty()) {
            throw new DataException("csv: " + file + ": no rows; need at least 1 picture");
        }
        TreeSet<String> names = new TreeSet<>();
        labels.forEach(names::addAll);
        if (names.isEmpty()) {
            throw new DataException("csv: " + file + ": no row has a label; need at least 1");
        }
        MultiLabels rows = MultiLabels.ofNames(labels, List.copyOf(names));
        PictureFiles files = new PictureFiles(root, paths, ImageFile.MOST_PIXELS);
        files.requireFiles("csv: " + file);
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.csv$", "");
        Optional<SampleSet> texts = hasText
                ? Optional.of(new TextSet(name, words, BagOfWords.of(words, minDocuments, TermWeighting.BINARY), rows))
                : Optional.empty();
        Map<String, int[]> split = new TreeMap<>();
        parts.forEach((part, items) ->
                split.put(part, items.stream().mapToInt(Integer::intValue).toArray()));
        return new Dataset(name, paths, List.copyOf(names), PictureSet.of(name, files, framing, rows), texts, split);
    }
}
