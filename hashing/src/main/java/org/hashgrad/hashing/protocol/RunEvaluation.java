package org.hashgrad.hashing.protocol;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.data.TextSet;
import org.hashgrad.hashing.metric.Retrieval;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.jspecify.annotations.Nullable;

/** The stored codes of a finished run, measured again under what the run has stored; nothing is written. */
public final class RunEvaluation {
    private static final String QUERY = "query";

    private final RunFolder files;
    private final RunConfig config;
    private final Map<String, Object> stored;
    private final Map<String, MeasuredUnder> under;
    private final String chosen;
    private final Optional<Direction> direction;
    private @Nullable Retrieval retrieval;
    private @Nullable RetrievalReport report;

    private RunEvaluation(
            RunFolder files,
            RunConfig config,
            Map<String, Object> stored,
            Map<String, MeasuredUnder> under,
            String chosen,
            Optional<Direction> direction) {
        this.files = files;
        this.config = config;
        this.stored = stored;
        this.under = under;
        this.chosen = chosen;
        this.direction = direction;
    }

    /** As the other, of two media all four directions. */
    public static RunEvaluation of(Path folder, Optional<Protocol> claim) {
        return of(folder, claim, Optional.empty());
    }

    /**
     * A run whose codes are stored.
     *
     * @param claim a protocol that its figures are said to be of: the database that the run has measured under it is measured, the first where the run has
     *     stored no protocol; empty for every database
     * @param direction of a run of two media the one that is measured, with the figures of a run of one; empty for all four
     * @throws RunFolderException when there is no run, it did not finish or has no such direction
     * @throws DataException when the run has stored other rules than the claimed one, or other numbers or labels than recorded are found
     */
    public static RunEvaluation of(Path folder, Optional<Protocol> claim, Optional<Direction> direction) {
        RunFolder files = RunFolder.open(folder);
        if (direction.isPresent() && !files.hasPairs()) {
            throw new RunFolderException("run folder: " + folder + ": is a run of one medium, without directions");
        }
        RunConfig config = RunConfig.measured(files.file(RunFolder.CONFIG));
        Map<String, Object> stored =
                Files.isRegularFile(files.file(RunFolder.METRICS)) ? files.readJson(RunFolder.METRICS) : Map.of();
        Map<String, MeasuredUnder> under = MeasuredUnder.stored(stored);
        String chosen = claim.isEmpty() || under.isEmpty() ? Experiment.HEADLINE : claimed(folder, claim.get(), under);
        if (claim.isPresent() && under.isEmpty()) {
            under = Map.of(chosen, new MeasuredUnder(ProtocolClaim.unchecked(claim.get()), List.of()));
        }
        RunEvaluation run = new RunEvaluation(files, config, stored, under, chosen, direction);
        run.requireLists(claim);
        return run;
    }

    private static String claimed(Path folder, Protocol claim, Map<String, MeasuredUnder> under) {
        StringBuilder found = new StringBuilder();
        for (Map.Entry<String, MeasuredUnder> entry : under.entrySet()) {
            String rule = entry.getValue().text(ProtocolRecord.RULE_HASH);
            if (claim.ruleHash().equals(rule)) {
                return entry.getKey();
            }
            found.append(found.isEmpty() ? "" : ", ")
                    .append(entry.getKey())
                    .append(" under ")
                    .append(entry.getValue().text("name"))
                    .append(" with rule ")
                    .append(rule);
        }
        throw new DataException("protocol " + claim.name() + ": its rule is " + claim.ruleHash() + ", but " + folder
                + " has measured " + found);
    }

    private void requireLists(Optional<Protocol> claim) {
        under.forEach((set, record) -> {
            String query = hasTwoMedia() ? Medium.IMAGE.set(QUERY) : QUERY;
            String database = hasTwoMedia() ? Medium.IMAGE.set(set) : set;
            if (files.hasCodes(query) && files.hasCodes(database)) {
                record.requireLabels(files.path().toString(), files.labels(query), files.labels(database));
            }
        });
        if (claim.isPresent()) {
            Protocol protocol = claim.get();
            String lists = Objects.requireNonNull(under.get(chosen)).text(ProtocolRecord.LISTS_HASH);
            if (lists != null
                    && !protocol.knownLists().isEmpty()
                    && !protocol.knownLists().equals(lists)) {
                throw new DataException("protocol " + protocol.name() + ": its lists are " + protocol.knownLists()
                        + ", but " + files.path() + " was made under " + lists);
            }
            if (hasTwoMedia()) {
                for (Medium medium : Medium.values()) {
                    requireCounts(protocol, medium.set(QUERY), medium.set(chosen));
                }
            } else {
                requireCounts(protocol, QUERY, chosen);
            }
        }
    }

