package org.hashgrad.hashing.protocol;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.loss.Loss;
import org.jspecify.annotations.Nullable;

/**
 * A finished run as its folder has it; nothing is trained or measured. Codes are there unless the folder is a baseline's or has only the
 * small files of a sweep; the samples behind them are read from the data set that the configuration names.
 */
public final class StoredRun {
    private static final String QUERY = "query";

    private static final String DATA = "data";

    private final RunFolder folder;
    private final Map<String, Object> settings;
    private final Map<String, Object> metrics;
    private final Map<String, Object> environment;
    private final List<Map<String, Object>> log;
    private @Nullable Map<String, SampleSet> samples;
    private @Nullable List<String> labelNames;

    private StoredRun(RunFolder folder) {
        this.folder = folder;
        this.settings = RunConfig.stored(folder.file(RunFolder.CONFIG));
        this.metrics = folder.readJson(RunFolder.METRICS);
        this.environment = folder.readJson(RunFolder.ENVIRONMENT);
        this.log = folder.readLog();
    }

    /** @throws RunFolderException when there is no run, it did not finish or a file can't be read */
    public static StoredRun open(Path path) {
        RunFolder folder = RunFolder.open(path);
        if (!Files.isRegularFile(folder.file(RunFolder.METRICS))) {
            throw RunFolder.unfinished(path, RunFolder.METRICS);
        }
        return new StoredRun(folder);
    }

    public Path path() {
        return folder.path();
    }

    /** The dotted keys of {@code config.yaml} as they are written. */
    public Map<String, Object> settings() {
        return settings;
    }

    /** As in {@code metrics.json}. */
    public Map<String, Object> metrics() {
        return metrics;
    }

    /** As in {@code environment.json}. */
    public Map<String, Object> environment() {
        return environment;
    }

    /** The lines of {@code log.jsonl}; none for a baseline. */
    public List<Map<String, Object>> log() {
        return log;
    }

    /** What the run is of: its method, or the baseline. */
    public String method() {
        Object baseline = settings.get(Baselines.KIND);
        return String.valueOf(baseline == null ? settings.get("method") : baseline);
    }

    /**
     * What was searched for what.
     *
     * @param name of the database; of two media the direction's, as {@code image_to_text}, and behind it that of another database
     * @param query the set of the queries, as files and {@link #codes} have it
     * @param database the set that is searched
     * @param figures what {@code metrics.json} has of it
     */
    public record Search(String name, String query, String database, Map<?, ?> figures) {}

    /** Whether it is one of two media, measured in four directions. */
    public boolean hasTwoMedia() {
        return !below(metrics, "by_direction").isEmpty();
    }

    /** The searches of the headline: the first database, or of two media from each to the other. */
    public List<Search> headline() {
        return hasTwoMedia()
                ? Stream.of(Direction.IMAGE_TO_TEXT, Direction.TEXT_TO_IMAGE)
                        .flatMap(direction -> searches().stream()
                                .filter(search -> search.name().equals(direction.key())))
                        .toList()
                : List.of(searches().get(0));
    }

    /** Every search that the run was measured by, the headline's first: of two media, in each direction. */
    public List<Search> searches() {
        List<Search> searches = new ArrayList<>(searches(Experiment.HEADLINE, metrics));
        below(metrics, "by_database").forEach((name, figures) -> {
            if (figures instanceof Map<?, ?> map) {
                searches.addAll(searches(String.valueOf(name), map));
            }
        });
        return searches;
    }

    private static List<Search> searches(String set, Map<?, ?> figures) {
        Map<?, ?> directions = below(figures, "by_direction");
        if (directions.isEmpty()) {
            return List.of(new Search(set, QUERY, set, figures));
        }
        String behind = set.equals(Experiment.HEADLINE) ? "" : "-" + set;
        return Stream.of(Direction.values())
                .map(direction -> new Search(
                        direction.key() + behind,
                        direction.query().set(QUERY),
                        direction.database().set(set),
                        below(directions, direction.key())))
                .toList();
    }

