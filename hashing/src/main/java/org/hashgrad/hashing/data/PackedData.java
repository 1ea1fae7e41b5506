package org.hashgrad.hashing.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A data set with its pictures decoded and scaled once, so that training only reads bytes:
 *
 * <pre>  images.npy      uint8 (n, 3, side, side), any length, read where it lies
 *   labels.npy      int32 (n) classes, or uint8 (n, c) of 0 and 1
 *   items.jsonl     a line for each item: id and, where there are texts, the words of its text
 *   manifest.json   name, framing, number, names of classes, vocabulary, parts, protocol, SHA-256 of the other files and of itself </pre>
 *
 * It is made as {@code FOLDER.partial} and renamed when it is whole.
 */
public final class PackedData {
    static final String IMAGES = "images.npy";
    static final String LABELS = "labels.npy";
    static final String ITEMS = "items.jsonl";
    private static final List<String> FILES = List.of(IMAGES, LABELS, ITEMS, PackedManifest.FILE);
    private static final int CHUNK = 64;
    private static final ObjectMapper JSON = new ObjectMapper();

    private PackedData() {}

    /** Pictures as they were framed for packing. */
    private record Packed(NpyRows rows, Framing packed) implements Pictures {
        @Override
        public int count() {
            return rows.count();
        }

        @Override
        public String id(int i) {
            return rows.id(i);
        }

        @Override
        public String key(int i) {
            return rows.key(i);
        }

        @Override
        public RgbImage picture(int i) {
            return rows.picture(i);
        }

        @Override
        public RgbImage admitted(RgbImage picture) {
            return packed.middle(picture);
        }
    }

    private record Item(String id, List<String> words) {}

    /**
     * Packs a set.
     *
     * @param folder new
     * @param protocol name of the protocol that divided it, or empty
     * @param done is told how many pictures have been packed
     * @throws DataException when the folder is there already, a picture can't be read, features stand for texts, or the disk fails
     */
    public static void write(Dataset set, Path folder, String protocol, IntConsumer done) {
        if (Files.exists(folder)) {
            throw new DataException("packed: " + folder + ": is there already; need a new folder");
        }
        if (set.texts().isPresent() && !(set.texts().get() instanceof TextSet)) {
            throw new DataException("packed: " + set.name() + ": its texts are feature vectors; need words");
        }
        Path partial = folder.resolveSibling(folder.getFileName() + ".partial");
        try {
            clear(partial);
            Files.createDirectories(partial);
            int side = writeImages(set, partial.resolve(IMAGES), done);
            writeLabels(set.labels(), partial.resolve(LABELS));
            writeItems(set, partial.resolve(ITEMS));
            Map<String, String> digests = new LinkedHashMap<>();
            for (String file : PackedManifest.DIGESTED) {
                digests.put(file, PackedManifest.digest(partial.resolve(file)));
            }
            Optional<TextSet> texts = set.texts().map(TextSet.class::cast);
            List<String> vocabulary = texts.filter(words -> words.bag().given())
                    .map(words -> words.bag().words())
                    .orElse(List.of());
            int resize = set.images() instanceof PictureSet pictures
                    ? pictures.framing().resize()
                    : 0;
            PackedManifest manifest = new PackedManifest(
                    set.name(),
                    resize,
                    side,
                    set.count(),
                    set.classes(),
                    vocabulary,
                    texts.isPresent(),
                    set.parts(),
                    protocol,
                    digests,
                    null);
            Files.writeString(partial.resolve(PackedManifest.FILE), JSON.writeValueAsString(manifest.digested()));
            Files.move(partial, folder);
        } catch (IOException e) {
            throw new DataException("packed: " + folder + ": can not be written: " + e, e);
        }
    }

    private static void clear(Path partial) throws IOException {
        if (Files.isDirectory(partial)) {
            List<Path> left;
            try (Stream<Path> files = Files.list(partial)) {
                left = files.toList();
            }
            for (Path file : left) {
                if (!FILES.contains(String.valueOf(file.getFileName())) || !Files.isRegularFile(file)) {
                    throw new DataException("packed: " + partial + ": holds " + file.getFileName()
                            + ", which packing does not make; need a folder that an interrupted packing left, or none");
                }
            }
            for (Path file : left) {
                Files.delete(file);
            }
            Files.delete(partial);
        }
    }

