package org.hashgrad.hashing.loss.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.loss.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossSourceTest {
    private static final String SOURCE = """
            package own;

            import org.hashgrad.autograd.Variable;
            import org.hashgrad.hashing.loss.PointLoss;

            public record Power(double weight) implements PointLoss {
                static Power defaults() {
                    return new Power(0.5);
                }

                public Variable of(Variable u) {
                    return u.square().sum().times(weight);
                }
            }
            """;

    private final Path folder;

    LossSourceTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path source(String text) throws IOException {
        return Files.writeString(folder.resolve("Power.java"), text);
    }

    @Test
    void recordIsMadeByItsDefaults() throws IOException {
        assertEquals("Power[weight=0.5]", LossSource.load(source(SOURCE)).toString());
    }

    @Test
    void constructorWithoutParametersGoesFirst() throws IOException {
        Loss loss = LossSource.load(
                source(SOURCE.replace("static Power defaults", "Power() { this(2); } static Power defaults")));
        assertEquals("Power[weight=2.0]", loss.toString());
    }

    @Test
    void recordWithoutDefaultsIsRefused() throws IOException {
        Path file = source(SOURCE.replace("defaults", "usual"));
        var thrown = assertThrows(DataException.class, () -> LossSource.load(file));
        assertEquals(
                file + ": class own.Power needs a constructor without parameters or a static method defaults() that"
                        + " returns one",
                thrown.getMessage());
    }

    @Test
    void whatTheConstructorRefusesIsSaid() throws IOException {
        Path file = source(SOURCE.replace("return new Power(0.5);", "throw new IllegalStateException(\"not today\");"));
        var thrown = assertThrows(DataException.class, () -> LossSource.load(file));
        assertTrue(String.valueOf(thrown.getMessage()).endsWith("not today"), thrown.getMessage());
    }

    @Test
    void nameIsThatOfAShippedLossAClassOrAFile() throws IOException {
        Path file = source(SOURCE);
        Path classes = Files.createDirectory(folder.resolve("classes"));
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        file.toString());
        assertEquals(0, code);
        assertEquals("Power[weight=0.5]", LossSource.named(file.toString()).toString());
        ClassLoader loader = LossSource.classPath(classes.toString());
        assertEquals("Power[weight=0.5]", LossSource.named("own.Power", loader).toString());
        assertEquals(DhnLoss.paper(0.1), LossSource.named("dhnloss"));
        assertEquals(
                "LOG_COSH", LossSource.named("dhn.quantization").toString().replaceAll(".*distance=(\\w+).*", "$1"));
    }

    @Test
    void whatIsMissingIsNamed() {
        var place = assertThrows(DataException.class, () -> LossSource.classPath("no/such/folder"));
        assertEquals(
                "class path: there is no no/such/folder; need folders and jars separated by ':'", place.getMessage());
        for (String name : List.of("own.Nothing", "dhn")) {
            var thrown = assertThrows(DataException.class, () -> LossSource.named(name));
            assertEquals(
                    "loss: there is no '" + name + "'; need a loss that ships (hashgrad losses lists them), a class on"
                            + " the class path or a file that ends in .java",
                    thrown.getMessage());
        }
        var noLoss = assertThrows(DataException.class, () -> LossSource.named("java.lang.String"));
        assertEquals(
                "class java.lang.String: class java.lang.String is no loss; need a PointLoss, PairLoss, TripletLoss,"
                        + " TargetLoss or PairTargetLoss",
                noLoss.getMessage());
    }
}
