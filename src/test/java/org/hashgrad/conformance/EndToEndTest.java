package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.protocol.Environment;
import org.hashgrad.hashing.protocol.Experiment;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.hashing.protocol.RunEvaluation;
import org.hashgrad.hashing.protocol.RunResult;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short training on 400 real images: from the configuration of the demo to figures and a run folder. */
class EndToEndTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    private static final Path DEMO = Path.of("../../configs/dhn.yaml");
    private static final int EPOCHS = 3;

    private static final List<String> SHORT =
            List.of("data=embedded:40", "train.epochs=" + EPOCHS, "train.batch=40", "bits=32", "seed=7");

    /** Ten balanced classes: random codes reach 0.10, this training about 0.55. */
    private static final double WELL_ABOVE_RANDOM = 0.4;

    private static RunResult run(BackendUnderTest which, Path folder) {
        Backend backend = BACKENDS.get(which);
        Environment environment =
                Environment.of(backend, which.choice(Backends.installed()).device(), 0);
        RunConfig config = RunConfig.read(DEMO, SHORT);
        RunResult result = Experiment.run(config, backend, environment, folder, TrainingListener.SILENT);
        assertEquals(0, backend.liveBytes(), "live bytes after the run");
        return result;
    }

    /** The file of figures is held against docs/protocols.md, key by key, in {@link ProtocolsTest}. */
    @ParameterizedTest(name = "on {0}")
    @EnumSource(names = {"CPU_TWO_THREADS", "OPENCL_F32", "OPENCL_GPU_KERNELS_F32"})
    void shortTrainingLearnsRepeatsAndLeavesACompleteRun(BackendUnderTest which, @TempDir Path temporary)
            throws IOException {
        RunResult first = run(which, temporary.resolve("first"));
        RunResult second = run(which, temporary.resolve("second"));
        assertLearns(first);
        assertSameBits(first, second);
        assertComplete(first);
        assertEquals(first.metrics(), evaluated(first.folder()), "figures of the stored codes");
    }

    private static void assertLearns(RunResult result) {
        List<Double> losses = result.epochs().stream().map(EpochReport::loss).toList();
        assertEquals(EPOCHS, losses.size());
        for (int epoch = 1; epoch < EPOCHS; epoch++) {
            int now = epoch;
            assertTrue(losses.get(now) < losses.get(now - 1), () -> "losses by epoch: " + losses);
        }
        for (String figure : List.of("mAP", "mAP_held_out")) {
            double value = ((Number) Objects.requireNonNull(result.metrics().get(figure), figure)).doubleValue();
            assertTrue(value > WELL_ABOVE_RANDOM && value <= 1, () -> figure + " is " + value);
        }
    }

    private static void assertSameBits(RunResult first, RunResult second) throws IOException {
        Set<String> files = files(first.folder());
        assertEquals(files, files(second.folder()));
        for (String file : files) {
            if (file.endsWith(".npy") || file.endsWith(".safetensors") || file.endsWith(".yaml")) {
                assertArrayEquals(
                        Files.readAllBytes(first.folder().resolve(file)),
                        Files.readAllBytes(second.folder().resolve(file)),
                        file);
            }
        }
        assertEquals(
                first.epochs().stream().map(EpochReport::loss).toList(),
                second.epochs().stream().map(EpochReport::loss).toList());
    }

    private static void assertComplete(RunResult result) throws IOException {
        Set<String> expected = new TreeSet<>(
                Set.of("config.yaml", "environment.json", "log.jsonl", "weights.safetensors", "metrics.json"));
        for (String set : List.of("query", "database", "held-out")) {
            expected.addAll(Set.of(set + "-codes.npy", set + "-labels.npy", set + "-ids.npy"));
        }
        assertEquals(expected, files(result.folder()));
        assertEquals(RunConfig.read(DEMO, SHORT), RunConfig.read(result.folder().resolve("config.yaml"), List.of()));
        assertEquals(
                EPOCHS, Files.readAllLines(result.folder().resolve("log.jsonl")).size());
        JsonNode metrics = new ObjectMapper()
                .readTree(result.folder().resolve("metrics.json").toFile());
        for (String key : List.of(
                "mAP",
                "mAP_best",
                "mAP_worst",
                "mAP_held_out",
                "precision_at_radius_2",
                "empty_at_radius_2",
                "seconds_train")) {
            assertTrue(metrics.required(key).isNumber(), key);
        }
        assertTrue(metrics.required("precision_at_N").required("100").isNumber());
        JsonNode curve = metrics.required("pr_by_radius");
        for (String key : List.of("radius", "precision", "recall")) {
            assertEquals(33, curve.required(key).size(), key);
        }
        assertEquals("micro", curve.required("average").asText());
        double best = metrics.required("mAP_best").doubleValue();
        double worst = metrics.required("mAP_worst").doubleValue();
        double tieAveraged = metrics.required("mAP").doubleValue();
        assertTrue(worst <= tieAveraged && tieAveraged <= best, () -> worst + " <= " + tieAveraged + " <= " + best);
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** The figures of the stored codes. */
    private static Map<String, Object> evaluated(Path run) {
        return RunEvaluation.of(run, Optional.empty()).figures(RetrievalMetrics.standard(1));
    }
}
