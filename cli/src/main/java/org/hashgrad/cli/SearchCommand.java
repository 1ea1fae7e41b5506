package org.hashgrad.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.CodeSource;
import org.hashgrad.hashing.code.CodeStore;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.FlatIndex;
import org.hashgrad.hashing.code.HammingIndex;
import org.hashgrad.hashing.code.MultiIndex;
import org.hashgrad.hashing.code.Neighbours;
import org.hashgrad.hashing.code.ScanIndex;
import org.hashgrad.hashing.code.Ties;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.TextSet;
import org.hashgrad.hashing.protocol.TrainedRun;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.HammingScan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds the nearest codes of an index. */
@Command(
        name = "search",
        description = {
            "Finds the codes of an index that are nearest to queries by Hamming distance. Exact; of equally near codes those with smaller ids come"
                    + " first.",
            "",
            "Queries are codes; or, with --run, images or words of which the run's networks make codes. A cross-modal run finds images by words and"
                    + " words by images.",
            "",
            "The host's processors search, in the index's tables where it has some. With --backend opencl the device compares every code instead."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad search --index photos.codes --query q.npy --top 10",
            "  hashgrad search --index photos.codes --query q.codes --radius 2 --json found.json",
            "  hashgrad search --index photos.codes --query q.codes --backend opencl",
            "  hashgrad search --run runs/dhn --index photos.codes --image cat.png",
            "  hashgrad search --run runs/dcmh --text \"red apple\" --top 10"
        },
        mixinStandardHelpOptions = true)
final class SearchCommand extends Action {
    private static final int TOP = 10;

    @Mixin
    private @Nullable CodeInput input;

    @Mixin
    private @Nullable BackendOptions backends;

    @Option(
            names = "--index",
            paramLabel = "I",
            description = "A code file, of index build or encode. Default: the database of --run.")
    private @Nullable Path index;