    private void requireCounts(Protocol protocol, String query, String database) {
        files.requireCodes(query, database);
        protocol.requireCounts(
                files.labels(query).count(), files.labels(database).count());
    }

    /** Whether it is a run of two media, measured in four directions. */
    public boolean hasTwoMedia() {
        return files.hasPairs();
    }

    private String queries() {
        return direction.map(of -> of.query().set(QUERY)).orElse(QUERY);
    }

    private String database(String set) {
        return direction.map(of -> of.database().set(set)).orElse(set);
    }

    /**
     * The queries and the database that are measured, with the real outputs where they rank.
     *
     * @throws RunFolderException when it did not finish or is one of two media and no direction was chosen
     * @throws DataException when a file of codes is broken
     */
    public Retrieval retrieval() {
        if (hasTwoMedia() && direction.isEmpty()) {
            throw new RunFolderException("run folder: " + files.path()
                    + ": is a run of two media; need one direction of "
                    + Arrays.stream(Direction.values()).map(Direction::key).collect(Collectors.joining(", ")));
        }
        Retrieval read = retrieval;
        if (read == null) {
            files.requireCodes(queries(), database(chosen));
            read = read(chosen);
            retrieval = read;
        }
        return read;
    }

    private Retrieval read(String set) {
        return files.retrieval(queries(), database(set), config.bits(), config.ranking() == RunConfig.Ranking.REAL);
    }

    /** What {@link #figures} has measured of {@link #retrieval}. @throws IllegalStateException before that */
    public RetrievalReport report() {
        if (report == null) {
            throw new IllegalStateException("evaluation: nothing was measured yet");
        }
        return report;
    }

    /**
     * Measures it.
     *
     * @return the figures of {@code metrics.json}, what codes do not say only where the run has stored it
     * @throws RunFolderException when the run did not finish or its files can't be read
     * @throws DataException when a file of codes is broken
     */
    public Map<String, Object> figures(RetrievalMetrics metrics) {
        Map<String, Object> figures = hasTwoMedia() && direction.isEmpty() ? ofTwoMedia(metrics) : ofOneMedium(metrics);
        for (String key : List.of("seconds_train", "share_waiting", "seconds_pretrain")) {
            if (stored.get(key) != null) {
                figures.put(key, stored.get(key));
            }
        }
        return figures;
    }

    private Map<String, Object> ofTwoMedia(RetrievalMetrics metrics) {
        return CrossModalExperiment.metrics(
                files, config, CrossModalExperiment.reports(files, config, under, metrics), under);
    }

    private Map<String, Object> ofOneMedium(RetrievalMetrics metrics) {
        Retrieval first = retrieval();
        RetrievalReport measured = first.evaluate(under(chosen).settings(metrics));
        report = measured;
        Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
        figures.put(Experiment.HEADLINE, under(chosen).with(measured.toMap()));
        if (chosen.equals(Experiment.HEADLINE)) {
            for (String set : direction.isPresent() ? files.databasesOfPairs() : files.databases()) {
                figures.computeIfAbsent(set, name -> under(name)
                        .with(read(name).evaluate(under(name).settings(metrics)).toMap()));
            }
        }
        return Experiment.metrics(figures);
    }

    /**
     * What is known of each query of a run of two media with texts: {@code words}, how many of the vocabulary its text has, and {@code known}, 1 where it has some and
     * a training text has the same; nothing of other runs.
     *
     * @throws DataException when the data can't be read or are others than the run was made of
     */
    public Map<String, List<Double>> ofQueries() {
        if (!hasTwoMedia()) {
            return Map.of();
        }
        RunConfig read = RunConfig.read(files.file(RunFolder.CONFIG), List.of());
        Split texts = read.pairs().texts();
        if (!(texts.query() instanceof TextSet queries) || !(texts.training() instanceof TextSet training)) {
            return Map.of();
        }
        String set = Medium.TEXT.set(QUERY);
        StoredRun.requireSame(read.data(), set, queries.labels(), files.labels(set));
        Set<Set<String>> trainedOn = new HashSet<>(knownWords(training));
        List<Set<String>> asked = knownWords(queries);
        Map<String, List<Double>> columns = new LinkedHashMap<>();
        columns.put("words", asked.stream().map(words -> (double) words.size()).toList());
        columns.put(
                "known",
                asked.stream()
                        .map(words -> !words.isEmpty() && trainedOn.contains(words) ? 1.0 : 0.0)
                        .toList());
        return columns;
    }

    private static List<Set<String>> knownWords(TextSet texts) {
        Set<String> vocabulary = Set.copyOf(texts.bag().words());
        return texts.texts().stream()
                .map(words -> words.stream().filter(vocabulary::contains).collect(Collectors.toSet()))
                .toList();
    }

    private MeasuredUnder under(String set) {
        return under.getOrDefault(set, MeasuredUnder.NOTHING);
    }
}
