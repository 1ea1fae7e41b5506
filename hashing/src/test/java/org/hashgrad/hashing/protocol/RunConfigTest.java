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
import org.hashgrad.hashing.method.OptimizerSettings;
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
        DhnLoss loss = (DhnLoss) ((Dhn) config.method()).loss();
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
        "loss.quantisation, loss.quantization",
        "epochs, train.epochs",
        "batch, train.batch",
        "lambda, loss.lambda",
        "lamda, loss.lambda",
        "optim.momentum, optimizer.momentum",
        "train.bach, train.batch"
    })
    void unknownKeyIsNamedWithTheNearestValidOne(String key, String nearest) {
        assertEquals("config: -o: unknown key '" + key + "'; nearest: " + nearest, errorOf(key + "=1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bits=many|config: -o: bits: expected a whole number, found 'many'",
                "bits=0|config: -o: bits: expected >= 1, found '0'",
                "bits=4097|config: -o: bits: expected <= 4096, found '4097'",
                "train.batch=1|config: -o: train.batch: expected >= 2, found '1'",
                "optimizer.rate=fast|config: -o: optimizer.rate: expected a number, found 'fast'",
                "optimizer.rate=-1|config: -o: optimizer.rate: expected a finite number > 0, found '-1.0'",
                "optimizer.nesterov=yes|config: -o: optimizer.nesterov: expected true or false, found 'yes'",
                "loss.balance=some|config: -o: loss.balance: expected one of none, dissimilar-per-similar, "
                        + "all-per-similar, all-per-kind, found 'some'",
                "loss.lambda=-2|config: -o: loss.lambda is -2.0; need >= 0",
                "bits|config: -o: expected key=value, found 'bits'",
                "loss.lambda=inf|config: -o: loss.lambda is Infinity; need a finite number",
                "loss.scale=inf|config: -o: loss.scale is Infinity; need a finite number",
                "loss.kappa=inf|config: -o: loss.kappa is Infinity; need a finite number",
                "optimizer.rate=0|config: -o: optimizer.rate: expected a finite number > 0, found '0.0'",
                "optimizer.rate=inf|config: -o: optimizer.rate: expected a finite number > 0, found 'Infinity'",
                "optimizer.momentum=1|config: -o: optimizer.momentum: expected a number >= 0 and < 1, found '1.0'",
                "optimizer.decay=1|config: -o: optimizer.decay: expected a number >= 0 and < 1, found '1.0'",
                "optimizer.beta1=-0.1|config: -o: optimizer.beta1: expected a number >= 0 and < 1, found '-0.1'",
                "optimizer.beta2=1|config: -o: optimizer.beta2: expected a number >= 0 and < 1, found '1.0'",
                "optimizer.epsilon=-1|config: -o: optimizer.epsilon: expected a finite number >= 0, found '-1.0'",
                "optimizer.weightDecay=-1|config: -o: optimizer.weightDecay: expected a finite number >= 0, found '-1.0'",
                "data=cifar|config: -o: data: expected one of embedded, embedded:N, embedded-validation, embedded-validation:N, fashion-mnist, "
                        + "fashion-mnist:FOLDER, vectors:FOLDER, openclipart, openclipart:N, openclipart:FOLDER, openclipart-validation, "
                        + "paired:FOLDER, cifar10:PLACE, cifar100:PLACE, folder:PLACE, list:PLACE, csv:PLACE, mirflickr:PLACE, mirflickr-38:PLACE, "
                        + "nus-wide-10:PLACE, nus-wide-21:PLACE, nus-wide-81:PLACE, iapr-tc12:PLACE, coco:PLACE, packed:PLACE, found 'cifar'",
                "data=embedded:abc|config: -o: data: expected embedded:N with a whole number N, found 'embedded:abc'",
                "data=embedded:101|config: -o: data: images per class is 101; need 1 to 100",
                "network=vgg|config: -o: network: expected one of small-cnn, dense, linear, small-resnet, resnet-10, cnn-f, vgg-16, found 'vgg'",
                "train=5|config: -o: 'train' is a section; its keys: train.epochs, train.batch, train.tolerance, train.pretrain, train.warmStart",
                "train.x=5|config: -o: unknown key 'train.x'; the keys there: train.epochs, train.batch, train.tolerance, train.pretrain, train.warmStart",
                "optimizer.lr=1|config: -o: unknown key 'optimizer.lr'; the keys there: optimizer.name, optimizer.rate, "
                        + "optimizer.momentum, optimizer.nesterov, optimizer.weightDecay, optimizer.decay, "
                        + "optimizer.beta1, optimizer.beta2, optimizer.epsilon, optimizer.schedule, optimizer.every, "
                        + "optimizer.factor, optimizer.finalRate"
            })
    void badValueNamesKeyExpectedAndFound(String overrideAndMessage) {
        String[] parts = overrideAndMessage.split("\\|", 2);
        assertEquals(parts[1], errorOf(parts[0]));
    }

    @Test
    void keyLikeNoOtherListsAllKeys() {
        String message = errorOf("lr=1");
        assertTrue(message.startsWith("config: -o: unknown key 'lr'; the keys: method, bits, seed, "), message);
        assertTrue(message.contains(", train.epochs, ") && message.contains(", loss.lambda, "), message);
    }

    @Test
    void settingsThatNeedEachOtherAreChecked() {
        for (String settings : List.of(
                "optimizer.nesterov=true optimizer.momentum=0 momentum: expected > 0 for optimizer.nesterov, found '0.0'",
                "optimizer.name=adam optimizer.epsilon=0 epsilon: expected > 0 for rmsprop and adam, found '0.0'",
                "optimizer.schedule=logspace optimizer.finalRate=0 finalRate: expected > 0 for logspace, found '0.0'")) {
            String[] parts = settings.split(" ", 3);
            var thrown = assertThrows(
                    ConfigException.class, () -> RunConfig.of(Map.of(), List.of(parts[0], parts[1])), settings);
            assertEquals("config: -o: optimizer." + parts[2], thrown.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "loss: {lambda: -1}|: loss.lambda is -1.0; need >= 0",
                "loss:|: 'loss' is a section; its keys: loss.lambda, loss.kappa, loss.scale, loss.clip, loss.pairs, "
                        + "loss.balance, loss.reduction, loss.quantization, loss.quantizationPer",
                "train: 5|: 'train' is a section; its keys: train.epochs, train.batch, train.tolerance, train.pretrain, train.warmStart",
                "data: embedded:abc|: data: expected embedded:N with a whole number N, found 'embedded:abc'",
                "- bits: 12|: expected 'key: value' lines, found a list",
                "bits|: expected 'key: value' lines, found 'bits'",
                "bits: 12;bits: 24|line 2: key 'bits' is given twice",
                "loss:; lambda: 1; lambda: 1|line 3: key 'loss.lambda' is given twice",
                "loss.lambda: 1;loss:; lambda: 1|: key 'loss.lambda' is given twice, dotted and nested",
                "bits: 12;---;bits: 24|line 3: a second YAML document; expected one"
            })
    void mistakeInAFileNamesTheFileAndTheKey(String lines, String message) {
        var thrown = assertThrows(
                ConfigException.class, () -> RunConfig.parse("a/x.yaml", lines.replace(';', '\n'), List.of("seed=1")));
        assertEquals("config: a/x.yaml" + (message.startsWith(":") ? "" : " ") + message, thrown.getMessage());
    }

    @Test
    void emptyFileIsTheDefaults() {
        assertEquals(RunConfig.of(Map.of(), List.of()), RunConfig.parse("x", "", List.of()));
        assertEquals(RunConfig.of(Map.of(), List.of()), RunConfig.parse("x", "# nothing\n---\n", List.of()));
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

    @Test
    void unknownMethodListsThoseThereAre() {
        String all = String.join(
                ", ",
                org.hashgrad.hashing.method.Method.shipped().stream()
                        .map(org.hashgrad.hashing.method.Method::name)
                        .toList());
        var thrown = assertThrows(ConfigException.class, () -> RunConfig.of(Map.of(), List.of("method=dhm")));
        assertEquals("config: -o: method: expected one of " + all + ", found 'dhm'", thrown.getMessage());
    }
}
