package org.hashgrad.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hashgrad.tensor.Peak;
import org.jspecify.annotations.Nullable;

/** The Markdown table of a run: each row beside plain Java loops, the best peer and the peak of the machine. */
final class Table {
    private static final String BASELINE = "java-loops";
    static final Set<String> OURS = Set.of("reference", "cpu", "opencl", "cpu-composite", "opencl-composite");

    private Table() {}

    /** @param peaks by the backend that measured them: {@code opencl} for rows of its implementations, {@code cpu} for all others */
    static String of(List<Row> rows, Map<String, Peak> peaks, String machine) {
        Map<String, Double> loops = new HashMap<>();
        Map<String, Double> peers = new HashMap<>();
        for (Row row : rows) {
            if (row.implementation().equals(BASELINE)) {
                loops.merge(row.subject(), row.milliseconds(), Math::min);
            } else if (!OURS.contains(row.implementation())) {
                peers.merge(row.subject(), row.milliseconds(), Math::min);
            }
        }
        List<String> lines = new ArrayList<>(List.of(
                "",
                "| benchmark | implementation | ms | ± | rate | of peak | times plain Java | times best peer |",
                "|---|---|---:|---:|---:|---:|---:|---:|"));
        for (Row row : rows) {
            Work work = Work.of(row.subject());
            Peak peak = peaks.get(row.implementation().startsWith("opencl") ? "opencl" : "cpu");
            lines.add(String.join(
                    " | ",
                    "| " + row.subject(),
                    row.implementation(),
                    number("%.3f", row.milliseconds()),
                    number("%.3f", row.error()),
                    work.rate(row.milliseconds()),
                    peak == null ? "" : work.share(row.milliseconds(), peak),
                    ratio(loops.get(row.subject()), row),
                    (OURS.contains(row.implementation()) ? ratio(peers.get(row.subject()), row) : "") + " |"));
        }
        lines.add("");
        lines.add(machine);
        List<String> measured = new ArrayList<>();
        new TreeMap<>(peaks)
                .forEach((backend, peak) -> measured.add(String.format(
                        Locale.ROOT,
                        "%s %.0f GF/s of multiply-adds, %.1f GB/s of a copy, read and written",
                        backend,
                        peak.flops() * 1e-9,
                        peak.bytes() * 1e-9)));
        lines.add(
                measured.isEmpty() ? "Peak: not measured." : "Peak in this run: " + String.join("; ", measured) + ".");
        lines.add(
                "Lower ms are better; plain Java is one thread; rates count what has to be computed, or read and written, at least.");
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private static String ratio(@Nullable Double baseline, Row row) {
        return baseline == null ? "" : number("%.2f", baseline / row.milliseconds());
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }
}
