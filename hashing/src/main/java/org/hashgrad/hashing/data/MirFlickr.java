package org.hashgrad.hashing.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * MIRFlickr-25K (Huiskes, Lew 2008): photographs with tags and labels.
 *
 * <pre>  im1.jpg … im25000.jpg
 *   meta/tags/tags1.txt …                       one tag a line
 *   doc/common_tags.txt                         "tag count" a line: the tags that 20 photographs have, 1386
 *   mirflickr25k_annotations_v080/LABEL.txt     one number of a photograph a line: 24 labels, and 14 LABEL_r1.txt in a narrower sense </pre>
 *
 * Labels are in alphabetical order of their files, words in the order of {@code common_tags.txt}.
 */
public final class MirFlickr {
    private static final String ANNOTATIONS = "mirflickr25k_annotations_v080";
    private static final String NARROW = "_r1";

    private final Path photographs;
    private final Path annotations;

    private MirFlickr(Path folder) {
        Path inner = folder.resolve("mirflickr");
        this.photographs = Files.isDirectory(inner) ? inner : folder;
        Path beside = folder.resolve(ANNOTATIONS);
        this.annotations = Files.isDirectory(beside) ? beside : photographs.resolve(ANNOTATIONS);
    }

    /**
     * For retrieval across media: the 24 labels, bags of the common tags, and only photographs that have one of them (20 015).
     *
     * @param folder has the files, or a folder {@code mirflickr} with them and the annotations beside it; or is a {@code .mat} file of
     *     {@link MatPairs}
     * @throws DataException when a file is missing or broken, or numbers of photographs, tags and annotations don't fit
     */
    public static Dataset pairs(Path folder, Framing framing) {
        return String.valueOf(folder.getFileName()).endsWith(".mat")
                ? MatPairs.read(folder, framing)
                : new MirFlickr(folder).read(framing, false).withTexts();
    }

    /** For retrieval of images: all photographs and all 38 labels. @throws DataException as {@link #pairs} */
    public static Dataset images(Path folder, Framing framing) {
        return new MirFlickr(folder).read(framing, true);
    }

    private Dataset read(Framing framing, boolean narrowToo) {
        int n = count();
        List<String> classes = new ArrayList<>();
        List<int[]> rowsWith = new ArrayList<>();
        for (Path file : annotationFiles()) {
            String label = String.valueOf(file.getFileName()).replaceFirst("\\.txt$", "");
            if (narrowToo || !label.endsWith(NARROW)) {
                classes.add(label);
                rowsWith.add(rows(file, n));
            }
        }
        if (classes.isEmpty()) {
            throw new DataException("mirflickr: " + annotations + ": no annotations LABEL.txt in it");
        }
        MultiLabels labels = MultiLabels.ofColumns(n, rowsWith);
        List<String> paths =
                IntStream.rangeClosed(1, n).mapToObj(i -> "im" + i + ".jpg").toList();
        PictureFiles files = new PictureFiles(photographs, paths, ImageFile.MOST_PIXELS);
        PictureSet images = PictureSet.of("mirflickr", files, framing, labels);
        return new Dataset("mirflickr", paths, classes, images, Optional.of(texts(n, labels)), java.util.Map.of());
    }

    /** Photographs are numbered without a gap. */
    private int count() {
        try (Stream<Path> files = Files.list(photographs)) {
            int n = (int) files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.matches("im[0-9]{1,6}\\.jpg"))
                    .count();
            for (int i = 1; i <= n; i++) {
                if (!Files.isRegularFile(photographs.resolve("im" + i + ".jpg"))) {
                    throw new DataException(
                            "mirflickr: " + photographs + ": there are " + n + " photographs, but no im" + i + ".jpg");
                }
            }
            if (n == 0) {
                throw new DataException("mirflickr: " + photographs + ": no photograph im1.jpg in it");
            }
            return n;
        } catch (NoSuchFileException e) {
            throw new DataException("mirflickr: " + photographs + ": no such folder", e);
        } catch (IOException e) {
            throw new DataException("mirflickr: " + photographs + ": can not be read: " + e, e);
        }
    }

    private List<Path> annotationFiles() {
        try (Stream<Path> files = Files.list(annotations)) {
            return files.filter(file -> String.valueOf(file.getFileName()).endsWith(".txt"))
                    .filter(file -> !String.valueOf(file.getFileName())
                            .toLowerCase(Locale.ROOT)
                            .startsWith("readme"))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            throw new DataException("mirflickr: " + annotations + ": no such folder", e);
        } catch (IOException e) {
            throw new DataException("mirflickr: " + annotations + ": can not be read: " + e, e);
        }
    }

    private static int[] rows(Path file, int n) {
        List<Integer> rows = new ArrayList<>();
        int number = 0;
        for (String line : TextLines.of("mirflickr", file)) {
            number++;
            if (!line.isBlank()) {
                String word = line.strip();
                int photograph = word.matches("[0-9]{1,8}") ? Integer.parseInt(word) : 0;
                if (photograph < 1 || photograph > n) {
                    throw new DataException("mirflickr: " + file + ": line " + number
                            + ": a label without its photograph: expected a number 1 to " + n + ", found '" + word
                            + "'");
                }
                rows.add(photograph - 1);
            }
        }
        return rows.stream().mapToInt(Integer::intValue).toArray();
    }

    private TextSet texts(int n, Labels labels) {
        Path file = photographs.resolve("doc/common_tags.txt");
        List<String> common = new ArrayList<>();
        for (String line : TextLines.of("mirflickr", file)) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length != 2 || !words[1].matches("[0-9]+")) {
                throw new DataException("mirflickr: " + file + ": line " + (common.size() + 1)
                        + ": expected 'tag count', found '" + line.strip() + "'");
            }
            common.add(words[0]);
        }
        BagOfWords bag = BagOfWords.ofVocabulary(common);
        Set<String> known = Set.copyOf(common);
        List<List<String>> texts = new ArrayList<>();
        for (int i = 1; i <= n; i++) {
            texts.add(TextLines.of("mirflickr", photographs.resolve("meta/tags/tags" + i + ".txt")).stream()
                    .map(tag -> tag.strip().toLowerCase(Locale.ROOT))
                    .filter(known::contains)
                    .distinct()
                    .toList());
        }
        return new TextSet("mirflickr", texts, bag, labels);
    }
}
