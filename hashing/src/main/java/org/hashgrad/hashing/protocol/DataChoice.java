package org.hashgrad.hashing.protocol;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.data.VectorSet;

/**
 * The key {@code data}: {@code SOURCE} or {@code SOURCE:ARGUMENT}, and behind them {@code ?texts=FOLDER} or {@code ?images=FOLDER} where the vectors of
 * {@link VectorSet#beside} take the place of one medium ({@code &texts=} behind another option).
 *
 * @param argument a number of images per class or a folder, as the source takes it; behind a folder of vectors, {@code ?protocol=as-is} may stand
 * @param features of one medium
 */
record DataChoice(Source source, Optional<String> argument, Optional<Features> features) {
    private static final Pattern FEATURES = Pattern.compile("(.+?)[?&](images|texts)=(.+)");

    /** Vectors that lie at a place, in the place of a medium. */
    record Features(Medium of, Path place) {}

    private DataChoice(Source source, Optional<String> argument) {
        this(source, argument, Optional.empty());
    }

    private static final String NUMBER = ":N";
    private static final String FOLDER = ":FOLDER";
    private static final String NUMBER_OR_FOLDER = ":N, openclipart:FOLDER";
    private static final String NONE = "";
    private static final String EQUAL_COUNTED = "?protocol=" + ShippedProtocols.AS_IS;
    private static final int MOST_PER_CLASS = 100;

    /** Where samples come from, and what may stand behind the colon. */
    enum Source {
        EMBEDDED(true, NUMBER),
        EMBEDDED_VALIDATION(true, NUMBER),
        FASHION_MNIST(true, FOLDER),
        VECTORS(false, FOLDER),
        OPENCLIPART(true, NUMBER_OR_FOLDER),
        OPENCLIPART_VALIDATION(true, NONE),
        PAIRED(false, FOLDER),
        FILES(false, NONE);

        private final boolean alone;
        private final String form;

