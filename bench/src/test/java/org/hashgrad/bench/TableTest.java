package org.hashgrad.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hashgrad.tensor.Peak;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    private static final String PRODUCT = "Matmul form=nn size=100x200x50";

    private static Row row(String subject, String implementation, double milliseconds) {
        return new Row(subject, implementation, milliseconds, 0.125);
    }

    @Test
    void aRowHasItsRateItsShareOfThePeakAndItsRatios() {
        List<Row> rows = List.of(
                row(PRODUCT, "java-loops", 4),
                row(PRODUCT, "netlib", 2),
                row(PRODUCT, "nd4j", 1),
                row(PRODUCT, "cpu", 0.5),
                row(PRODUCT, "opencl-composite", 0.5));
        String table = Table.of(rows, Map.of("cpu", new Peak(16e9, 20e9), "opencl", new Peak(32e9, 40e9)), "here");
        assertTrue(table.contains("| " + PRODUCT + " | cpu | 0.500 | 0.125 | 4.0 GF/s | 25 % | 8.00 | 2.00 |"), table);
        assertTrue(table.contains("| " + PRODUCT + " | nd4j | 1.000 | 0.125 | 2.0 GF/s | 13 % | 4.00 |  |"), table);
        assertTrue(
                table.contains(
                        "| " + PRODUCT + " | opencl-composite | 0.500 | 0.125 | 4.0 GF/s | 13 % | 8.00 | 2.00 |"),
                table);
        assertTrue(
                table.contains("Peak in this run: cpu 16 GF/s of multiply-adds, 20.0 GB/s of a copy, read and written; "
                        + "opencl 32 GF/s of multiply-adds, 40.0 GB/s"),
                table);
        assertTrue(table.contains("here"), table);
    }

    @Test
    void withoutPeakAndPeersTheirColumnsAreEmpty() {
        String table = Table.of(List.of(row("Loss.value size=64x48", "opencl", 2)), Map.of(), "here");
        assertTrue(table.contains("| Loss.value size=64x48 | opencl | 2.000 | 0.125 |  |  |  |  |"), table);
        assertTrue(table.contains("Peak: not measured."), table);
    }

    @Test
    void operationsAreCountedFromTheShapes() {
        assertEquals(2.0 * 3 * 4 * 5, Work.of("Matmul size=3x4x5").flops());
        assertEquals(2 * 2.0 * 3 * 4 * 5, Work.of("Matmul size=3x4x5 calls=2").flops());
        double layer = 2.0 * 2 * 7 * 6 * 6 * 3 * 5 * 5;
        assertEquals(layer, Work.of("Convolution layer=2x3x7x5x6 pass=forward").flops());
        assertEquals(
                20 * 3.0 * 5 * 5 * 7, Work.of("PairwiseLoss size=5x7 calls=20").flops());
        assertEquals(4.0 * 5 * 7 * 3, Work.of("PairwiseBank size=5x7x3").flops());
        double square = 2.0 * 2 * 8 * 5 * 5 * 8 * 9;
        assertEquals(
                4 * square,
                Work.of("ConvChain chain=3x3x8@5 pass=forward batch=2").flops());
        assertEquals(
                12 * square, Work.of("ConvChain chain=3x3x8@5 pass=all batch=2").flops());
        double first = 2.0 * 64 * 55 * 55 * 363;
        double all = first + 2.0 * (192 * 729 * 1600 + 169.0 * (384 * 1728 + 256 * 3456 + 256 * 2304));
        assertEquals(
                3 * all - first,
                Work.of("ConvChain chain=alexnet pass=all batch=1").flops());
        double dense = 6.0 * (9216 * 4096 + 4096 * 4096 + 4096 * 48);
        assertEquals(
                3 * all - first + dense,
                Work.of("TrainingStep network=alexnet batch=1").flops());
    }

    @Test
    void bytesAreThoseOfInputsAndResults() {
        assertEquals(8 * 100, Work.of("Tanh n=100").bytes());
        assertEquals(12 * 100, Work.of("Elementwise op=ADD n=100").bytes());
        assertEquals(20 * 100, Work.of("Optimizer rule=sgd n=100").bytes());
        assertEquals(
                8.0 * 2 * 3 * 16, Work.of("BatchNorm pass=forward size=2x3x4").bytes());
        assertEquals(
                4.0 * (2 * 2 * 3 * 25 + 2 * 3 * 4),
                Work.of("Pooling kind=max pass=gradient size=2x3x5").bytes());
        assertEquals(8.0 * 2 * 3 * 25, Work.of("OnePass op=response size=2x3x5").bytes());
        assertEquals(
                4.0 * (2 * 3 * 25 + 6),
                Work.of("OnePass op=sum-rows size=2x3x5").bytes());
        assertEquals(
                4.0 * (2 * 3 * 25 + 25),
                Work.of("OnePass op=sum-columns size=2x3x5").bytes());
    }

    @Test
    void aSubjectNamesWhatHasMoreThanOneValue() {
        assertEquals("Matmul form=tn size=1x2x3", Case.canonical("Matmul implementation=cpu size=1x2x3 form=tn"));
        assertEquals("Matmul calls=2 form=nn size=1x2x3", Case.canonical("Matmul size=1x2x3 calls=2"));
        assertEquals(
                "TripletLoss.tripletBank size=1x2x3",
                Case.canonical("org.hashgrad.bench.TripletLossBenchmark", "tripletBank", Map.of("size", "1x2x3")));
    }

    @Test
    void rowsOfAnotherProgramAreMerged(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("peers.json");
        Files.writeString(
                file,
                "{\"rows\": [{\"case\": \"Matmul size=100x200x50\", \"implementation\": \"openblas\", \"ms\": 0.25}]}");
        List<String> arguments = new ArrayList<>(List.of("Matmul", "--with", file.toString(), "-f", "0"));
        List<Row> rows = new ArrayList<>(Bench.others(arguments));
        assertEquals(List.of("Matmul", "-f", "0"), arguments);
        assertEquals(PRODUCT, rows.get(0).subject());
        rows.add(row(PRODUCT, "opencl", 0.5));
        String table = Table.of(rows, Map.of(), "here");
        assertTrue(table.contains("| opencl | 0.500 | 0.125 | 4.0 GF/s |  |  | 0.50 |"), table);
        assertTrue(table.contains("| openblas | 0.250 |  | 8.0 GF/s |  |  |  |"), table);
    }

    @Test
    void aFileThatIsNoneIsRefusedByName(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("broken.json"), "{\"rows\": [{\"case\": \"Tanh\"}]}");
        refused("row 1 has no \"implementation\"", "--with", file.toString());
        refused("can't read", "--with", folder.resolve("absent.json").toString());
        refused("bench: --with needs a file", "--with");
        Path empty = Files.writeString(folder.resolve("empty.json"), "{}");
        refused("has no list \"rows\"", "--with", empty.toString());
    }

    private static void refused(String why, String... arguments) {
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> Bench.others(new ArrayList<>(List.of(arguments))));
        assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::toString);
    }

    @Test
    void timesPerCallBecomeMilliseconds() {
        assertEquals(1e-3, Row.milliseconds("us/op"));
        assertEquals(1e3, Row.milliseconds("s/op"));
        assertThrows(IllegalArgumentException.class, () -> Row.milliseconds("ops/ms"));
    }

    @Test
    void whatCannotBeMeasuredIsRefusedInOneLineBeforeItStarts(@TempDir Path folder) {
        refusedToRun("bench: no benchmark matches [Foo]; -l lists those there are", "Foo");
        refusedToRun("bench: --with needs a file", "--with");
        refusedToRun(
                "bench: can't read", "--with", folder.resolve("absent.json").toString());
        refusedToRun("bench: there is no implementation 'absent'; there are", "Tanh", "-p", "implementation=absent");
        refusedToRun("bench: the table needs times per call; -bm takes avgt, sample or ss", "Tanh", "-bm", "thrpt");
    }

    private static void refusedToRun(String why, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertEquals(2, Bench.run(new PrintStream(err, true, StandardCharsets.UTF_8), arguments));
        String said = err.toString(StandardCharsets.UTF_8);
        assertTrue(said.startsWith(why), said);
        assertEquals(1, said.lines().count(), said);
    }

    @Test
    void theMachineLineNamesProcessorsAndLoad() {
        String line = Machine.line("device");
        assertTrue(line.contains(Runtime.getRuntime().availableProcessors() + " processors"), line);
        assertTrue(line.contains("device, load"), line);
        assertFalse(line.contains("\n"), line);
    }
}
