package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.hashgrad.hashing.data.DataException;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
    @Test
    void aLossBecomesTheParameterOfItsBenchmark() {
        assertEquals(
                List.of("bench.LossBenchmark", "-p", "loss=DhnLoss", "-f", "0"),
                BenchCommand.forJmh(List.of("loss", "DhnLoss", "-f", "0")));
        assertEquals(List.of("Matmul", "-l"), BenchCommand.forJmh(List.of("Matmul", "-l")));
    }

    @Test
    void withoutArgumentsEveryBenchmarkRunsButTheOneOfLosses() {
        assertEquals(List.of("-e", "bench.LossBenchmark"), BenchCommand.forJmh(List.of()));
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
    void tuningGoesToTheBenchmarkProcessAloneAndTakesNoArguments() {
        assertEquals(List.of("tune"), BenchCommand.forJmh(List.of("tune")));
        var more = assertThrows(DataException.class, () -> BenchCommand.forJmh(List.of("tune", "-f", "1")));
        assertEquals("bench: tune takes no arguments, got [-f, 1]", more.getMessage());
    }

    @Test
    void aLossThatIsNoneIsRefusedBeforeTheBenchmarksStart() {
        var unknown = assertThrows(DataException.class, () -> BenchCommand.forJmh(List.of("loss", "Nothing")));
        assertTrue(String.valueOf(unknown.getMessage()).startsWith("loss: there is no 'Nothing'"), unknown::toString);
        var missing = assertThrows(DataException.class, () -> BenchCommand.forJmh(List.of("loss")));
        assertEquals("bench: loss needs a name, for example bench loss MyLoss.java", missing.getMessage());
    }
}
