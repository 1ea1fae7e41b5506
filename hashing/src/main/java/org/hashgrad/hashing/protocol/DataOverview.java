package org.hashgrad.hashing.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;

/**
 * What there is behind a value of {@code data}, for people.
 *
 * @param classes names of the labels' columns
 * @param parts by name, the queries first: images or the features that stand for them
 * @param texts by the same names; empty where there are none
 */
public record DataOverview(List<String> classes, Map<String, SampleSet> parts, Map<String, SampleSet> texts) {
    /**
     * Reads the data.
     *
     * @throws IllegalArgumentException for a name that is none
     * @throws org.hashgrad.hashing.data.DataException when files are missing or broken
     */
    public static DataOverview of(String data) {
        DataChoice choice = DataChoice.parse(data);
        if (choice.isFiles()) {
            Dataset set = FileData.parse(data).get().divided().set();
            Map<String, SampleSet> parts = new LinkedHashMap<>();
            Map<String, SampleSet> texts = new LinkedHashMap<>();
            set.parts().forEach((part, rows) -> {
                parts.put(part, set.images().select(part, rows));
                set.texts().ifPresent(words -> texts.put(part, words.select(part, rows)));
            });
            return new DataOverview(set.classes(), parts, texts);
        }
        List<String> names = choice.labelNames();
        if (choice.hasPairs()) {
            PairedSplit pairs = choice.pairs(OpenClipart.Texts.STRICT);
            return new DataOverview(named(names, pairs.images()), parts(pairs.images()), parts(pairs.texts()));
        }
        Split split = choice.split();
        return new DataOverview(named(names, split), parts(split), Map.of());
    }

    /**
     * The files of pictures that a value of {@code data} names, if it does; features may stand beside them.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    public static Optional<FileData> files(String data) {
        return DataChoice.parse(data).filesOfPictures();
    }

    /**
     * Reads the features that stand in the place of a medium, if they do, and what they stand beside.
     *
     * @throws org.hashgrad.hashing.data.DataException when files are missing or broken, or features don't fit
     */
    public static void requireFeatures(String data) {
        DataChoice choice = DataChoice.parse(data);
        if (choice.features().isPresent()) {
            choice.pairs(OpenClipart.Texts.STRICT);
        }
    }

    private static List<String> named(List<String> names, Split split) {
        int classes = Math.max(
                split.query().labels().classes(), split.training().labels().classes());
        return names.isEmpty()
                ? IntStream.range(0, classes).mapToObj(String::valueOf).toList()
                : names;
    }

    private static Map<String, SampleSet> parts(Split split) {
        Map<String, SampleSet> parts = new LinkedHashMap<>();
        parts.put(Dataset.QUERY, split.query());
        parts.put(Dataset.TRAINING, split.training());
        parts.putAll(split.databases());
        return parts;
    }
}
