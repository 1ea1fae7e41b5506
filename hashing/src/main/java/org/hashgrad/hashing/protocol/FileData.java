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
import org.hashgrad.hashing.data.BrokenPictures;
import org.hashgrad.hashing.data.Cifar;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data that lie in files and are named {@code KIND:PLACE}, with {@code ?side=N} or {@code ?side=N&resize=M} behind the place where pictures are to
 * become N × N pixels: squeezed, or scaled so that the shorter side has M pixels and then cut out of the middle, for training anywhere and mirrored half
 * the time. With {@code &crops=10} codes are taken of the mean output for ten windows instead of the middle one.
 *
 * @param place a folder or a file
 * @param framing of pictures; without one they are squeezed to 32 × 32, or stay as they were packed
 * @param skipBroken whether pictures that can't be read are left out, with a warning, after reading all of them once ({@code ?corrupt=skip}); else
 *     the first one stops the work
 * @param protocol that divides the items ({@code ?protocol=cifar10/59k}); without one, see {@link #parts}
 */
public record FileData(
        Kind kind, Path place, Optional<Framing> framing, boolean skipBroken, Optional<Protocol> protocol) {
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
            if (!option.matches(
                    "side=[0-9]{1,4}|resize=[0-9]{1,4}|crops=10?|corrupt=(fail|skip)|protocol=[a-z0-9/-]{1,40}")) {
                throw new IllegalArgumentException(
                        "data: expected side=N, resize=N, crops=1 or 10, corrupt=fail, corrupt=skip or protocol=NAME behind the question mark, found '"
                                + data + "'");
            }
            given.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        String side = given.get("side");
        String resize = given.getOrDefault("resize", "0");
        if (side == null && (given.containsKey("resize") || given.containsKey("crops"))) {
            throw new IllegalArgumentException("data: resize and crops need side=N beside them, found '" + data + "'");
        }
        return new FileData(
                kind,
                place,
                side == null
                        ? Optional.empty()
                        : Optional.of(new Framing(
                                Integer.parseInt(resize),
                                Integer.parseInt(side),
                                Integer.parseInt(given.getOrDefault("crops", "1")))),
                "skip".equals(given.get("corrupt")),
                Optional.ofNullable(given.get("protocol")).map(Protocol::named));
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
     * Rows by part: those of the protocol that was named, drawn with seed 0; else those of the files where they say; else, of CIFAR, 100 queries and
     * 500 training images of each class, and of anything else 2000 queries and 10 000 training items (of fewer items, a tenth and half), drawn with
     * seed 0, where the database is all but the queries.
     *
     * @throws DataException when the protocol's numbers don't come out
     */
    Map<String, int[]> parts(Dataset set) {
        if (protocol.isPresent()) {
            return named(protocol.get().split(set.labels(), set.parts(), 0));
        }
        if (!set.parts().isEmpty()) {
            return set.parts();
        }
        int n = set.count();
        boolean perClass = kind == Kind.CIFAR10 || kind == Kind.CIFAR100;
        int each = Math.max(1, Math.min(100, n / set.labels().classes() / 10));
        int queries = Math.max(1, Math.min(QUERIES, n / 10));
        SplitRule rule = perClass
                ? new SplitRule.PerClass(each, 5 * each, SplitRule.Base.ALL_BUT_QUERIES)
                : new SplitRule.Drawn(
                        queries,
                        Math.min(TRAINING, Math.min(n - queries, Math.max(1, n / 2))),
                        SplitRule.Base.ALL_BUT_QUERIES);
        return named(rule.split(set.labels(), set.parts(), 0));
    }

    private static Map<String, int[]> named(SplitRule.Lists lists) {
        Map<String, int[]> parts = new LinkedHashMap<>();
        parts.put(Dataset.QUERY, lists.query());
        parts.put(Dataset.TRAINING, lists.training());
        parts.put(Dataset.DATABASE, lists.database());
        return parts;
    }

    /** The set with its {@link #parts}. */
    public Dataset divided() {
        Dataset set = dataset();
        return new Dataset(set.name(), set.ids(), set.classes(), set.images(), set.texts(), parts(set));
    }
}
