package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradcheckCommandTest {
    private static final String LOSS = """
            import org.hashgrad.autograd.Variable;
            import org.hashgrad.hashing.loss.ClosedFormGradient;
            import org.hashgrad.hashing.loss.PointLoss;

            final class Cube implements PointLoss, ClosedFormGradient {
                public Variable of(Variable u) {
                    return u.square().times(u).sum();
                }

                public double[][][] gradient(double[][]... inputs) {
                    double[][] gradient = inputs[0].clone();
                    for (int i = 0; i < gradient.length; i++) {
                        gradient[i] = java.util.Arrays.stream(inputs[0][i]).map(u -> 3 * u * u).toArray();
                    }
                    return new double[][][] {gradient};
                }
            }
            """;

    private final Path folder;

    GradcheckCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void namedOpsAndLossesAreCheckedOnEveryBackendAndPrecision() throws IOException {
        Path json = folder.resolve("rows.json");
        Called called = Called.with("gradcheck", "tanh", "DhnLoss.mean", "--json", json.toString())
                .endsWith(0);
        called.saying("reference on ", "cpu on ", " rows, 0 failed");
        JsonNode rows = new ObjectMapper().readTree(json.toFile());
        Set<String> seen = new TreeSet<>();
        for (JsonNode row : rows) {
            List<String> fields = new ArrayList<>();
            row.fieldNames().forEachRemaining(fields::add);
            assertEquals(
                    List.of(
                            "name",
                            "kind",
                            "backend",
                            "precision",
                            "check",
                            "error",
                            "bound",
                            "passed",
                            "at",
                            "actual",
                            "expected",
                            "seed"),
                    fields);
            seen.add(row.get("kind").asText() + " " + row.get("precision").asText() + " "
                    + row.get("check").asText());
        }
        assertTrue(
                seen.containsAll(Set.of(
                        "op f64 numeric",
                        "op f64 second order",
                        "op f32 backend",
                        "loss f64 numeric",
                        "loss f64 closed form",
                        "loss f32 backend")),
                seen::toString);
        called.saying(rows.size() + " rows");
    }

    @Test
    void unknownNameIsAnErrorWithTheNearest() {
        Called.with("gradcheck", "Tahn").endsWith(2).withOneLine("'Tahn'", "nearest is Tanh");
        Called.with("gradcheck", "dhn").endsWith(2).withOneLine("'dhn'", "nearest is DhnLoss");
    }

    @Test
    void aLossInOneSourceFileIsCheckedWithoutRegistration() throws IOException {
        Path source = Files.writeString(folder.resolve("Cube.java"), LOSS);
        Called.with("gradcheck", source.toString(), "--backend", "reference")
                .endsWith(0)
                .saying("Cube", "closed form", "7 rows, 0 failed");
    }

    @Test
    void aWrongFactorFailsWithExitCodeOne() throws IOException {
        Path source = Files.writeString(folder.resolve("Cube.java"), LOSS.replace("3 * u", "2 * u"));
        Called.with("gradcheck", source.toString(), "--backend", "reference")
                .endsWith(1)
                .saying("FAILED Cube: closed form check on reference", "7 rows, 2 failed");
    }

    @Test
    void aSourceThatDoesNotCompileNamesItsLine() throws IOException {
        Path source = Files.writeString(folder.resolve("Cube.java"), LOSS.replace("square", "squire"));
        Called.with("gradcheck", source.toString()).endsWith(2).withOneLine("Cube.java line 7", "squire");
    }

    @Test
    void aClassThatIsNoLossIsRefused() throws IOException {
        Path source = Files.writeString(folder.resolve("Plain.java"), "class Plain {}");
        Called.with("gradcheck", source.toString())
                .endsWith(2)
                .withOneLine("Plain", "need a PointLoss, PairLoss, TripletLoss, TargetLoss or PairTargetLoss");
    }

    @Test
    void anUnwritableReportIsFoundBeforeTheWork() {
        Called called = Called.with("gradcheck", "--json", folder.toString())
                .endsWith(2)
                .withOneLine("--json");
        assertEquals("", called.out());
    }

    @Test
    void aLossWithoutAClosedFormIsNamed() throws IOException {
        String plain = LOSS.replace(", ClosedFormGradient", "");
        Path source = Files.writeString(folder.resolve("Cube.java"), plain);
        Called.with("gradcheck", source.toString(), "--backend", "reference")
                .endsWith(0)
                .saying("no closed form: Cube");
        Files.writeString(source, LOSS);
        Called formula = Called.with("gradcheck", source.toString(), "--backend", "reference")
                .endsWith(0);
        assertFalse(formula.out().contains("no closed form"), formula::out);
    }

    @Test
    void aLossThatIsNoScalarIsNamedWithItsFile() throws IOException {
        Path source = Files.writeString(folder.resolve("Cube.java"), LOSS.replace(".sum()", ""));
        Called.with("gradcheck", source.toString(), "--backend", "reference")
                .endsWith(2)
                .withOneLine("Cube.java: the loss Cube can not be checked: ");
    }

    @Test
    void anErrorThatIsNotFiniteIsNullInTheReport() throws IOException {
        Path source = Files.writeString(folder.resolve("Cube.java"), LOSS.replace("3 * u * u", "Double.NaN"));
        Path json = folder.resolve("rows.json");
        Called.with("gradcheck", source.toString(), "--backend", "reference", "--json", json.toString())
                .endsWith(1);
        int nulls = 0;
        for (JsonNode row : new ObjectMapper().readTree(json.toFile())) {
            assertTrue(row.get("error").isNumber() || row.get("error").isNull(), row::toString);
            nulls += row.get("error").isNull() ? 1 : 0;
        }
        assertEquals(2, nulls, "closed form after and before the tanh");
    }

    @Test
    void memoryThatRunsOutIsOneLineAndExitCodeOne() throws IOException {
        Path source = Files.writeString(
                folder.resolve("Cube.java"),
                LOSS.replace("return u.square()", "if (true) throw new OutOfMemoryError(\"heap\"); return u.square()"));
        Called.with("gradcheck", source.toString(), "--backend", "reference")
                .endsWith(1)
                .withOneLine("out of memory (heap)", "MiB", "HASHGRAD_JAVA_OPTS");
    }

    @Test
    void theReportMustNotReplaceTheSource() throws IOException {
        Path source = Files.writeString(folder.resolve("Cube.java"), LOSS);
        Called.with("gradcheck", source.toString(), "--json", source.toString())
                .endsWith(2)
                .withOneLine("Cube.java: is the input");
        assertEquals(LOSS, Files.readString(source));
    }

    @Test
    void aLossPrintsItsWorstElementsItsInputsAndTheLikelyMistake() throws IOException {
        Path source = Files.writeString(folder.resolve("Cube.java"), LOSS.replace("3 * u * u", "6 * u * u"));
        Called.with("gradcheck", source.toString(), "--backend", "reference", "--seed", "5")
                .endsWith(1)
                .saying(
                        "tape = 0.500 × closed form everywhere: a factor 1/2",
                        "(seed 5)",
                        "inputs of Cube: u (n, k) uniform in ±2.0",
                        "expected",
                        "u[");
    }

    @Test
    void aClassOnTheClassPathIsCheckedByItsName() throws IOException {
        Path source = Files.writeString(folder.resolve("Cube.java"), "package own;" + LOSS);
        Path classes = Files.createDirectory(folder.resolve("classes"));
        int code = javax.tools.ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        source.toString());
        assertEquals(0, code);
        Called.with("gradcheck", "own.Cube", "--classpath", classes.toString(), "--backend", "reference")
                .endsWith(0)
                .saying("own.Cube", "7 rows, 0 failed");
        Called.with("gradcheck", "own.Cube").endsWith(2).withOneLine("unknown op or loss 'own.Cube'", "--classpath");
        Called.with("gradcheck", "own.Cube", "--classpath", "none")
                .endsWith(2)
                .withOneLine("class path: there is no none");
    }

    @Test
    void markdownHasARowPerCheckInAFileOrAlone() throws IOException {
        Path page = folder.resolve("checks.md");
        Called.with("gradcheck", "Quantization", "--backend", "reference", "--markdown", page.toString())
                .endsWith(0)
                .saying("reference on ");
        List<String> lines = Files.readAllLines(page);
        assertEquals("| backend | name | check | error | bound | at | tape | expected | |", lines.get(0));
        assertEquals(
                2 + 3 * 7, lines.stream().filter(line -> line.startsWith("|")).count());
        Called alone = Called.with("gradcheck", "Quantization", "--backend", "reference", "--markdown", "-")
                .endsWith(0);
        assertEquals(lines, alone.out().lines().toList());
    }

    @Test
    void aTermOfConfigurationsIsCheckedByItsName() {
        Called.with("gradcheck", "dpsh.quantization", "--backend", "reference")
                .endsWith(0)
                .saying("dpsh.quantization", "7 rows, 0 failed");
    }
}
