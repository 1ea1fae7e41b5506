package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The curves of the hashing papers for one search of a sweep over bits.
 *
 * @param title of the search
 * @param file how names of its plots end
 * @param at the numbers of bits for which there are curves of precision
 * @param path where its figures are in {@code metrics.json}
 */
record SearchCharts(String title, String file, List<String> at, List<String> path) {
    SearchCharts {
        at = List.copyOf(at);
        path = List.copyOf(path);
    }

    /** The path of one of its figures. */
    String[] to(String... rest) {
        List<String> all = new ArrayList<>(path);
        all.addAll(List.of(rest));
        return all.toArray(String[]::new);
    }

    /** Each plot by the name of its file: P@H≤2 by bits, precision by recall at each radius, and precision of the first N. */
    Map<String, LineChart> of(Map<String, List<SweepRow>> byLabel) {
        LineChart within = new LineChart("Precision within Hamming radius 2, " + title, RowsByBits.BITS, "P@H≤2");
        byLabel.forEach((label, own) -> {
            within.line(
                    label,
                    own.stream()
                            .map(row -> row.settings().getOrDefault(RowsByBits.BITS, ""))
                            .toList(),
                    own.stream()
                            .map(row -> row.figure(to("precision_at_radius_2")))
                            .toList());
        });
        Map<String, LineChart> charts = new LinkedHashMap<>();
        charts.put("precision-within-2-" + file, within);
        for (String bits : at) {
            String of = bits + " bits, " + title;
            LineChart curve = new LineChart("Precision and recall, " + of, "recall", "precision");
            LineChart top = new LineChart("Precision of the first N, " + of, "N", "precision");
            byLabel.forEach((label, own) -> own.stream()
                    .filter(row -> RowsByBits.at(row, bits))
                    .forEach(row -> {
                        curve.curve(
                                label,
                                row.curve(to("pr_by_radius", "recall")),
                                row.curve(to("pr_by_radius", "precision")));
                        topN(top, label, row);
                    }));
            charts.put("precision-recall-" + bits + "-bits-" + file, curve);
            charts.put("precision-at-n-" + bits + "-bits-" + file, top);
        }
        return charts;
    }

    private void topN(LineChart chart, String label, SweepRow row) {
        List<String> ns = row.keys(to("precision_at_N")).stream()
                .sorted(Comparator.comparingInt(Integer::parseInt))
                .toList();
        chart.line(
                label,
                ns,
                ns.stream().map(n -> row.figure(to("precision_at_N", n))).toList());
    }
}
