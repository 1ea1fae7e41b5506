package org.hashgrad.hashing.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * OpenClipart-40: drawings of the Open Clip Art Library (public domain) with title, description, keywords and 40 labels, its folders,
 * of which a drawing has one or more. Images are colour on white, (3, side, side), 32 × 32 in the embedded set.
 *
 * <pre>
 *   query      400 drawings
 *   training   all others, the only database
 * </pre>
 *
 * Drawings that look alike are all on one side. {@code hashgrad data build openclipart} makes the files from Debian's packages.
 */
public final class OpenClipart {
    /** Names of the parts. */
    public static final String QUERY = "query";

    public static final String TRAINING = "training";

    /** Names of the files: of each part the images and, one JSON object per line, the items. */
    public static final String MANIFEST = "manifest.json";

    public static final String IMAGES = "-images.zip";
    public static final String ITEMS = "-items.jsonl";

    private static final int LARGEST_SIDE = 1024;
    private static final int VALIDATION_QUERIES = 400;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    /** Words that say nothing about a drawing: English function words, and words of file formats and addresses. */
    private static final Set<String> STOP_WORDS =
            Set.of(("an and are as at be by for from in is it of on or that the this to was with"
                            + " art clip clipart image jpg library open png svg com http org www")
                    .split(" "));

    private OpenClipart() {}

    /** Which words of a drawing's title, description and keywords count. */
    public enum Form {
        /** All but those of the labels' names, in singular and plural: the text must not say the answer. */
        STRICT,
        /** All. Keywords often repeat the folder. */
        FULL
    }

    /**
     * How texts become vectors.
     *
     * @param minDocuments training texts that a word must occur in to be in the vocabulary
     */
    public record Texts(Form form, int minDocuments, TermWeighting weighting) {
        /** The headline's: strict, words of four training texts or more, 0 or 1. */
        public static final Texts STRICT = new Texts(Form.STRICT, 4, TermWeighting.BINARY);
    }

    /**
     * A drawing's line in the file of items.
     *
     * @param image its name in the archive: the path in the collection
     * @param labels ascending
     * @param group drawings with the same number look alike
     */
    public record Item(
            String image, String title, String description, List<String> keywords, List<String> labels, int group) {
        private String text() {
            return title + " " + description + " " + String.join(" ", keywords);
        }
    }

    /**
     * What the files hold.
     *
     * @param labels all names, ascending, with the number of drawings
     * @param items by part
     * @param sha256 by part and content, {@code query-images} of the pixels (n, 3, side, side) and {@code query-items} of the file
     * @param source what became of the collection's files, by reason
     */
    public record Manifest(
            int side,
            long seed,
            Map<String, Integer> labels,
            Map<String, Integer> items,
            Map<String, String> sha256,
            Map<String, Integer> source) {}

    /** The embedded 32 × 32 set with the headline's texts. */
    public static PairedSplit embedded() {
        return embedded(Texts.STRICT);
    }

    /** The embedded 32 × 32 set. */
    public static PairedSplit embedded(Texts texts) {
        return new Reader(OpenClipart::resource).split(texts);
    }

    /**
     * The training part alone, to choose hyper-parameters on: its last 400 drawings are the queries, without those that look like one of the
     * others; the vocabulary is taken from the others.
     */
    public static PairedSplit validation(Texts texts) {
        return new Reader(OpenClipart::resource).validation(texts);
    }

    /**
     * The first pairs of both parts of the embedded set, for a quick look; the vocabulary is that of all training texts.
     *
     * @throws DataException unless there are that many pairs to train on, and one at least
     */
    public static PairedSplit embedded(Texts texts, int pairs) {
        PairedSplit all = embedded(texts);
        int most = all.images().training().count();
        if (pairs < 1 || pairs > most) {
            throw new DataException("openclipart: pairs is " + pairs + "; need 1 to " + most);
        }
        return new PairedSplit(first(all.images(), pairs), first(all.texts(), pairs));
    }

    private static Split first(Split of, int pairs) {
        SampleSet training = first(of.training(), pairs);
        return new Split(first(of.query(), pairs), training, Map.of(TRAINING, training));
    }

    private static SampleSet first(SampleSet of, int pairs) {
        return of.select(
                of.name(), IntStream.range(0, Math.min(pairs, of.count())).toArray());
    }