    private static Map<?, ?> below(Map<?, ?> figures, String key) {
        return figures.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    /** Whether codes and labels of both sides are stored. */
    public boolean hasCodes(Search search) {
        return Stream.of(search.query(), search.database()).allMatch(folder::hasCodes);
    }

    /** @throws DataException when the file is missing or broken */
    public Codes codes(String set) {
        return folder.codes(set, Integer.parseInt(String.valueOf(settings.get("bits"))));
    }

    /** The outputs before the sign, which a run with {@code ranking: real} is measured by. @throws DataException when the file is broken */
    public Optional<RelaxedCodes> outputs(String set) {
        return folder.storedOutputs(set);
    }

    /** @throws DataException when the file is missing or broken */
    public Labels labels(String set) {
        return folder.labels(set);
    }

    /** What labels are called, by number, read once; empty where they have numbers only. */
    public List<String> labelNames() {
        List<String> known = labelNames;
        if (known == null) {
            known = DataChoice.parse(data()).labelNames();
            labelNames = known;
        }
        return known;
    }

    /**
     * The samples behind the codes of a set, row by row.
     *
     * @throws DataException when the data set can't be read, or its labels are not those that the run has stored
     * @throws ConfigException when the configuration has no data set of a known name
     */
    public SampleSet samples(String set) {
        Map<String, SampleSet> all = samples;
        if (all == null) {
            all = read();
            samples = all;
        }
        SampleSet found = all.get(set);
        if (found == null) {
            throw new DataException("data: " + data() + ": no " + set + "; there are " + all.keySet());
        }
        requireSame(data(), set, found.labels(), labels(set));
        return found;
    }

    private Map<String, SampleSet> read() {
        Map<String, SampleSet> all = new LinkedHashMap<>();
        DataChoice data = DataChoice.parse(data());
        if (hasTwoMedia()) {
            PairedSplit pairs = data.pairs(resolved().texts());
            add(all, pairs.images(), Medium.IMAGE::set);
            add(all, pairs.texts(), Medium.TEXT::set);
        } else {
            add(all, data.split(), set -> set);
        }
        return all;
    }

    private static void add(Map<String, SampleSet> all, Split split, UnaryOperator<String> name) {
        all.put(name.apply(QUERY), split.query());
        String headline = Experiment.HEADLINE;
        for (Map.Entry<String, SampleSet> database : split.databases().entrySet()) {
            all.put(name.apply(headline.isEmpty() ? database.getKey() : headline), database.getValue());
            headline = "";
        }
    }

    private String data() {
        return String.valueOf(settings.get(DATA));
    }

    static void requireSame(String data, String set, Labels found, Labels stored) {
        boolean same = found.count() == stored.count();
        for (int i = 0; same && i < found.count(); i++) {
            for (int c = 0; same && c < Math.max(found.classes(), stored.classes()); c++) {
                same = found.has(i, c) == stored.has(i, c);
            }
        }
        if (!same) {
            throw new DataException("data: " + data + ": " + set + " has other labels, " + found.describe()
                    + ", than the run has stored, " + stored.describe() + "; need the data that it was made of");
        }
    }

    /**
     * The losses that the run's networks descended, as it was configured; none for a method that descends something else and for a baseline.
     *
     * @throws ConfigException when the configuration can't be resolved, as when a class of its loss is no longer there
     */
    public List<Loss> objective() {
        if (isBaseline()) {
            return List.of();
        }
        RunConfig config = resolved();
        return config.method().objective(config.bits());
    }

    /**
     * What the run's method is, with the equations of what it descended rather than of its defaults, none where a class of its loss is no longer there;
     * empty for a baseline.
     */
    public Optional<MethodDescription> description() {
        if (isBaseline()) {
            return Optional.empty();
        }
        try {
            return Optional.of(MethodDescription.of(resolved().method()));
        } catch (ConfigException e) {
            return MethodDescription.all().stream()
                    .filter(described -> described.name().equals(method()))
                    .findFirst()
                    .map(MethodDescription::withoutEquation);
        }
    }

    private boolean isBaseline() {
        return settings.containsKey(Baselines.KIND);
    }

    /** The configuration with the folder's copy of a loss of one's own. */
    private RunConfig resolved() {
        List<String> overrides = Stream.ofNullable(settings.get(LossChoice.SOURCE))
                .map(source -> path().resolve(
                                String.valueOf(Path.of(String.valueOf(source)).getFileName())))
                .filter(Files::isRegularFile)
                .map(copy -> LossChoice.SOURCE + "=" + copy)
                .toList();
        return RunConfig.read(folder.file(RunFolder.CONFIG), overrides);
    }
}
