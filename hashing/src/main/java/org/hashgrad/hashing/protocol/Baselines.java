package org.hashgrad.hashing.protocol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.metric.AveragePrecisionAt;
import org.hashgrad.hashing.metric.PerQuery;
import org.hashgrad.hashing.metric.RankingHistogram;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.hashing.step.ScmSteps;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/** What retrieval reaches without deep learning: the scale on which to read a method's figures. */
public final class Baselines {
    private static final int ROWS_AT_ONCE = 100;
    private static final int COLUMNS_AT_ONCE = 5000;

    /** The keys of a configuration that a baseline knows. */
    static final List<String> KEYS =
            List.of("bits", "seed", "data", "texts.form", "texts.minDocuments", "texts.weighting");

    /** Those of them that say what it is measured on. */
    static final List<String> DATA_KEYS = KEYS.subList(2, KEYS.size());

    /** The key of a stored configuration that names the baseline. */
    static final String KIND = "baseline";

    private Baselines() {}

    /** The baselines as sweeps name them. */
    public enum Kind {
        /** Fair coin flips as codes. */
        RANDOM_CODES("bits", "seed"),
        /** No codes: the cosine of the raw pixels or features. */
        RAW_PIXELS,
        /** Signs of the first principal components of the training samples. */
        PCA_SIGN("bits"),
        /** {@link RandomHyperplanes}, of any number of bits. */
        LSH("bits", "seed"),
        /** {@link LinearPairCodes} of two media, by regression. */
        LINEAR("bits", "seed"),
        /** {@link LinearPairCodes} of two media, by semantic correlation maximization, bit by bit. */
        SCM("bits"),
        /** The same with orthogonal directions, of which there are no more than labels. */
        SCM_ORTHOGONAL("bits");

        /** λ of SCM's authors. */
        private static final double SCM_LAMBDA = 1e-6;

        private final String keys;

        Kind(String... keys) {
            this.keys = String.join(" ", keys);
        }

        /** What its figures depend on, besides the data. */
        Set<String> keys() {
            return Set.of(keys.split(" ", -1));
        }

        /** @throws ConfigException for a name that is none */
        static Kind of(String name) {
            return Stream.of(values())
                    .filter(kind -> kind.word().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new ConfigException("sweep: baselines: expected "
                            + Stream.of(values()).map(Kind::word).collect(Collectors.joining(", ")) + ", found '"
                            + name + "'"));
        }

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Figures of a ranking by real scores: mAP, mAP@N and precision@N by their keys in {@code metrics.json}, levels joined by dots. */
    public record Ranked(Map<String, Double> means) {
        /** Tie-averaged. */
        public double meanAveragePrecision() {
            return Objects.requireNonNull(means.get("mAP"));
        }

        /** Of an N of {@link RetrievalMetrics#TOPS}. */
        public double precisionAt(int n) {
            return Objects.requireNonNull(means.get(RetrievalMetrics.PRECISION_AT + "." + n));
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            means.forEach((key, mean) -> RetrievalReport.put(map, key, mean));
            return map;
        }
    }

    /**
     * Measures one on every database, or on the first in four directions where the configuration's method has two media, and leaves a run folder
     * of configuration, environment and figures.
     *
     * @throws ConfigException for a baseline that has no meaning for as many media
     * @throws TooManyBitsException when it has no codes of so many bits
     */
    static void run(Kind kind, RunConfig config, Backend backend, Environment environment, Path folder) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put(KIND, kind.word());
        Map<String, Object> all = config.flat();
        KEYS.stream().filter(all::containsKey).forEach(key -> settings.put(key, all.get(key)));
        DataChoice data = DataChoice.parse(config.data());
        Map<String, Object> metrics;
        if (config.method() instanceof CrossModalMethod) {
            PairedSplit pairs = config.pairs();
            long start = System.nanoTime();
            PairCodes codes = pairCodes(kind, pairs, config);
            double seconds = (System.nanoTime() - start) * 1e-9;
            Map<String, MeasuredUnder> under = MeasuredUnder.of(ProtocolRecord.compared(config.data(), pairs.images()));
            RetrievalMetrics cut = Objects.requireNonNull(under.get(Experiment.HEADLINE))
                    .settings(RetrievalMetrics.standard(environment.threads()));
            metrics = CrossModalMetrics.toMap(
                    Map.of(Experiment.HEADLINE, CrossModalMetrics.measure(pairs, codes, cut)), under);
            metrics.putAll(CrossModalMetrics.ofCodes((medium, set) -> {
                Split split = CrossModalMetrics.split(pairs, medium);
                return codes.codes(medium, set.equals(Experiment.HEADLINE) ? split.database() : split.query());
            }));
            if (kind != Kind.RANDOM_CODES) {
                metrics.put("seconds_train", seconds);
            }
        } else {
            Split split = data.split();
            Map<String, MeasuredUnder> under = MeasuredUnder.of(ProtocolRecord.compared(config.data(), split));
            metrics = Experiment.metrics(ofOneMedium(kind, config, split, under, backend, environment.threads()));
        }
        RunFolder files = RunFolder.create(folder, ConfigText.write(settings));
        files.writeJson(RunFolder.ENVIRONMENT, environment.toMap(config.seed()));
        files.writeJson(RunFolder.METRICS, metrics);
    }

