package org.hashgrad.hashing.protocol;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.BrokenPictures;
import org.hashgrad.hashing.data.Cifar;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Coco;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.Framing;
import org.hashgrad.hashing.data.IaprTc12;
import org.hashgrad.hashing.data.ImageCsv;
import org.hashgrad.hashing.data.ImageFolder;
import org.hashgrad.hashing.data.ImageList;
import org.hashgrad.hashing.data.MirFlickr;
import org.hashgrad.hashing.data.NusWide;
import org.hashgrad.hashing.data.PackedData;
import org.hashgrad.tensor.RandomKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data that lie in files and are named {@code KIND:PLACE}, with {@code ?side=N} or {@code ?side=N&resize=M} behind the place where pictures are to
 * become N × N pixels: squeezed, or scaled so that the shorter side has M pixels and then cut out of the middle, for training anywhere and mirrored half
 * the time.
 *
 * @param place a folder or a file
 * @param framing of pictures; without one they are squeezed to 32 × 32, or stay as they were packed
 * @param skipBroken whether pictures that can't be read are left out, with a warning, after reading all of them once ({@code ?corrupt=skip}); else
 *     the first one stops the work
 */
public record FileData(Kind kind, Path place, Optional<Framing> framing, boolean skipBroken) {
    private static final Logger LOG = LoggerFactory.getLogger(FileData.class);
    private static final int SHOWN = 10;
    private static final int SIDE = 32;
    private static final int QUERIES = 2000;
    private static final int TRAINING = 10_000;

    /** What lies there. */
    public enum Kind {
        CIFAR10,
        CIFAR100,
        FOLDER,
        LIST,
        CSV,
        MIRFLICKR,
        NUS_WIDE_10,
        NUS_WIDE_21,
        NUS_WIDE_81,
        IAPR_TC12,
        COCO,
        PACKED;

        /** As it is written. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What can be written, for errors and help. */
    public static String forms() {
        return Arrays.stream(Kind.values()).map(kind -> kind.word() + ":PLACE").collect(Collectors.joining(", "));
    }

    /**
     * Checks the name only; files may still be missing.
     *
     * @return empty for data that are not of this form
     * @throws IllegalArgumentException for a size that is none
     */
    public static Optional<FileData> parse(String data) {
        for (Kind kind : Kind.values()) {
            String start = kind.word() + ":";
            if (data.startsWith(start) && data.length() > start.length()) {
                String rest = data.substring(start.length());
                int mark = rest.lastIndexOf('?');
                String place = mark < 0 ? rest : rest.substring(0, mark);
                try {
                    return Optional.of(of(kind, Path.of(place), data, mark < 0 ? "" : rest.substring(mark + 1)));
                } catch (InvalidPathException | DataException e) {
                    throw new IllegalArgumentException("data: " + e.getMessage() + ", found '" + data + "'", e);
                }
            }
        }
        return Optional.empty();
    }

    private static FileData of(Kind kind, Path place, String data, String options) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String option : options.isEmpty() ? List.<String>of() : List.of(options.split("&", -1))) {
            if (!option.matches("side=[0-9]{1,4}|resize=[0-9]{1,4}|corrupt=(fail|skip)")) {
                throw new IllegalArgumentException(
                        "data: expected side=N, resize=N, corrupt=fail or corrupt=skip behind the question mark, found '"
                                + data + "'");
            }
            given.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        String side = given.get("side");
        String resize = given.getOrDefault("resize", "0");
        if (side == null && !resize.equals("0")) {
            throw new IllegalArgumentException("data: resize needs side=N beside it, found '" + data + "'");
        }
        return new FileData(
                kind,
                place,
                side == null
                        ? Optional.empty()
                        : Optional.of(new Framing(Integer.parseInt(resize), Integer.parseInt(side))),
                "skip".equals(given.get("corrupt")));
    }

