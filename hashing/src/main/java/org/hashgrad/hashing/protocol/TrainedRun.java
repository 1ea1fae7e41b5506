package org.hashgrad.hashing.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hashgrad.autograd.Slot;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.SplitPart;
import org.hashgrad.hashing.data.BagOfWords;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Framing;
import org.hashgrad.hashing.data.ImageFile;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.Pictures;
import org.hashgrad.hashing.data.RgbImage;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.data.TextSet;
import org.hashgrad.hashing.data.VectorSet;
import org.hashgrad.hashing.data.openclipart.Drawing;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.CrossModalNetworks;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.hashing.method.Trainer;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.io.Safetensors;
import org.hashgrad.nn.model.LabeledHashNetwork;
import org.hashgrad.tensor.Backend;

/**
 * The networks of a finished run, made again from its configuration and weights, and what they make of samples: those of the run's data set,
 * image files, texts. A run of one medium counts as one of images.
 */
public final class TrainedRun implements AutoCloseable {
    private final Backend backend;
    private final Inputs inputs;
    private final Map<Medium, Split> splits;
    private final Map<Medium, Module> networks;
    private final RunConfig config;
    private final Optional<CrossModalNetworks> pair;
    private final String model;

    private TrainedRun(
            Backend backend,
            Inputs inputs,
            Map<Medium, Split> splits,
            Map<Medium, Module> networks,
            RunConfig config,
            Optional<CrossModalNetworks> pair,
            String model) {
        this.backend = backend;
        this.inputs = inputs;
        this.splits = splits;
        this.networks = networks;
        this.config = config;
        this.pair = pair;
        this.model = model;
    }

    /**
     * Reads the run's data set, makes its networks on the backend and gives them the stored weights.
     *
     * @throws RunFolderException when there is no run, it did not finish, or its weights do not fit its configuration
     * @throws org.hashgrad.hashing.data.DataException when the data can't be read
     */
    public static TrainedRun open(Path folder, Backend backend) {
        return open(folder, backend, OptionalInt.empty());
    }

    /**
     * As {@link #open(Path, Backend)}.
     *
     * @param crops windows of a picture that a code is taken of, 1 or 10, whatever the run's configuration says
     */
    public static TrainedRun open(Path folder, Backend backend, OptionalInt crops) {
        RunFolder files = RunFolder.open(folder);
        Path weights = files.file(RunFolder.WEIGHTS);
        if (!Files.isRegularFile(weights)) {
            throw new RunFolderException("run folder: " + folder + ": the run did not finish: no " + RunFolder.WEIGHTS);
        }
        RunConfig config = RunConfig.read(files.file(RunFolder.CONFIG), ownLoss(files));
        Blueprint blank = Blueprint.blank(backend);
        DataChoice data = DataChoice.parse(config.data());
        Map<Medium, Split> splits = new LinkedHashMap<>();
        Map<Medium, Module> networks = new LinkedHashMap<>();
        Optional<CrossModalNetworks> pair = Optional.empty();
        if (config.method() instanceof CrossModalMethod) {
            PairedSplit pairs = config.pairs();
            splits.put(Medium.IMAGE, framed(pairs.images(), crops));
            splits.put(Medium.TEXT, pairs.texts());
            CrossModalNetworks both = CrossModalExperiment.networks(config, pairs, blank);
            networks.put(Medium.IMAGE, both.image());
            networks.put(Medium.TEXT, both.text());
            pair = Optional.of(both);
        } else {
            splits.put(Medium.IMAGE, framed(data.split(), crops));
            networks.put(
                    Medium.IMAGE,
                    Experiment.network(config, splits.get(Medium.IMAGE).training(), blank));
        }
        List<Module> all = pair.map(CrossModalNetworks::all).orElse(List.copyOf(networks.values()));
        try (Safetensors stored = Safetensors.open(weights)) {
            Map<String, Slot> slots = new LinkedHashMap<>();
            all.forEach(network -> slots.putAll(network.state()));
            stored.loadInto(() -> slots);
            String model = OpenClipart.sha256(Files.readAllBytes(weights));
            Inputs inputs = Inputs.of(config, splits.get(Medium.IMAGE).training());
            return new TrainedRun(backend, inputs, splits, networks, config, pair, model);
        } catch (IOException e) {
            all.forEach(Module::close);
            throw new RunFolderException("run folder: " + weights + ": can't be read: " + RunFolder.reason(e), e);
        }
    }

    private static Split framed(Split split, OptionalInt crops) {
        if (crops.isEmpty()) {
            return split;
        }
        Map<String, SampleSet> databases = new LinkedHashMap<>();
        split.databases().forEach((name, set) -> databases.put(name, framed(set, crops.getAsInt())));
        return new Split(framed(split.query(), crops.getAsInt()), framed(split.training(), crops.getAsInt()), databases)
                .under(split.protocol());
    }