    private static PairCodes pairCodes(Kind kind, PairedSplit pairs, RunConfig config) {
        return switch (kind) {
            case RANDOM_CODES -> randomCodes(config.bits(), config.seed());
            case LINEAR -> LinearPairCodes.of(pairs, config.bits(), config.seed());
            case SCM, SCM_ORTHOGONAL ->
                LinearPairCodes.scm(
                        pairs,
                        config.bits(),
                        kind == Kind.SCM_ORTHOGONAL,
                        new ScmSteps(Kind.SCM_LAMBDA, Kind.SCM_LAMBDA));
            case RAW_PIXELS, PCA_SIGN, LSH ->
                throw new ConfigException("baseline " + kind.word() + " has one medium; the data are pairs");
        };
    }

    /** Figures of every database under its protocol. */
    static Map<String, Map<String, Object>> ofOneMedium(
            Kind kind, RunConfig config, Split split, Map<String, MeasuredUnder> under, Backend backend, int threads) {
        PrincipalSigns signs = kind == Kind.PCA_SIGN ? PrincipalSigns.of(split.training(), config.bits()) : null;
        Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
        for (Map.Entry<String, SampleSet> database : split.databases().entrySet()) {
            SampleSet samples = database.getValue();
            String set = figures.isEmpty() ? Experiment.HEADLINE : database.getKey();
            MeasuredUnder record = Objects.requireNonNull(under.get(set));
            RetrievalMetrics settings = record.settings(RetrievalMetrics.standard(threads));
            Map<String, Object> measured =
                    switch (kind) {
                        case RAW_PIXELS ->
                            rawPixels(split.query(), samples, settings.averagePrecisionAt(), backend)
                                    .toMap();
                        case PCA_SIGN ->
                            figures(split.query(), samples, Objects.requireNonNull(signs)::codes, settings);
                        case LSH ->
                            figures(
                                    split.query(),
                                    samples,
                                    part -> RandomHyperplanes.codes(part, config.bits(), config.seed()),
                                    settings);
                        case RANDOM_CODES ->
                            randomCodes(split.query(), samples, config.bits(), config.seed(), settings)
                                    .toMap();
                        case LINEAR, SCM, SCM_ORTHOGONAL ->
                            throw new ConfigException("baseline " + kind.word() + " has two media; the data have one");
                    };
            figures.put(set, record.with(measured));
        }
        return figures;
    }

    private static Map<String, Object> figures(
            SampleSet query, SampleSet database, Function<SampleSet, Codes> codes, RetrievalMetrics settings) {
        return settings.evaluate(codes.apply(query), query.labels(), codes.apply(database), database.labels())
                .toMap();
    }

    /** Fair coin flips as codes of two media, each sample's its own. */
    public static PairCodes randomCodes(int bits, long seed) {
        RandomKey key = RandomKey.of(seed).split("random codes");
        return new PairCodes() {
            @Override
            public Codes imageCodes(SampleSet set) {
                return flips(key.split("image").split(set.name()), set.count(), bits);
            }

            @Override
            public Codes textCodes(SampleSet set) {
                return flips(key.split("text").split(set.name()), set.count(), bits);
            }
        };
    }

    /** Fair coin flips as codes. */
    public static RetrievalReport randomCodes(SampleSet query, SampleSet database, int bits, long seed, int threads) {
        return randomCodes(query, database, bits, seed, RetrievalMetrics.standard(threads));
    }

