package org.hashgrad.hashing.protocol;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.method.Classifier;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.HashingMethod;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.hashing.method.Trained;
import org.hashgrad.hashing.method.Trainer;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.method.TrainingPlan;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.io.SafetensorsWriter;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.jspecify.annotations.Nullable;

/** One run of a configuration: train, encode, measure, and leave a {@link RunFolder}. */
public final class Experiment {
    static final String HEADLINE = "database";

    private Experiment() {}

    /**
     * Runs it. Whatever can be wrong with configuration and data is found before the folder is made, and with the folder before training.
     *
     * @throws ConfigException for a batch of more than all training images
     * @throws RunFolderException when the folder can't be written or is not empty
     * @throws org.hashgrad.hashing.data.DataException when the data can't be read
     * @throws org.hashgrad.hashing.method.NotFiniteException when training breaks down
     */
    public static RunResult run(
            RunConfig config, Backend backend, Environment environment, Path folder, TrainingListener listener) {
        DataChoice data = DataChoice.parse(config.data());
        return config.method() instanceof CrossModalMethod
                ? CrossModalExperiment.run(config, config.pairs(), backend, environment, folder, listener)
                : run(config, data.split(), backend, environment, folder, listener);
    }

    /** As {@link #run}, on a split of the caller's; {@code data} of the configuration only names it. */
    public static RunResult run(
            RunConfig config,
            Split split,
            Backend backend,
            Environment environment,
            Path folder,
            TrainingListener listener) {
        Map<String, ProtocolRecord> records = ProtocolRecord.compared(config.data(), split);
        requireBatch(config.train().batch(), split.training());
        HashingMethod method = (HashingMethod) config.method();
        Inputs inputs = Inputs.of(config, split.training());
        try (HashNetwork network = network(
                        config,
                        split.training(),
                        Blueprint.of(backend, RandomKey.of(config.seed()).split("initialise")));
                Optimizer optimizer = config.optimizer().build(network.parameters())) {
            RunFolder files = begin(config, environment, folder);
            Samples training = inputs.samples(split.training());
            Trainer trainer = new Trainer(backend, network, method, optimizer, config.plan());
            long start = System.nanoTime();
            float[] features = pretrained(config, network, training, backend, files, listener);
            double pretraining = (System.nanoTime() - start) * 1e-9;
            Trained trained = trainer.fit(training, features, new RunLog(files, "train", listener));
            double seconds = (System.nanoTime() - start) * 1e-9 - pretraining;
            files.write(
                    RunFolder.WEIGHTS,
                    file -> new SafetensorsWriter().add(network).write(file));
            trained.findings().forEach(files::writeJson);
            Map<String, RetrievalReport> reports =
                    measure(trainer, trained, split, inputs, config, files, records, environment.threads());
            Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
            reports.forEach((set, report) ->
                    figures.put(set, MeasuredUnder.of(require(records, set)).with(report.toMap())));
            Map<String, Object> metrics = metrics(figures);
            metrics.put("seconds_train", seconds);
            metrics.put("share_waiting", EpochReport.shareWaiting(trained.epochs()));
            if (features != null) {
                metrics.put("seconds_pretrain", pretraining);
            }
            files.writeJson(RunFolder.METRICS, metrics);
            return new RunResult(folder, trained.epochs(), reports, metrics);
        }
    }

    /** The folder with what is known before training. */
    static RunFolder begin(RunConfig config, Environment environment, Path folder) {
        RunFolder files = RunFolder.create(folder, config.toYaml());
        files.writeJson(RunFolder.ENVIRONMENT, environment.toMap(config.seed()));
        config.loss()
                .flatMap(LossChoice::file)
                .ifPresent(source -> files.write(
                        String.valueOf(source.getFileName()), copy -> java.nio.file.Files.copy(source, copy)));
        return files;
    }

