package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hashgrad.hashing.protocol.Direction;
import org.jspecify.annotations.Nullable;

/** Every figure of {@code metrics.json} in one table, runs and their databases side by side; lists are curves and left to the plots. */
final class ReportFigures {
    private static final Set<String> OTHERS = Set.of("by_database", "by_direction", ReportRun.PROTOCOL);

    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("mAP", "mean average precision over all orders of equal distances"),
            Map.entry("mAP_best", "the same, relevant items first among equal distances: the upper bound"),
            Map.entry("mAP_worst", "the same, relevant items last among equal distances: the lower bound"),
            Map.entry("mAP_stable", "the same, equal distances in the database's order; for comparison only"),
            Map.entry("mAP_held_out", "mAP on images that were neither trained on nor queried"),
            Map.entry("mAP_full", "mAP on everything but the queries"),
            Map.entry("precision_at_radius_2", "precision within Hamming radius 2; an empty ball counts 0"),
            Map.entry("empty_at_radius_2", "share of queries with nothing within radius 2"),
            Map.entry(
                    "precision_at_radius_2_answered",
                    "precision within Hamming radius 2, without the queries that find nothing there"),
            Map.entry("precision_at_radius_2_micro", "relevant of all items within radius 2, of all queries together"),
            Map.entry("recall_at_radius_2", "share of the relevant items that is within radius 2"),
            Map.entry("f_at_radius_2", "harmonic mean of micro precision and recall within radius 2"),
            Map.entry("mAP_at_radius_2", "mean average precision of what is within radius 2"),
            Map.entry("mAP_protocol", "mean average precision as the protocol cuts it"),
            Map.entry("mAP_at_N", "mean average precision of the first N, by what it is divided by"),
            Map.entry("graded.weighted_mAP", "mean average precision weighted by the number of shared labels"),
            Map.entry("graded.NDCG_at_N", "normalized discounted cumulative gain of the first N by shared labels"),
            Map.entry("graded.ACG_at_N", "mean number of labels shared with the first N"),
            Map.entry("precision_at_N", "mean share of relevant items among the first N"),
            Map.entry("recall_at_N", "mean share of the relevant items that is among the first N"),
            Map.entry("pr_by_radius.area", "under precision and recall by radius, micro"),
            Map.entry("pr_by_radius_macro.area", "the same, macro"),
            Map.entry("pr_by_rank.area", "under precision and recall by rank"),
            Map.entry("codes.distinct", "codes of the set that differ"),
            Map.entry("codes.commonest", "share of the set that has its commonest code"),
            Map.entry("collapsed", "media with one code for nine tenths of all"),
            Map.entry("bits", "length of a code"),
            Map.entry("queries", "number of queries"),
            Map.entry("queries_without_relevant", "queries that nothing in the database is relevant to"),
            Map.entry("database", "number of items in the database"),
            Map.entry("seconds_train", "seconds of training alone"),
            Map.entry("share_waiting", "share of the training that waited for data, at most"),
            Map.entry("seconds_pretrain", "seconds of pretraining and features"));

    private ReportFigures() {}

    /** What a run is measured on. */
    private record Column(String head, Map<?, ?> figures) {}

    /** A column for each search; of two media one before them with what is of all directions. */
    private static List<Column> columns(ReportRun run) {
        List<Column> columns = new ArrayList<>();
        if (run.stored().hasTwoMedia()) {
            columns.add(new Column("both media", run.stored().metrics()));
        }
        run.stored().searches().forEach(search -> columns.add(new Column(title(search.name()), search.figures())));
        return columns;
    }

    /** A search's name for people. */
    static String title(String search) {
        return search.replace("_to_", " → ");
    }

    static String html(List<ReportRun> runs) {
        StringBuilder html = new StringBuilder();
        html.append("<div class=\"wide\" tabindex=\"0\"><table class=\"figures\">\n")
                .append("<caption>Figures of metrics.json; the pointer on a number shows all its digits.</caption>\n")
                .append("<thead>\n<tr><td></td>");
        List<Column> columns = new ArrayList<>();
        for (ReportRun run : runs) {
            List<Column> own = columns(run);
            columns.addAll(own);
            html.append("<th scope=\"colgroup\" colspan=\"")
                    .append(own.size())
                    .append("\" class=\"number\"><i class=\"chip c")
                    .append(run.hue() % LineChart.COLOURS.size())
                    .append("\"></i>")
                    .append(Html.escape(run.name()))
                    .append("</th>");
        }
        html.append("</tr>\n<tr><th scope=\"col\">figure</th>");
        columns.forEach(column -> html.append("<th scope=\"col\" class=\"number\">")
                .append(Html.escape(column.head()))
                .append("</th>"));
        html.append("</tr>\n</thead>\n<tbody>\n");
        Map<String, Map<Integer, Number>> rows = new LinkedHashMap<>();
        for (int c = 0; c < columns.size(); c++) {
            collect("", columns.get(c).figures(), c, rows);
        }
        rows.forEach((key, values) -> row(html, key, values, columns.size()));
        return html.append("</tbody></table></div>\n").toString();
    }

    private static void collect(String prefix, Map<?, ?> figures, int column, Map<String, Map<Integer, Number>> rows) {
        Map<Object, Object> ordered = new LinkedHashMap<>(figures);
        if (!ordered.isEmpty()
                && ordered.keySet().stream().allMatch(key -> String.valueOf(key).matches("\\d+"))) {
            Map<Integer, Object> numbers = new TreeMap<>();
            ordered.forEach((key, value) -> numbers.put(Integer.valueOf(String.valueOf(key)), value));
            ordered.clear();
            ordered.putAll(numbers);
        }
        ordered.forEach((key, value) -> {
            if (value instanceof Number number) {
                rows.computeIfAbsent(prefix + key, row -> new LinkedHashMap<>()).put(column, number);
            } else if (value instanceof Map<?, ?> inner && !OTHERS.contains(String.valueOf(key))) {
                collect(prefix + key + ".", inner, column, rows);
            }
        });
    }

    private static void row(StringBuilder html, String key, Map<Integer, Number> values, int columns) {
        boolean again = key.matches(".+_at_N\\.\\d+") && !key.endsWith(".1");
        String meaning = again ? "" : meaning(key);
        html.append("<tr><th scope=\"row\"><code>").append(Html.escape(key)).append("</code>");
        if (!meaning.isEmpty()) {
            html.append(" <span class=\"kind\">").append(Html.escape(meaning)).append("</span>");
        }
        html.append("</th>");
        for (int c = 0; c < columns; c++) {
            html.append("<td class=\"number\">").append(cell(values.get(c))).append("</td>");
        }
        html.append("</tr>\n");
    }

    /** What a figure means, whatever its N, set or direction; empty where that is not known. */
    static String meaning(String key) {
        String of = key.startsWith("codes.") ? "codes" + key.substring(key.lastIndexOf('.')) : key;
        for (Direction direction : Direction.values()) {
            if (of.endsWith("_" + direction.key())) {
                return meaning(of.substring(0, of.length() - direction.key().length() - 1)) + ", " + direction.arrow();
            }
        }
        return MEANINGS.getOrDefault(of.replaceFirst("_at_N\\..*", "_at_N"), "");
    }

    private static String cell(@Nullable Number value) {
        if (value == null) {
            return "–";
        }
        String shown = value instanceof Double number ? Figures.text(number) : value.toString();
        return "<data value=\"" + value + "\" title=\"" + value + "\">" + shown + "</data>";
    }
}
