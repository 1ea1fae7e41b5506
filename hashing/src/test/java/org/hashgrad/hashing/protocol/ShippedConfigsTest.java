package org.hashgrad.hashing.protocol;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.Method;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedConfigsTest {
    private static final Path CONFIGS = Path.of("../configs");
    private static final List<String> SLICE = List.of("train.epochs=2", "bits=16");
    private static final Device DEVICE = new Device("cpu", "java", Device.Kind.CPU, "", List.of(Precision.F32), "", "");

    private static Stream<String> files() throws IOException {
        return files("", ".*");
    }

    /** And the ablations of two media; those of DHN run elsewhere. */
    static Stream<String> trained() throws IOException {
        return Stream.concat(files(), files("ablations/", "(ssah|cmch|dcmh)-.*"));
    }

    private static Stream<String> files(String folder, String named) throws IOException {
        try (Stream<Path> files = Files.list(CONFIGS.resolve(folder))) {
            return files
                    .map(file -> folder + file.getFileName())
                    .filter(name -> name.matches(folder + named + "\\.yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @Test
    void everyMethodHasAConfigurationOfItsName() throws IOException {
        Set<String> names =
                files().map(file -> file.replace(".yaml", "")).collect(Collectors.toCollection(TreeSet::new));
        for (Method method : Method.shipped()) {
            assertTrue(names.contains(method.name()), method.name());
            RunConfig config = RunConfig.read(CONFIGS.resolve(method.name() + ".yaml"), List.of());
            assertEquals(method.name(), config.method().name());
        }
    }

    @ParameterizedTest
    @MethodSource("trained")
    void everyConfigurationTrainsOnASlice(String file, @TempDir Path folder) {
        boolean pairs = RunConfig.read(CONFIGS.resolve(file), List.of()).method() instanceof CrossModalMethod;
        List<String> overrides = new ArrayList<>(SLICE);
        if (file.equals("cmch-paper.yaml")) {
            overrides.add("text.boltzmann.epochs=1");
        }
        overrides.addAll(pairs ? List.of("data=openclipart:64", "train.batch=32") : List.of("data=embedded:20"));
        RunConfig config = RunConfig.read(CONFIGS.resolve(file), overrides);
        try (Backend backend = Backends.installed().open("cpu")) {
            Environment environment = Environment.of(backend, DEVICE, 1);
            RunResult result =
                    Experiment.run(config, backend, environment, folder.resolve("run"), TrainingListener.SILENT);
            assertEquals(2, result.epochs().size());
            result.epochs().forEach(epoch -> assertTrue(Double.isFinite(epoch.loss()), epoch.toString()));
            double figure = requireNonNull(result.reports().get(pairs ? "image_to_text" : "database"))
                    .meanAveragePrecision();
            assertTrue(figure > 0 && figure <= 1, "mAP " + figure);
            assertEquals(0, backend.liveBytes());
        }
    }
}
