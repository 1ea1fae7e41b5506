package org.hashgrad.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.CodeDetails;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.TextSet;
import org.hashgrad.hashing.protocol.RandomHyperplanes;
import org.hashgrad.hashing.protocol.TrainedRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Codes of samples by the networks of a run. */
@Command(
        name = "encode",
        description = {
            "Writes the codes that the networks of a run give to samples: a set of the run's data, image files, texts, or features.",
            "",
            "Image files become inputs as the pictures of the run's data do, texts as its texts do. The code file names its model, the SHA-256 of the run's weights, of lsh that of"
                    + " dimensions, bits and seed, and the protocol of a --set, the hashes of its rule and lists; codes of two models are not compared."
                    + " --method lsh takes random hyperplanes instead of the network (b = sgn(w x), w Gaussian): the classical baseline,"
                    + " for any number of bits."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad encode --run runs/dhn --set database --out database.codes",
            "  hashgrad encode --run runs/dhn --images photos --out photos.codes",
            "  hashgrad encode --run runs/cmch --texts captions.txt --out captions.codes",
            "  hashgrad encode --run runs/sounds --medium text --features sounds.npy --out sounds.codes",
            "  hashgrad encode --run runs/dhn --set query --method lsh --bits 2048 --out q.codes"
        },
        mixinStandardHelpOptions = true)
final class EncodeCommand extends Action {
    @Mixin
    private @Nullable BackendOptions backends;

    @Option(names = "--run", paramLabel = "DIR", required = true, description = "A run folder of train or demo.")
    private @Nullable Path run;

    @ArgGroup(multiplicity = "1")
    private @Nullable What what;

    @Option(
            names = "--medium",
            paramLabel = "M",
            defaultValue = "IMAGE",
            description = "Of a cross-modal run: image or text. Default: image.")
    private Medium medium = Medium.IMAGE;

    @Option(
            names = "--database",
            paramLabel = "S",
            description =
                    "Of several databases, the one that the queries are for; the code file names its protocol. Default: the first, or the --set.")
    private @Nullable String database;

    @Option(
            names = "--method",
            paramLabel = "M",
            defaultValue = "NETWORK",
            description = "network, the run's, or lsh. Default: network.")
    private Method method = Method.NETWORK;

    @Option(names = "--bits", paramLabel = "K", description = "Bits of lsh, 1 to 4096.")
    private @Nullable Integer bits;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Of lsh. Default: 0.")
    private long seed;

    @Mixin
    private Crops crops = new Crops();

    @Option(names = "--out", paramLabel = "F", required = true, description = "The code file to write.")
    private @Nullable Path out;

    /** What makes the codes. */
    enum Method {
        NETWORK,
        LSH
    }

    /** One of the four. */
    static final class What {
        @Option(
                names = "--set",
                paramLabel = "S",
                description = "query, training, database or another of the run's data.")
        private @Nullable String set;

        @Option(names = "--images", paramLabel = "P", description = "An image file, or a folder of PNG and JPEG files.")
        private @Nullable Path images;

        @Option(
                names = "--texts",
                paramLabel = "F",
                description = "A file in UTF-8 with a text a line; needs a cross-modal --run on texts.")
        private @Nullable Path texts;

        @Option(
                names = "--features",
                paramLabel = "F",
                description =
                        "An .npy array (n, d) of features, where those of --medium are what the run's network takes.")
        private @Nullable Path features;

        List<Path> files() throws IOException {
            return texts != null ? List.of(texts) : images == null ? List.of() : imageFiles(images);
        }
    }

