package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hashgrad.hashing.protocol.Direction;
import org.hashgrad.hashing.protocol.Sweep;
import org.hashgrad.hashing.protocol.SweepFolder;

/**
 * The runs of a sweep that differ in their seed only.
 *
 * @param settings the grid's keys with their values
 * @param wanted how many seeds there are to be
 * @param runs those that have finished
 */
record SweepRow(String label, Map<String, String> settings, int wanted, List<SweepFolder.Finished> runs) {
    static final String MISSING = "missing";
    private static final String NOTHING = "–";

    /** One row per label and settings, labels in their order, values ascending. */
    static List<SweepRow> of(Sweep sweep, SweepFolder folder) {
        Map<String, List<Sweep.Cell>> groups = new LinkedHashMap<>();
        for (Sweep.Cell cell : sweep.cells()) {
            groups.computeIfAbsent(cell.label() + cell.row(), key -> new ArrayList<>())
                    .add(cell);
        }
        List<String> labels =
                sweep.cells().stream().map(Sweep.Cell::label).distinct().toList();
        List<SweepRow> rows = new ArrayList<>();
        for (List<Sweep.Cell> cells : groups.values()) {
            List<SweepFolder.Finished> runs =
                    cells.stream().flatMap(cell -> folder.find(cell).stream()).toList();
            rows.add(new SweepRow(cells.get(0).label(), cells.get(0).row(), cells.size(), runs));
        }
        rows.sort(Comparator.comparing((SweepRow row) -> labels.indexOf(row.label()))
                .thenComparing(SweepRow::bySettings));
        return rows;
    }

    private static int bySettings(SweepRow a, SweepRow b) {
        for (Map.Entry<String, String> setting : a.settings().entrySet()) {
            int order = compareValues(setting.getValue(), b.settings().getOrDefault(setting.getKey(), ""));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Numbers by size, other words by letters. */
    static int compareValues(String a, String b) {
        Optional<Double> x = number(a);
        Optional<Double> y = number(b);
        return x.isPresent() && y.isPresent() ? Double.compare(x.get(), y.get()) : a.compareTo(b);
    }

    static Optional<Double> number(String text) {
        try {
            return Optional.of(Double.valueOf(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Its label with its settings. */
    String name() {
        return label + (settings.isEmpty() ? "" : " " + settings);
    }

    /** Whether its runs are measured from one medium to another. */
    boolean hasTwoMedia() {
        return figure("mAP_" + Direction.IMAGE_TO_TEXT.key()).count() > 0;
    }

    /** The figure at a path of {@code metrics.json} over the seeds that have it. */
    Spread figure(String... path) {
        return Spread.of(values(path));
    }

    private List<Double> values(String... path) {
        return found(path)
                .filter(Number.class::isInstance)
                .map(number -> ((Number) number).doubleValue())
                .toList();
    }

    /** What the runs have at a path of {@code metrics.json}. */
    private Stream<Object> found(String... path) {
        return runs.stream().flatMap(run -> {
            Object at = run.metrics();
            for (String key : path) {
                at = at instanceof Map<?, ?> map ? map.get(key) : null;
            }
            return Stream.ofNullable(at);
        });
    }

    /** The keys of the map at a path of {@code metrics.json}, of the first run that has it; none without. */
    List<String> keys(String... path) {
        return found(path)
                .filter(Map.class::isInstance)
                .findFirst()
                .map(map ->
                        ((Map<?, ?>) map).keySet().stream().map(String::valueOf).toList())
                .orElse(List.of());
    }

    /** A list at a path of {@code metrics.json}, element by element the mean over the seeds that have it; empty without. */
    List<Double> curve(String... path) {
        List<Object> curves = found(path).filter(List.class::isInstance).toList();
        int length = curves.isEmpty() ? 0 : ((List<?>) curves.get(0)).size();
        List<Double> mean = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            int at = i;
            mean.add(curves.stream()
                    .mapToDouble(curve -> ((Number) ((List<?>) curve).get(at)).doubleValue())
                    .average()
                    .orElseThrow());
        }
        return mean;
    }

    /** Seconds of an epoch: of each run the mean over its epochs. */
    Spread epochSeconds() {
        return Spread.of(runs.stream()
                .filter(run -> !run.epochSeconds().isEmpty())
                .map(run -> run.epochSeconds().stream()
                        .mapToDouble(s -> s)
                        .average()
                        .orElseThrow())
                .toList());
    }

    /** A cell of a table: how many seeds there are where some lack, and {@code missing} where all do. */
    String text(Spread figure, boolean always) {
        if (runs.isEmpty() || (figure.count() == 0 && always)) {
            return MISSING;
        }
        if (figure.count() == 0) {
            return NOTHING;
        }
        return figure.text() + (figure.count() < wanted ? " (" + figure.count() + " of " + wanted + ")" : "");
    }
}
