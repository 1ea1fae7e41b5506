package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.protocol.SweepFolder;

/** The rows of a sweep over bits, as tables of a results page. */
final class RowsByBits {
    static final String BITS = "bits";

    private final List<SweepRow> rows;
    private final List<String> bits;

    /** @throws DataException unless bits are the only key of the grid */
    RowsByBits(List<SweepRow> rows, Path spec) {
        this.rows = rows;
        this.bits = rows.stream()
                .flatMap(row -> row.settings().values().stream())
                .distinct()
                .sorted(SweepRow::compareValues)
                .toList();
        for (SweepRow row : rows) {
            if (!List.of(BITS).containsAll(row.settings().keySet())) {
                throw new DataException("results: " + spec + ": the grid's keys are "
                        + row.settings().keySet() + "; need bits only");
            }
        }
    }

    /** The numbers of bits, ascending. */
    List<String> bits() {
        return bits;
    }

    /** Whether a row is one of k bits, or of any number. */
    static boolean at(SweepRow row, String k) {
        return row.settings().getOrDefault(BITS, k).equals(k);
    }

    /** Labels in their order, each with its rows. */
    Map<String, List<SweepRow>> byLabel() {
        Map<String, List<SweepRow>> byLabel = new LinkedHashMap<>();
        rows.forEach(row ->
                byLabel.computeIfAbsent(row.label(), key -> new ArrayList<>()).add(row));
        return byLabel;
    }

    /** Methods down, bits across; below, rows without figures. */
    String table(boolean always, Function<SweepRow, Spread> figure, List<String> empty) {
        List<String> heads = new ArrayList<>(List.of("method"));
        bits.forEach(k -> heads.add(k + " bits"));
        List<List<String>> cells = new ArrayList<>();
        byLabel().forEach((label, own) -> {
            List<String> line = new ArrayList<>(List.of(label));
            for (String k : bits) {
                line.add(own.stream()
                        .filter(row -> at(row, k))
                        .findFirst()
                        .map(row -> row.text(figure.apply(row), always))
                        .orElse(SweepRow.MISSING));
            }
            cells.add(line);
        });
        for (String label : empty) {
            List<String> line = new ArrayList<>(List.of(label));
            bits.forEach(k -> line.add(""));
            cells.add(line);
        }
        return Markdown.table(heads, cells);
    }

    /** Where the runs were made. */
    String provenance() {
        return provenance(rows);
    }

    /** Where the runs of any rows were made. */
    static String provenance(List<SweepRow> rows) {
        Map<String, Integer> runs = new TreeMap<>();
        Map<String, Set<String>> methods = new TreeMap<>();
        for (SweepRow row : rows) {
            for (SweepFolder.Finished run : row.runs()) {
                Map<String, Object> at = run.environment();
                String where = at.get("device") + "\t" + at.get("backend") + ", " + at.get("precision") + "\t"
                        + at.get("threads") + "\t" + at.get("commit");
                runs.merge(where, 1, Integer::sum);
                methods.computeIfAbsent(where, key -> new LinkedHashSet<>()).add(row.label());
            }
        }
        List<List<String>> cells = new ArrayList<>();
        runs.forEach((key, count) -> {
            List<String> line = new ArrayList<>(List.of(key.split("\t", -1)));
            line.add(count.toString());
            line.add(String.join(", ", methods.getOrDefault(key, Set.of())));
            cells.add(line);
        });
        return Markdown.table(List.of("device", "backend", "threads", "commit", "runs", "methods"), cells);
    }
}
