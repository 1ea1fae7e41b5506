package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void textAlignsLeftAndNumbersRightWithTheirHeads() {
        Table table = new Table("name", "value");
        table.row("a", "1.5");
        table.row("longer", "-");
        assertEquals(
                "name    value\na         1.5\nlonger      -\n",
                table.toString().replace(System.lineSeparator(), "\n"));
    }

    @Test
    void aRowOfAnotherWidthIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Table("a", "b").row("1"));
    }

    @Test
    void nearestIsTheFewestEditsAway() {
        assertEquals("Tanh", Nearest.to("tahn", java.util.List.of("Abs", "Tanh", "Than kind")));
    }
}
