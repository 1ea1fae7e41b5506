package org.hashgrad.hashing.protocol;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.CrossModalNetworks;
import org.hashgrad.hashing.method.CrossModalTrainer;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.Trained;
import org.hashgrad.hashing.method.Trainer;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.hashing.protocol.Direction.Medium;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.io.SafetensorsWriter;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;

/** One run of a cross-modal configuration: train, encode both media, measure in four directions, and leave a {@link RunFolder}. */
final class CrossModalExperiment {
    /** The part of an image's side that it may be shifted by, each way. */
    private static final int SHIFT = 8;

    private CrossModalExperiment() {}

    /** As {@link Experiment#run(RunConfig, Backend, Environment, Path, TrainingListener)}. */
    static RunResult run(
            RunConfig config,
            PairedSplit pairs,
            Backend backend,
            Environment environment,
            Path folder,
            TrainingListener listener) {
        SampleSet images = pairs.images().training();
        SampleSet texts = pairs.texts().training();
        Experiment.requireBatch(config.train().batch(), images);
        Inputs inputs = Inputs.of(DataChoice.parse(config.data()), images);
        Blueprint at = Blueprint.of(backend, RandomKey.of(config.seed()).split("initialise"));
        try (CrossModalNetworks networks = networks(config, pairs, at)) {
            RunFolder files = Experiment.begin(config, environment, folder);
            Encoder encoder = new Encoder(backend, networks, inputs);
            TrainingListener log = new RunLog(files, "train", listener) {
                @Override
                Map<String, ?> measured(EpochReport report) {
                    int every = config.train().evaluateEvery();
                    return every > 0 && report.epoch() % every == 0
                            ? acrossMedia(encoder, pairs, environment.threads())
                            : Map.of();
                }
            };
            CrossModalTrainer trainer =
                    new CrossModalTrainer(backend, networks, config.plan(), augmentation(config, images));
            Trained trained = trainer.fit(inputs.samples(images), inputs.samples(texts), config.bits(), log);
            SafetensorsWriter weights = new SafetensorsWriter();
            networks.all().forEach(weights::add);
            files.write(RunFolder.WEIGHTS, weights::write);
            trained.findings().forEach(files::writeJson);
            store(encoder, pairs, config, files);
            Map<String, RetrievalReport> reports = reports(files, config, environment.threads(), Experiment.HEADLINE);
            Map<String, Object> metrics = metrics(files, config, environment.threads(), reports);
            metrics.put(
                    "seconds_train",
                    trained.epochs().stream().mapToDouble(EpochReport::seconds).sum());
            files.writeJson(RunFolder.METRICS, metrics);
            return new RunResult(folder, trained.epochs(), reports, metrics);
        }
    }

    /** @throws ConfigException for a network that does not take its medium */
    static CrossModalNetworks networks(RunConfig config, PairedSplit pairs, Blueprint at) {
        SampleSet images = pairs.images().training();
        CrossModalMethod.Media media = new CrossModalMethod.Media(
                images.sample(),
                pairs.texts().training().sample(),
                images.labels().classes(),
                config.bits());
        try {
            return ((CrossModalMethod) config.method()).networks(at, media);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("config: " + e.getMessage(), e);
        }
    }

    private static Optional<Augmentation> augmentation(RunConfig config, SampleSet training) {
        return config.train().augment() && training instanceof ImageSet images
                ? Optional.of(new Augmentation(images.height() / SHIFT, true))
                : Optional.empty();
    }

    /** Networks and how their inputs are made. */
    record Encoder(Backend backend, CrossModalNetworks networks, Inputs inputs) {
        RelaxedCodes of(Medium medium, SampleSet set) {
            return Trainer.relaxedCodes(
                    backend, medium == Medium.IMAGE ? networks.image() : networks.text(), inputs.samples(set));
        }
    }

    private static SampleSet query(PairedSplit pairs, Medium medium) {
        return (medium == Medium.IMAGE ? pairs.images() : pairs.texts()).query();
    }

    private static Map<String, SampleSet> databases(PairedSplit pairs, Medium medium) {
        return (medium == Medium.IMAGE ? pairs.images() : pairs.texts()).databases();
    }

