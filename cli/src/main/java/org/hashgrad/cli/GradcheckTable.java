package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hashgrad.autograd.check.CheckRow;

/** The rows of one backend, a line per op or loss and a column per check: the error that is largest against its bound. */
final class GradcheckTable {
    private GradcheckTable() {}

    private record Function(String name, String kind) {}

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

    private static String error(Map<String, CheckRow> byCheck, String check) {
        CheckRow row = byCheck.get(check);
        return row == null ? "-" : String.format(Locale.ROOT, "%.1e", row.error());
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
