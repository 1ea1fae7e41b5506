package org.hashgrad.hashing.data;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * IAPR TC-12 (Grubinger et al. 2006): photographs with descriptions, and the labels of their segments (SAIAPR TC-12, Escalante et al. 2010).
 *
 * <pre>  images/00/25.jpg
 *   annotations_complete_eng/00/25.eng    XML, Latin-1; the text is its DESCRIPTION
 *   saiapr_tc-12/00/labels.txt            photograph, segment and concept, three numbers a line; in any folder below
 *   saiapr_tc-12/wlist.txt                concept and its name, for the names of classes </pre>
 *
 * Items are in the order of their numbers; labels are the concepts that occur, in that of theirs.
 */
public final class IaprTc12 {
    private static final String NAME = "iapr-tc12";
    private static final int LONGEST = 1 << 20;

    private IaprTc12() {}

    /**
     * The photographs with descriptions and labels; photographs without segments have no label.
     *
     * @param folder of the layout above; or a {@code .mat} file of {@link MatPairs}
     * @throws DataException when a file is missing or broken, a photograph has no description or a description no photograph, or a label
     *     belongs to no photograph
     */
    public static Dataset read(Path folder, Framing framing) {
        if (String.valueOf(folder.getFileName()).endsWith(".mat")) {
            return MatPairs.read(folder, framing);
        }
        Map<Integer, String> images = files(folder.resolve("images"), ".jpg");
        Path annotations = folder.resolve("annotations_complete_eng");
        Map<Integer, String> texts = files(annotations, ".eng");
        requireSame(images, texts);
        List<Integer> numbers = List.copyOf(images.keySet());
        Map<Integer, Integer> placeOf = new HashMap<>();
        numbers.forEach(number -> placeOf.put(number, placeOf.size()));
        Path segments = folder.resolve("saiapr_tc-12");
        SortedMap<Integer, Set<Integer>> rowsWith = labels(segments, placeOf);
        MultiLabels labels = MultiLabels.ofColumns(
                numbers.size(),
                rowsWith.values().stream()
                        .map(rows -> rows.stream().mapToInt(Integer::intValue).toArray())
                        .toList());
        Tokenizer tokenizer = new Tokenizer(Set.of());
        List<List<String>> words = new ArrayList<>();
        for (int number : numbers) {
            words.add(tokenizer.words(description(annotations.resolve(String.valueOf(texts.get(number))))));
        }
        List<String> paths = numbers.stream()
                .map(number -> String.valueOf(images.get(number)))
                .toList();
        PictureFiles files = new PictureFiles(folder.resolve("images"), paths, ImageFile.MOST_PIXELS);
        return new Dataset(
                NAME,
                paths,
                names(segments.resolve("wlist.txt"), rowsWith),
                PictureSet.of(NAME, files, framing, labels),
                Optional.of(new TextSet(NAME, words, BagOfWords.of(words, 1, TermWeighting.BINARY), labels)),
                Map.of());
    }

    /** Paths below a folder by the number that their name is. */
    private static SortedMap<Integer, String> files(Path folder, String suffix) {
        TreeMap<Integer, String> files = new TreeMap<>();
        for (String path : below(folder)) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (name.matches("[0-9]{1,8}\\Q" + suffix + "\\E")) {
                int number = Integer.parseInt(name.substring(0, name.length() - suffix.length()));
                String other = files.put(number, path);
                if (other != null) {
                    throw new DataException(
                            NAME + ": " + folder + ": two files of number " + number + ": " + other + " and " + path);
                }
            }
        }
        if (files.isEmpty()) {
            throw new DataException(NAME + ": " + folder + ": no file NUMBER" + suffix + " in it");
        }
        return files;
    }

    private static List<String> below(Path folder) {
        try (Stream<Path> found = Files.walk(folder, 3)) {
            return found.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            throw new DataException(NAME + ": " + folder + ": no such folder", e);
        } catch (IOException | UncheckedIOException e) {
            throw new DataException(NAME + ": " + folder + ": can not be read: " + e.getMessage(), e);
        }
    }

    private static void requireSame(Map<Integer, String> images, Map<Integer, String> texts) {
        for (Map.Entry<Integer, String> image : images.entrySet()) {
            if (!texts.containsKey(image.getKey())) {
                throw new DataException(
                        NAME + ": images/" + image.getValue() + ": missing text: need " + image.getKey() + ".eng");
            }
        }
        for (Map.Entry<Integer, String> text : texts.entrySet()) {
            if (!images.containsKey(text.getKey())) {
                throw new DataException(NAME + ": annotations_complete_eng/" + text.getValue()
                        + ": text without its image: need " + text.getKey() + ".jpg");
            }
        }
    }

    private static SortedMap<Integer, Set<Integer>> labels(Path folder, Map<Integer, Integer> placeOf) {
        SortedMap<Integer, Set<Integer>> rowsWith = new TreeMap<>();
        for (String path : below(folder)) {
            if (!path.endsWith("labels.txt")) {
                continue;
            }
            Path file = folder.resolve(path);
            int number = 0;
            for (String line : TextLines.of(NAME, file)) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                String where = NAME + ": " + file + ": line " + number;
                if (!line.strip().matches("[0-9]{1,8}\\s+[0-9]{1,8}\\s+[0-9]{1,8}")) {
                    throw new DataException(where + ": expected three numbers, found '" + line.strip() + "'");
                }
                List<String> words = List.of(line.strip().split("\\s+", -1));
                Integer place = placeOf.get(Integer.parseInt(words.get(0)));
                if (place == null) {
                    throw new DataException(
                            where + ": a label without its photograph: there is no " + words.get(0) + ".jpg");
                }
                rowsWith.computeIfAbsent(Integer.parseInt(words.get(2)), c -> new TreeSet<>())
                        .add(place);
            }
        }
        if (rowsWith.isEmpty()) {
            throw new DataException(NAME + ": " + folder + ": no labels.txt with a label in it");
        }
        return rowsWith;
    }

    private static List<String> names(Path file, SortedMap<Integer, Set<Integer>> rowsWith) {
        Map<Integer, String> names = new HashMap<>();
        if (Files.exists(file)) {
            for (String line : TextLines.of(NAME, file)) {
                List<String> words = List.of(line.strip().split("\\s+", 2));
                if (words.size() == 2 && words.get(0).matches("[0-9]{1,8}")) {
                    names.put(Integer.parseInt(words.get(0)), words.get(1));
                }
            }
        }
        return rowsWith.keySet().stream()
                .map(c -> names.getOrDefault(c, String.valueOf(c)))
                .toList();
    }

    /** The text of the DESCRIPTION; no entity of a document type is expanded. */
    private static String description(Path file) {
        String xml = TextLines.text(NAME, file, StandardCharsets.ISO_8859_1);
        if (xml.length() > LONGEST) {
            throw new DataException(
                    NAME + ": " + file + ": expected at most " + LONGEST + " characters, found " + xml.length());
        }
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader in = factory.createXMLStreamReader(new StringReader(xml));
            while (in.hasNext()) {
                if (in.next() == XMLStreamConstants.START_ELEMENT
                        && in.getLocalName().equals("DESCRIPTION")) {
                    return in.getElementText();
                }
            }
        } catch (XMLStreamException e) {
            throw new DataException(
                    NAME + ": " + file + ": broken XML: "
                            + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
                    e);
        }
        throw new DataException(NAME + ": " + file + ": has no DESCRIPTION");
    }
}