    private static int writeImages(Dataset set, Path file, IntConsumer done) throws IOException {
        int[] sample = set.images().sample().toArray();
        if (sample.length != 3 || sample[0] != 3 || sample[1] != sample[2]) {
            throw new DataException("packed: " + set.name() + ": samples are "
                    + set.images().sample() + "; need square colour pictures");
        }
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            put(out, NpyFile.header("|u1", set.count(), 3, sample[1], sample[2]));
            for (int from = 0; from < set.count(); from += CHUNK) {
                int start = from;
                int count = Math.min(CHUNK, set.count() - from);
                byte[][] planes = new byte[count][];
                IntStream.range(0, count).parallel().forEach(i -> planes[i] = planes(set.images(), start + i));
                for (byte[] one : planes) {
                    put(out, ByteBuffer.wrap(one));
                }
                done.accept(from + count);
            }
        }
        return sample[1];
    }

    private static byte[] planes(SampleSet images, int i) {
        if (images instanceof PictureSet pictures) {
            return pictures.framing().middle(pictures.picture(i)).planes();
        }
        float[] raw = images.raw(new int[] {i});
        byte[] planes = new byte[raw.length];
        for (int p = 0; p < raw.length; p++) {
            planes[p] = (byte) raw[p];
        }
        return planes;
    }

    private static void put(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static void writeLabels(Labels labels, Path file) {
        int n = labels.count();
        if (labels instanceof ClassLabels single) {
            NpyFile.write(file, IntStream.range(0, n).map(single::classOf).toArray(), n);
            return;
        }
        int classes = labels.classes();
        byte[] rows = new byte[Math.multiplyExact(n, classes)];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < classes; c++) {
                rows[i * classes + c] = (byte) (labels.has(i, c) ? 1 : 0);
            }
        }
        NpyFile.write(file, rows, n, classes);
    }

    private static void writeItems(Dataset set, Path file) throws IOException {
        Optional<TextSet> texts = set.texts().map(TextSet.class::cast);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < set.count(); i++) {
                int row = i;
                out.write(JSON.writeValueAsString(new Item(
                        set.ids().get(i),
                        texts.map(words -> words.texts().get(row)).orElse(List.of()))));
                out.newLine();
            }
        }
    }

    /** The side of the pictures of a packed set. @throws DataException when there is none */
    public static int side(Path folder) {
        return PackedManifest.read(folder).side();
    }

    /** The name of the protocol that divided a packed set; empty where it has none. @throws DataException when there is no such set */
    public static String protocol(Path folder) {
        String protocol = PackedManifest.read(folder).protocol();
        return protocol == null ? "" : protocol;
    }

    /**
     * A packed set; its pictures are read when they are wanted.
     *
     * @throws DataException when a file is missing, broken or of other extents than the manifest says; when labels, items or the manifest are not those that were
     *     packed (pictures are not read for that, see {@link #changes}); or when a part has rows that there are not
     */
    public static Dataset read(Path folder, Framing framing) {
        PackedManifest manifest = PackedManifest.read(folder);
        NpyRows rows = NpyRows.open(folder.resolve(IMAGES));
        requireSide(folder, rows, manifest.side());
        for (String file : List.of(LABELS, ITEMS)) {
            manifest.change(folder, file).ifPresent(change -> {
                throw new DataException(change);
            });
        }
        NpyFile stored = NpyFile.read(folder.resolve(LABELS));
        if (stored.shape().length < 1 || stored.shape().length > 2) {
            throw new DataException("packed: " + folder.resolve(LABELS) + ": expected labels (n) or (n, c), found "
                    + stored.describe());
        }
        Labels labels = stored.shape().length == 1
                ? ClassLabels.of(stored.toInts())
                : MultiLabels.ofRows(stored.toInts(), Math.max(1, stored.shape()[1]));
        List<Item> items = items(folder.resolve(ITEMS));
        for (int found : new int[] {rows.count(), labels.count(), items.size()}) {
            if (found != manifest.count()) {
                throw new DataException("packed: " + folder + ": mismatched counts: expected " + manifest.count()
                        + " items as in " + PackedManifest.FILE + ", found " + rows.count() + " images, "
                        + labels.count()
                        + " labels and " + items.size() + " lines of " + ITEMS);
            }
        }
        manifest.edit(folder).ifPresent(edit -> {
            throw new DataException(edit);
        });
        List<List<String>> words = items.stream().map(Item::words).toList();
        Optional<SampleSet> texts = manifest.texts()
                ? Optional.of(new TextSet(
                        manifest.name(),
                        words,
                        manifest.vocabulary().isEmpty()
                                ? BagOfWords.of(words, 1, TermWeighting.BINARY)
                                : BagOfWords.ofVocabulary(manifest.vocabulary()),
                        labels))
                : Optional.empty();
        return new Dataset(
                manifest.name(),
                items.stream().map(Item::id).toList(),
                manifest.classes(),
                PictureSet.of(
                        manifest.name(),
                        new Packed(rows, new Framing(manifest.resize(), manifest.side())),
                        framing,
                        labels),
                texts,
                manifest.parts());
    }

    /** What differs from the digests of the manifest, a line each; empty when nothing does. */
    public static List<String> changes(Path folder) {
        PackedManifest manifest = PackedManifest.read(folder);
        return Stream.concat(
                        PackedManifest.DIGESTED.stream().flatMap(file -> manifest.change(folder, file).stream()),
                        manifest.edit(folder).stream())
                .toList();
    }

    private static void requireSide(Path folder, NpyRows rows, int side) {
        int[] shape = rows.shape();
        if (shape[2] != side || shape[3] != side) {
            throw new DataException("packed: " + folder.resolve(IMAGES) + ": expected pictures of " + side + " x "
                    + side + " as in " + PackedManifest.FILE + ", found " + shape[3] + " x " + shape[2]);
        }
    }

    private static List<Item> items(Path file) {
        List<Item> items = new ArrayList<>();
        for (String line : TextLines.of("packed", file)) {
            try {
                Item item = JSON.readValue(line, Item.class);
                items.add(new Item(Objects.requireNonNull(item.id()), List.copyOf(item.words())));
            } catch (JsonProcessingException | NullPointerException e) {
                throw new DataException(
                        "packed: " + file + ": line " + (items.size() + 1) + ": broken: "
                                + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
                        e);
            }
        }
        return items;
    }
}