    private static SampleSet framed(SampleSet set, int crops) {
        if (set instanceof PictureSet pictures) {
            return pictures.with(pictures.framing().withCrops(crops));
        }
        if (crops != 1) {
            throw new RunFolderException("run: its images are not windows of larger pictures, of which " + crops
                    + " could be taken; need data with ?side=N&resize=M, M beyond N");
        }
        return set;
    }

    /** A loss of one's own is read from the copy in the folder. */
    private static List<String> ownLoss(RunFolder files) {
        Object source = RunConfig.stored(files.file(RunFolder.CONFIG)).get(LossChoice.SOURCE);
        if (source == null) {
            return List.of();
        }
        Path copy = files.file(String.valueOf(Path.of(String.valueOf(source)).getFileName()));
        return Files.isRegularFile(copy) ? List.of(LossChoice.SOURCE + "=" + copy) : List.of();
    }

    public RunConfig config() {
        return config;
    }

    /** All networks of a run of two media, for what this class does not offer; they are closed with this. */
    public Optional<CrossModalNetworks> networks() {
        return pair;
    }

    /** SHA-256 of the weights, hexadecimal. */
    public String model() {
        return model;
    }

    /**
     * What a code file of a set says it was made under: the hashes of rule and lists, of the database with that name where it is one, else of the
     * first.
     *
     * @see ProtocolClaim
     */
    public String protocol(String set) {
        Map<String, ProtocolRecord> records = ProtocolRecord.of(config.data(), require(splits, Medium.IMAGE));
        return Experiment.require(records, records.containsKey(set) ? set : Experiment.HEADLINE)
                .digest();
    }

    /** Whether it has networks for two media. */
    public boolean isCrossModal() {
        return networks.size() > 1;
    }

    /** The sets of the run's data by name: {@code query}, {@code training} and the databases. */
    public Map<String, SampleSet> sets(Medium medium) {
        Split split = require(splits, medium);
        Map<String, SampleSet> sets = new LinkedHashMap<>();
        sets.put("query", split.query());
        sets.put("training", split.training());
        String name = Experiment.HEADLINE;
        for (Map.Entry<String, SampleSet> database : split.databases().entrySet()) {
            sets.put(name.isEmpty() ? database.getKey() : name, database.getValue());
            name = "";
        }
        return sets;
    }

    /** The part of the split that one of {@link #sets} is. */
    public SplitPart part(String set) {
        return switch (set) {
            case "query" -> SplitPart.QUERY;
            case "training" -> SplitPart.OTHER;
            default -> SplitPart.DATABASE;
        };
    }

    /** The network's codes of some samples. */
    public Codes encode(Medium medium, SampleSet samples) {
        return Trainer.encode(backend, require(networks, medium), inputs.samples(samples));
    }

    /**
     * Codes of a medium's features in a {@code .npy} file, (n, d) numbers.
     *
     * @throws org.hashgrad.hashing.data.DataException when it can't be read or holds anything else
     * @throws RunFolderException when the network takes no vectors of that length
     */
    public Codes encodeFeatures(Medium medium, Path file) {
        VectorSet vectors = VectorSet.unlabelled(file);
        SampleSet training = require(splits, medium).training();
        if (!(training instanceof VectorSet) || !training.sample().equals(vectors.sample())) {
            throw new RunFolderException("run: its network of " + medium.name().toLowerCase(Locale.ROOT) + "s takes "
                    + (training instanceof VectorSet ? "vectors " : "no features but samples ") + training.sample()
                    + ", found vectors " + vectors.sample() + " in " + file);
        }
        return encode(medium, vectors);
    }

    /**
     * Codes of image files, which become inputs as the pictures of the run's data do when they are encoded: framed alike, of packed data first as
     * they were packed, of drawings fitted on white; to grey where the network takes one channel. A batch at a time is in memory.
     *
     * @throws org.hashgrad.hashing.data.DataException when one can't be read
     * @throws RunFolderException when the network takes no images
     */
    public Codes encodeImages(List<Path> images) {
        return Trainer.encode(backend, require(networks, Medium.IMAGE), read(images));
    }

    /**
     * What the label head of the image network says of image files, prepared as for {@link #encodeImages}: the probability of each label, each
     * for itself, by file, in the order of {@link #labelNames}.
     *
     * @throws org.hashgrad.hashing.data.DataException when one can't be read
     * @throws RunFolderException when the network has no label head or takes no images
     */
    public List<float[]> labelProbabilities(List<Path> images) {
        if (!(require(networks, Medium.IMAGE) instanceof LabeledHashNetwork labeled)) {
            throw new RunFolderException(
                    "run: the network of method " + config.method().name() + " has no label head; need a run of ssah");
        }
        return Trainer.labelProbabilities(backend, labeled, read(images));
    }