    /** mAP from one medium to the other on the first database. */
    private static Map<String, Double> acrossMedia(Encoder encoder, PairedSplit pairs, int threads) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (Direction direction : List.of(Direction.IMAGE_TO_TEXT, Direction.TEXT_TO_IMAGE)) {
            SampleSet query = query(pairs, direction.query());
            SampleSet database =
                    databases(pairs, direction.database()).values().iterator().next();
            figures.put(
                    "mAP_" + direction.key(),
                    RetrievalMetrics.standard(threads)
                            .evaluate(
                                    encoder.of(direction.query(), query).signs(),
                                    query.labels(),
                                    encoder.of(direction.database(), database).signs(),
                                    database.labels())
                            .meanAveragePrecision());
        }
        return figures;
    }

    private static void store(Encoder encoder, PairedSplit pairs, RunConfig config, RunFolder files) {
        for (Medium medium : Medium.values()) {
            SampleSet query = query(pairs, medium);
            Experiment.store(medium.set("query"), encoder.of(medium, query), query, config, files);
            String name = Experiment.HEADLINE;
            for (Map.Entry<String, SampleSet> database :
                    databases(pairs, medium).entrySet()) {
                String set = name.isEmpty() ? database.getKey() : name;
                Experiment.store(
                        medium.set(set), encoder.of(medium, database.getValue()), database.getValue(), config, files);
                name = "";
            }
        }
    }

    /**
     * Measures the stored codes of a run again.
     *
     * @throws RunFolderException when the run did not finish, its files can't be read or both media have the same codes
     */
    static Map<String, Object> evaluate(RunFolder files, int threads) {
        RunConfig config = RunConfig.measured(files.file(RunFolder.CONFIG));
        Map<String, Object> metrics =
                metrics(files, config, threads, reports(files, config, threads, Experiment.HEADLINE));
        Experiment.addSeconds(files, metrics);
        return metrics;
    }

    /** By direction. */
    private static Map<String, RetrievalReport> reports(RunFolder files, RunConfig config, int threads, String set) {
        for (Direction direction : Direction.values()) {
            files.requireCodes(
                    direction.query().set("query"), direction.database().set(set));
        }
        requireDifferent(files, "query");
        requireDifferent(files, set);
        RetrievalMetrics standard = RetrievalMetrics.standard(threads);
        Map<String, RetrievalReport> reports = new LinkedHashMap<>();
        for (Direction direction : Direction.values()) {
            String query = direction.query().set("query");
            String database = direction.database().set(set);
            reports.put(
                    direction.key(),
                    config.ranking() == RunConfig.Ranking.REAL
                            ? files.evaluateOutputs(query, database, standard)
                            : files.evaluation(query, database, config.bits()).evaluate(standard));
        }
        return reports;
    }

    /** Two media with the same codes mean that one network has answered for both, or that both say nothing. */
    private static void requireDifferent(RunFolder files, String set) {
        String image = Medium.IMAGE.set(set);
        String text = Medium.TEXT.set(set);
        if (files.sameCodes(image, text)) {
            throw new RunFolderException("run folder: " + files.path() + ": " + image + " and " + text
                    + " have the same codes: one network was evaluated against itself, or all codes are one");
        }
    }

    /**
     * The mean over both directions across media as {@code mAP}, then mAP, precision and empty balls of each direction, all figures of each
     * under {@code by_direction}, and those of other databases under {@code by_database}.
     */
    private static Map<String, Object> metrics(
            RunFolder files, RunConfig config, int threads, Map<String, RetrievalReport> reports) {
        Map<String, Object> metrics = new LinkedHashMap<>(headline(reports));
        metrics.put("by_direction", figures(reports));
        Map<String, Object> others = new LinkedHashMap<>();
        for (String set : files.databasesOfPairs()) {
            if (!set.equals(Experiment.HEADLINE)) {
                Map<String, RetrievalReport> other = reports(files, config, threads, set);
                Map<String, Object> all = headline(other);
                all.put("by_direction", figures(other));
                others.put(set, all);
            }
        }
        metrics.put("by_database", others);
        RetrievalReport any = reports.values().iterator().next();
        metrics.put("bits", any.bits());
        metrics.put("queries", any.queries());
        metrics.put("queries_without_relevant", any.queriesWithoutRelevant());
        metrics.put("database", any.database());
        return metrics;
    }

    private static Map<String, Object> headline(Map<String, RetrievalReport> reports) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(
                "mAP",
                reports.entrySet().stream()
                        .filter(e -> e.getKey().equals(Direction.IMAGE_TO_TEXT.key())
                                || e.getKey().equals(Direction.TEXT_TO_IMAGE.key()))
                        .mapToDouble(e -> e.getValue().meanAveragePrecision())
                        .average()
                        .orElseThrow());
        reports.forEach((direction, report) -> figures.put("mAP_" + direction, report.meanAveragePrecision()));
        reports.forEach((direction, report) -> figures.put(
                "precision_at_radius_" + report.radius() + "_" + direction, report.precisionWithinRadius()));
        reports.forEach((direction, report) ->
                figures.put("empty_at_radius_" + report.radius() + "_" + direction, report.emptyWithinRadius()));
        return figures;
    }

    private static Map<String, Object> figures(Map<String, RetrievalReport> reports) {
        Map<String, Object> figures = new LinkedHashMap<>();
        reports.forEach((direction, report) -> figures.put(direction, report.toMap()));
        return figures;
    }
}
