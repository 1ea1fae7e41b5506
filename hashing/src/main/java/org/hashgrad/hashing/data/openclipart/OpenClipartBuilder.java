package org.hashgrad.hashing.data.openclipart;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.ImageArchive;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.tensor.RandomKey;

/**
 * Makes the files of {@link OpenClipart} from an installed collection: the same content, side and seed give the same drawings, texts,
 * labels, split and pixels.
 *
 * @param side of the images
 * @param seed of the order, and so of the caps and the queries
 */
public record OpenClipartBuilder(int side, long seed) {
    /** Where Debian's packages openclipart-png and openclipart-svg put their files. */
    public static final Path DEBIAN_FOLDER = Path.of("/usr/share/openclipart");

    public static final int EMBEDDED_SIDE = 32;
    public static final long EMBEDDED_SEED = 0;

    private static final int SMALLEST_SIDE = 16;
    private static final String LICENCE = "LICENSE";

    /** @throws DataException for a side out of range */
    public OpenClipartBuilder {
        if (side < SMALLEST_SIDE || side > OpenClipart.LARGEST_SIDE) {
            throw new DataException(
                    "openclipart: side is " + side + "; need " + SMALLEST_SIDE + " to " + OpenClipart.LARGEST_SIDE);
        }
    }

    /** Told how far the work is: of {@code all} texts, images or archived images, {@code count} are done. */
    public interface Progress {
        void done(String what, int count, int all);
    }

    /**
     * Writes the files into a new folder, which is there when it is complete.
     *
     * @param from has {@code png} and {@code svg}
     * @throws DataException when {@code from} holds no collection, or {@code to} is there already or can not be written
     */
    public OpenClipart.Manifest build(Path from, Path to, Progress progress) {
        return build(from, to, Rules.STANDARD, progress);
    }

    OpenClipart.Manifest build(Path from, Path to, Rules rules, Progress progress) {
        Collection collection = new Collection(from);
        if (Files.exists(to)) {
            throw new DataException("openclipart: " + to + ": is there already; need a new folder");
        }
        Path target = to.toAbsolutePath().normalize();
        Path beside = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.createDirectories(Objects.requireNonNull(beside.getParent(), "an absolute path has a parent"));
            Files.createDirectory(beside);
            try {
                OpenClipart.Manifest manifest = write(collection, rules, beside, progress);
                Files.move(beside, target);
                return manifest;
            } finally {
                remove(beside);
            }
        } catch (IOException e) {
            throw new DataException("openclipart: " + to + ": can not be written: " + e, e);
        }
    }

    private OpenClipart.Manifest write(Collection collection, Rules rules, Path folder, Progress progress)
            throws IOException {
        List<Collection.Drawn> drawings = collection.drawings(progress);
        RandomKey key = RandomKey.of(seed).split("openclipart");
        List<Rules.Taken> selected = rules.select(
                drawings.stream().map(Collection.Drawn::folders).toList(),
                key.split("caps").permutation(drawings.size()),
                collection.source());
        // Another order: drawings of capped folders come early in the first one.
        List<Rules.Taken> taken = Arrays.stream(key.split("split").permutation(selected.size()))
                .mapToObj(selected::get)
                .toList();
        int[] groups = NearDuplicates.groups(
                taken.stream().map(t -> drawings.get(t.drawing()).square()).toList());
        boolean[] isQuery = rules.queriesOf(groups);
        Map<String, List<OpenClipart.Item>> parts = new LinkedHashMap<>();
        parts.put(OpenClipart.QUERY, new ArrayList<>());
        parts.put(OpenClipart.TRAINING, new ArrayList<>());
        Map<String, Integer> labels = new TreeMap<>();
        Map<String, byte[]> squares = new LinkedHashMap<>();
        for (int i = 0; i < taken.size(); i++) {
            OpenClipart.Item item =
                    item(drawings.get(taken.get(i).drawing()), taken.get(i).labels(), groups[i]);
            Objects.requireNonNull(parts.get(isQuery[i] ? OpenClipart.QUERY : OpenClipart.TRAINING))
                    .add(item);
            item.labels().forEach(label -> labels.merge(label, 1, Integer::sum));
            squares.put(item.image(), drawings.get(taken.get(i).drawing()).square());
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        Map<String, String> sha256 = new LinkedHashMap<>();
        for (Map.Entry<String, List<OpenClipart.Item>> part : parts.entrySet()) {
            String name = part.getKey();
            List<OpenClipart.Item> items = part.getValue();
            counts.put(name, items.size());
            StringBuilder lines = new StringBuilder();
            items.forEach(item -> lines.append(OpenClipart.toJson(item)).append('\n'));
            byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
            Files.write(folder.resolve(name + OpenClipart.ITEMS), text);
            sha256.put(name + "-items", OpenClipart.sha256(text));
            sha256.put(
                    name + "-images",
                    archive(collection, items, squares, folder.resolve(name + OpenClipart.IMAGES), progress));
        }
        collection.source().put("near-duplicate groups of 2 or more", severalIn(groups));
        OpenClipart.Manifest manifest =
                new OpenClipart.Manifest(side, seed, labels, counts, sha256, collection.source());
        Files.writeString(folder.resolve(OpenClipart.MANIFEST), OpenClipart.toJson(manifest) + "\n");
        try (InputStream licence =
                OpenClipartBuilder.class.getResourceAsStream("/org/hashgrad/hashing/data/openclipart-40/" + LICENCE)) {
            Files.copy(Objects.requireNonNull(licence, LICENCE), folder.resolve(LICENCE));
        }
        return manifest;
    }

    private static OpenClipart.Item item(Collection.Drawn drawn, List<String> labels, int group) {
        SvgMetadata metadata = drawn.metadata();
        return new OpenClipart.Item(
                drawn.image(), metadata.title(), metadata.description(), metadata.keywords(), labels, group);
    }

    /** Writes the images and returns the SHA-256 of their pixels. */
    private String archive(
            Collection collection,
            List<OpenClipart.Item> items,
            Map<String, byte[]> squares,
            Path file,
            Progress progress)
            throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
        try (ImageArchive.Writer archive =
                new ImageArchive.Writer(new BufferedOutputStream(Files.newOutputStream(file)), side)) {
            int done = 0;
            for (OpenClipart.Item item : items) {
                byte[] pixels = side == NearDuplicates.SIDE
                        ? Objects.requireNonNull(squares.get(item.image()))
                        : Drawing.read(collection.png(item.image())).square(side);
                digest.update(pixels);
                archive.add(new ImageArchive.Entry(item.image(), pixels));
                progress.done(file.getFileName().toString(), ++done, items.size());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static int severalIn(int[] groups) {
        Map<Integer, Integer> sizes = new TreeMap<>();
        Arrays.stream(groups).forEach(group -> sizes.merge(group, 1, Integer::sum));
        return (int) sizes.values().stream().filter(size -> size > 1).count();
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