    /**
     * A set that was built into a folder.
     *
     * @throws DataException when a file is missing, broken or not the one that was built
     */
    public static PairedSplit read(Path folder, Texts texts) {
        return new Reader(file -> open(folder.resolve(file))).split(texts);
    }

    /** The manifest of the embedded set. */
    public static Manifest manifest() {
        return new Reader(OpenClipart::resource).manifest;
    }

    /** The manifest of a set that was built into a folder. @throws DataException when it is missing or broken */
    public static Manifest manifest(Path folder) {
        return new Reader(file -> open(folder.resolve(file))).manifest;
    }

    /** The items of one part of the embedded set, in its order. */
    public static List<Item> items(String part) {
        return new Reader(OpenClipart::resource).items(part);
    }

    /** Writes a manifest or an item as one JSON text; the manifest over several lines. */
    public static String toJson(Record value) {
        try {
            return value instanceof Manifest
                    ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value)
                    : JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("openclipart: " + value + " has no JSON form", e);
        }
    }

    /** The SHA-256 of the content, in hexadecimal digits. */
    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
    }

    /** The words of the labels' names, each also in singular and plural: with and without a final s, -y and -ey for -ies, -man for -men. */
    static Set<String> labelWords(Set<String> labels) {
        Set<String> words = new LinkedHashSet<>();
        for (String label : labels) {
            for (String word : new Tokenizer(Set.of()).words(label)) {
                words.add(word);
                inflect(words, word, "ies", "y");
                inflect(words, word, "ies", "ey");
                inflect(words, word, "men", "man");
                inflect(words, word, "s", "");
            }
        }
        return words;
    }

    /** Adds the word with one ending for the other; a word that has neither keeps all its letters before the first. */
    private static void inflect(Set<String> words, String word, String plural, String singular) {
        if (word.endsWith(plural)) {
            words.add(word.substring(0, word.length() - plural.length()) + singular);
        } else if (word.endsWith(singular)) {
            words.add(word.substring(0, word.length() - singular.length()) + plural);
        }
    }

    private static InputStream resource(String file) {
        String resource = "openclipart-40/" + file;
        InputStream in = OpenClipart.class.getResourceAsStream(resource);
        if (in == null) {
            throw new DataException("openclipart: " + resource + ": not among this library's resources");
        }
        return in;
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw new DataException("openclipart: " + file + ": no such file", e);
        } catch (IOException e) {
            throw new DataException("openclipart: " + file + ": can not be read: " + e, e);
        }
    }

    /** Opens a file of the set by its name. */
    private interface Source {
        InputStream open(String file);
    }

    /** Items and their images. */
    private record Part(List<Item> items, ImageSet images) {
        Part select(String name, int[] rows) {
            return new Part(IntStream.of(rows).mapToObj(items::get).toList(), images.select(name, rows));
        }
    }

    private static final class Reader {
        private final Source source;
        private final Manifest manifest;

        Reader(Source source) {
            this.source = source;
            this.manifest = parsed(text(MANIFEST), Manifest.class, MANIFEST);
            if (manifest.side() < 1 || manifest.side() > LARGEST_SIDE) {
                throw new DataException(
                        "openclipart: " + MANIFEST + ": side is " + manifest.side() + "; need 1 to " + LARGEST_SIDE);
            }
        }

        PairedSplit split(Texts texts) {
            return split(part(QUERY), part(TRAINING), texts);
        }

        /** The training part split anew: its last drawings are the queries, but for those that look like one of the others. */
        PairedSplit validation(Texts texts) {
            Part all = part(TRAINING);
            int from = all.items().size() - VALIDATION_QUERIES;
            Set<Integer> groups = new HashSet<>();
            all.items().subList(0, from).forEach(item -> groups.add(item.group()));
            int[] queries = IntStream.range(from, all.items().size())
                    .filter(i -> !groups.contains(all.items().get(i).group()))
                    .toArray();
            return split(
                    all.select(QUERY, queries),
                    all.select(TRAINING, IntStream.range(0, from).toArray()),
                    texts);
        }

        private PairedSplit split(Part query, Part training, Texts texts) {
            Set<String> leftOut = new LinkedHashSet<>(STOP_WORDS);
            if (texts.form() == Form.STRICT) {
                leftOut.addAll(labelWords(manifest.labels().keySet()));
            }
            Tokenizer tokenizer = new Tokenizer(leftOut);
            List<List<String>> words = words(tokenizer, training.items());
            BagOfWords bag = BagOfWords.of(words, texts.minDocuments(), texts.weighting());
            TextSet trainingTexts =
                    new TextSet(TRAINING, words, bag, training.images().labels());
            TextSet queryTexts = new TextSet(
                    QUERY, words(tokenizer, query.items()), bag, query.images().labels());
            return new PairedSplit(
                    new Split(query.images(), training.images(), Map.of(TRAINING, training.images())),
                    new Split(queryTexts, trainingTexts, Map.of(TRAINING, trainingTexts)));
        }

        private Part part(String part) {
            List<Item> items = items(part);
            return new Part(items, images(part, items, labels(part, items)));
        }

        private static List<List<String>> words(Tokenizer tokenizer, List<Item> items) {
            return items.stream().map(item -> tokenizer.words(item.text())).toList();
        }

        List<Item> items(String part) {
            String file = part + ITEMS;
            String all = text(file);
            requireDigest(part + "-items", all.getBytes(StandardCharsets.UTF_8), file);
            List<Item> items = new ArrayList<>();
            for (String line : all.lines().toList()) {
                items.add(parsed(line, Item.class, file + ": line " + (items.size() + 1)));
            }
            Integer expected = manifest.items().get(part);
            if (expected == null || expected != items.size()) {
                throw new DataException("openclipart: " + file + ": expected " + expected + " items as in " + MANIFEST
                        + ", found " + items.size());
            }
            return items;
        }

        private MultiLabels labels(String part, List<Item> items) {
            Map<String, Integer> columns = new LinkedHashMap<>();
            manifest.labels().keySet().forEach(label -> columns.put(label, columns.size()));
            int[] rows = new int[items.size() * columns.size()];
            for (int i = 0; i < items.size(); i++) {
                for (String label : items.get(i).labels()) {
                    Integer column = columns.get(label);
                    if (column == null) {
                        throw new DataException("openclipart: " + part + ITEMS + ": line " + (i + 1) + ": label '"
                                + label + "' is not in " + MANIFEST);
                    }
                    rows[i * columns.size() + column] = 1;
                }
            }
            return MultiLabels.ofRows(rows, columns.size());
        }

        private ImageSet images(String part, List<Item> items, Labels labels) {
            String file = part + IMAGES;
            int side = manifest.side();
            int size = 3 * side * side;
            byte[] pixels = new byte[Math.multiplyExact(items.size(), size)];
            List<ImageArchive.Entry> images;
            try (InputStream in = source.open(file)) {
                images = ImageArchive.read(file, in, side);
            } catch (IOException e) {
                throw new DataException("openclipart: " + file + ": can not be read: " + e, e);
            }
            if (images.size() != items.size()) {
                throw new DataException("openclipart: " + file + ": expected " + items.size() + " images as in " + part
                        + ITEMS + ", found " + images.size());
            }
            for (int i = 0; i < items.size(); i++) {
                if (!images.get(i).name().equals(items.get(i).image())) {
                    throw new DataException("openclipart: " + file + ": image " + i + ": expected "
                            + items.get(i).image() + " as in " + part + ITEMS + ", found "
                            + images.get(i).name());
                }
                System.arraycopy(images.get(i).pixels(), 0, pixels, i * size, size);
            }
            requireDigest(part + "-images", pixels, file);
            return new ImageSet(
                    part,
                    3,
                    side,
                    side,
                    pixels,
                    labels,
                    items.stream().map(Item::image).toList());
        }

        private void requireDigest(String key, byte[] content, String file) {
            String expected = manifest.sha256().get(key);
            String found = sha256(content);
            if (!found.equals(expected)) {
                throw new DataException("openclipart: " + file + ": changed since it was built: expected SHA-256 "
                        + expected + " as in " + MANIFEST + ", found " + found);
            }
        }

        private String text(String file) {
            try (InputStream in = source.open(file)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new DataException("openclipart: " + file + ": can not be read: " + e, e);
            }
        }

        private static <T> T parsed(String json, Class<T> type, String where) {
            try {
                return JSON.readValue(json, type);
            } catch (JsonProcessingException e) {
                String reason = String.valueOf(e.getOriginalMessage()).replaceFirst("(?s)[;\n].*", "");
                throw new DataException("openclipart: " + where + ": " + reason, e);
            }
        }
    }
}
