package org.hashgrad.hashing.protocol;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
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
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.MirFlickr;
import org.hashgrad.hashing.data.NusWide;
import org.hashgrad.hashing.data.PackedData;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.Split;
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
 * @param protocol that divides the items ({@code ?protocol=cifar10/59k}); without one, see {@link #division}
 * @param root what the paths of lists are relative to ({@code ?root=FOLDER}); without one, the folder of the lists
 * @param captions the words of a picture of COCO: its first caption, or all of them ({@code ?captions=all})
 */
public record FileData(
        Kind kind,
        Path place,
        Optional<Framing> framing,
        boolean skipBroken,
        Optional<Protocol> protocol,
        Optional<Path> root,
        Coco.Captions captions) {
    private static final Logger LOG = LoggerFactory.getLogger(FileData.class);
    private static final int SHOWN = 10;
    private static final int SIDE = 32;
    private static final String MAT = ".mat";
    private static final String NONE = "";

    /** What lies there. */
    public enum Kind {
        CIFAR10(true, "cifar10/59k", Texts.NONE),
        CIFAR100(true, NONE, Texts.NONE),
        FOLDER(false, NONE, Texts.NONE),
        LIST(false, NONE, Texts.NONE),
        CSV(false, NONE, Texts.COUNTED),
        MIRFLICKR(true, "mirflickr/dcmh", Texts.GIVEN),
        MIRFLICKR_38(true, "mirflickr/1k-4k", Texts.NONE),
        NUS_WIDE_10(true, NONE, Texts.GIVEN),
        NUS_WIDE_21(true, "nus-wide-21", Texts.GIVEN),
        NUS_WIDE_81(true, NONE, Texts.GIVEN),
        IAPR_TC12(true, NONE, Texts.COUNTED),
        COCO(true, "coco/cauchy", Texts.COUNTED),
        PACKED(false, NONE, Texts.COUNTED);

        /** What there is beside pictures. */
        private enum Texts {
            NONE,
            /** Vectors, or words of a vocabulary that the data bring. */
            GIVEN,
            /** Words, of which those of the training texts become the vocabulary; packed data may have what they were packed of. */
            COUNTED
        }

        /** Whether others can read the same data, equal pictures and all. */
        private final boolean published;

        /** The protocol of all its items, if the files don't divide them. */
        private final String own;

        private final Texts texts;

        Kind(boolean published, String own, Texts texts) {
            this.published = published;
            this.own = own;
            this.texts = texts;
        }

        /** Whether its items can be pairs of a picture and a text. */
        boolean hasPairs() {
            return texts != Texts.NONE;
        }

        /** As it is written. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What can be written, for errors and help. */
    public static String forms() {
        return forms(kind -> true);
    }

    static String forms(Predicate<Kind> of) {
        return Arrays.stream(Kind.values())
                .filter(of)
                .map(kind -> kind.word() + ":PLACE")
                .collect(Collectors.joining(", "));
    }

    /** Whether {@link Dataset.Vocabulary} decides which words of its texts count. */
    boolean countsWords() {
        return kind.texts == Kind.Texts.COUNTED && !isMat(place);
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
                    "root=.+|captions=(first|all)|side=[0-9]{1,4}|resize=[0-9]{1,4}|crops=10?|corrupt=(fail|skip)|protocol=[a-z0-9/-]{1,40}")) {
                throw new IllegalArgumentException(
                        "data: expected side=N, resize=N, crops=1 or 10, corrupt=fail, corrupt=skip, protocol=NAME, of lists root=FOLDER or"
                                + " of COCO captions=first or all behind the question mark, found '"
                                + data + "'");
            }
            given.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        requireOf(Kind.LIST, kind, "root", given, data);
        requireOf(Kind.COCO, kind, "captions", given, data);
        String side = given.get("side");
        String resize = given.getOrDefault("resize", "0");
        if (side == null && (given.containsKey("resize") || given.containsKey("crops"))) {
            throw new IllegalArgumentException("data: resize and crops need side=N beside them, found '" + data + "'");
        }
        Optional<Protocol> protocol = Optional.ofNullable(given.get("protocol")).map(Protocol::named);
        protocol.ifPresent(named -> requireReached(named, kind, place));
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
                protocol,
                Optional.ofNullable(given.get("root")).map(Path::of),
                "all".equals(given.get("captions")) ? Coco.Captions.ALL : Coco.Captions.FIRST);
    }

    /** A protocol is one of certain files; packed ones know which they were divided by. */
    private static void requireReached(Protocol protocol, Kind kind, Path place) {
        String reached = protocol.reached();
        boolean fits = reached.startsWith(kind.word() + ":") && reached.endsWith(MAT) == isMat(place);
        if (!isOfAnyData(protocol) && !fits && kind != Kind.PACKED) {
            throw new DataException("protocol " + protocol.name() + " is one of " + reached);
        }
    }

    /** Whether it leaves the lists of data as they are. */
    private static boolean isOfAnyData(Protocol protocol) {
        return protocol.rule() instanceof SplitRule.FilesOrDrawn;
    }

    private static boolean isMat(Path place) {
        return place.toString().endsWith(MAT);
    }

    private static void requireOf(Kind only, Kind kind, String option, Map<String, String> given, String data) {
        if (kind != only && given.containsKey(option)) {
            throw new IllegalArgumentException(
                    "data: " + option + " is of " + only.word() + ":PLACE only, found '" + data + "'");
        }
    }

    /** All of it, as it lies there: no picture is left out. @throws DataException when files are missing or broken */
    public Dataset whole() {
        return read();
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
            case CIFAR10 -> framed(Cifar.ten(place));
            case CIFAR100 -> framed(Cifar.hundred(place, Cifar.Level.FINE));
            case FOLDER -> ImageFolder.read(place, wanted);
            case LIST -> ImageList.read(place, root.orElse(place), wanted);
            case CSV -> ImageCsv.read(place, wanted, 1);
            case MIRFLICKR -> MirFlickr.pairs(place, wanted);
            case MIRFLICKR_38 -> MirFlickr.images(place, wanted);
            case NUS_WIDE_10 -> NusWide.read(place, wanted, NusWide.Concepts.FREQUENT_10);
            case NUS_WIDE_21 -> NusWide.read(place, wanted, NusWide.Concepts.FREQUENT_21);
            case NUS_WIDE_81 -> NusWide.read(place, wanted, NusWide.Concepts.ALL_81);
            case IAPR_TC12 -> IaprTc12.read(place, wanted);
            case PACKED -> PackedData.read(place, wanted);
            case COCO -> Coco.read(place, wanted, List.of("train2014", "val2014"), captions);
        };
    }

    /** Images that lie in memory, framed like any other where that is asked for. */
    private Dataset framed(Dataset set) {
        return framing.isPresent() && set.images() instanceof ImageSet images
                ? new Dataset(
                        set.name(), set.ids(), set.classes(), images.pictures(framing.get()), set.texts(), set.parts())
                : set;
    }

    /**
     * The protocol that divides a set of these data: the one that was named; else the one that packed data were divided by; else the kind's own, where all of
     * its items are there and the files don't divide them; else {@code own} for pictures of one's own and {@code as-is} for published ones.
     *
     * @throws DataException when packed data were divided by another one than was named
     */
    private Protocol division(Dataset set) {
        String packed = kind == Kind.PACKED ? PackedData.protocol(place) : "";
        boolean anyData = protocol.isPresent() && isOfAnyData(protocol.get());
        if (!packed.isEmpty() && !anyData) {
            protocol.ifPresent(named -> {
                if (!named.name().equals(packed)) {
                    throw new DataException("protocol " + named.name() + ": " + place + " was divided by " + packed);
                }
            });
            return Protocol.named(packed);
        }
        if (protocol.isPresent()) {
            return protocol.get();
        }
        return Protocol.all().stream()
                .filter(named -> kind.own.equals(named.name())
                        && isMat(place) == named.reached().endsWith(MAT)
                        && set.parts().isEmpty()
                        && named.isAllOf(set.count(), set.labels().classes()))
                .findFirst()
                .orElseGet(() -> Protocol.named(kind.published ? ShippedProtocols.AS_IS : ShippedProtocols.OWN));
    }

    /** A set with the rows of its parts, and what divided it. */
    public record Divided(Dataset set, Protocol protocol) {
        Split split() {
            return set.split().under(protocol.name());
        }

        PairedSplit pairs(Dataset.Vocabulary vocabulary) {
            PairedSplit pairs = set.pairs(Optional.of(vocabulary));
            return new PairedSplit(pairs.images().under(protocol.name()), pairs.texts());
        }
    }

    /**
     * Reads the set and divides it, with seed 0 where parts are drawn.
     *
     * @throws DataException as {@link #dataset}, and when the protocol's numbers don't come out
     */
    public Divided divided() {
        return divided(dataset());
    }

    Divided divided(Dataset set) {
        Protocol division = division(set);
        if (kind == Kind.PACKED && !set.parts().isEmpty()) {
            division.requireParts(
                    set.labels().classes(),
                    rows(set, Dataset.QUERY),
                    rows(set, Dataset.TRAINING),
                    rows(set, Dataset.DATABASE));
            return new Divided(set, division);
        }
        SplitRule.Lists lists = division.split(set.labels(), set.parts(), 0);
        Map<String, int[]> parts = new LinkedHashMap<>();
        parts.put(Dataset.QUERY, lists.query());
        parts.put(Dataset.TRAINING, lists.training());
        parts.put(Dataset.DATABASE, lists.database());
        return new Divided(
                new Dataset(set.name(), set.ids(), set.classes(), set.images(), set.texts(), parts), division);
    }

    private static int rows(Dataset set, String part) {
        int[] rows = set.parts().get(part);
        return rows == null ? 0 : rows.length;
    }
}