    /** Features of a backbone trained as a classifier, where the configuration asks for it; the warm start leaves it in {@code network}. */
    private static float @Nullable [] pretrained(
            RunConfig config,
            HashNetwork network,
            Samples training,
            Backend backend,
            RunFolder files,
            TrainingListener listener) {
        if (config.train().pretrain() == 0) {
            return null;
        }
        TrainingPlan plan = new TrainingPlan(
                config.seed(),
                config.train().pretrain(),
                config.train().batch(),
                config.optimizer().rates());
        TrainingListener logged = new RunLog(files, "pretrain", listener);
        if (config.train().warmStart()) {
            return Classifier.pretrain(backend, network, training, config.optimizer()::build, plan, logged);
        }
        try (HashNetwork other = network.copyTo(backend)) {
            return Classifier.pretrain(backend, other, training, config.optimizer()::build, plan, logged);
        }
    }

    private static Map<String, RetrievalReport> measure(
            Trainer trainer,
            Trained trained,
            Split split,
            Inputs inputs,
            RunConfig config,
            RunFolder files,
            Map<String, ProtocolRecord> records,
            int threads) {
        RelaxedCodes query = trainer.relaxedCodes(inputs.samples(split.query()));
        store("query", query, split.query(), config, files);
        Map<String, RetrievalReport> reports = new LinkedHashMap<>();
        for (Map.Entry<String, SampleSet> database : split.databases().entrySet()) {
            SampleSet samples = database.getValue();
            String set = reports.isEmpty() ? HEADLINE : database.getKey();
            RelaxedCodes codes =
                    samples == split.training() && trained.trainingCodes().isPresent()
                            ? RelaxedCodes.of(trained.trainingCodes().get())
                            : trainer.relaxedCodes(inputs.samples(samples));
            store(set, codes, samples, config, files);
            RetrievalMetrics metrics =
                    MeasuredUnder.of(require(records, set)).settings(RetrievalMetrics.standard(threads));
            reports.put(
                    set,
                    config.ranking() == RunConfig.Ranking.REAL
                            ? metrics.evaluate(query, split.query().labels(), codes, samples.labels())
                            : metrics.evaluate(query.signs(), split.query().labels(), codes.signs(), samples.labels()));
        }
        return reports;
    }

    static void store(String set, RelaxedCodes outputs, SampleSet samples, RunConfig config, RunFolder files) {
        files.writeCodes(set, outputs.signs(), samples.labels());
        if (config.ranking() == RunConfig.Ranking.REAL) {
            files.writeOutputs(set, outputs);
        }
    }

    static ProtocolRecord require(Map<String, ProtocolRecord> records, String set) {
        return Objects.requireNonNull(records.get(set), set);
    }

    /** The headline's figures; of every other database {@code mAP_NAME}, and all figures under its name. */
    static Map<String, Object> metrics(Map<String, Map<String, Object>> figures) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        Map<String, Object> others = new LinkedHashMap<>();
        figures.forEach((set, figure) -> {
            if (set.equals(HEADLINE)) {
                metrics.putAll(figure);
            } else {
                metrics.put("mAP_" + set.replace('-', '_'), Objects.requireNonNull(figure.get("mAP")));
                others.put(set, figure);
            }
        });
        metrics.put("by_database", others);
        return metrics;
    }

    static void requireBatch(int batch, SampleSet training) {
        if (batch > training.count()) {
            throw new ConfigException("config: train.batch is " + batch + "; need <= " + training.count()
                    + ", the number of training samples");
        }
    }

    /** @throws ConfigException for a network that does not take such samples */
    static HashNetwork network(RunConfig config, SampleSet samples, Blueprint at) {
        HashLayer head = ((HashingMethod) config.method()).head(config.bits());
        if (!config.network().takes(samples.sample())) {
            throw new ConfigException("config: network is " + config.network().word()
                    + ", which takes " + config.network().takes() + "; expected dense or linear for samples "
                    + samples.sample());
        }
        return config.network().of(at, samples.sample(), head);
    }
}
