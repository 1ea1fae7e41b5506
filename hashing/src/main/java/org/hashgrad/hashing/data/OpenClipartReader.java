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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.OpenClipart.Form;
import org.hashgrad.hashing.data.OpenClipart.Item;
import org.hashgrad.hashing.data.OpenClipart.Manifest;
import org.hashgrad.hashing.data.OpenClipart.Texts;

/** The files of an {@link OpenClipart} set, embedded or in a folder, each checked against the manifest. */
final class OpenClipartReader {
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

    private final Source source;
    private final Manifest manifest;

    private OpenClipartReader(Source source) {
        this.source = source;
        this.manifest = parsed(text(OpenClipart.MANIFEST), Manifest.class, OpenClipart.MANIFEST);
        if (manifest.side() < 1 || manifest.side() > OpenClipart.LARGEST_SIDE) {
            throw new DataException("openclipart: " + OpenClipart.MANIFEST + ": side is " + manifest.side()
                    + "; need 1 to " + OpenClipart.LARGEST_SIDE);
        }
    }

    /** Of the embedded set. */
    static OpenClipartReader embedded() {
        return new OpenClipartReader(OpenClipartReader::resource);
    }

    /** Of a set that was built into a folder. */
    static OpenClipartReader of(Path folder) {
        return new OpenClipartReader(file -> open(folder.resolve(file)));
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

    Manifest manifest() {
        return manifest;
    }

    PairedSplit split(Texts texts) {
        return split(part(OpenClipart.QUERY), part(OpenClipart.TRAINING), texts);
    }

    /** The training part split anew: its last drawings are the queries, but for those that look like one of the others. */
    PairedSplit validation(Texts texts) {
        Part all = part(OpenClipart.TRAINING);
        int from = all.items().size() - VALIDATION_QUERIES;
        Set<Integer> groups = new HashSet<>();
        all.items().subList(0, from).forEach(item -> groups.add(item.group()));
        int[] queries = IntStream.range(from, all.items().size())
                .filter(i -> !groups.contains(all.items().get(i).group()))
                .toArray();
        return split(
                all.select(OpenClipart.QUERY, queries),
                all.select(OpenClipart.TRAINING, IntStream.range(0, from).toArray()),
                texts);
    }

    private PairedSplit split(Part query, Part training, Texts texts) {
        Set<String> leftOut = new LinkedHashSet<>(STOP_WORDS);
        if (texts.form() == Form.STRICT) {
            leftOut.addAll(OpenClipart.labelWords(manifest.labels().keySet()));
        }
        Tokenizer tokenizer = new Tokenizer(leftOut);
        List<List<String>> words = words(tokenizer, training.items());
        BagOfWords bag = BagOfWords.of(words, texts.minDocuments(), texts.weighting());
        TextSet trainingTexts =
                new TextSet(OpenClipart.TRAINING, words, bag, training.images().labels());
        TextSet queryTexts = new TextSet(
                OpenClipart.QUERY,
                words(tokenizer, query.items()),
                bag,
                query.images().labels());
        return new PairedSplit(
                new Split(query.images(), training.images(), Map.of(OpenClipart.TRAINING, training.images())),
                new Split(queryTexts, trainingTexts, Map.of(OpenClipart.TRAINING, trainingTexts)));
    }

    private Part part(String part) {
        List<Item> items = items(part);
        return new Part(items, images(part, items, labels(part, items)));
    }

    private static List<List<String>> words(Tokenizer tokenizer, List<Item> items) {
        return items.stream().map(item -> tokenizer.words(item.text())).toList();
    }

    List<Item> items(String part) {
        String file = part + OpenClipart.ITEMS;
        String all = text(file);
        requireDigest(part + "-items", all.getBytes(StandardCharsets.UTF_8), file);
        List<Item> items = new ArrayList<>();
        for (String line : all.lines().toList()) {
            items.add(parsed(line, Item.class, file + ": line " + (items.size() + 1)));
        }
        Integer expected = manifest.items().get(part);
        if (expected == null || expected != items.size()) {
            throw new DataException("openclipart: " + file + ": expected " + expected + " items as in "
                    + OpenClipart.MANIFEST + ", found " + items.size());
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
                    throw new DataException("openclipart: " + part + OpenClipart.ITEMS + ": line " + (i + 1)
                            + ": label '" + label + "' is not in " + OpenClipart.MANIFEST);
                }
                rows[i * columns.size() + column] = 1;
            }
        }
        return MultiLabels.ofRows(rows, columns.size());
    }

    private ImageSet images(String part, List<Item> items, Labels labels) {
        String file = part + OpenClipart.IMAGES;
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
                    + OpenClipart.ITEMS + ", found " + images.size());
        }
        for (int i = 0; i < items.size(); i++) {
            if (!images.get(i).name().equals(items.get(i).image())) {
                throw new DataException("openclipart: " + file + ": image " + i + ": expected "
                        + items.get(i).image() + " as in " + part + OpenClipart.ITEMS + ", found "
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
        String found = OpenClipart.sha256(content);
        if (!found.equals(expected)) {
            throw new DataException("openclipart: " + file + ": changed since it was built: expected SHA-256 "
                    + expected + " as in " + OpenClipart.MANIFEST + ", found " + found);
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
