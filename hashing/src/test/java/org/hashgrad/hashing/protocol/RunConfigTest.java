package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.method.Dhn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunConfigTest {
    private static final Path CONFIGS = Path.of("..", "configs");

    private static String errorOf(String override) {
        var thrown = assertThrows(ConfigException.class, () -> RunConfig.of(Map.of(), List.of(override)));
        return String.valueOf(thrown.getMessage());
    }

    @Test
    void shippedConfigurationsAreTheDemoAndThePapersUnweightedForm() {
        RunConfig demo = RunConfig.read(CONFIGS.resolve("dhn.yaml"), List.of());
        assertEquals(
                RunConfig.of(
                        Map.of(),
                        List.of("optimizer.schedule=" + demo.optimizer().schedule())),
                demo);
        assertEquals(new Dhn(DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR)), demo.method());
        RunConfig paper = RunConfig.read(CONFIGS.resolve("dhn-paper.yaml"), List.of());
        assertEquals(new Dhn(DhnLoss.mean(0.1, Balance.NONE)), paper.method());
        assertEquals(48, paper.bits());
    }

    @Test
    void overridesWinOverTheFileAndTheLastOfAKeyCounts(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("c.yaml"), "bits: 12\nloss:\n  lambda: 3\ntrain.batch: 8\n");
        RunConfig config = RunConfig.read(file, List.of("bits=16", "bits=24", "loss.clip=inf", "optimizer.name=adam"));
        assertEquals(24, config.bits());
        assertEquals(8, config.train().batch());
        DhnLoss loss = ((Dhn) config.method()).loss();
        assertEquals(3, loss.lambda());
        assertEquals(Double.POSITIVE_INFINITY, loss.clip());
        assertEquals(OptimizerSettings.Update.ADAM, config.optimizer().name());
    }

    @Test
    void resolvedConfigurationReadsBackAsItself(@TempDir Path folder) throws IOException {
        RunConfig config = RunConfig.of(
                Map.of("seed", 7, "loss", Map.of("balance", "none", "lambda", 0.25)), List.of("optimizer.rate=1e-3"));
        assertEquals(config, RunConfig.of(config.toMap(), List.of()));
        Path file = Files.writeString(folder.resolve("c.yaml"), config.toYaml());
        assertEquals(config, RunConfig.read(file, List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "train.epoch, train.epochs",
        "loss.lamda, loss.lambda",
        "optimizer.weight_decay, optimizer.weightDecay",
        "bit, bits",
        "loss.quantisation, loss.quantization"
    })
    void unknownKeyIsNamedWithTheNearestValidOne(String key, String nearest) {
        assertEquals("config: unknown key '" + key + "'; nearest: " + nearest, errorOf(key + "=1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bits=many|config: bits: expected a whole number, found 'many'",
                "bits=0|config: bits: expected >= 1, found '0'",
                "bits=4097|config: bits: expected <= 4096, found '4097'",
                "train.batch=1|config: train.batch: expected >= 2, found '1'",
                "optimizer.rate=fast|config: optimizer.rate: expected a number, found 'fast'",
                "optimizer.rate=-1|config: optimizer.rate: expected a finite number >= 0, found '-1.0'",
                "optimizer.nesterov=yes|config: optimizer.nesterov: expected true or false, found 'yes'",
                "loss.balance=some|config: loss.balance: expected one of none, dissimilar-per-similar, "
                        + "all-per-similar, found 'some'",
                "loss.lambda=-2|config: dhn: lambda is -2.0; need >= 0",
                "method=dhm|config: method: expected one of dhn, found 'dhm'",
                "bits|config: override: expected key=value, found 'bits'"
            })
    void badValueNamesKeyExpectedAndFound(String overrideAndMessage) {
        String[] parts = overrideAndMessage.split("\\|", 2);
        assertEquals(parts[1], errorOf(parts[0]));
    }

    @Test
    void brokenOrMissingFileIsOneLineWithItsName(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("none.yaml");
        assertEquals(
                "config: " + missing + ": no such file",
                assertThrows(ConfigException.class, () -> RunConfig.read(missing, List.of()))
                        .getMessage());
        Path broken = Files.writeString(folder.resolve("broken.yaml"), "bits: 12\nloss: [1,\n");
        var thrown = assertThrows(ConfigException.class, () -> RunConfig.read(broken, List.of()));
        String message = String.valueOf(thrown.getMessage());
        assertTrue(message.startsWith("config: " + broken + " line "), message);
        assertEquals(1, message.lines().count(), message);
    }
}
