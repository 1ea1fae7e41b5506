package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hashgrad.autograd.check.CheckRow;

/** The rows of checks as tables. */
final class GradcheckTable {
    private GradcheckTable() {}

    private record Function(String name, String kind) {}

    /** A line per op or loss and a column per check: the error that is largest against its bound. */
    static Table of(List<CheckRow> rows) {
        Set<String> checks = new LinkedHashSet<>();
        Map<Function, Map<String, CheckRow>> worst = new LinkedHashMap<>();
        Map<Function, Integer> counts = new LinkedHashMap<>();
        for (CheckRow row : rows) {
            Function function = new Function(shortName(row), row.kind());
            checks.add(row.check());
            counts.merge(function, 1, Integer::sum);
            worst.computeIfAbsent(function, f -> new LinkedHashMap<>())
                    .merge(row.check(), row, (a, b) -> share(a) >= share(b) ? a : b);
        }
        List<String> heads = new ArrayList<>(List.of("name", "kind", "rows"));
        heads.addAll(checks);
        heads.add("");
        Table table = new Table(heads.toArray(String[]::new));
        worst.forEach((function, byCheck) -> {
            List<String> cells =
                    new ArrayList<>(List.of(function.name(), function.kind(), String.valueOf(counts.get(function))));
            checks.forEach(check -> cells.add(error(byCheck, check)));
            cells.add(byCheck.values().stream().allMatch(CheckRow::passed) ? "ok" : "FAILED");
            table.row(cells.toArray(String[]::new));
        });
        return table;
    }

    /** Heads of {@link #cells}. */
    static final List<String> DETAILS = List.of("name", "check", "error", "bound", "at", "tape", "expected", "");

    /** A line per check, with its worst element. */
    static Table details(List<CheckRow> rows) {
        Table table = new Table(DETAILS.toArray(String[]::new));
        for (CheckRow row : rows) {
            table.row(cells(row).toArray(String[]::new));
        }
        return table;
    }

    /** A check with its worst element. */
    static List<String> cells(CheckRow row) {
        return List.of(
                row.name(),
                row.check(),
                scientific(row.error()),
                scientific(row.bound()),
                row.at().isEmpty() ? "-" : row.at(),
                number(row.actual()),
                number(row.expected()),
                row.passed() ? "ok" : "FAILED");
    }

    /** A Markdown table of all rows, a line per check. */
    static String markdown(List<CheckRow> rows) {
        StringBuilder text = new StringBuilder();
        text.append("| backend | name | check | error | bound | at | tape | expected | |")
                .append(System.lineSeparator())
                .append("|---|---|---|---:|---:|---|---:|---:|---|")
                .append(System.lineSeparator());
        for (CheckRow row : rows) {
            text.append("| ").append(row.backend()).append(' ').append(row.precision());
            cells(row).forEach(cell -> text.append(" | ").append(cell.replace("|", "\\|")));
            text.append(" |").append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String scientific(double value) {
        return String.format(Locale.ROOT, "%.1e", value);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.9g", value);
    }

    private static String error(Map<String, CheckRow> byCheck, String check) {
        CheckRow row = byCheck.get(check);
        return row == null ? "-" : scientific(row.error());
    }

    /** An op's row is named after its record and its shapes; the record is the group. */
    private static String shortName(CheckRow row) {
        return row.name().split(" ", 2)[0];
    }

    /** Largest first: failed, then by the share of the bound that is used up. */
    private static double share(CheckRow row) {
        return !row.passed() ? Double.POSITIVE_INFINITY : row.bound() == 0 ? 0 : row.error() / row.bound();
    }
}
