package org.hashgrad.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuneTest {
    private static final String NUMBER = " [0-9.]+ \\|";

    private static String tuned(String... what) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Tune.run(new PrintStream(out, true, StandardCharsets.UTF_8), List.of(what));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void assertHas(String table, String row) {
        assertTrue(table.lines().anyMatch(line -> line.matches(row)), () -> row + " in " + table);
    }

    @Test
    void aProductOfOnesOwnIsMeasuredInEveryFormAndPrintedAsTheTableIs() {
        String table = tuned("20x70x33");
        for (String form : List.of("NN", "TN", "NT", "TT")) {
            assertHas(table, "\\| " + form + " \\| 20, 33, 70 \\|(" + NUMBER + ")+ [A-Z_]+ \\|");
            assertHas(table, " +row\\(\"" + form + "\", [A-Z_]+, 20, 33, 70\\),?");
        }
        assertEquals(4, table.lines().filter(line -> line.contains("row(")).count(), table);
    }

    @Test
    void convolutionsAreTimedByEveryAlgorithmThatCanComputeThemBesideTheRulesChoice() {
        String table = tuned("conv", "2x16x16x3x8", "2x16x16x5x8", "2x3x16x11x24x4x2");
        for (String pass : List.of("forward", "input-gradient")) {
            assertHas(table, "\\| 2x16x16x3x8 \\| " + pass + " \\|(" + NUMBER + "){3} direct \\|.*\\|");
            assertHas(table, "\\| 2x16x16x5x8 \\| " + pass + " \\|" + NUMBER + " - \\|" + NUMBER + " direct \\|.*\\|");
        }
        assertHas(table, "\\| 2x3x16x11x24x4x2 \\| forward \\|" + NUMBER + " - \\| - \\| direct \\|  \\|");
        assertEquals(7, table.lines().filter(line -> line.startsWith("|")).count(), table);
    }

    @Test
    void aChoiceIsMarkedOnlyWhereAnotherIsMoreThanFivePercentFaster() {
        Map<String, Double> seconds = Map.of("direct", 1.0, "f2", 1.3, "f4", 1.049);
        assertEquals("", TuneConvolution.better("direct", seconds));
        assertEquals("", TuneConvolution.better("f4", seconds));
        assertEquals("**direct 1.30 times**", TuneConvolution.better("f2", seconds));
    }

    @Test
    void aVariantReplacesTheTablesOnlyWhereItIsThreePercentFaster() {
        assertEquals("DEEP", Tune.choice("DEEP", Map.of("DEEP", 100.0, "WIDE", 102.9)));
        assertEquals("WIDE", Tune.choice("DEEP", Map.of("DEEP", 100.0, "WIDE", 103.1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-f; tune: need products MxKxN, for example 1024x576x256, or conv, got '-f'",
                "4x5; tune: need products MxKxN, for example 1024x576x256, or conv, got '4x5'",
                "4x0x5; tune: need products MxKxN, for example 1024x576x256, or conv, got '4x0x5'"
            })
    void whatIsNoProductIsRefused(String what, String message) {
        var thrown = assertThrows(IllegalArgumentException.class, () -> tuned(what));
        assertEquals(message, thrown.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"4x5x6", "4x16x16x3x8x1", "4x16x16x3x0"})
    void whatIsNoLayerIsRefused(String what) {
        var thrown = assertThrows(IllegalArgumentException.class, () -> tuned("conv", what));
        assertEquals(
                "tune conv: need BATCHxCHANNELSxOUTPUTSxKERNELxSIDE, with xSTRIDExPADDING behind it or not, for example 64x32x64x5x7, got '"
                        + what + "'",
                thrown.getMessage());
    }
}
