package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.data.VectorSet;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a claim of a protocol meets in a run folder and in code files. */
final class RunEvaluationTest {
    private static final RetrievalMetrics QUICK = new RetrievalMetrics(List.of(100), 2, 2).withoutStableOrder();

    private final Path run;

    /** A run on the embedded images with coin flips for codes. */
    RunEvaluationTest(@TempDir Path folder) {
        run = folder.resolve("run");
        RunConfig config = RunConfig.of(Map.of("bits", 8), List.of());
        RunFolder files = RunFolder.create(run, config.toYaml());
        Split split = FashionMnist.embedded();
        write(files, "query", split.query());
        write(files, "database", split.database());
        write(files, "held-out", split.database("held-out"));
        Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
        ProtocolRecord.of("embedded", split)
                .forEach((set, record) ->
                        figures.put(set, MeasuredUnder.of(record).with(Map.of("mAP", 0.1))));
        files.writeJson(RunFolder.METRICS, Experiment.metrics(figures));
    }

    private static void write(RunFolder files, String set, SampleSet samples) {
        RandomKey key = RandomKey.of(set.length());
        files.writeCodes(set, Codes.fromReal(at -> key.below(2, at) - 0.5, samples.count(), 8), samples.labels());
    }

    private Map<String, Object> claimed(String protocol) {
        return RunEvaluation.of(run, Optional.of(Protocol.named(protocol))).figures(QUICK);
    }

    @Test
    void aClaimThatTheRunWasMeasuredUnderKeepsTheStoredRecordAndMeasuresItsDatabase() {
        Map<String, Object> all = RunEvaluation.of(run, Optional.empty()).figures(QUICK);
        Map<String, Object> first = claimed("fashion-mnist/embedded");
        assertEquals(all, first);
        Map<?, ?> record = below(first, "protocol");
        assertEquals(Protocol.named("fashion-mnist/embedded").ruleHash(), record.get("rule_hash"));
        assertEquals(Protocol.named("fashion-mnist/embedded").knownLists(), record.get("lists_hash"));
        Map<String, Object> heldOut = claimed("fashion-mnist/held-out");
        assertEquals(2000, heldOut.get("database"));
        assertEquals("fashion-mnist/held-out", below(heldOut, "protocol").get("name"));
        assertEquals(below(below(all, "by_database"), "held-out").get("mAP"), heldOut.get("mAP"));
    }

    @Test
    void aClaimOfAnotherRuleFailsAndNamesBoth() {
        String message = Failure.of(() -> claimed("own"));
        assertTrue(
                message.startsWith("protocol own: its rule is "
                        + Protocol.named("own").ruleHash() + ", but " + run
                        + " has measured database under fashion-mnist/embedded with rule "
                        + Protocol.named("fashion-mnist/embedded").ruleHash()
                        + ", held-out under fashion-mnist/held-out"),
                message);
        assertFalse(message.contains("\n"));
    }