    @Override
    public Integer call() throws IOException {
        What chosen = Objects.requireNonNull(what);
        Path target = Objects.requireNonNull(out);
        if ((method == Method.LSH) != (bits != null)) {
            throw wrongUsage("--bits: needed with --method lsh, and the network's otherwise");
        }
        if (method == Method.LSH && chosen.set == null) {
            throw wrongUsage("--method lsh: takes a --set");
        }
        if (method == Method.LSH && crops.wanted().isPresent()) {
            throw wrongUsage("--crops: of codes by the network, not by --method lsh");
        }
        if ((chosen.texts != null || chosen.features != null) && crops.wanted().isPresent()) {
            throw wrongUsage("--crops: of pictures, not of " + (chosen.texts != null ? "--texts" : "--features"));
        }
        List<Path> files = chosen.files();
        List<Path> inputs = new ArrayList<>(files);
        Stream.ofNullable(chosen.features).forEach(inputs::add);
        inputs.add(Objects.requireNonNull(run));
        new OutputFile("--out", target).requireReplaceable(inputs);
        try (BackendOptions.Opened opened = Objects.requireNonNull(backends).open();
                TrainedRun trained = TrainedRun.open(Objects.requireNonNull(run), opened.backend(), crops.wanted())) {
            Codes codes;
            CodeDetails details;
            if (chosen.set != null) {
                SampleSet samples = set(trained, chosen.set);
                codes = bits == null ? trained.encode(medium, samples) : RandomHyperplanes.codes(samples, bits, seed);
                details = CodeDetails.NONE
                        .withNames(names(samples))
                        .withLabels(samples.labels())
                        .withModel(bits == null ? trained.model() : RandomHyperplanes.model(samples, bits, seed))
                        .withProtocol(trained.protocol(database == null ? chosen.set : database))
                        .withPart(trained.part(chosen.set));
            } else if (chosen.features != null) {
                codes = trained.encodeFeatures(medium, chosen.features);
                details = CodeDetails.NONE.withModel(trained.model());
            } else {
                List<String> names = chosen.texts != null
                        ? lines(chosen.texts)
                        : files.stream().map(Path::toString).toList();
                codes = chosen.texts != null ? trained.encodeTexts(names) : trained.encodeImages(files);
                details = CodeDetails.NONE.withNames(names).withModel(trained.model());
            }
            CodeFile.write(target, codes, trained.isCrossModal() ? details.withMedium(medium(chosen)) : details);
            out().println(codes.count() + " codes of " + codes.bits() + " bits: " + target);
        }
        return ExitCodes.DONE;
    }

    private Medium medium(What chosen) {
        return chosen.texts != null ? Medium.TEXT : chosen.images != null ? Medium.IMAGE : medium;
    }

    /** Paths or other names of pictures, the words of texts; none of feature vectors and of pictures without. */
    private static List<String> names(SampleSet samples) {
        if (samples instanceof TextSet texts) {
            return texts.texts().stream().map(words -> String.join(" ", words)).toList();
        }
        if (samples instanceof PictureSet pictures) {
            return IntStream.range(0, pictures.count()).mapToObj(pictures::id).toList();
        }
        return samples instanceof ImageSet images ? images.ids() : List.of();
    }

    private static List<String> lines(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new DataException("encode: --texts: " + file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new DataException("encode: --texts: " + file + ": is not in UTF-8", e);
        } catch (IOException e) {
            throw new DataException("encode: --texts: " + file + ": can not be read: " + e, e);
        }
        if (lines.isEmpty()) {
            throw new DataException("encode: --texts: " + file + ": holds no line; need a text a line");
        }
        return lines;
    }

    private SampleSet set(TrainedRun trained, String name) {
        SampleSet samples = trained.sets(medium).get(name);
        if (samples == null) {
            throw new DataException(
                    "encode: --set: expected one of " + trained.sets(medium).keySet() + ", found '" + name + "'");
        }
        return samples;
    }

    /** The file itself, or the PNG and JPEG files below a folder in the order of their names. */
    static List<Path> imageFiles(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> images = files.filter(file -> file.getFileName()
                            .toString()
                            .toLowerCase(Locale.ROOT)
                            .matches(".*\\.(png|jpe?g)"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            if (images.isEmpty()) {
                throw new DataException("images: " + path + ": no .png, .jpg or .jpeg file in it");
            }
            return images;
        } catch (UncheckedIOException e) {
            throw new DataException("images: " + path + ": can not be read: " + e.getCause(), e);
        }
    }
}