    /** What the labels of the run's data are called; their numbers where they have no names. */
    public List<String> labelNames() {
        List<String> names = DataChoice.parse(config.data()).labelNames();
        return names.isEmpty()
                ? IntStream.range(
                                0,
                                require(splits, Medium.IMAGE)
                                        .training()
                                        .labels()
                                        .classes())
                        .mapToObj(Integer::toString)
                        .toList()
                : names;
    }

    /** As the network takes them. */
    private Samples read(List<Path> images) {
        SampleSet training = require(splits, Medium.IMAGE).training();
        Labels none = ClassLabels.of(new int[images.size()]);
        if (training instanceof PictureSet pictures) {
            Pictures source = new ImageFiles(images, pictures.source()::admitted);
            return inputs.samples(PictureSet.of("images", source, pictures.framing(), none));
        }
        if (training instanceof ImageSet held && held.width() == held.height()) {
            int side = held.height();
            boolean drawings = DataChoice.parse(config.data()).isOpenClipart();
            Pictures source =
                    new ImageFiles(images, drawings ? image -> Drawing.fitted(image, side) : UnaryOperator.identity());
            PictureSet squeezed = PictureSet.of("images", source, Framing.squeezed(side), none);
            return held.channels() == 1 ? inputs.grey(squeezed) : inputs.samples(squeezed);
        }
        throw new RunFolderException("run: its network takes samples " + training.sample() + ", no images");
    }

    /** Any image files, each as the run's data would have it. */
    private record ImageFiles(List<Path> files, UnaryOperator<RgbImage> admitted) implements Pictures {
        @Override
        public int count() {
            return files.size();
        }

        @Override
        public String id(int i) {
            return files.get(i).toString();
        }

        @Override
        public RgbImage picture(int i) {
            return admitted.apply(ImageFile.read(files.get(i)));
        }
    }

    /**
     * The words of a text that the network for texts knows.
     *
     * @throws RunFolderException when the run has no network for texts
     */
    public List<String> knownWords(String text) {
        BagOfWords bag = trainingTexts().bag();
        List<String> words = new ArrayList<>(bag.wordsOf(text));
        words.retainAll(Set.copyOf(bag.words()));
        return words;
    }

    /**
     * The words of a text that the network for texts does not know and that its code says nothing of, each once.
     *
     * @throws RunFolderException when the run has no network for texts
     */
    public Set<String> unknownWords(String text) {
        BagOfWords bag = trainingTexts().bag();
        Set<String> words = new LinkedHashSet<>(bag.wordsOf(text));
        words.removeAll(Set.copyOf(bag.words()));
        return words;
    }

    /**
     * Those of {@link #unknownWords} that the run's texts are without because they name a label: {@code texts.form: strict} of OpenClipart.
     *
     * @throws RunFolderException when the run has no network for texts
     */
    public Set<String> wordsOfLabels(String text) {
        Set<String> words = new LinkedHashSet<>(unknownWords(text));
        boolean strict = DataChoice.parse(config.data()).isOpenClipart()
                && config.texts().form() == OpenClipart.Form.STRICT;
        words.retainAll(strict ? OpenClipart.labelWords(Set.copyOf(labelNames())) : Set.of());
        return words;
    }

    private TextSet trainingTexts() {
        if (!isCrossModal() || !(require(splits, Medium.TEXT).training() instanceof TextSet texts)) {
            throw new RunFolderException("run: has no network for texts; need a cross-modal run on texts");
        }
        return texts;
    }

    /**
     * The codes of the known words of texts.
     *
     * @throws RunFolderException when the run has no network for texts, or it knows none of the words of one
     */
    public Codes encodeTexts(List<String> texts) {
        List<List<String>> kept = new ArrayList<>();
        BagOfWords bag = trainingTexts().bag();
        for (String text : texts) {
            kept.add(knownWords(text));
            if (kept.get(kept.size() - 1).isEmpty()) {
                throw new RunFolderException("run: none of the words of '" + text + "' is among the "
                        + bag.words().size() + " that it was trained on, such as "
                        + bag.words().stream().limit(5).collect(Collectors.joining(", "))
                        + (wordsOfLabels(text).isEmpty()
                                ? ""
                                : "; words of labels are left out by texts.form: strict, full has them"));
            }
        }
        return encode(Medium.TEXT, new TextSet("texts", kept, bag, ClassLabels.of(new int[texts.size()])));
    }

    private static <T> T require(Map<Medium, T> by, Medium medium) {
        return Optional.ofNullable(by.get(medium))
                .orElseThrow(() -> new RunFolderException("run: has one network; need a cross-modal run for texts"));
    }

    @Override
    public void close() {
        pair.ifPresentOrElse(CrossModalNetworks::close, () -> networks.values().forEach(Module::close));
    }
}
