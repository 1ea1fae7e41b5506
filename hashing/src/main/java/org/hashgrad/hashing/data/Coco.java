package org.hashgrad.hashing.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * MS COCO (Lin et al. 2014): photographs with five captions each and objects of 80 categories, whose numbers 1 to 90 have gaps.
 *
 * <pre>  annotations/instances_SET.json    images (id, file_name), annotations (image_id, category_id), categories (id, name)
 *   annotations/captions_SET.json     annotations (image_id, caption)
 *   SET/FILE                          the photographs, SET such as train2014 and val2014 </pre>
 *
 * The files, several hundred megabytes, are read as streams. Labels are the categories in the order of their numbers, items the photographs that have
 * an object, those of the first set first.
 */
public final class Coco {
    private static final String NAME = "coco";
    private static final JsonFactory JSON = new JsonFactory();

    private final Path folder;
    private final TreeMap<Integer, String> categories = new TreeMap<>();
    private final List<String> paths = new ArrayList<>();
    private final List<TreeSet<Integer>> objects = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    private Coco(Path folder) {
        this.folder = folder;
    }

    /** What the text of a photograph is. */
    public enum Captions {
        /** The first of its captions. */
        FIRST,
        /** All of them, one after another. */
        ALL
    }

    /**
     * The photographs of one or more sets.
     *
     * @param sets such as {@code train2014} and {@code val2014}
     * @throws DataException when a file is missing or broken, an object or caption belongs to no photograph, or a photograph with an object has
     *     no caption or is missing
     */
    public static Dataset read(Path folder, Framing framing, List<String> sets, Captions captions) {
        Coco coco = new Coco(folder);
        sets.forEach(set -> coco.add(set, captions));
        List<Integer> columns = List.copyOf(coco.categories.keySet());
        List<int[]> rowsWith = new ArrayList<>();
        for (int category : columns) {
            rowsWith.add(java.util.stream.IntStream.range(0, coco.paths.size())
                    .filter(i -> coco.objects.get(i).contains(category))
                    .toArray());
        }
        if (coco.paths.isEmpty()) {
            throw new DataException(NAME + ": " + folder + ": no photograph with an object in " + sets);
        }
        MultiLabels labels = MultiLabels.ofColumns(coco.paths.size(), rowsWith);
        PictureFiles files = new PictureFiles(folder, coco.paths, ImageFile.MOST_PIXELS);
        files.requireFiles(NAME);
        Tokenizer tokenizer = new Tokenizer(Set.of());
        List<List<String>> words = coco.texts.stream().map(tokenizer::words).toList();
        return new Dataset(
                NAME,
                coco.paths,
                columns.stream()
                        .map(id -> String.valueOf(coco.categories.get(id)))
                        .toList(),
                PictureSet.of(NAME, files, framing, labels),
                Optional.of(new TextSet(NAME, words, BagOfWords.of(words, 1, TermWeighting.BINARY), labels)),
                Map.of());
    }

    private void add(String set, Captions captions) {
        Path instances = folder.resolve("annotations/instances_" + set + ".json");
        Map<Long, String> names = new LinkedHashMap<>();
        Map<Long, TreeSet<Integer>> found = new HashMap<>();
        read(instances, (array, json, where) -> {
            Fields fields = Fields.of(json, where);
            switch (array) {
                case "images" -> names.put(fields.number("id"), fields.text("file_name"));
                case "annotations" ->
                    found.computeIfAbsent(fields.number("image_id"), id -> new TreeSet<>())
                            .add((int) fields.number("category_id"));
                case "categories" -> categories.put((int) fields.number("id"), fields.text("name"));
                default -> {}
            }
        });
        found.forEach((image, numbers) -> {
            if (!names.containsKey(image)) {
                throw new DataException(NAME + ": " + instances + ": a label without its photograph: image_id " + image
                        + " is not among the images");
            }
            if (!categories.keySet().containsAll(numbers)) {
                throw new DataException(NAME + ": " + instances + ": image " + image + " has categories " + numbers
                        + ", not all of which are among the categories");
            }
        });
        Path file = folder.resolve("annotations/captions_" + set + ".json");
        Map<Long, String> captionOf = captions(file, names, captions);
        names.forEach((id, name) -> {
            TreeSet<Integer> numbers = found.get(id);
            if (numbers != null) {
                String caption = captionOf.get(id);
                if (caption == null) {
                    throw new DataException(NAME + ": " + file + ": missing text: image " + id + " has no caption");
                }
                paths.add(PictureFiles.inside(folder, set + "/" + name, NAME + ": " + instances + ": image " + id));
                objects.add(numbers);
                texts.add(caption);
            }
        });
    }

    private static Map<Long, String> captions(Path file, Map<Long, String> names, Captions captions) {
        Map<Long, String> captionOf = new HashMap<>();
        read(file, (array, json, where) -> {
            Fields fields = Fields.of(json, where);
            if (array.equals("annotations")) {
                long image = fields.number("image_id");
                if (!names.containsKey(image)) {
                    throw new DataException(where + ": a caption without its photograph: image_id " + image);
                }
                captionOf.merge(
                        image,
                        fields.text("caption"),
                        (first, next) -> captions == Captions.FIRST ? first : first + " " + next);
            }
        });
        return captionOf;
    }

    /** What is done with one object of an array of the file. */
    private interface Element {
        void read(String array, JsonParser json, String where) throws IOException;
    }

    private static void read(Path file, Element element) {
        try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
            String where = NAME + ": " + file;
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new DataException(where + ": expected one JSON object with arrays in it");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String array = json.currentName();
                if (json.nextToken() != JsonToken.START_ARRAY) {
                    json.skipChildren();
                    continue;
                }
                for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
                    if (json.currentToken() == JsonToken.START_OBJECT) {
                        element.read(array, json, where + ": " + array + "[" + i + "]");
                    } else {
                        json.skipChildren();
                    }
                }
            }
        } catch (NoSuchFileException e) {
            throw new DataException(NAME + ": " + file + ": no such file", e);
        } catch (JsonProcessingException e) {
            throw new DataException(
                    NAME + ": " + file + ": broken JSON: "
                            + String.valueOf(e.getOriginalMessage()).replaceAll("\\s+", " "),
                    e);
        } catch (IOException e) {
            throw new DataException(NAME + ": " + file + ": can not be read: " + e, e);
        }
    }

    /** The plain fields of one object; what is nested is passed over. */
    private record Fields(Map<String, String> values, String where) {
        static Fields of(JsonParser json, String where) throws IOException {
            Map<String, String> values = new HashMap<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (value.isStructStart()) {
                    json.skipChildren();
                } else {
                    values.put(field, json.getText());
                }
            }
            return new Fields(values, where);
        }

        String text(String field) {
            String value = values.get(field);
            if (value == null) {
                throw new DataException(where + ": has no " + field);
            }
            return value;
        }

        long number(String field) {
            String value = text(field);
            if (!value.matches("[0-9]{1,18}")) {
                throw new DataException(where + ": " + field + ": expected a whole number, found '" + value + "'");
            }
            return Long.parseLong(value);
        }
    }
}