    private static RetrievalReport randomCodes(
            SampleSet query, SampleSet database, int bits, long seed, RetrievalMetrics metrics) {
        RandomKey key = RandomKey.of(seed).split("random codes");
        return metrics.evaluate(
                flips(key.split("query"), query.count(), bits),
                query.labels(),
                flips(key.split("database"), database.count(), bits),
                database.labels());
    }

    private static Codes flips(RandomKey key, int count, int bits) {
        return Codes.fromReal(at -> key.below(2, at) - 0.5, count, bits);
    }

    /**
     * Ranks by the cosine of the raw pixels, 0 … 255, or of the feature vectors; equal cosines are averaged as equal distances are.
     *
     * @param averagePrecisionAt the N of mAP@N
     */
    public static Ranked rawPixels(
            SampleSet query, SampleSet database, List<Integer> averagePrecisionAt, Backend backend) {
        float[] queries = unitRows(query);
        float[] items = unitRows(database);
        int size = query.sample().size();
        Map<String, List<Double>> values = new LinkedHashMap<>();
        Map<String, List<Double>> chances = new LinkedHashMap<>();
        for (int from = 0; from < query.count(); from += ROWS_AT_ONCE) {
            int rows = Math.min(ROWS_AT_ONCE, query.count() - from);
            double[][] distance = new double[rows][database.count()];
            for (int at = 0; at < database.count(); at += COLUMNS_AT_ONCE) {
                int columns = Math.min(COLUMNS_AT_ONCE, database.count() - at);
                float[] cosines = products(
                        java.util.Arrays.copyOfRange(queries, from * size, (from + rows) * size),
                        java.util.Arrays.copyOfRange(items, at * size, (at + columns) * size),
                        size,
                        backend);
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        distance[i][at + j] = -cosines[i * columns + j];
                    }
                }
            }
            for (int i = 0; i < rows; i++) {
                RankingHistogram histogram =
                        RankingHistogram.ofDistances(distance[i], relevant(query, from + i, database));
                add(values, "mAP", histogram.averagePrecision());
                for (int n : averagePrecisionAt) {
                    for (AveragePrecisionAt meaning : AveragePrecisionAt.values()) {
                        String key = RetrievalMetrics.AVERAGE_PRECISION_AT + "." + n + "." + meaning.key();
                        add(values, key, meaning.given(histogram, n));
                        if (meaning == AveragePrecisionAt.ANSWERED) {
                            add(chances, key, AveragePrecisionAt.chanceOfAHit(histogram, n));
                        }
                    }
                }
                for (int n : RetrievalMetrics.TOPS) {
                    add(values, RetrievalMetrics.PRECISION_AT + "." + n, histogram.precisionAt(n));
                }
            }
        }
        return new Ranked(new PerQuery(values, chances).means());
    }

    private static void add(Map<String, List<Double>> values, String key, double value) {
        values.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
    }

    private static boolean[] relevant(SampleSet query, int i, SampleSet database) {
        boolean[] relevant = new boolean[database.count()];
        for (int j = 0; j < relevant.length; j++) {
            relevant[j] = query.labels().similar(i, database.labels(), j);
        }
        return relevant;
    }

    /** Inner products of the rows of a and b, (n, size) and (m, size) → (n, m). */
    private static float[] products(float[] a, float[] b, int size, Backend backend) {
        Scope scope = backend.openScope();
        try {
            Tensor left = backend.tensor(Shape.of(a.length / size, size), a);
            Tensor right = backend.tensor(Shape.of(b.length / size, size), b);
            return backend.matmul(left, right, false, true).toFloats();
        } finally {
            scope.close();
        }
    }

    private static float[] unitRows(SampleSet set) {
        int size = set.sample().size();
        float[] raw = set.raw();
        float[] rows = new float[raw.length];
        for (int i = 0; i < set.count(); i++) {
            double square = 0;
            for (int p = 0; p < size; p++) {
                double pixel = raw[i * size + p];
                square += pixel * pixel;
            }
            double scale = square == 0 ? 0 : 1 / Math.sqrt(square);
            for (int p = 0; p < size; p++) {
                rows[i * size + p] = (float) (raw[i * size + p] * scale);
            }
        }
        return rows;
    }
}
