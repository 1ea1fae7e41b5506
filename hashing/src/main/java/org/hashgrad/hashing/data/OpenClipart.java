package org.hashgrad.hashing.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

    /** The largest side of the images: those of a part are all in memory, 0.7 GB of bytes and four times that as numbers. */
    public static final int LARGEST_SIDE = 256;

    private static final ObjectMapper JSON = JsonMapper.builder().build();

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
        String text() {
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
        return OpenClipartReader.embedded().split(texts);
    }

    /**
     * The training part alone, to choose hyper-parameters on: its last 400 drawings are the queries, without those that look like one of the
     * others; the vocabulary is taken from the others.
     */
    public static PairedSplit validation(Texts texts) {
        return OpenClipartReader.embedded().validation(texts);
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
        return OpenClipartReader.of(folder).split(texts);
    }

    /** The manifest of the embedded set. */
    public static Manifest manifest() {
        return OpenClipartReader.embedded().manifest();
    }

    /** The manifest of a set that was built into a folder. @throws DataException when it is missing or broken */
    public static Manifest manifest(Path folder) {
        return OpenClipartReader.of(folder).manifest();
    }

    /** The items of one part of the embedded set, in its order. */
    public static List<Item> items(String part) {
        return OpenClipartReader.embedded().items(part);
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

    /** The words of labels' names, which {@link Form#STRICT} leaves out, each also in singular and plural: with and without a final s, -y and -ey for -ies, -man for -men. */
    public static Set<String> labelWords(Set<String> labels) {
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
}
