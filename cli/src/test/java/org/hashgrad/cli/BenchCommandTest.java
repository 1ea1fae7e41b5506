package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hashgrad.hashing.data.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    @Test
    void aLossBecomesTheParameterOfItsBenchmark() {
        assertEquals(
                List.of("bench.LossBenchmark", "-p", "loss=DhnLoss", "-f", "0"),
                BenchCommand.forJmh(List.of("loss", "DhnLoss", "-f", "0")));
        assertEquals(List.of("Matmul", "-l"), BenchCommand.forJmh(List.of("Matmul", "-l")));
    }

    @Test
    void withoutArgumentsEveryBenchmarkRunsShortlyButTheOneOfLosses() {
        List<String> line = BenchCommand.forJmh(List.of());
        assertEquals(List.of("-e", "bench.LossBenchmark"), line.subList(0, 2));
        assertTrue(line.contains("500ms"), line::toString);
    }

    @Test
    void aLossOfTripletsIsTimedAtTheSmallSizeUnlessToldOtherwise() {
        assertEquals(
                List.of("bench.LossBenchmark", "-p", "loss=DtshLoss", "-p", "size=64x48"),
                BenchCommand.forJmh(List.of("loss", "DtshLoss")));
        assertEquals(
                List.of("bench.LossBenchmark", "-p", "loss=DtshLoss", "-p", "size=32x16"),
                BenchCommand.forJmh(List.of("loss", "DtshLoss", "-p", "size=32x16")));
    }

    @Test
    void tuningGoesToTheBenchmarkProcessWithWhatItTakes() {
        assertEquals(List.of("tune"), BenchCommand.forJmh(List.of("tune")));
        assertEquals(
                List.of("tune", "conv", "64x32x64x5x7"), BenchCommand.forJmh(List.of("tune", "conv", "64x32x64x5x7")));
    }

    @Test
    void aLossThatIsNoneIsRefusedBeforeTheBenchmarksStart() {
        var unknown = assertThrows(DataException.class, () -> BenchCommand.forJmh(List.of("loss", "Nothing")));
        assertTrue(String.valueOf(unknown.getMessage()).startsWith("loss: there is no 'Nothing'"), unknown::toString);
        var missing = assertThrows(DataException.class, () -> BenchCommand.forJmh(List.of("loss")));
        assertEquals("bench: loss needs a name, for example bench loss MyLoss.java", missing.getMessage());
    }

    @Test
    void withoutTheBuildThatHasPeersTheCommandSaysHowToBuildIt(@TempDir Path bench) throws IOException {
        var nothing = assertThrows(DataException.class, () -> BenchCommand.benchmarks(bench, List.of("--peers")));
        assertTrue(String.valueOf(nothing.getMessage()).contains("mvn -q -pl bench -am package"), nothing::toString);
        Files.createDirectories(bench.resolve("target"));
        Path jar = Files.createFile(bench.resolve("target").resolve("benchmarks.jar"));
        var peers = assertThrows(DataException.class, () -> BenchCommand.benchmarks(bench, List.of("Tanh", "--peers")));
        assertTrue(String.valueOf(peers.getMessage()).contains("mvn -q -Ppeers -pl bench/peers/jvm"), peers::toString);
        List<String> plain = BenchCommand.benchmarks(bench, List.of("Tanh", "-l"));
        assertEquals(List.of("-jar", jar.toString(), "Tanh", "-l"), plain.subList(plain.size() - 4, plain.size()));
        Files.createDirectories(bench.resolve(Path.of("peers", "jvm", "target", "lib")));
        List<String> both = BenchCommand.benchmarks(bench, List.of("Tanh", "--peers"));
        assertEquals(
                List.of("org.hashgrad.bench.Bench", "Tanh", "--peers"), both.subList(both.size() - 3, both.size()));
    }

    @Test
    void aComparisonIsTheDriverWithTheArgumentsBehindIt() {
        List<String> line = BenchCommand.comparison(Path.of("bench"), List.of("demo", "--rounds", "2"));
        assertEquals(
                List.of(Path.of("bench", "peers", "compare.py").toString(), "demo", "--rounds", "2"),
                line.subList(1, line.size()));
    }
}
