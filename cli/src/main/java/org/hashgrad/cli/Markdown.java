package org.hashgrad.cli;

import java.util.List;

/** Tables as Markdown. */
final class Markdown {
    private Markdown() {}

    static String table(List<String> heads, List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        append(text, heads);
        text.append("|---".repeat(heads.size())).append("|\n");
        rows.forEach(row -> append(text, row));
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells) {
        cells.forEach(cell -> text.append("| ").append(cell.replace("|", "\\|")).append(' '));
        text.append("|\n");
    }
}
