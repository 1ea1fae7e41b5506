package org.hashgrad.hashing.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * NUS-WIDE (Chua et al. 2009): 269 648 photographs with tags and 81 concepts.
 *
 * <pre>  ImageList/Imagelist.txt                      actor\0001_2124494179.jpg a line
 *   ConceptsList/Concepts81.txt                  the concepts
 *   Groundtruth/AllLabels/Labels_CONCEPT.txt     0 or 1 a line, line i for line i of the image list
 *   NUS_WID_Tags/All_Tags.txt                    number of the photograph, then its tags
 *   NUS_WID_Tags/TagList1k.txt                   the 1000 tags of the usual bag of words
 *   Flickr/ or images/                           the photographs </pre>
 */
public final class NusWide {
    private static final String NAME = "nus-wide";

    private final Path folder;

    private NusWide(Path folder) {
        this.folder = folder;
    }

    /** Which concepts count as labels. */
    public enum Concepts {
        /** All; photographs without any stay. */
        ALL_81(81),
        /** The 21 that most photographs have, and the photographs with one of them: 195 834. */
        FREQUENT_21(21),
        /** The 10 that most photographs have, and the photographs with one of them: 186 577. */
        FREQUENT_10(10);

        private final int number;

        Concepts(int number) {
            this.number = number;
        }
    }

    /**
     * The photographs with their concepts and, where the tags are there, bags of the 1000 usual tags. Text is kept though it be empty;
     * {@link Dataset#withTexts} leaves those items out.
     *
     * @param folder of the layout above; or a {@code .mat} file of {@link MatPairs}
     * @throws DataException when a file is missing or broken, the numbers of lines differ or a photograph is missing
     */
    public static Dataset read(Path folder, Framing framing, Concepts concepts) {
        return String.valueOf(folder.getFileName()).endsWith(".mat")
                ? MatPairs.read(folder, framing)
                : new NusWide(folder).read(framing, concepts);
    }

    private Dataset read(Framing framing, Concepts concepts) {
        Path list = folder.resolve("ImageList/Imagelist.txt");
        Path root = root();
        List<String> paths = new ArrayList<>();
        for (String line : TextLines.of(NAME, list)) {
            paths.add(PictureFiles.inside(root, line.strip(), NAME + ": " + list + ": line " + (paths.size() + 1)));
        }
        int n = paths.size();
        List<String> names = names(folder.resolve("ConceptsList/Concepts81.txt"));
        List<int[]> rowsWith = new ArrayList<>();
        for (String concept : names) {
            rowsWith.add(rows(folder.resolve("Groundtruth/AllLabels/Labels_" + concept + ".txt"), n));
        }
        List<Integer> kept = IntStream.range(0, names.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer c) -> -rowsWith.get(c).length))
                .limit(concepts.number)
                .sorted()
                .toList();
        MultiLabels labels =
                MultiLabels.ofColumns(n, kept.stream().map(rowsWith::get).toList());
        PictureSet images = PictureSet.of(NAME, new PictureFiles(root, paths, ImageFile.MOST_PIXELS), framing, labels);
        Dataset all = new Dataset(
                NAME, paths, kept.stream().map(names::get).toList(), images, texts(paths, labels), Map.of());
        if (concepts != Concepts.ALL_81) {
            all = all.select(IntStream.range(0, n).filter(labels::labelled).toArray());
        }
        new PictureFiles(root, all.ids(), ImageFile.MOST_PIXELS).requireFiles(NAME);
        return all;
    }

    private Path root() {
        for (String name : List.of("Flickr", "images")) {
            if (Files.isDirectory(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        return folder;
    }

    private static List<String> names(Path file) {
        List<String> names = TextLines.of(NAME, file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (names.isEmpty() || new HashSet<>(names).size() != names.size()) {
            throw new DataException(
                    NAME + ": " + file + ": expected different names, one a line, found " + names.size());
        }
        return names;
    }

    private static int[] rows(Path file, int n) {
        List<String> lines = TextLines.of(NAME, file);
        if (lines.size() != n) {
            throw new DataException(NAME + ": " + file + ": mismatched counts: expected " + n
                    + " lines as in Imagelist.txt, found " + lines.size());
        }
        return IntStream.range(0, n)
                .filter(i -> {
                    String word = lines.get(i).strip();
                    if (!word.equals("0") && !word.equals("1")) {
                        throw new DataException(
                                NAME + ": " + file + ": line " + (i + 1) + ": expected 0 or 1, found '" + word + "'");
                    }
                    return word.equals("1");
                })
                .toArray();
    }

    private Optional<SampleSet> texts(List<String> paths, Labels labels) {
        Path file = folder.resolve("NUS_WID_Tags/All_Tags.txt");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> usual = names(folder.resolve("NUS_WID_Tags/TagList1k.txt"));
        Set<String> known = Set.copyOf(usual);
        List<String> lines = TextLines.of(NAME, file);
        if (lines.size() != paths.size()) {
            throw new DataException(NAME + ": " + file + ": mismatched counts: expected " + paths.size()
                    + " texts as in Imagelist.txt, found " + lines.size());
        }
        List<List<String>> texts = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            List<String> words =
                    List.of(lines.get(i).strip().toLowerCase(Locale.ROOT).split("\\s+", -1));
            String photograph = paths.get(i).replaceFirst(".*_", "").replaceFirst("\\.jpg$", "");
            if (!words.get(0).equals(photograph)) {
                throw new DataException(NAME + ": " + file + ": line " + (i + 1) + ": expected photograph " + photograph
                        + " as in Imagelist.txt, found '" + words.get(0) + "'");
            }
            texts.add(words.stream().skip(1).filter(known::contains).distinct().toList());
        }
        return Optional.of(new TextSet(NAME, texts, BagOfWords.ofVocabulary(usual), labels));
    }
}
