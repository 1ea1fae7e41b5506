package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.loss.DpshLoss;
import org.hashgrad.hashing.method.Dhn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossChoiceTest {
    private static final String DHN = "method: dhn\nloss:\n  lambda: 0.2\n  balance: none\n";
    private static final String OWN = """
            import org.hashgrad.autograd.Variable;
            import org.hashgrad.hashing.loss.PointLoss;

            record MyLoss(double weight) implements PointLoss {
                static MyLoss defaults() {
                    return new MyLoss(2);
                }

                public Variable of(Variable u) {
                    return u.square().plus(-1).square().mean().times(weight);
                }
            }
            """;

    private final Path folder;

    LossChoiceTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aSourceFileReplacesTheWholeLossSectionOfTheFileAndItsComponentsAreKeys() throws IOException {
        Path source = Files.writeString(folder.resolve("MyLoss.java"), OWN);
        RunConfig config = RunConfig.parse("dhn.yaml", DHN, List.of("loss=" + source, "loss.weight=3"));
        assertEquals("MyLoss[weight=3.0]", String.valueOf(((Dhn) config.method()).loss()));
        assertEquals(
                Map.of("source", source.toString(), "weight", 3.0),
                config.toMap().get("loss"));
        RunConfig again = RunConfig.parse("config.yaml", config.toYaml(), List.of());
        assertEquals(config.toMap(), again.toMap());
        Files.delete(source);
        Path stored = Files.writeString(folder.resolve("config.yaml"), config.toYaml());
        assertEquals(48, RunConfig.measured(stored).bits(), "a run is measured without its loss");
    }

    @Test
    void aShippedLossIsChosenByItsName() {
        RunConfig config = RunConfig.parse("dhn.yaml", DHN, List.of("loss=DpshLoss", "loss.eta=5"));
        assertEquals(
                5,
                assertInstanceOf(DpshLoss.class, ((Dhn) config.method()).loss()).eta());
    }

    @Test
    void aWeightedSumIsWrittenAsItsTermsAndReadsBackAsItself() {
        RunConfig config = RunConfig.parse("x.yaml", "loss: {dhn.pairwise: 1, dhn.quantization: 0.1}", List.of());
        assertEquals(
                Map.of("dhn", Map.of("pairwise", 1.0, "quantization", 0.1)),
                config.toMap().get("loss"));
        assertEquals(config, RunConfig.of(config.toMap(), List.of()));
    }

    private static String refused(String yaml, String... overrides) {
        return String.valueOf(
                assertThrows(RuntimeException.class, () -> RunConfig.parse("x.yaml", yaml, List.of(overrides)))
                        .getMessage());
    }

    @Test
    void mistakesAreNamed() {
        assertTrue(refused(DHN, "loss=NoSuchLoss").startsWith("config: -o: loss: there is no 'NoSuchLoss'"));
        assertEquals(
                "config: x.yaml: loss.dhn.pairwise: expected a number, found 'much'",
                refused("loss: {dhn.pairwise: much}"));
        assertTrue(
                refused("loss: {dhn.pairwise: 1}\nloss.lambda: 1").contains("unknown key 'loss.lambda'"),
                () -> refused("loss: {dhn.pairwise: 1}\nloss.lambda: 1"));
    }
}