    /** Reads it. @throws DataException when files are missing or broken */
    public Dataset dataset() {
        Dataset set = read();
        if (!skipBroken) {
            return set;
        }
        BrokenPictures broken = BrokenPictures.of(set.images());
        broken.reasons().values().stream().limit(SHOWN).forEach(LOG::warn);
        if (!broken.reasons().isEmpty()) {
            LOG.warn(
                    "data: {}: {} of {} pictures can't be read and are left out",
                    set.name(),
                    broken.reasons().size(),
                    set.count());
        }
        return broken.leftOutOf(set);
    }

    private Dataset read() {
        Framing wanted = framing.orElseGet(() -> Framing.squeezed(kind == Kind.PACKED ? PackedData.side(place) : SIDE));
        return switch (kind) {
            case CIFAR10 -> Cifar.ten(place);
            case CIFAR100 -> Cifar.hundred(place, Cifar.Level.FINE);
            case FOLDER -> ImageFolder.read(place, wanted);
            case LIST -> ImageList.read(place, place, wanted);
            case CSV -> ImageCsv.read(place, wanted, 1);
            case MIRFLICKR -> MirFlickr.pairs(place, wanted);
            case NUS_WIDE_10 -> NusWide.read(place, wanted, NusWide.Concepts.FREQUENT_10);
            case NUS_WIDE_21 -> NusWide.read(place, wanted, NusWide.Concepts.FREQUENT_21);
            case NUS_WIDE_81 -> NusWide.read(place, wanted, NusWide.Concepts.ALL_81);
            case IAPR_TC12 -> IaprTc12.read(place, wanted);
            case PACKED -> PackedData.read(place, wanted);
            case COCO -> Coco.read(place, wanted, List.of("train2014", "val2014"), Coco.Captions.FIRST);
        };
    }

    /**
     * Rows by part: those of the files where they say; else, of CIFAR, 100 queries and 500 training images of each class, and of anything else 2000
     * queries and 10 000 training items (a tenth and half where there are fewer than 20 000), drawn with a fixed key. The database is all but the
     * queries.
     */
    public static Map<String, int[]> parts(Dataset set) {
        if (!set.parts().isEmpty()) {
            return set.parts();
        }
        int n = set.count();
        RandomKey key = RandomKey.of(0).split("split");
        int[] query;
        int[] training;
        if (set.name().startsWith("CIFAR") && set.labels() instanceof ClassLabels labels) {
            int each = Math.max(1, Math.min(100, n / labels.classes() / 10));
            query = new int[0];
            training = new int[0];
            for (int c = 0; c < labels.classes(); c++) {
                int wanted = c;
                int[] own =
                        IntStream.range(0, n).filter(i -> labels.has(i, wanted)).toArray();
                int[] order = key.split(c).permutation(own.length);
                int[] drawn = IntStream.of(order)
                        .limit(6L * each)
                        .map(place -> own[place])
                        .toArray();
                query = joined(query, Arrays.copyOf(drawn, Math.min(each, drawn.length)));
                training = joined(training, Arrays.copyOfRange(drawn, Math.min(each, drawn.length), drawn.length));
            }
        } else {
            int queries = Math.max(1, Math.min(QUERIES, n / 10));
            int[] order = key.permutation(n);
            query = Arrays.copyOf(order, queries);
            training =
                    Arrays.copyOfRange(order, queries, Math.min(n, queries + Math.min(TRAINING, Math.max(1, n / 2))));
        }
        boolean[] queried = new boolean[n];
        for (int row : query) {
            queried[row] = true;
        }
        Map<String, int[]> parts = new LinkedHashMap<>();
        parts.put(Dataset.QUERY, query);
        parts.put(Dataset.TRAINING, training);
        parts.put(
                Dataset.DATABASE, IntStream.range(0, n).filter(i -> !queried[i]).toArray());
        return parts;
    }

    private static int[] joined(int[] a, int[] b) {
        return Stream.of(a, b).flatMapToInt(Arrays::stream).toArray();
    }

    /** The set with its {@link #parts}. */
    public Dataset divided() {
        Dataset set = dataset();
        return new Dataset(set.name(), set.ids(), set.classes(), set.images(), set.texts(), parts(set));
    }
}
