package org.hashgrad.hashing.protocol;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.CodeUse;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.CrossModalNetworks;
import org.hashgrad.hashing.method.CrossModalTrainer;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.hashing.method.Trained;
import org.hashgrad.hashing.method.Trainer;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Module;
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
        Map<String, MeasuredUnder> under = MeasuredUnder.of(ProtocolRecord.compared(config.data(), pairs.images()));
        Inputs inputs = Inputs.of(config, images);
        Blueprint at = Blueprint.of(backend, RandomKey.of(config.seed()).split("initialise"));
        try (CrossModalNetworks networks = networks(config, pairs, at)) {
            RunFolder files = Experiment.begin(config, environment, folder);
            Encoder encoder = new Encoder(backend, networks, inputs);
            long[] measuring = {0};
            TrainingListener log = new RunLog(files, "train", listener) {
                @Override
                Map<String, ?> measured(EpochReport report) {
                    int every = config.train().evaluateEvery();
                    if (every == 0 || report.epoch() % every != 0) {
                        return Map.of();
                    }
                    long begun = System.nanoTime();
                    Map<String, ?> figures = CrossModalMetrics.acrossMedia(pairs, encoder, environment.threads());
                    measuring[0] += System.nanoTime() - begun;
                    return figures;
                }
            };
            Samples ofImages = inputs.samples(images);
            Samples ofTexts = inputs.samples(texts);
            CrossModalTrainer trainer =
                    new CrossModalTrainer(backend, networks, config.plan(), augmentation(config, images));
            long start = System.nanoTime();
            Trained trained = trainer.fit(ofImages, ofTexts, config.bits(), log);
            double seconds = (System.nanoTime() - start - measuring[0]) * 1e-9 - trained.pretraining();
            SafetensorsWriter weights = new SafetensorsWriter();
            networks.all().forEach(weights::add);
            files.write(RunFolder.WEIGHTS, weights::write);
            trained.findings().forEach(files::writeJson);
            store(encoder, pairs, config, files);
            Map<String, Map<String, RetrievalReport>> reports =
                    reports(files, config, under, RetrievalMetrics.standard(environment.threads()));
            Map<String, Object> metrics = metrics(files, config, reports, under);
            metrics.put("seconds_train", seconds);
            metrics.put("share_waiting", EpochReport.shareWaiting(trained.epochs()));
            if (trained.pretraining() > 0) {
                metrics.put("seconds_pretrain", trained.pretraining());
            }
            files.writeJson(RunFolder.METRICS, metrics);
            Map<String, RetrievalReport> headline = reports.values().iterator().next();
            return new RunResult(folder, trained.epochs(), headline, metrics);
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
    private record Encoder(Backend backend, CrossModalNetworks networks, Inputs inputs) implements PairCodes {
        RelaxedCodes outputs(Medium medium, SampleSet set) {
            Module network = medium == Medium.IMAGE ? networks.image() : networks.text();
            return Trainer.relaxedCodes(backend, network, inputs.samples(set));
        }

        @Override
        public Codes imageCodes(SampleSet set) {
            return outputs(Medium.IMAGE, set).signs();
        }

        @Override
        public Codes textCodes(SampleSet set) {
            return outputs(Medium.TEXT, set).signs();
        }
    }

    private static void store(Encoder encoder, PairedSplit pairs, RunConfig config, RunFolder files) {
        for (Medium medium : Medium.values()) {
            Split split = CrossModalMetrics.split(pairs, medium);
            Experiment.store(medium.set("query"), encoder.outputs(medium, split.query()), split.query(), config, files);
            String headline = Experiment.HEADLINE;
            for (Map.Entry<String, SampleSet> database : split.databases().entrySet()) {
                String set = headline.isEmpty() ? database.getKey() : headline;
                Experiment.store(
                        medium.set(set),
                        encoder.outputs(medium, database.getValue()),
                        database.getValue(),
                        config,
                        files);
                headline = "";
            }
        }
    }

    /** The figures of retrieval and of the codes. */
    static Map<String, Object> metrics(
            RunFolder files,
            RunConfig config,
            Map<String, Map<String, RetrievalReport>> reports,
            Map<String, MeasuredUnder> under) {
        Map<String, Object> metrics = CrossModalMetrics.toMap(reports, under);
        metrics.putAll(CrossModalMetrics.ofCodes((medium, set) -> files.codes(medium.set(set), config.bits())));
        return metrics;
    }

    /**
     * By database, the headline's first, and direction.
     *
     * @throws RunFolderException when the run did not finish, its files can't be read or both media have the same codes,
     *     unless all are one code
     */
    static Map<String, Map<String, RetrievalReport>> reports(
            RunFolder files, RunConfig config, Map<String, MeasuredUnder> under, RetrievalMetrics standard) {
        Map<String, Map<String, RetrievalReport>> reports = new LinkedHashMap<>();
        Stream.concat(Stream.of(Experiment.HEADLINE), files.databasesOfPairs().stream())
                .distinct()
                .forEach(set -> reports.put(
                        set,
                        reports(
                                files,
                                config,
                                under.getOrDefault(set, MeasuredUnder.NOTHING).settings(standard),
                                set)));
        return reports;
    }

    private static Map<String, RetrievalReport> reports(
            RunFolder files, RunConfig config, RetrievalMetrics metrics, String set) {
        for (Direction direction : Direction.values()) {
            files.requireCodes(
                    direction.query().set("query"), direction.database().set(set));
        }
        requireDifferent(files, config.bits(), set);
        Map<String, RetrievalReport> reports = new LinkedHashMap<>();
        for (Direction direction : Direction.values()) {
            String query = direction.query().set("query");
            String database = direction.database().set(set);
            reports.put(
                    direction.key(),
                    config.ranking() == RunConfig.Ranking.REAL
                            ? files.evaluateOutputs(query, database, metrics)
                            : files.evaluation(query, database, config.bits())
                                    .retrieval()
                                    .evaluate(metrics));
        }
        return reports;
    }

    /** Two media with the same codes of all items, or of all queries, mean that one network has answered for both, unless all are one code. */
    private static void requireDifferent(RunFolder files, int bits, String set) {
        for (String each : List.of("query", set)) {
            if (files.sameCodes(Medium.IMAGE.set(each), Medium.TEXT.set(each))
                    && CodeUse.of(files.codes(Medium.IMAGE.set(each), bits)).distinct() > 1) {
                throw new RunFolderException("run folder: " + files.path() + ": images and texts of " + each
                        + " have the same codes: one network was evaluated against itself");
            }
        }
    }
}