    @Test
    void labelsThatAreNotThoseOfTheRecordedListsFailWithAndWithoutAClaim() throws IOException {
        Files.copy(run.resolve("held-out-labels.npy"), run.resolve("x"));
        Files.copy(run.resolve("held-out-codes.npy"), run.resolve("y"));
        Files.move(
                run.resolve("x"), run.resolve("query-labels.npy"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.move(run.resolve("y"), run.resolve("query-codes.npy"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        String message = Failure.of(() -> claimed("fashion-mnist/embedded"));
        assertTrue(
                message.startsWith("protocol fashion-mnist/embedded: " + run
                        + ": the list of query differs: recorded are 1000 items with labels of digest "),
                message);
        assertEquals(message, Failure.of(() -> RunEvaluation.of(run, Optional.empty())));
    }

    @Test
    void whereNothingIsStoredOnlyNumbersAreComparedAndTheRecordSaysSo() throws IOException {
        Files.delete(run.resolve("metrics.json"));
        Map<?, ?> record = below(claimed("fashion-mnist/embedded"), "protocol");
        assertEquals("not checked", record.get("lists"));
        assertFalse(record.containsKey("lists_hash"));
        assertEquals(
                "protocol cifar10/59k: expected 59000 database items, found 5000",
                Failure.of(() -> claimed("cifar10/59k")));
    }

    @Test
    void codeFilesAreComparedByRuleAndLists() {
        Protocol claim = Protocol.named("fashion-mnist/embedded");
        String right = claim.ruleHash() + claim.knownLists();
        String otherLists = claim.ruleHash() + "0".repeat(32);
        String otherRule = Protocol.named("own").ruleHash() + claim.knownLists();
        Map<String, Object> agreed = files(claim, right, right);
        assertEquals(claim.knownLists(), agreed.get("lists_hash"));
        assertEquals("not checked", files(claim, right, "").get("lists"));
        assertEquals("not checked", files(claim, "", "").get("lists"));
        assertEquals(
                "protocol fashion-mnist/embedded: q has lists " + claim.knownLists() + ", but d was made under "
                        + "0".repeat(32),
                Failure.of(() -> files(claim, right, otherLists)));
        assertEquals(
                "protocol fashion-mnist/embedded: its lists are " + claim.knownLists() + ", but q was made under "
                        + "0".repeat(32),
                Failure.of(() -> files(claim, otherLists, otherLists)));
        assertEquals(
                "protocol fashion-mnist/embedded: rule is " + claim.ruleHash() + ", but q was made under "
                        + Protocol.named("own").ruleHash() + ", own",
                Failure.of(() -> files(claim, otherRule, right)));
        Protocol own = Protocol.named("own");
        assertEquals(
                "protocol own: q has lists " + "1".repeat(32) + ", but d was made under " + "2".repeat(32),
                Failure.of(() -> files(own, own.ruleHash() + "1".repeat(32), own.ruleHash() + "2".repeat(32))));
        Map<String, String> same = new LinkedHashMap<>(Map.of("q", right, "d", right));
        assertEquals("fashion-mnist/embedded", unclaimed(same, 1000, 5000).get("name"));
        assertEquals(
                "protocol fashion-mnist/embedded: expected 5000 database items, found 4997",
                Failure.of(() -> unclaimed(same, 1000, 4997)));
        assertEquals(
                "protocol fashion-mnist/embedded: expected 1000 queries, found 1",
                Failure.of(() -> unclaimed(same, 1, 5000)));
        same.put("d", otherLists);
        assertEquals(Map.of(), unclaimed(same, 1000, 5000));
    }

    private static Map<String, Object> unclaimed(Map<String, String> digests, int queries, int database) {
        return ProtocolClaim.ofFiles(Optional.empty(), digests, false, queries, database);
    }

    @Test
    void underLabelsOfOtherFilesTheListsOfCodeFilesAreNotCheckedButRuleAndNumbersAre() {
        Protocol claim = Protocol.named("fashion-mnist/embedded");
        String right = claim.ruleHash() + claim.knownLists();
        Map<String, String> digests = Map.of("q", right, "d", right);
        for (Optional<Protocol> said : List.of(Optional.of(claim), Optional.<Protocol>empty())) {
            Map<String, Object> record = ProtocolClaim.ofFiles(said, digests, true, 1000, 5000);
            assertEquals("fashion-mnist/embedded", record.get("name"));
            assertEquals("not checked", record.get("lists"));
            assertFalse(record.containsKey("lists_hash"));
            assertEquals(
                    "protocol fashion-mnist/embedded: expected 5000 database items, found 4",
                    Failure.of(() -> ProtocolClaim.ofFiles(said, digests, true, 1000, 4)));
        }
        assertTrue(
                Failure.of(() -> ProtocolClaim.ofFiles(Optional.of(Protocol.named("own")), digests, true, 1000, 5000))
                        .startsWith("protocol own: rule is "));
    }

    private static Map<?, ?> below(Map<?, ?> figures, String key) {
        return (Map<?, ?>) java.util.Objects.requireNonNull(figures.get(key), key);
    }

    private static Map<String, Object> files(Protocol claim, String query, String database) {
        Map<String, String> digests = new LinkedHashMap<>();
        digests.put("q", query);
        digests.put("d", database);
        return ProtocolClaim.ofFiles(Optional.of(claim), digests, false, 1000, 5000);
    }

    @Test
    void trainingAndEvaluationMeasureTheCutThatTheProtocolNamesInItsMeaning(@TempDir Path folder) {
        VectorSet training = vectors("training", 120, 1);
        Split split = new Split(vectors("query", 5000, 2), training, Map.of("database", vectors("database", 1300, 3)))
                .under("imagenet100/hashnet");
        RunConfig config = RunConfig.of(
                Map.of("bits", 8, "data", "list:x", "network", "linear"),
                List.of("train.epochs=1", "train.batch=40", "loss.lambda=0.1"));
        Device device = new Device("cpu", "java", Device.Kind.CPU, "", List.of(Precision.F32), "", "");
        try (CpuBackend backend = new CpuBackend(2)) {
            Path place = folder.resolve("trained");
            RunResult result = Experiment.run(
                    config, split, backend, Environment.of(backend, device, 2), place, TrainingListener.SILENT);
            Map<?, ?> byN = below(result.metrics(), "mAP_at_N");
            assertEquals(java.util.Set.of("1000"), byN.keySet());
            Map<?, ?> meanings = below(byN, "1000");
            assertEquals(meanings.get("answered"), result.metrics().get("mAP_protocol"));
            assertNotEquals(meanings.get("answered"), meanings.get("hits"), "some queries have no label");
            assertEquals(
                    "imagenet100/hashnet", below(result.metrics(), "protocol").get("name"));
            assertEquals(
                    result.metrics(),
                    RunEvaluation.of(place, Optional.of(Protocol.named("imagenet100/hashnet")))
                            .figures(RetrievalMetrics.standard(2)));
        }
    }

    @Test
    void baselinesMeasureTheCutThatTheProtocolNamesInItsMeaning() {
        VectorSet query = vectors("query", 5000, 2);
        VectorSet database = vectors("database", 1300, 3);
        Split split = new Split(query, vectors("training", 120, 1), Map.of("database", database))
                .under("imagenet100/hashnet");
        RunConfig config = RunConfig.of(Map.of("bits", 1100, "data", "list:x"), List.of());
        Map<String, MeasuredUnder> under = MeasuredUnder.of(ProtocolRecord.of("list:x", split));
        try (CpuBackend backend = new CpuBackend(2)) {
            Map<?, ?> pixels = below(
                    Baselines.ofOneMedium(Baselines.Kind.RAW_PIXELS, config, split, under, backend, 2), "database");
            double byCosine = byCosine(query, database);
            assertEquals(byCosine, cut(pixels), 1e-4);
            Map<?, ?> hyperplanes =
                    below(Baselines.ofOneMedium(Baselines.Kind.LSH, config, split, under, backend, 2), "database");
            assertEquals(1100, hyperplanes.get("bits"));
            Map<?, ?> meanings = below(below(hyperplanes, "mAP_at_N"), "1000");
            assertEquals(meanings.get("answered"), cut(hyperplanes));
            assertEquals(byCosine, cut(hyperplanes), 0.01, "many hyperplanes rank by cosine");
        }
    }

    private static double cut(Map<?, ?> figures) {
        return (double) java.util.Objects.requireNonNull(figures.get("mAP_protocol"));
    }

    private static double cosine(float[] a, int i, float[] b, int j) {
        double sum = 0;
        double left = 0;
        double right = 0;
        for (int d = 0; d < 4; d++) {
            sum += (double) a[i * 4 + d] * b[j * 4 + d];
            left += (double) a[i * 4 + d] * a[i * 4 + d];
            right += (double) b[j * 4 + d] * b[j * 4 + d];
        }
        return sum / Math.sqrt(left * right);
    }

    /** AP@1000 by sorting, the mean over the queries with a hit. */
    private static double byCosine(VectorSet query, VectorSet database) {
        double sum = 0;
        int answered = 0;
        for (int i = 0; i < query.count(); i++) {
            int q = i;
            double[] distances = IntStream.range(0, database.count())
                    .mapToDouble(j -> -cosine(query.raw(), q, database.raw(), j))
                    .toArray();
            int[] order = IntStream.range(0, database.count())
                    .boxed()
                    .sorted(Comparator.comparingDouble(j -> distances[j]))
                    .mapToInt(j -> j)
                    .toArray();
            int hits = 0;
            double precisions = 0;
            for (int rank = 1; rank <= 1000; rank++) {
                if (query.labels().similar(i, database.labels(), order[rank - 1])) {
                    precisions += ++hits / (double) rank;
                }
            }
            sum += hits == 0 ? 0 : precisions / hits;
            answered += hits == 0 ? 0 : 1;
        }
        return sum / answered;
    }

    /** 100 labels, every tenth item has none. */
    private static VectorSet vectors(String name, int count, long seed) {
        RandomKey key = RandomKey.of(seed);
        float[] values = new float[count * 4];
        int[] labels = new int[count * 100];
        for (int i = 0; i < count; i++) {
            if (i % 10 != 0) {
                labels[i * 100 + key.below(100, i)] = 1;
            }
            for (int d = 0; d < 4; d++) {
                values[i * 4 + d] = (float) key.gaussian(count + i * 4 + d);
            }
        }
        return new VectorSet(name, 4, values, MultiLabels.ofRows(labels, 100));
    }
}