        Source(boolean alone, String form) {
            this.alone = alone;
            this.form = form;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Checks the name only; files may still be missing.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    static DataChoice parse(String data) {
        Matcher with = FEATURES.matcher(data);
        if (!with.matches()) {
            return parseOne(data);
        }
        if (with.group(3).matches(".*[?&].*")) {
            throw new IllegalArgumentException("data: expected " + with.group(2)
                    + "=FOLDER as the last option, with no ? or & in the folder's name, found '" + data + "'");
        }
        DataChoice of = parseOne(with.group(1));
        Medium medium = with.group(2).equals("images") ? Medium.IMAGE : Medium.TEXT;
        boolean fits = medium == Medium.IMAGE
                ? of.source != Source.PAIRED && of.hasPairs()
                : of.source != Source.VECTORS && of.hasSplit();
        if (!fits) {
            throw new IllegalArgumentException("data: expected " + (medium == Medium.IMAGE ? "texts" : "pictures")
                    + " beside the " + with.group(2) + " of " + with.group(3) + ", found '" + data + "'");
        }
        return new DataChoice(of.source, of.argument, Optional.of(new Features(medium, Path.of(with.group(3)))));
    }

    private static DataChoice parseOne(String data) {
        if (FileData.parse(data).isPresent()) {
            return new DataChoice(Source.FILES, Optional.of(data));
        }
        int colon = data.indexOf(':');
        String word = colon < 0 ? data : data.substring(0, colon);
        String behind = colon < 0 ? "" : data.substring(colon + 1);
        for (Source source : Source.values()) {
            boolean known = source != Source.FILES && source.word().equals(word);
            if (known && colon < 0 && source.alone) {
                return new DataChoice(source, Optional.empty());
            }
            if (known && colon >= 0 && source.form.equals(NUMBER)) {
                requirePerClass(data, word, behind);
                return new DataChoice(source, Optional.of(behind));
            }
            if (known && !behind.isEmpty() && source.form.endsWith("FOLDER")) {
                return new DataChoice(source, Optional.of(behind));
            }
        }
        throw new IllegalArgumentException("data: expected one of " + forms() + ", found '" + data + "'");
    }

    private static String forms() {
        return forms(source -> true) + ", " + FileData.forms();
    }

    /** What can be written for pairs. */
    static String formsOfPairs() {
        return forms(source -> source == Source.PAIRED || isOpenClipart(source)) + ", "
                + FileData.forms(FileData.Kind::hasPairs)
                + ", DATA?texts=FOLDER, DATA?images=FOLDER";
    }

    private static String forms(Predicate<Source> of) {
        return Arrays.stream(Source.values())
                .filter(of)
                .flatMap(source -> Stream.of(source.alone ? source.word() : "", source.word() + source.form))
                .filter(form -> !form.isEmpty() && !form.equals("files"))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static void requirePerClass(String data, String word, String number) {
        int perClass;
        try {
            perClass = Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "data: expected " + word + ":N with a whole number N, found '" + data + "'", e);
        }
        if (perClass < 1 || perClass > MOST_PER_CLASS) {
            throw new IllegalArgumentException(
                    "data: images per class is " + perClass + "; need 1 to " + MOST_PER_CLASS);
        }
    }

    /** Whether training and headline are the same: the embedded split is that of all files without the full database. */
    boolean trainsAs(DataChoice other) {
        return equals(other) || (isStandard() && other.isStandard());
    }

    private boolean isStandard() {
        return source == Source.FASHION_MNIST || (source == Source.EMBEDDED && argument.isEmpty());
    }

    boolean isFashionMnist() {
        return source == Source.EMBEDDED || source == Source.EMBEDDED_VALIDATION || source == Source.FASHION_MNIST;
    }

    /** Whether it is all of the data of some files. */
    boolean isFiles() {
        return source == Source.FILES && features.isEmpty();
    }

    boolean isOpenClipart() {
        return isOpenClipart(source);
    }

    /** Whether a medium is the source's own, not features of it. */
    private boolean isOwn(Medium medium) {
        return features.isEmpty() || features.get().of() != medium;
    }

    /** Whether texts are those of OpenClipart, which have two forms. */
    boolean hasFormsOfTexts() {
        return isOpenClipart() && isOwn(Medium.TEXT);
    }

    /** Whether images lie in memory and may be shifted for training. */
    boolean hasImagesInMemory() {
        return (isOpenClipart() || isFashionMnist()) && isOwn(Medium.IMAGE);
    }

    private static boolean isOpenClipart(Source source) {
        return source == Source.OPENCLIPART || source == Source.OPENCLIPART_VALIDATION;
    }

    /** Whether texts become vectors here, by a vocabulary of the training texts. */
    boolean countsWords() {
        return isOwn(Medium.TEXT) && (isOpenClipart() || (source == Source.FILES && files().countsWords()));
    }

    /** Whether there are samples of one medium. */
    boolean hasSplit() {
        return source != Source.PAIRED && features.isEmpty();
    }

    /** Whether there are pairs of samples of two media. */
    boolean hasPairs() {
        return features.isPresent()
                || source == Source.PAIRED
                || isOpenClipart()
                || (source == Source.FILES && files().kind().hasPairs());
    }

    /** The files of pictures that it names, if it does; features stand beside them. */
    Optional<FileData> filesOfPictures() {
        return source == Source.FILES ? Optional.of(files()) : Optional.empty();
    }

    private FileData files() {
        return FileData.parse(argument.orElseThrow()).orElseThrow();
    }

    /**
     * Reads pairs; of OpenClipart, a number is that of the first pairs to take, anything else a folder.
     *
     * @param texts how texts become vectors, where there are texts
     * @throws org.hashgrad.hashing.data.DataException when files are missing or broken
     */
    PairedSplit pairs(OpenClipart.Texts texts) {
        if (features.isEmpty()) {
            return ownPairs(texts);
        }
        Path place = features.get().place();
        if (features.get().of() == Medium.TEXT) {
            Split images = split();
            return new PairedSplit(images, VectorSet.beside(images, place));
        }
        PairedSplit own = ownPairs(texts);
        return new PairedSplit(VectorSet.beside(own.images(), place), own.texts());
    }

    private PairedSplit ownPairs(OpenClipart.Texts texts) {
        if (source == Source.PAIRED) {
            return VectorSet.pairs(vectors());
        }
        if (source == Source.FILES) {
            return files().divided().pairs(new Dataset.Vocabulary(texts.minDocuments(), texts.weighting()));
        }
        if (!isOpenClipart()) {
            throw new IllegalStateException("data: " + source.word() + " has no pairs");
        }
        if (source == Source.OPENCLIPART_VALIDATION) {
            return OpenClipart.validation(texts);
        }
        if (argument.isEmpty()) {
            return OpenClipart.embedded(texts);
        }
        return isNumber(argument.get())
                ? OpenClipart.embedded(texts, Integer.parseInt(argument.get()))
                : OpenClipart.read(Path.of(argument.get()), texts);
    }

    /**
     * The protocol that a split of these data is measured under.
     *
     * @param database name of the database in the split
     * @param divided name of the protocol that divided the items, or empty
     * @param lists as they are: a protocol of shipped data is theirs only if these are its lists, and vectors in the place of a medium make them data as they are
     * @throws org.hashgrad.hashing.data.DataException when files are said to be divided by a protocol that has other numbers
     */
    Protocol protocol(String database, String divided, Map<String, ProtocolRecord.Listed> lists) {
        if (features.isPresent()) {
            return Protocol.named(ShippedProtocols.AS_IS);
        }
        Protocol named =
                switch (source) {
                    case EMBEDDED, FASHION_MNIST ->
                        Protocol.named("fashion-mnist/"
                                + (database.equals(FashionMnist.TRAINING) ? Source.EMBEDDED.word() : database));
                    case OPENCLIPART -> Protocol.named("openclipart-40");
                    case FILES -> Protocol.named(divided.isEmpty() ? ShippedProtocols.OWN : divided);
                    case VECTORS, PAIRED -> Protocol.named(isAsIs() ? ShippedProtocols.AS_IS : ShippedProtocols.OWN);
                    case EMBEDDED_VALIDATION, OPENCLIPART_VALIDATION -> Protocol.named(ShippedProtocols.AS_IS);
                };
        if (source == Source.FILES) {
            named.requireOf(lists);
        }
        return named.isOf(lists) && (source != Source.OPENCLIPART || hasShippedItems())
                ? named
                : Protocol.named(ShippedProtocols.AS_IS);
    }

    private boolean isAsIs() {
        return argument.orElse("").endsWith(EQUAL_COUNTED);
    }

    /** The place of vectors, before what says that equal ones are counted. */
    private Path vectors() {
        String place = argument.orElseThrow();
        return Path.of(isAsIs() ? place.substring(0, place.length() - EQUAL_COUNTED.length()) : place);
    }

    /** Whether the drawings of a folder are those that ship, of whatever size. */
    private boolean hasShippedItems() {
        return argument.isEmpty()
                || (!isNumber(argument.get())
                        && Stream.of("query-items", "training-items")
                                .allMatch(items -> Objects.equals(
                                        OpenClipart.manifest(Path.of(argument.get()))
                                                .sha256()
                                                .get(items),
                                        OpenClipart.manifest().sha256().get(items))));
    }

    private static boolean isNumber(String argument) {
        return argument.matches("[0-9]{1,6}");
    }

    /**
     * What its labels are called, by number; empty where they have numbers only.
     *
     * @throws org.hashgrad.hashing.data.DataException when they are in a file that can't be read
     */
    List<String> labelNames() {
        return switch (source) {
            case EMBEDDED, EMBEDDED_VALIDATION, FASHION_MNIST -> FashionMnist.CLASS_NAMES;
            case OPENCLIPART, OPENCLIPART_VALIDATION ->
                List.copyOf(argument.filter(place -> !isNumber(place))
                        .map(folder -> OpenClipart.manifest(Path.of(folder)))
                        .orElseGet(OpenClipart::manifest)
                        .labels()
                        .keySet());
            case VECTORS, PAIRED -> List.of();
            case FILES -> files().whole().classes();
        };
    }

    /** Reads one medium; of OpenClipart, the images. @throws org.hashgrad.hashing.data.DataException when files are missing or broken */
    Split split() {
        OptionalInt perClass = argument.isPresent() && source.form.equals(NUMBER)
                ? OptionalInt.of(Integer.parseInt(argument.get()))
                : OptionalInt.empty();
        return switch (source) {
            case EMBEDDED ->
                perClass.isPresent() ? FashionMnist.embedded(perClass.getAsInt()) : FashionMnist.embedded();
            case EMBEDDED_VALIDATION ->
                perClass.isPresent() ? FashionMnist.validation(perClass.getAsInt()) : FashionMnist.validation();
            case FASHION_MNIST -> FashionMnist.full(argument.map(Path::of).orElse(FashionMnist.DEBIAN_FOLDER));
            case VECTORS -> VectorSet.split(vectors());
            case OPENCLIPART, OPENCLIPART_VALIDATION ->
                ownPairs(OpenClipart.Texts.STRICT).images();
            case FILES -> files().divided().split();
            case PAIRED -> throw new IllegalStateException("data: " + source.word() + " has two media");
        };
    }
}
