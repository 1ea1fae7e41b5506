package org.hashgrad.hashing.data;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * n items before a protocol splits them: pictures (or their features), labels, and texts where the data have them. Item i is row i of each.
 *
 * @param ids what errors and lists call each item, such as the path of its picture
 * @param classes names of the labels' columns
 * @param images one medium
 * @param texts the other, with the same labels
 * @param parts rows of {@code query}, {@code training} and {@code database} where the files themselves say so; else empty
 */
public record Dataset(
        String name,
        List<String> ids,
        List<String> classes,
        SampleSet images,
        Optional<SampleSet> texts,
        Map<String, int[]> parts) {
    /** Names of the parts. */
    public static final String QUERY = "query";

    public static final String TRAINING = "training";
    public static final String DATABASE = "database";

    /** @throws DataException when the numbers of ids, class names, pictures and texts don't fit */
    public Dataset {
        ids = List.copyOf(ids);
        classes = List.copyOf(classes);
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        require(name, "ids", ids.size(), images.count());
        if (classes.size() < images.labels().classes()) {
            throw new DataException("data: " + name + ": " + classes.size() + " names of classes; need "
                    + images.labels().classes());
        }
        if (texts.isPresent()) {
            require(name, "texts", texts.get().count(), images.count());
            if (texts.get().labels().classes() != images.labels().classes()) {
                throw new DataException("data: " + name + ": texts have labels "
                        + texts.get().labels().describe() + "; need those of the images, "
                        + images.labels().describe());
            }
        }
    }

    /** Pictures without texts and without parts. */
    static Dataset of(String name, List<String> ids, List<String> classes, SampleSet images) {
        return new Dataset(name, ids, classes, images, Optional.empty(), Map.of());
    }

    private static void require(String name, String what, int found, int expected) {
        if (found != expected) {
            throw new DataException("data: " + name + ": mismatched counts: expected " + expected + " " + what
                    + ", one for each image, found " + found);
        }
    }

    public Labels labels() {
        return images.labels();
    }

    /** n */
    public int count() {
        return images.count();
    }

    /** The given items in their order. The parts of the files go with them. */
    public Dataset select(int[] rows) {
        int[] placeOf = new int[count()];
        Arrays.fill(placeOf, -1);
        for (int r = 0; r < rows.length; r++) {
            placeOf[rows[r]] = r;
        }
        Map<String, int[]> left = new LinkedHashMap<>();
        parts.forEach((part, items) -> left.put(
                part,
                Arrays.stream(items)
                        .map(item -> placeOf[item])
                        .filter(place -> place >= 0)
                        .toArray()));
        return new Dataset(
                name,
                Arrays.stream(rows).mapToObj(ids::get).toList(),
                classes,
                images.select(images.name(), rows),
                texts.map(set -> set.select(set.name(), rows)),
                left);
    }

    /**
     * Only the items whose text has a word that counts.
     *
     * @throws DataException when there are no texts, or no such item
     */
    public Dataset withTexts() {
        SampleSet words = texts.orElseThrow(() -> new DataException("data: " + name + ": has no texts; need some"));
        int[] kept = IntStream.range(0, count())
                .filter(i -> {
                    for (float value : words.raw(new int[] {i})) {
                        if (value != 0) {
                            return true;
                        }
                    }
                    return false;
                })
                .toArray();
        if (kept.length == 0) {
            throw new DataException("data: " + name + ": no item has a text with a known word; need at least 1");
        }
        return select(kept);
    }

    /**
     * The images, split.
     *
     * @param databases rows by name, the headline's first
     */
    public Split split(int[] query, int[] training, Map<String, int[]> databases) {
        return split(images, query, training, databases);
    }

    /**
     * Both media, split in the same way.
     *
     * @param vocabulary how the words of texts are counted, from the training texts alone; empty, or for data that bring their own vocabulary: as they are
     * @throws DataException when there are no texts
     */
    public PairedSplit pairs(
            int[] query, int[] training, Map<String, int[]> databases, Optional<Vocabulary> vocabulary) {
        SampleSet words = texts.orElseThrow(() -> new DataException("data: " + name + ": has no texts; need some"));
        if (vocabulary.isPresent() && words instanceof TextSet set && !set.bag().given()) {
            words = set.with(vocabulary.get().of(set.select(TRAINING, training).texts()));
        }
        return new PairedSplit(split(query, training, databases), split(words, query, training, databases));
    }

    /**
     * Which words count.
     *
     * @param minDocuments training texts that must have a word
     */
    public record Vocabulary(int minDocuments, TermWeighting weighting) {
        BagOfWords of(List<List<String>> training) {
            return BagOfWords.of(training, minDocuments, weighting);
        }
    }

    /**
     * The split of the files themselves. The database is {@code database}, or the training items where there is none.
     *
     * @throws DataException when they have no query or no training items
     */
    public Split split() {
        return split(part(QUERY), part(TRAINING), ownDatabases());
    }

    /** As {@link #split()}, of both media. */
    public PairedSplit pairs(Optional<Vocabulary> vocabulary) {
        return pairs(part(QUERY), part(TRAINING), ownDatabases(), vocabulary);
    }

    private Map<String, int[]> ownDatabases() {
        String database = parts.containsKey(DATABASE) ? DATABASE : TRAINING;
        return Map.of(database, part(database));
    }

    private int[] part(String part) {
        int[] rows = parts.get(part);
        if (rows == null || rows.length == 0) {
            throw new DataException("data: " + name + ": has no items for " + part
                    + "; its files don't split it, so a protocol has to");
        }
        return rows;
    }

    private static Split split(SampleSet set, int[] query, int[] training, Map<String, int[]> databases) {
        SampleSet trained = set.select(TRAINING, training);
        Map<String, SampleSet> sets = new LinkedHashMap<>();
        databases.forEach(
                (name, rows) -> sets.put(name, Arrays.equals(rows, training) ? trained : set.select(name, rows)));
        return new Split(set.select(QUERY, query), trained, sets);
    }
}