    @ArgGroup(multiplicity = "1")
    private @Nullable Asked asked;

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "The run whose networks make codes of --image and --text.")
    private @Nullable Path run;

    @Option(
            names = "--in",
            paramLabel = "M",
            description =
                    "Which medium of a cross-modal run to search without --index: image or text. Default: the other one.")
    private @Nullable Medium in;

    @Mixin
    private Crops crops = new Crops();

    @ArgGroup
    private @Nullable Extent extent;

    @Option(names = "--all-ties", description = "With --top: also print every code as near as the last.")
    private boolean allTies;

    @Option(names = "--json", paramLabel = "F", description = "Write what was found to F instead of printing it.")
    private @Nullable Path json;

    /** What to search for. */
    static final class Asked {
        @Option(
                names = "--query",
                paramLabel = "Q",
                description = "A code file, an .npy array of codes, or, with --run, an image file.")
        private @Nullable Path query;

        @Option(names = "--image", paramLabel = "F", description = "An image file, or a folder of them; needs --run.")
        private @Nullable Path image;

        @Option(names = "--text", paramLabel = "T", description = "Words; needs a cross-modal --run.")
        private @Nullable String text;

        boolean isCodes() {
            return query != null && !query.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g)");
        }

        /** The image or images, if it is those. */
        @Nullable
        Path images() {
            return image != null || isCodes() ? image : query;
        }
    }

    /** What is searched and for what, under which names. */
    private record Task(
            CodeStore store, LongFunction<String> nameOf, boolean named, Codes queries, List<String> names) {}

    /** How far. */
    static final class Extent {
        @Option(names = "--top", paramLabel = "N", description = "The N nearest. Default: 10.")
        private @Nullable Integer top;

        @Option(names = "--radius", paramLabel = "R", description = "All that differ in at most R bits.")
        private @Nullable Integer radius;
    }

    @Override
    public Integer call() throws IOException {
        Asked what = Objects.requireNonNull(asked);
        Path images = what.images();
        List<Path> files = images == null ? List.of() : EncodeCommand.imageFiles(images);
        if (json != null) {
            Json.requireWritable(
                    json,
                    Stream.concat(Stream.of(index, run, what.query).flatMap(Stream::ofNullable), files.stream())
                            .toList());
        }
        if (in != null && (run == null || index != null)) {
            throw wrongUsage(
                    run == null
                            ? "--in: is a medium of --run; found none"
                            : "--in: chooses the database of --run; --index is another");
        }
        if (what.isCodes() == (run != null)) {
            throw wrongUsage(
                    run == null
                            ? "--image and --text: need --run"
                            : "--run: makes codes of --image or --text, not of codes");
        }
        if (what.isCodes() && crops.wanted().isPresent()) {
            throw wrongUsage("--crops: of pictures that --run makes codes of, not of codes");
        }
        Task task;
        List<Neighbours> found;
        if (run == null) {
            task = codesInFile(what);
            found = found(task);
        } else {
            try (BackendOptions.Opened opened = Objects.requireNonNull(backends).open()) {
                task = byNetworks(what, files, run, opened.backend());
                found = found(task, opened.backend());
            }
        }
        if (json != null) {
            Json.write(json, asMaps(task, found));
        } else {
            print(task, found);
        }
        return ExitCodes.DONE;
    }

    private Task codesInFile(Asked what) {
        if (index == null) {
            throw wrongUsage("--index: needed without --run");
        }
        Path query = Objects.requireNonNull(what.query);
        CodeStore store = Objects.requireNonNull(input).read(query);
        Codes queries = Codes.copyOf(store, 0, store.size());
        return task(
                CodeFile.open(index),
                CodeInput.source(query, store),
                queries,
                i -> store instanceof CodeFile file ? file.name(i) : Integer.toString(i));
    }

    private Task byNetworks(Asked what, List<Path> images, Path folder, Backend backend) throws IOException {
        try (TrainedRun trained = TrainedRun.open(folder, backend, crops.wanted())) {
            Codes queries;
            List<String> names;
            if (!images.isEmpty()) {
                queries = trained.encodeImages(images);
                names = images.stream().map(Path::toString).toList();
            } else {
                String text = Objects.requireNonNull(what.text);
                queries = trained.encodeTexts(List.of(text));
                leftOut(trained, text);
                names = List.of(text);
            }
            if (index != null) {
                CodeSource source = new CodeSource(folder.toString(), trained.model());
                return task(CodeFile.open(index), source, queries, names::get);
            }
            Medium searched =
                    in != null ? in : !images.isEmpty() && trained.isCrossModal() ? Medium.TEXT : Medium.IMAGE;
            SampleSet database = Objects.requireNonNull(trained.sets(searched).get("database"));
            List<String> labelNames = trained.labelNames();
            return new Task(
                    trained.encode(searched, database),
                    row -> describe(database, labelNames, (int) row),
                    true,
                    queries,
                    names);
        }
    }

    private void leftOut(TrainedRun trained, String text) {
        Set<String> unknown = trained.unknownWords(text);
        Set<String> ofLabels = trained.wordsOfLabels(text);
        if (!unknown.isEmpty()) {
            err().println("search: words that the run does not know are left out: "
                    + String.join(", ", unknown)
                    + (ofLabels.isEmpty()
                            ? ""
                            : " (" + String.join(", ", ofLabels)
                                    + ": a label's, which texts.form: strict leaves out; full has it)"));
            err().flush();
        }
    }

    private static Task task(CodeFile file, CodeSource source, Codes queries, IntFunction<String> nameOf) {
        source.requireComparable(file.source());
        return new Task(
                file,
                id -> file.name(file.rowOf(id)),
                file.hasNames(),
                queries,
                IntStream.range(0, queries.count()).mapToObj(nameOf).toList());
    }

    /** A text's words; of anything else its name, where it has one, and its labels, by name where they have names. */
    private static String describe(SampleSet set, List<String> labelNames, int row) {
        if (set instanceof TextSet texts) {
            return String.join(" ", texts.texts().get(row));
        }
        String name = set instanceof PictureSet files
                ? files.id(row) + ", "
                : set instanceof ImageSet held && !held.ids().isEmpty() ? held.id(row) + ", " : "";
        return name
                + "labels "
                + IntStream.range(0, set.labels().classes())
                        .filter(c -> set.labels().has(row, c))
                        .mapToObj(c -> c < labelNames.size() ? labelNames.get(c) : Integer.toString(c))
                        .collect(Collectors.joining(", "));
    }

    private List<Neighbours> found(Task task) {
        BackendOptions options = Objects.requireNonNull(backends);
        if (options.request().isEmpty()) {
            return found(task, onHost(task));
        }
        try (BackendOptions.Opened opened = options.open()) {
            return found(task, opened.backend());
        }
    }

    /**
     * A device that was asked for by name compares all codes itself if it can; the host's search takes tables where there are some. Says on
     * standard error which it is where a device was named.
     */
    private List<Neighbours> found(Task task, Backend backend) {
        boolean named = Objects.requireNonNull(backends).isNamed();
        Optional<HammingScan> scan = named ? backend.hammingScan() : Optional.empty();
        if (scan.isEmpty()) {
            HammingIndex host = onHost(task);
            if (named) {
                say(host, "the host's processors, as " + backend.name() + " has no search of its own");
            }
            return found(task, host);
        }
        try (ScanIndex device = new ScanIndex(task.store(), scan.get())) {
            say(device, backend.name());
            return found(task, device);
        }
    }

    private void say(HammingIndex searched, String where) {
        err().println("search: " + searched.getClass().getSimpleName() + " on " + where);
        err().flush();
    }

    private HammingIndex onHost(Task task) {
        int threads = Objects.requireNonNull(backends).hostThreads();
        return task.store() instanceof CodeFile file && file.hasTables()
                ? MultiIndex.of(file, threads)
                : new FlatIndex(task.store(), threads);
    }

    private List<Neighbours> found(Task task, HammingIndex searched) {
        if (extent != null && extent.radius != null) {
            return searched.within(task.queries(), extent.radius);
        }
        int top = extent == null || extent.top == null ? TOP : extent.top;
        return searched.nearest(task.queries(), top, allTies ? Ties.ALL : Ties.CUT_BY_ID);
    }

    private void print(Task task, List<Neighbours> found) {
        Table table = new Table("query", "rank", "distance", "id", "name");
        for (int q = 0; q < found.size(); q++) {
            Neighbours near = found.get(q);
            for (int i = 0; i < near.count(); i++) {
                table.row(
                        task.names().get(q),
                        Integer.toString(i + 1),
                        Integer.toString(near.distances()[i]),
                        Long.toString(near.ids()[i]),
                        task.named() ? task.nameOf().apply(near.ids()[i]) : "");
            }
        }
        out().print(table);
        out().flush();
    }

    private static List<Map<String, Object>> asMaps(Task task, List<Neighbours> found) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (int q = 0; q < found.size(); q++) {
            Neighbours near = found.get(q);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("query", task.names().get(q));
            one.put("ids", near.ids());
            one.put("distances", near.distances());
            if (task.named()) {
                one.put(
                        "names",
                        LongStream.of(near.ids()).mapToObj(task.nameOf()).toList());
            }
            all.add(one);
        }
        return all;
    }
}
